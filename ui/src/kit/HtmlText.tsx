/**
 * The HTML that Docket writes for trackers without Markdown, drawn as React elements.
 *
 * Invariant: the text is parsed into an inert document and built anew from an allow-list;
 * no markup of it reaches this window's own document. Links open outside and only if they
 * are http(s); anything else is its text.
 */
import { createElement, Fragment, type ReactNode, useMemo } from "react";
import css from "./formatted.module.css";
import { OutsideLink } from "./OutsideLink";

/** What is drawn, beside links. The same as Docket writes, which a test holds. */
export const ELEMENTS: ReadonlySet<string> = new Set([
  "blockquote",
  "br",
  "code",
  "em",
  "h3",
  "h4",
  "li",
  "ol",
  "p",
  "pre",
  "strong",
  "table",
  "tbody",
  "td",
  "th",
  "thead",
  "tr",
  "ul",
]);
const WITHOUT_CONTENT = new Set(["br"]);
/** Whole elements whose content is no text for people. */
const NEVER = new Set(["script", "style", "template", "noscript", "iframe", "object"]);

/** True for a text that Docket wrote as HTML. */
export function isDocketHtml(text: string): boolean {
  return /^\s*<(p|div)\b[^>]*>\s*<em>Docket keeps this part current \(docket-part-begins\)/.test(text);
}

function drawn(node: Node, key: number): ReactNode {
  if (node.nodeType === Node.TEXT_NODE) return node.textContent;
  if (!(node instanceof Element)) return null;
  const name = node.tagName.toLowerCase();
  if (NEVER.has(name)) return null;
  const children = [...node.childNodes].map(drawn);
  if (name === "a") {
    return (
      <OutsideLink key={key} url={node.getAttribute("href") ?? ""}>
        {node.textContent}
      </OutsideLink>
    );
  }
  if (!ELEMENTS.has(name)) return <Fragment key={key}>{children}</Fragment>;
  // Headings of an issue never compete with the window's own.
  const element = name === "h3" ? "h4" : name === "h4" ? "h5" : name;
  return WITHOUT_CONTENT.has(name)
    ? createElement(element, { key })
    : createElement(element, { key }, ...children);
}

export function HtmlText({ text }: { text: string }): ReactNode {
  const parts = useMemo(
    () => [...new DOMParser().parseFromString(text, "text/html").body.childNodes].map(drawn),
    [text],
  );
  return <div className={css.formatted}>{parts}</div>;
}

/**
 * Markdown from reports, drawn as React elements from the parser's tokens.
 *
 * Invariant: nothing here makes HTML from text. Raw HTML stays text, images are named and
 * not loaded, links open outside and only if they are http(s).
 */
import MarkdownIt from "markdown-it";
import { createElement, Fragment, type ReactNode, useMemo } from "react";
import css from "./formatted.module.css";
import { OutsideLink } from "./OutsideLink";

const parser = new MarkdownIt({ html: false, linkify: false, breaks: false });
type Token = ReturnType<typeof parser.parse>[number];

/** Longer texts are cut before they are parsed. */
const MAX_CHARS = 50_000;

const BLOCKS = new Set([
  "p",
  "ul",
  "ol",
  "li",
  "blockquote",
  "table",
  "thead",
  "tbody",
  "tr",
  "th",
  "td",
  "em",
  "strong",
  "s",
]);

function elementOf(tag: string): string {
  // Headings of a report never compete with the window's own.
  if (/^h[1-6]$/.test(tag)) return "h4";
  return BLOCKS.has(tag) ? tag : "span";
}

/** Draws tokens from `at` until the closing one of this depth; returns where it stopped. */
function draw(tokens: readonly Token[], at: number): { nodes: ReactNode[]; end: number } {
  const nodes: ReactNode[] = [];
  let index = at;
  while (index < tokens.length) {
    const token = tokens[index];
    if (token === undefined || token.nesting === -1) return { nodes, end: index };
    if (token.nesting === 1) {
      const inner = draw(tokens, index + 1);
      nodes.push(<Fragment key={index}>{wrap(token, inner.nodes, tokens[index + 1])}</Fragment>);
      index = inner.end + 1;
    } else {
      nodes.push(<Fragment key={index}>{leaf(token)}</Fragment>);
      index += 1;
    }
  }
  return { nodes, end: index };
}

function wrap(token: Token, children: ReactNode[], first: Token | undefined): ReactNode {
  if (token.type === "link_open") {
    return (
      <OutsideLink url={String(token.attrGet("href") ?? "")} host>
        {children}
      </OutsideLink>
    );
  }
  if (token.hidden) return children;
  // A heading cell without words is no heading.
  if (token.type === "th_open" && first?.content === "") return <td />;
  return createElement(elementOf(token.tag), null, ...children);
}

function leaf(token: Token): ReactNode {
  switch (token.type) {
    case "inline":
      return inline(token);
    case "code_inline":
      return <code>{token.content}</code>;
    case "fence":
    case "code_block":
      return (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region has to be reachable by key.
        <pre tabIndex={0}>
          <code>{token.content}</code>
        </pre>
      );
    case "softbreak":
      return " ";
    case "hardbreak":
      return <br />;
    case "hr":
      return <hr />;
    case "image":
      return `[picture: ${token.content === "" ? "not loaded" : token.content}]`;
    default:
      return token.content;
  }
}

const TASK = /^\[([ xX])\] /;

/** Marks the list items that are tasks and takes their brackets out of the text. */
function withTasks(tokens: Token[]): Token[] {
  tokens.forEach((token, index) => {
    const text = tokens[index + 2];
    if (token.type !== "list_item_open" || text?.type !== "inline") return;
    const first = text.children?.[0];
    const task = first?.type === "text" ? TASK.exec(first.content) : null;
    if (first === undefined || task === null) return;
    first.content = first.content.slice(task[0].length);
    text.meta = { done: task[1] !== " " };
  });
  return tokens;
}

function inline(token: Token): ReactNode {
  const nodes = draw(token.children ?? [], 0).nodes;
  const task = token.meta as { done: boolean } | null;
  if (task === null || task === undefined) return nodes;
  return (
    <>
      <span
        role="img"
        data-task
        data-done={task.done || undefined}
        className={css.task}
        aria-label={task.done ? "done" : "open"}
      />
      {nodes}
    </>
  );
}

export function Markdown({ text }: { text: string }): ReactNode {
  const nodes = useMemo(() => {
    const cut = text.length > MAX_CHARS ? `${text.slice(0, MAX_CHARS)}…` : text;
    return draw(withTasks(parser.parse(cut, {})), 0).nodes;
  }, [text]);
  return <div className={css.formatted}>{nodes}</div>;
}

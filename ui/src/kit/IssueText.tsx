/**
 * An issue's text as a tracker shows it: Markdown, with the folding blocks and hidden comment
 * lines that Docket itself writes.
 *
 * Invariant: only `<details>`, `<summary>`, `</details>` on lines of their own and HTML
 * comments are recognised, by their exact form; everything else goes through `Markdown`,
 * where markup stays text.
 */
import { type ReactNode, useMemo } from "react";
import { HtmlText, isDocketHtml } from "./HtmlText";
import css from "./issueText.module.css";
import { Markdown } from "./Markdown";

export type TextPart = { type: "text"; text: string } | { type: "fold"; summary: string; parts: TextPart[] };

const OPEN = /^\s*<details>\s*(?:<summary>(.*?)<\/summary>)?\s*$/;
const SUMMARY = /^\s*<summary>(.*?)<\/summary>\s*$/;
const CLOSE = /^\s*<\/details>\s*$/;
const FENCE = /^\s{0,3}(`{3,}|~{3,})/;

const ENTITIES: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'", "#64": "@" };

/** A summary line is plain text: its few tags are dropped and its entities read. */
function plain(summary: string): string {
  return summary
    .replace(/<\/?(?:b|strong|code|em|i)>/g, "")
    .replace(/&(amp|lt|gt|quot|#39|#64);/g, (_, name: string) => ENTITIES[name] ?? "");
}

/** Cuts a text into what is shown at once and what is folded. A block that is not closed ends with the text. */
export function textParts(text: string): TextPart[] {
  const root: TextPart[] = [];
  const stack: { summary: string; parts: TextPart[] }[] = [];
  let lines: string[] = [];
  let fence: string | null = null;
  const parts = (): TextPart[] => stack.at(-1)?.parts ?? root;
  const flush = (): void => {
    const joined = lines.join("\n");
    if (joined.trim() !== "") parts().push({ type: "text", text: joined });
    lines = [];
  };
  const close = (): void => {
    flush();
    const done = stack.pop();
    if (done !== undefined) parts().push({ type: "fold", ...done });
  };
  for (const line of withoutComments(text).split("\n")) {
    const mark = FENCE.exec(line)?.[1];
    if (mark !== undefined) {
      if (fence === null) fence = mark;
      else if (mark.startsWith(fence)) fence = null;
    }
    if (fence !== null) {
      lines.push(line);
      continue;
    }
    const open = OPEN.exec(line);
    const summary = SUMMARY.exec(line);
    const top = stack.at(-1);
    if (open !== null) {
      flush();
      stack.push({ summary: plain(open[1] ?? ""), parts: [] });
    } else if (summary !== null && top !== undefined && top.summary === "") {
      top.summary = plain(summary[1] ?? "");
    } else if (CLOSE.test(line) && top !== undefined) {
      close();
    } else {
      lines.push(line);
    }
  }
  flush();
  while (stack.length > 0) close();
  return root;
}

/** Comments outside of code blocks are invisible in a tracker. */
function withoutComments(text: string): string {
  const out: string[] = [];
  let fence: string | null = null;
  let inside = false;
  for (const line of text.replace(/\r\n?/g, "\n").split("\n")) {
    const mark = FENCE.exec(line)?.[1];
    if (mark !== undefined && !inside) fence = fence === null ? mark : mark.startsWith(fence) ? null : fence;
    if (fence !== null) {
      out.push(line);
      continue;
    }
    if (inside) {
      if (line.includes("-->")) inside = false;
      continue;
    }
    const shown = withoutInline(line);
    if (shown.trim() === "" && line.trim() !== "") continue;
    if (/^\s*<!--/.test(shown) && !shown.includes("-->")) {
      inside = true;
      continue;
    }
    out.push(shown);
  }
  return out.join("\n");
}

/** A line without its comments; what stands in backticks or behind a backslash is text. */
function withoutInline(line: string): string {
  if (!line.includes("<!--")) return line;
  return line
    .split(/(`+[^`]*`+)/)
    .map((part, index) => (index % 2 === 1 ? part : part.replace(/\s?(?<!\\)<!--.*?-->/g, "")))
    .join("");
}

function Parts({ parts }: { parts: readonly TextPart[] }): ReactNode {
  return parts.map((part, index) =>
    part.type === "text" ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: parts have no other name.
      <Markdown key={index} text={part.text} />
    ) : (
      // biome-ignore lint/suspicious/noArrayIndexKey: parts have no other name.
      <details key={index} className={css.fold}>
        <summary>{part.summary === "" ? "Details" : part.summary}</summary>
        <Parts parts={part.parts} />
      </details>
    ),
  );
}

export function IssueText({ text }: { text: string }): ReactNode {
  const html = isDocketHtml(text);
  const parts = useMemo(() => (html ? [] : textParts(text)), [html, text]);
  return <div className={css.text}>{html ? <HtmlText text={text} /> : <Parts parts={parts} />}</div>;
}

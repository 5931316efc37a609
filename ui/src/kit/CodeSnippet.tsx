/** Source text with line numbers; the marked lines and columns stand out. Plain text only. */
import type { ReactNode } from "react";
import type { Snippet } from "../wire/contract";
import css from "./codeSnippet.module.css";

/** Longer snippets are cut: a report may carry a whole minified file. */
const MAX_LINES = 60;
const MAX_CHARS = 400;

interface Mark {
  startLine: number | null;
  endLine: number | null;
  startColumn: number | null;
  endColumn: number | null;
}

/** The lines to draw: from a few before the mark, never more than `MAX_LINES`. */
export function snippetLines(
  snippet: Snippet,
  mark: Mark | null,
): { number: number | null; text: string; hit: boolean }[] {
  const first = snippet.start_line;
  const all = snippet.text.replace(/\r\n?/g, "\n").replace(/\n$/, "").split("\n");
  const start = mark?.startLine ?? null;
  const end = mark?.endLine ?? start;
  let from = 0;
  if (all.length > MAX_LINES && first !== null && start !== null) {
    from = Math.min(Math.max(0, start - first - 10), all.length - MAX_LINES);
  }
  return all.slice(from, from + MAX_LINES).map((text, index) => {
    const number = first === null ? null : first + from + index;
    const hit = number !== null && start !== null && end !== null && number >= start && number <= end;
    return { number, text: text.length > MAX_CHARS ? `${text.slice(0, MAX_CHARS)}…` : text, hit };
  });
}

export function CodeSnippet({ snippet, mark = null }: { snippet: Snippet; mark?: Mark | null }): ReactNode {
  const lines = snippetLines(snippet, mark);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region has to be reachable by key.
    <pre className={css.code} tabIndex={0}>
      <code className={css.inner}>
        {lines.map((line, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines have no other name.
          <span key={index} className={`${css.line} ${line.hit ? css.hit : ""}`}>
            {line.number === null ? null : <span className={css.number}>{line.number}</span>}
            <span>{line.hit ? <Marked line={line} mark={mark} /> : line.text === "" ? " " : line.text}</span>
          </span>
        ))}
      </code>
    </pre>
  );
}

function Marked(props: { line: { number: number | null; text: string }; mark: Mark | null }): ReactNode {
  const { line, mark } = props;
  const one =
    mark !== null && mark.startLine === line.number && (mark.endLine ?? mark.startLine) === line.number;
  if (!one || mark.startColumn === null || mark.endColumn === null || mark.endColumn <= mark.startColumn) {
    return line.text;
  }
  return (
    <>
      {line.text.slice(0, mark.startColumn - 1)}
      <mark className={css.mark}>{line.text.slice(mark.startColumn - 1, mark.endColumn - 1)}</mark>
      {line.text.slice(mark.endColumn - 1)}
    </>
  );
}

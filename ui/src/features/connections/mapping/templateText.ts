/**
 * Small rules about the templates' text: where a name is put in, and where a fault is.
 *
 * Deliberately absent: what a template may say and how it reads. Only the engine knows.
 */
import type { Fault, GroupKey } from "../../../wire/contract";

/** The names that are offered to be put in; all others are in the reference. */
export const OFFERED = {
  title: ["title", "severity", "rule", "application", "tool", "component", "file", "cve", "count"],
  body: [
    "default",
    "docket.summary",
    "docket.table",
    "docket.checklist",
    "docket.why",
    "docket.fix",
    "docket.details",
    "docket.references",
    "title",
    "severity",
    "rule",
    "application",
    "component",
    "count",
  ],
} as const;

/** What a template can be tried on. */
export const SUBJECTS = {
  one: { label: "One finding", keys: [] },
  rule: { label: "A rule", keys: ["rule"] },
  component: { label: "A component", keys: ["component"] },
  file: { label: "A file", keys: ["file"] },
  all: { label: "All in one", keys: ["all"] },
} as const satisfies Record<string, { label: string; keys: readonly GroupKey[] }>;

export type Subject = keyof typeof SUBJECTS;

/** Where a fault is in its text: from and to, as a field selects. */
export function placeOf(text: string, fault: Pick<Fault, "line" | "column" | "length">): [number, number] {
  const lines = text.split("\n");
  const before = lines.slice(0, fault.line - 1).reduce((sum, line) => sum + line.length + 1, 0);
  // The engine counts characters; a field counts the halves of the rarer ones too.
  const rest = [...text.slice(before)];
  const width = (count: number): number => rest.slice(0, count).join("").length;
  const from = before + width(fault.column - 1);
  return [from, before + width(fault.column - 1 + fault.length)];
}

/** The text with a name put in where something was selected, and where the caret goes then. */
export function withName(
  text: string,
  name: string,
  from: number,
  to: number,
): { text: string; caret: number } {
  const put = `{{ ${name} }}`;
  return { text: text.slice(0, from) + put + text.slice(to), caret: from + put.length };
}

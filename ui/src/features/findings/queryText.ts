/**
 * The query's text as the window needs it at once: terms for colouring and for knowing which
 * facet values are on. What a query means, its errors and completions, are the engine's.
 */
import type { Completion } from "../../wire/contract";

export interface Term {
  /** Place in the text, end exclusive (UTF-16 units). */
  from: number;
  to: number;
  /** Where the value begins (behind the colon). */
  value: number;
  field: string | null;
  negated: boolean;
  values: string[];
}

const FIELD = /^[A-Za-z_]+:/;

/** The end of a term: white space outside of quotes. */
function termEnd(text: string, from: number): number {
  let quoted = false;
  for (let at = from; at < text.length; at += 1) {
    const sign = text.charAt(at);
    if (sign === "\\" && quoted) at += 1;
    else if (sign === '"') quoted = !quoted;
    else if (!quoted && /\s/.test(sign)) return at;
  }
  return text.length;
}

/** `a,"b, c"` → `a`, `b, c`. */
function valuesOf(text: string): string[] {
  const values: string[] = [];
  let current = "";
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const sign = text.charAt(at);
    if (sign === "\\" && quoted && at + 1 < text.length) {
      at += 1;
      current += text.charAt(at);
    } else if (sign === '"') quoted = !quoted;
    else if (sign === "," && !quoted) {
      values.push(current);
      current = "";
    } else current += sign;
  }
  values.push(current);
  return values.filter((value) => value !== "");
}

export function termsOf(text: string): Term[] {
  const terms: Term[] = [];
  let at = 0;
  while (at < text.length) {
    if (/\s/.test(text.charAt(at))) {
      at += 1;
      continue;
    }
    const to = termEnd(text, at);
    const negated = text.charAt(at) === "-" && to > at + 1;
    const start = negated ? at + 1 : at;
    const field = FIELD.exec(text.slice(start, to))?.[0] ?? "";
    const value = start + field.length;
    terms.push({
      from: at,
      to,
      value,
      field: field === "" ? null : field.slice(0, -1).toLowerCase(),
      negated,
      values: valuesOf(text.slice(value, to)),
    });
    at = to;
  }
  return terms;
}

/** True when the query asks for this value of this field. */
export function isOn(terms: readonly Term[], field: string, value: string): boolean {
  return terms.some((term) => term.field === field && !term.negated && term.values.includes(value));
}

/** The query without one of its terms. */
export function without(text: string, term: Term): string {
  return `${text.slice(0, term.from)} ${text.slice(term.to)}`.replace(/\s+/g, " ").trim();
}

/** The text and caret after a completion was taken. */
export function completed(text: string, completion: Completion): { text: string; caret: number } {
  const next = `${text.slice(0, completion.from)}${completion.insert}${text.slice(completion.to)}`;
  return { text: next, caret: completion.from + completion.insert.length };
}

/** How many recent queries are kept. */
const KEPT = 30;

export function remembered(history: readonly string[], query: string): string[] {
  const text = query.trim();
  if (text === "") return [...history];
  return [text, ...history.filter((one) => one !== text)].slice(0, KEPT);
}

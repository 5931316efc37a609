/** A small reading of the query language for the made-up engine; the real one is in the store. */
import type { Completion, QueryCheck, QueryTerm } from "../../wire/contract";

export const FIELDS: Record<string, readonly string[]> = {
  severity: ["critical", "high", "medium", "low", "info", "unknown"],
  status: ["active", "risk_accepted", "false_positive", "closed"],
  tool: ["semgrep", "trivy", "codeql", "gitleaks"],
  rule: [],
  path: [],
  cve: [],
  cwe: [],
  component: [],
  branch: ["main", "release"],
  linked: ["yes", "no"],
  seen: ["<7d", "<30d"],
  app: [],
};

export interface FakeTerm extends QueryTerm {
  values: string[];
}

export function parse(text: string): { terms: FakeTerm[]; check: QueryCheck } {
  const terms: FakeTerm[] = [];
  const check: QueryCheck = { problem: null, completions: [], terms };
  for (const match of text.matchAll(/-?(?:[a-z_]+:)?(?:"[^"]*"?|[^\s"])+/g)) {
    const whole = match[0];
    const from = match.index;
    const negated = whole.startsWith("-");
    const body = negated ? whole.slice(1) : whole;
    const colon = /^([a-z_]+):/.exec(body);
    const field = colon?.[1] ?? null;
    const rest = colon === null ? body : body.slice(colon[0].length);
    const values = rest
      .split(",")
      .map((value) => value.replaceAll('"', ""))
      .filter((value) => value !== "");
    terms.push({ from, to: from + whole.length, field, negated, values });
    if (check.problem !== null || field === null) continue;
    const known = FIELDS[field];
    if (known === undefined) {
      const message = `There is no field «${field}». Fields are ${Object.keys(FIELDS).join(", ")}.`;
      check.problem = {
        from: from + (negated ? 1 : 0),
        to: from + (negated ? 1 : 0) + field.length,
        message,
      };
    } else if (values.length === 0) {
      check.problem = { from, to: from + whole.length, message: `«${field}:» needs a value.` };
    } else if (field === "severity" || field === "status" || field === "linked") {
      const wrong = values.find((value) => !known.includes(value));
      if (wrong !== undefined) {
        const at = from + whole.indexOf(wrong);
        const message = `«${wrong}» is not a ${field}. Try ${known.join(", ")}.`;
        check.problem = { from: at, to: at + wrong.length, message };
      }
    }
  }
  return { terms, check };
}

export function complete(text: string, caret: number): Completion[] {
  const start = Math.max(text.lastIndexOf(" ", caret - 1) + 1, 0);
  const word = text.slice(start, caret).replace(/^-/, "");
  const colon = word.indexOf(":");
  if (colon < 0) {
    return Object.keys(FIELDS)
      .filter((field) => field.startsWith(word))
      .map((field) => ({
        insert: `${field}:`,
        label: `${field}:`,
        note: null,
        from: caret - word.length,
        to: caret,
      }));
  }
  const values = FIELDS[word.slice(0, colon)] ?? [];
  const part = word.slice(Math.max(colon, word.lastIndexOf(",")) + 1);
  return values
    .filter((value) => value.startsWith(part) && value !== part)
    .map((value) => ({ insert: value, label: value, note: null, from: caret - part.length, to: caret }));
}

/** `a*b` as a pattern over a whole text, without one as a part of it. */
export function matches(value: string, pattern: string): boolean {
  const lower = value.toLowerCase();
  const wish = pattern.toLowerCase();
  if (!wish.includes("*")) return lower.includes(wish);
  const source = wish.split(/\*+/).map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${source.join(".*")}$`).test(lower);
}

/** The query with a value of a field switched. */
export function toggled(text: string, field: string, value: string): string {
  const quoted = /[\s",]/.test(value) ? `"${value}"` : value;
  const { terms } = parse(text);
  const term = terms.find((one) => one.field === field && !one.negated);
  if (term === undefined) return `${text} ${field}:${quoted}`.trim();
  const values = term.values.includes(value)
    ? term.values.filter((one) => one !== value)
    : [...term.values, value];
  const spelled = values.map((one) => (/[\s",]/.test(one) ? `"${one}"` : one)).join(",");
  const next = values.length === 0 ? "" : `${field}:${spelled}`;
  return `${text.slice(0, term.from)}${next}${text.slice(term.to)}`.replace(/\s+/g, " ").trim();
}

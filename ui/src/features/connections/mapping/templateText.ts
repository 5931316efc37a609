/**
 * A person's own way of writing an issue, as it will read for one finding.
 *
 * Invariant: the rules are the engine's (its `template` module): words in braces stand for what
 * the findings have in common, and what has no value leaves no gap. Only titles and headings are
 * filled in here; the issue's whole text is the engine's to write.
 */

export const PLACEHOLDERS = {
  title: "the title that Docket would write",
  severity: "the highest severity of the findings",
  rule: "the rule, when all findings have the same",
  application: "the application",
  tool: "the tool, when all findings are of the same",
  component: "the component, when all findings are in the same",
  cve: "the CVE, when all findings have the same",
  count: "the number of findings",
} as const;

export type Placeholder = keyof typeof PLACEHOLDERS;
export type Values = Record<Placeholder, string>;

export const PLACEHOLDER_WORDS = Object.keys(PLACEHOLDERS) as Placeholder[];

const WORD = /\{([a-z_]+)\}/g;

function isPlaceholder(word: string): word is Placeholder {
  return word in PLACEHOLDERS;
}

/** Words in braces that stand for nothing. Braces of code are none. */
export function unknownWords(pattern: string): string[] {
  return [...pattern.matchAll(WORD)].map((found) => found[1] ?? "").filter((word) => !isPlaceholder(word));
}

/** What is wrong with a pattern, for its field. */
export function patternProblem(pattern: string): string | undefined {
  const [first] = unknownWords(pattern);
  if (first === undefined) return undefined;
  return `«{${first}}» stands for nothing. Known are ${PLACEHOLDER_WORDS.map((word) => `{${word}}`).join(", ")}.`;
}

export function filled(pattern: string, values: Values): string {
  return pattern.replace(WORD, (whole, word: string) => (isPlaceholder(word) ? values[word] : whole));
}

/** Without empty brackets and doubled spaces that a missing value left behind. */
function tidied(text: string): string {
  return ["[]", "()", "«»", "[ ]", "( )"]
    .reduce((left, empty) => left.replaceAll(empty, ""), text)
    .split(/\s+/)
    .join(" ")
    .replace(/^[ :\-·,]+|[ :\-·,]+$/g, "");
}

/** The title after a pattern; empty when there is none, or when nothing would be left. */
export function titleFrom(pattern: string, values: Values): string {
  return pattern.trim() === "" ? "" : tidied(filled(pattern, values));
}

const MARKS = /[\\`*_[\]<>|~]/g;

/** The heading: the pattern is the person's own Markdown, what is filled in is plain text. */
export function headingFrom(pattern: string, values: Values): string {
  const plain = Object.fromEntries(
    Object.entries(values).map(([word, value]) => [word, value.replace(MARKS, "\\$&")]),
  ) as Values;
  return filled(pattern, plain).trim();
}

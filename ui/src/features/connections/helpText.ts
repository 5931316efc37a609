/**
 * A tracker kind's help, which comes as one text, in the parts that make it readable: what
 * always shows, points, and numbered steps.
 *
 * Invariant: no word is lost or changed; only blanks and the numbers of steps go.
 */

/** A sentence; «Classic: …» has what it is about as its term. */
export interface HelpPoint {
  term: string | null;
  text: string;
}

export type HelpBlock =
  | { type: "points"; points: HelpPoint[] }
  /** What introduces the steps («Register an app once:») stands in front of them. */
  | { type: "steps"; before: string | null; steps: string[] };

export interface Help {
  /** Always visible: the first sentence, or all of the alternatives that the text begins with. */
  lead: HelpPoint[];
  rest: HelpBlock[];
  /** The rest is so much that it is folded away at first. */
  folds: boolean;
}

/** Shorter ones are left in one piece, characters. */
const PLAIN = 120;
/** A rest that is not longer shows at once, characters and points. */
const OPEN = 320;
const OPEN_POINTS = 2;

const OPENERS = "([{«“";
const CLOSERS = ")]}»”";
const MARKS = `${CLOSERS}"'`;
/** Full stops behind these end no sentence; single letters are not counted as words either. */
const SHORTENED =
  /(?:^|[\s([{«“])(?:e\.g|i\.e|etc|vs|cf|approx|incl|resp|max|min|no|nr|st|dr|mr|ms|mrs|\p{L})$/iu;
/** At most two words, so that whole clauses with a colon are none. */
const TERM = /^(\p{Lu}[\p{L}\d-]*(?: [\p{L}\d-]+)?): (?=\S)/u;

/** «3» for a text that goes on with « 3. Name it …» at `at`; `null` when there is no such number. */
function numberAt(text: string, at: number): { value: number; to: number } | null {
  const found = /^\s*(\d{1,2})\.\s+(?=\S)/.exec(text.slice(at));
  return found === null ? null : { value: Number(found[1]), to: at + found[0].length };
}

/** Where a sentence ends that has a full stop at `at`; `null` when it does not end there. */
function endAt(text: string, at: number, depth: number): number | null {
  let to = at + 1;
  let open = depth;
  while (to < text.length && MARKS.includes(text.charAt(to))) {
    if (CLOSERS.includes(text.charAt(to))) open -= 1;
    to += 1;
  }
  if (open > 0) return null;
  if (to >= text.length) return to;
  if (!/\s/.test(text.charAt(to))) return null;
  if (text.charAt(at) === "." && to === at + 1 && SHORTENED.test(text.slice(0, at))) return null;
  return /^\s+[\p{Lu}«“"'(]/u.test(text.slice(to)) || numberAt(text, to) !== null ? to : null;
}

/** Only what stands neither in quotes nor in brackets ends a sentence. */
export function sentences(text: string): string[] {
  const found: string[] = [];
  let depth = 0;
  let from = 0;
  for (let at = 0; at < text.length; at += 1) {
    const sign = text.charAt(at);
    if (OPENERS.includes(sign)) depth += 1;
    else if (CLOSERS.includes(sign)) depth = Math.max(0, depth - 1);
    else if (".!?".includes(sign)) {
      // The number of a step is no sentence.
      const end = /^\s*\d{1,2}$/.test(text.slice(from, at)) ? null : endAt(text, at, depth);
      if (end === null) continue;
      found.push(text.slice(from, end).trim());
      from = end;
      at = end - 1;
      depth = 0;
    }
  }
  const left = text.slice(from).trim();
  return left === "" ? found : [...found, left];
}

/** Where «1.», «2.», … stand in order: at the beginning, behind a colon or behind a sentence. */
function stepsOf(text: string): { from: number; to: number }[] {
  const steps: { from: number; to: number }[] = [];
  for (const found of text.matchAll(/(?<=^|[:.!?)\]»”]\s+)(\d{1,2})\.\s+(?=\S)/g)) {
    if (Number(found[1]) === steps.length + 1) {
      steps.push({ from: found.index, to: found.index + found[0].length });
    }
  }
  return steps.length > 1 ? steps : [];
}

function pointOf(sentence: string): HelpPoint {
  const term = TERM.exec(sentence);
  return term === null
    ? { term: null, text: sentence }
    : { term: term[1] ?? null, text: sentence.slice(term[0].length) };
}

function pointsOf(text: readonly string[]): HelpBlock[] {
  return text.length === 0 ? [] : [{ type: "points", points: text.map(pointOf) }];
}

function lengthOf(points: readonly HelpPoint[]): number {
  return points.reduce((sum, point) => sum + point.text.length, 0);
}

/** How many sentences always show. */
function leading(before: readonly string[]): number {
  const alternatives = before.findIndex((one) => pointOf(one).term === null);
  return Math.min(before.length, Math.max(1, alternatives === -1 ? before.length : alternatives));
}

export function helpText(text: string): Help {
  const whole = text.trim();
  const marks = stepsOf(whole);
  const all = sentences(marks[0] === undefined ? whole : whole.slice(0, marks[0].from));
  if (marks.length === 0 && (all.length < 2 || whole.length <= PLAIN)) {
    return { lead: [{ term: null, text: whole }], rest: [], folds: false };
  }
  const steps = marks.map((mark, index) => whole.slice(mark.to, marks[index + 1]?.from).trim());
  // The last step has no end of its own: what follows its first sentence is said about all.
  const [last = "", ...after] = sentences(steps.pop() ?? "");
  const introduces = steps.length > 0 && all.length > 1 && all.at(-1)?.endsWith(":") === true;
  const before = introduces ? all.slice(0, -1) : all;
  const shown = leading(before);
  const rest: HelpBlock[] = [
    ...pointsOf(before.slice(shown)),
    ...(steps.length === 0
      ? []
      : [
          {
            type: "steps" as const,
            before: introduces ? (all.at(-1) ?? null) : null,
            steps: [...steps, last],
          },
        ]),
    ...pointsOf(after),
  ];
  const points = rest.flatMap((block) => (block.type === "points" ? block.points : []));
  return {
    lead: before.slice(0, shown).map(pointOf),
    rest,
    folds: shown > 0 && (steps.length > 0 || points.length > OPEN_POINTS || lengthOf(points) > OPEN),
  };
}

/** What an import did, or would do, in words. */
import { count, counted, type Tone } from "../../kit";
import type { Delta, Import, ImportState, Place, Problem, RunSummary, TakeBack } from "../../wire/contract";

export const IMPORT_STATES: Record<ImportState, { words: string; tone: Tone }> = {
  running: { words: "Running", tone: "accent" },
  done: { words: "Done", tone: "ok" },
  failed: { words: "Failed", tone: "bad" },
  cancelled: { words: "Cancelled", tone: "plain" },
  taken_back: { words: "Taken back", tone: "plain" },
};

export interface DeltaLine {
  id: keyof Delta;
  words: string;
  /** Worth a look: something got lost. */
  bad?: boolean;
}

/** One line for each number that is not zero, the important ones first. */
export function deltaLines(delta: Delta): DeltaLine[] {
  const all: (DeltaLine & { number: number })[] = [
    { id: "new", number: delta.new, words: `${count(delta.new)} new` },
    {
      id: "reopened",
      number: delta.reopened,
      words: `${count(delta.reopened)} reopened: closed before, found again`,
    },
    { id: "gone", number: delta.gone, words: `${count(delta.gone)} not found any more` },
    {
      id: "updated",
      number: delta.updated,
      words: `${count(delta.updated)} updated: moved, renamed or reworded`,
    },
    { id: "unchanged", number: delta.unchanged, words: `${count(delta.unchanged)} unchanged` },
    {
      id: "proposals",
      number: delta.proposals,
      words: `${counted(delta.proposals, "suggestion waits", "suggestions wait")} for an answer`,
    },
    { id: "repeated", number: delta.repeated, words: `${count(delta.repeated)} repeated, counted once` },
    {
      id: "lost",
      number: delta.lost,
      words: `${counted(delta.lost, "record")} could not be read`,
      bad: true,
    },
  ];
  return all.filter((line) => line.number > 0);
}

export function isUnchanged(delta: Delta): boolean {
  return delta.new === 0 && delta.updated === 0 && delta.reopened === 0 && delta.gone === 0;
}

/** «12 new, 3 reopened», for one row of a list. */
export function deltaShort(delta: Delta): string {
  const parts = [
    delta.new > 0 ? `${count(delta.new)} new` : "",
    delta.reopened > 0 ? `${count(delta.reopened)} reopened` : "",
    delta.gone > 0 ? `${count(delta.gone)} not found any more` : "",
    delta.updated > 0 ? `${count(delta.updated)} updated` : "",
    delta.lost > 0 ? `${count(delta.lost)} not readable` : "",
  ].filter((part) => part !== "");
  return parts.length === 0 ? "Nothing changed" : parts.join(", ");
}

/** «12 new · 1,180 known · 4 fixed»: what people compare between files. */
export function changeWords(delta: Delta): string {
  const known = delta.unchanged + delta.updated + delta.reopened;
  const parts = [
    `${count(delta.new)} new`,
    known > 0 ? `${count(known)} known` : "",
    delta.gone > 0 ? `${count(delta.gone)} fixed` : "",
    delta.repeated > 0 ? `${count(delta.repeated)} repeated` : "",
    delta.lost > 0 ? `${count(delta.lost)} not readable` : "",
  ].filter((part) => part !== "");
  return delta.records === 0 && delta.gone === 0 && delta.lost === 0
    ? "no findings in it"
    : parts.join(" · ");
}

const PLACES = ["entry", "record", "line", "column"];

/** Where in a file something went wrong, as far as the problem says: «line 88214, column 17». */
export function problemPlace(problem: Problem): string {
  return PLACES.flatMap((name) => {
    const value = problem.context[name];
    if (value === undefined) return [];
    return name === "entry" || name === "record" ? [value] : [`${name} ${value}`];
  }).join(", ");
}

/** The headline of a result card. */
export function importHeadline(done: Import, dry: boolean): string {
  const to = `«${done.application_name}»`;
  if (done.state === "taken_back") return `Was imported into ${to}, and taken back`;
  if (isUnchanged(done.delta)) return dry ? `Nothing in ${to} would change` : `Nothing in ${to} changed`;
  return dry ? `This would change ${to}` : `Imported into ${to}`;
}

/** What taking an import back does to findings, the important ones first. */
export function takeBackLines(would: TakeBack): string[] {
  const all: [number, string][] = [
    [
      would.removed,
      `${counted(would.removed, "finding")} that it brought ${would.removed === 1 ? "goes" : "go"}, with everything about ${would.removed === 1 ? "it" : "them"}`,
    ],
    [would.restored, `${count(would.restored)} moved or reworded: as before`],
    [would.opened, `${count(would.opened)} not found any more: open again`],
    [would.closed, `${count(would.closed)} reopened: closed again`],
    [
      would.proposals,
      `${counted(would.proposals, "waiting suggestion")} of it ${would.proposals === 1 ? "goes" : "go"}`,
    ],
  ];
  return all.filter(([number]) => number > 0).map(([, words]) => words);
}

/** Which findings stay, and why. */
export function keptWords(would: TakeBack): string {
  const why = [
    would.judged > 0 ? `${count(would.judged)} judged by people` : "",
    would.in_issues > 0 ? `${count(would.in_issues)} in issues` : "",
  ].filter((words) => words !== "");
  const stay =
    would.kept === 1 ? "finding that it brought stays as it is" : "findings that it brought stay as they are";
  return `${count(would.kept)} ${stay}: ${why.join(", ")}. Move or judge them where they do not belong here.`;
}

/** Why nothing could be or was closed, run by run, each reason once. */
export function heldBack(runs: readonly RunSummary[]): string[] {
  return [...new Set(runs.map((run) => run.held_back).filter((why) => why !== null))];
}

/** «runs[0].results[17], line 204, column 3 of a.sarif». */
export function placeWords(place: Place): string {
  const parts: string[] = [];
  if (place.record !== null && place.record !== "") parts.push(place.record);
  if (place.line !== null) parts.push(`line ${place.line}`);
  if (place.line !== null && place.column !== null) parts.push(`column ${place.column}`);
  const at = parts.join(", ");
  if (place.file === null || place.file === "") return at;
  return at === "" ? place.file : `${at} of ${place.file}`;
}

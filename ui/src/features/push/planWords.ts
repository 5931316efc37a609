/** What a plan is and does, in words. */
import { count, counted, type Tone } from "../../kit";
import type { Plan, PlanCounts, PlanState, StepState } from "../../wire/contract";

export const PLAN_STATES: Record<PlanState, { words: string; tone: Tone }> = {
  ready: { words: "Ready", tone: "accent" },
  applying: { words: "Being applied", tone: "accent" },
  paused: { words: "Paused", tone: "warn" },
  done: { words: "Done", tone: "ok" },
  partly: { words: "Partly done", tone: "bad" },
  cancelled: { words: "Cancelled", tone: "plain" },
};

export const STEP_SIGNS: Record<StepState, { sign: string; words: string }> = {
  planned: { sign: "·", words: "planned" },
  sending: { sign: "…", words: "being sent" },
  uncertain: { sign: "?", words: "being looked up" },
  done: { sign: "✓", words: "done" },
  skipped: { sign: "–", words: "skipped" },
  failed: { sign: "✗", words: "failed" },
};

/** Steps that write or link something. */
export function writes(counts: PlanCounts): number {
  return counts.steps - counts.skip;
}

/** Steps that still have to be done. */
export function open(counts: PlanCounts): number {
  return Math.max(0, writes(counts) - counts.done - counts.failed);
}

export function isFinal(state: PlanState): boolean {
  return state === "done" || state === "partly" || state === "cancelled";
}

/** «137 findings → 12 issues». */
export function headline(counts: PlanCounts): string {
  return `${counted(counts.findings, "finding")} → ${counted(writes(counts), "issue")}`;
}

/** «Create 12 issues», «Create 12 and update 3 issues», «Adopt 1 issue». */
export function applyWords(counts: PlanCounts): string {
  const parts = [
    { verb: "create", number: counts.create },
    { verb: "update", number: counts.update },
    { verb: "fill", number: counts.attach },
    { verb: "adopt", number: counts.adopt },
    { verb: "reopen", number: counts.reopen },
    { verb: "close", number: counts.close },
  ].filter((part) => part.number > 0);
  const last = parts.at(-1);
  if (last === undefined) return "Nothing to push";
  const words = parts.map((part) => `${part.verb} ${count(part.number)}`);
  const list = words.length === 1 ? words[0] : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
  const text = `${list} ${last.number === 1 ? "issue" : "issues"}`;
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** «12 created, 3 updated», counting what the plan set out to do when it is done. */
export function doneWords(plan: Plan): string {
  const { counts } = plan;
  const all = writes(counts);
  const parts: string[] = [];
  if (plan.state === "done" || counts.done === all) {
    if (counts.create > 0) parts.push(`${counted(counts.create, "issue")} created`);
    if (counts.update > 0) parts.push(`${count(counts.update)} updated`);
    if (counts.attach > 0) parts.push(`${count(counts.attach)} filled`);
    if (counts.adopt > 0) parts.push(`${count(counts.adopt)} adopted`);
    if (counts.reopen > 0) parts.push(`${count(counts.reopen)} reopened`);
    if (counts.close > 0) parts.push(`${count(counts.close)} closed`);
    if (parts.length === 0) parts.push("Nothing had to be written");
  } else {
    parts.push(`${count(counts.done)} of ${counted(all, "issue")} done`);
    if (counts.failed > 0) parts.push(`${count(counts.failed)} failed`);
  }
  return parts.join(", ");
}

/** «about 14 s», «about 2 h 10 min». */
export function roughly(ms: number): string {
  const seconds = Math.max(1, Math.round(ms / 1000));
  if (seconds < 90) return `about ${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `about ${minutes} min`;
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  return rest === 0 ? `about ${hours} h` : `about ${hours} h ${rest} min`;
}

/** What stands under the headline before a plan is applied. */
export function planMeta(plan: Plan, tracker: string): string {
  const parts: string[] = [];
  const { counts } = plan;
  if (counts.update > 0) parts.push(`${counted(counts.update, "open issue")} brought up to date`);
  if (counts.attach > 0) parts.push(`${counted(counts.attach, "issue")} of people filled`);
  if (counts.adopt > 0) parts.push(`${counted(counts.adopt, "issue")} found again and linked`);
  if (counts.reopen > 0) parts.push(`${count(counts.reopen)} opened again`);
  if (counts.close > 0) parts.push(`${count(counts.close)} closed`);
  if (counts.skipped_findings > 0) parts.push(`${counted(counts.skipped_findings, "finding")} skipped`);
  if (writes(counts) > 0 && plan.estimate_ms > 0) {
    parts.push(`${roughly(plan.estimate_ms)} under ${tracker}'s limits`);
  }
  return parts.join(" · ");
}

/** The steps of a plan, read by page as they come into view; all of them when asked for. */
import { useQueries } from "@tanstack/react-query";
import type { Calls } from "../../wire/call";
import type { Plan, PlanId, StepPage, StepState, StepView } from "../../wire/contract";
import { answerOptions, useCalls } from "../../wire/hooks";
import { toProblem } from "../../wire/transport";

const PAGE = 100;
/** The most that the engine gives at once. */
const ALL_PAGE = 500;

function pagesOf(from: number, to: number): number[] {
  const first = Math.floor(from / PAGE);
  const last = Math.floor(Math.max(from, to - 1) / PAGE);
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

/** The steps (only those in a state) in `from..to`; `at` is undefined for what is not there yet. */
export function useStepsIn(plan: Plan, from: number, to: number, only: StepState | null = null) {
  const calls = useCalls();
  const pages = pagesOf(from, Math.max(to, from + 1));
  const results = useQueries({
    queries: pages.map((page) =>
      answerOptions(calls, "plan_steps", { id: plan.id, only, offset: page * PAGE, limit: PAGE }),
    ),
  });
  const at = (index: number): StepView | undefined => {
    const page = pages.indexOf(Math.floor(index / PAGE));
    return page < 0 ? undefined : results[page]?.data?.steps[index % PAGE];
  };
  const failed = results.find((result) => result.error !== null);
  return {
    at,
    problem: failed?.error == null ? null : toProblem(failed.error),
    refetch: () => {
      for (const result of results) void result.refetch();
    },
  };
}

/** Every step, once there is a reason to look at all of them (failures, dropped fields). */
export function useAllSteps(plan: Plan, on: boolean): readonly StepView[] {
  const calls = useCalls();
  const count = on ? Math.ceil(plan.counts.steps / ALL_PAGE) : 0;
  return useQueries({
    queries: Array.from({ length: count }, (_, page) =>
      answerOptions(calls, "plan_steps", {
        id: plan.id,
        only: null,
        offset: page * ALL_PAGE,
        limit: ALL_PAGE,
      }),
    ),
    combine: (results) => results.flatMap((result) => (result.data as StepPage | undefined)?.steps ?? []),
  });
}

/** The addresses of the issues that these steps led to, in order, each once. */
export function addressesOf(steps: readonly StepView[]): string[] {
  const done = steps.filter(({ step }) => step.state === "done" && step.issue !== null);
  return [...new Set(done.flatMap(({ step }) => step.issue?.url ?? []))];
}

/** The addresses of all issues that the plan led to, in order, each once. */
export async function issueAddresses(calls: Calls, id: PlanId): Promise<string[]> {
  const steps: StepView[] = [];
  for (let offset = 0; ; offset += ALL_PAGE) {
    const page = await calls.query("plan_steps", { id, only: null, offset, limit: ALL_PAGE });
    steps.push(...page.steps);
    if (page.steps.length === 0 || offset + page.steps.length >= page.total) return addressesOf(steps);
  }
}

export interface Failure {
  message: string;
  hint: string | null;
  steps: StepView[];
}

/** Failed steps by what stopped them, the most frequent cause first. */
export function failuresOf(steps: readonly StepView[]): Failure[] {
  const causes = new Map<string, Failure>();
  for (const view of steps) {
    const { problem, state } = view.step;
    if (state !== "failed") continue;
    const message = problem?.message ?? "It failed, and nothing was said about why.";
    const known = causes.get(message);
    if (known === undefined) causes.set(message, { message, hint: problem?.hint ?? null, steps: [view] });
    else known.steps.push(view);
  }
  return [...causes.values()].sort((a, b) => b.steps.length - a.steps.length);
}

/**
 * What carries calls to the engine: the shell's bridge, the loopback router, or a fake.
 * A transport knows names and JSON only; what they mean is in `contract.ts`.
 */
import type { JobEvent, Problem, Tag } from "./contract";

export interface Transport {
  /** Answers a query or a command. Rejects with a `Problem` (or anything, which becomes one). */
  rpc(name: string, request: unknown): Promise<unknown>;
  /** Runs a job; events arrive in order before the promise settles. */
  job(name: string, request: unknown, onEvent: (event: JobEvent) => void): Promise<unknown>;
  /** Tells which answers became stale behind our back. Returns the way to stop listening. */
  onChanged(listener: (tags: readonly Tag[]) => void): () => void;
}

/** A failed call. `problem` is what people are shown. */
export class CallError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.message);
    this.name = "CallError";
    this.problem = problem;
  }
}

export function isProblem(value: unknown): value is Problem {
  if (typeof value !== "object" || value === null) return false;
  const candidate = value as Partial<Record<keyof Problem, unknown>>;
  return typeof candidate.code === "string" && typeof candidate.message === "string";
}

/** A problem that arose in the window itself. */
export function localProblem(code: Problem["code"], message: string, hint: string | null): Problem {
  return { code, message, hint, context: {}, retry_at: null, trace_id: null };
}

/** Makes a `Problem` of whatever was thrown, so that every failure can be shown. */
export function toProblem(thrown: unknown): Problem {
  if (thrown instanceof CallError) return thrown.problem;
  if (isProblem(thrown)) return { ...thrown, context: thrown.context ?? {} };
  const words = thrown instanceof Error ? thrown.message : typeof thrown === "string" ? thrown : "";
  const problem = localProblem(
    "internal",
    words === "" ? "Something in Docket went wrong." : words,
    "Try again. If it happens again, copy the details and report it.",
  );
  return problem;
}

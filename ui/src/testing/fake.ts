/**
 * A made-up engine for development and tests of the window: `npm run dev`, then `?fake`
 * (`?fake&rows=1000000`, `?fake=empty`, `&slow=400`). Never part of a production build.
 */
import type { JobEvent } from "../wire/contract";
import { CallError, localProblem, type Transport } from "../wire/transport";
import { findingAnswers } from "./fake/findings";
import { otherAnswers, otherJobs } from "./fake/rest";

export interface FakeOptions {
  /** How many findings there are. */
  rows: number;
  /** How long every answer takes, milliseconds. */
  slow: number;
}

export function fakeOptions(search: string): FakeOptions {
  const params = new URLSearchParams(search);
  const rows = params.get("fake") === "empty" ? 0 : Number(params.get("rows") ?? 12_403);
  return { rows, slow: Number(params.get("slow") ?? 5) };
}

type Answer = (request: never) => unknown;
export type FakeJob = (request: never, onEvent: (event: JobEvent) => void) => Promise<unknown>;

export function fakeTransport(options: FakeOptions): Transport {
  const findings = findingAnswers(options.rows);
  const answers: Record<string, Answer> = { ...findings, ...otherAnswers(findings) };
  const jobs: Record<string, FakeJob> = otherJobs();
  const unknown = (name: string): CallError =>
    new CallError(localProblem("internal", `The made-up engine does not know «${name}».`, null));
  return {
    async rpc(name, request) {
      await new Promise((resolve) => setTimeout(resolve, options.slow));
      const answer = answers[name];
      if (answer === undefined) throw unknown(name);
      return structuredClone(answer(request as never));
    },
    async job(name, request, onEvent) {
      const job = jobs[name];
      if (job === undefined) throw unknown(name);
      return job(request as never, onEvent);
    },
    onChanged: () => () => undefined,
  };
}

/**
 * A made-up engine for development and tests of the window: `npm run dev`, then `?fake`
 * (`?fake&rows=1000000`, `?fake=empty`, `&slow=400`, `&quick`). Never part of a production build.
 */
import { CallError, localProblem, type Transport } from "../wire/transport";
import { findingAnswers } from "./fake/findings";
import { makeRest } from "./fake/rest";
import type { FakeJob } from "./fake/talk";

export interface FakeOptions {
  /** How many findings there are. */
  rows: number;
  /** How long every answer takes, milliseconds. */
  slow: number;
  /** Sign-ins with a code are confirmed at once. */
  quick: boolean;
}

export function fakeOptions(search: string): FakeOptions {
  const params = new URLSearchParams(search);
  const rows = params.get("fake") === "empty" ? 0 : Number(params.get("rows") ?? 12_403);
  return { rows, slow: Number(params.get("slow") ?? 5), quick: params.has("quick") };
}

type Answer = (request: never) => unknown;

export function fakeTransport(options: FakeOptions): Transport {
  const findings = findingAnswers(options.rows);
  const rest = makeRest(findings, options.rows === 0, options.quick);
  const answers: Record<string, Answer> = { ...findings, ...rest.answers };
  const jobs: Record<string, FakeJob> = rest.jobs;
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
      if (job !== undefined) return job(request as never, onEvent);
      // Changes that are done at once.
      return this.rpc(name, request);
    },
    onChanged: () => () => undefined,
  };
}

/**
 * Runs of jobs. They live outside of the pages: leaving a page neither stops a job nor
 * loses what it said.
 */
import type { Calls, JobName } from "./call";
import type { CheckStage, JobEvent, JobId, JobNews, Jobs, Problem, Progress } from "./contract";
import { toProblem } from "./transport";

/** What a person enters in the browser to sign in. */
export type SignInCode = Extract<JobNews, { type: "code" }>;

export interface JobRun<N extends JobName = JobName> {
  name: N;
  state: "idle" | "running" | "done" | "failed";
  /** The engine's id, known after the first event. */
  id: JobId | null;
  progress: Progress | null;
  /** Stages of a check, in order, the newest state of each. */
  stages: readonly CheckStage[];
  /** Positions of the plan steps that changed, in order of news. */
  steps: readonly number[];
  /** The code that the person enters in the browser to sign in. */
  code: SignInCode | null;
  result: Jobs[N]["response"] | null;
  problem: Problem | null;
}

function idle<N extends JobName>(name: N): JobRun<N> {
  return {
    name,
    state: "idle",
    id: null,
    progress: null,
    stages: [],
    steps: [],
    code: null,
    result: null,
    problem: null,
  };
}

/** The run after an event. */
export function after<N extends JobName>(run: JobRun<N>, event: JobEvent): JobRun<N> {
  const known = { ...run, id: event.job };
  const news = event.news;
  switch (news.type) {
    case "started":
      return known;
    case "progress":
      return { ...known, progress: news.progress };
    case "stage": {
      const at = run.stages.findIndex((stage) => stage.id === news.stage.id);
      const stages = at < 0 ? [...run.stages, news.stage] : run.stages.with(at, news.stage);
      return { ...known, stages };
    }
    case "step":
      return { ...known, steps: [...run.steps, news.index] };
    case "code":
      return { ...known, code: news };
  }
}

export interface JobRuns {
  get<N extends JobName>(name: N, key: string): JobRun<N>;
  start<N extends JobName>(
    name: N,
    key: string,
    request: Jobs[N]["request"],
  ): Promise<Jobs[N]["response"] | null>;
  forget(name: JobName, key: string): void;
  subscribe(listener: () => void): () => void;
}

export function createJobRuns(calls: Calls): JobRuns {
  const runs = new Map<string, JobRun>();
  const idles = new Map<JobName, JobRun>();
  const listeners = new Set<() => void>();
  const put = (at: string, run: JobRun): void => {
    runs.set(at, run);
    for (const listener of listeners) listener();
  };
  const place = (name: JobName, key: string): string => `${name}\n${key}`;

  function get<N extends JobName>(name: N, key: string): JobRun<N> {
    const run = runs.get(place(name, key));
    if (run !== undefined) return run as JobRun<N>;
    let none = idles.get(name);
    if (none === undefined) {
      none = idle(name);
      idles.set(name, none);
    }
    return none as JobRun<N>;
  }

  return {
    get,
    async start(name, key, request) {
      const at = place(name, key);
      put(at, { ...idle(name), state: "running" });
      try {
        const result = await calls.job(name, request, (event) =>
          put(at, after(get(name, key), event) as JobRun),
        );
        put(at, { ...get(name, key), state: "done", result } as JobRun);
        return result;
      } catch (thrown) {
        put(at, { ...get(name, key), state: "failed", problem: toProblem(thrown) } as JobRun);
        return null;
      }
    },
    forget(name, key) {
      runs.delete(place(name, key));
      for (const listener of listeners) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

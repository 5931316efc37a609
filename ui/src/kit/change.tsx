/**
 * Changes that most often are done at once, and with very many findings take their time: the
 * button waits, and a long one shows how far it is and can be cancelled.
 */
import { Button } from "@mantine/core";
import { type ReactNode, useEffect, useId, useRef } from "react";
import type { JobName } from "../wire/call";
import type { Jobs, Problem, Progress } from "../wire/contract";
import { useCommand, useJob, useJobRuns } from "../wire/hooks";
import css from "./change.module.css";
import { notifyProblem } from "./notify";
import { ProgressLine } from "./Waiting";

export interface ChangeState {
  running: boolean;
  problem: Problem | null;
  /** How far a long one is. */
  progress: Progress | null;
  /** Stops a long one; nothing is changed then. */
  cancel: (() => void) | null;
}

export interface Change<N extends JobName> extends ChangeState {
  /** Does it; resolves to `null` when it failed (the reason is then in `problem`). */
  run: (request: Jobs[N]["request"]) => Promise<Jobs[N]["response"] | null>;
}

/** A change asked for here. One that is left alone goes on; should it fail then, that is said. */
export function useChange<N extends JobName>(name: N): Change<N> {
  const key = useId();
  const runs = useJobRuns();
  const job = useJob(name, key);
  const stop = useCommand("job_cancel");
  const here = useRef(true);
  useEffect(() => {
    here.current = true;
    return () => {
      here.current = false;
      if (runs.get(name, key).state !== "running") runs.forget(name, key);
    };
  }, [runs, name, key]);
  const { id } = job;
  return {
    run: async (request) => {
      const done = await runs.start(name, key, request);
      if (!here.current) {
        const { problem } = runs.get(name, key);
        if (problem !== null && problem.code !== "cancelled") notifyProblem(problem);
        runs.forget(name, key);
      }
      return done;
    },
    running: job.state === "running",
    problem: job.problem,
    progress: job.state === "running" ? job.progress : null,
    cancel: id === null || stop.running ? null : () => void stop.run({ id }),
  };
}

/** How far a long change is, with its way out; nothing for one that is done at once. */
export function ChangeProgress({ change }: { change: ChangeState }): ReactNode {
  if (change.progress === null) return null;
  return (
    <div className={css.change}>
      <ProgressLine wide progress={change.progress} />
      <Button disabled={change.cancel === null} onClick={() => change.cancel?.()}>
        Cancel
      </Button>
    </div>
  );
}

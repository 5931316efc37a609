/** Applying a plan: what runs, how far it is, and what can be done with it now. */
import { useEffect, useEffectEvent } from "react";
import type { Plan, Progress } from "../../wire/contract";
import { useAnswer, useCommand, useInvalidate, useJob } from "../../wire/hooks";
import { writes } from "./planWords";

/** How often a plan that another window or an earlier page is applying is looked at again. */
const LOOK_MS = 1500;

/** Progress from the plan's own counts, for a job whose news went elsewhere. */
export function progressOf(plan: Plan): Progress {
  return {
    text: `Writing to ${plan.target}`,
    done: plan.counts.done + plan.counts.failed,
    total: writes(plan.counts),
    unit: "issues",
    rate: null,
    remaining_ms: null,
    waiting_for: null,
    waiting_until: null,
  };
}

export function usePlanRun(plan: Plan) {
  const apply = useJob("plan_apply", plan.id);
  const pause = useCommand("plan_pause");
  const cancel = useCommand("plan_cancel");
  const retry = useCommand("plan_retry");
  const status = useAnswer("app_status", {});
  const invalidate = useInvalidate();
  const here = apply.state === "running";
  const jobs = status.data?.jobs.filter((job) => job.kind === "plan_apply" && job.state === "running") ?? [];
  // Pushes to several places may run at once; a job names its plan in its title.
  const job = jobs.find((one) => one.title.startsWith(`Pushing plan ${plan.id} `));
  const applying = here || plan.state === "applying";
  /** Applying according to the store, but nothing runs: Docket was closed in the middle. */
  const idle = !here && job === undefined && !plan.elsewhere;
  const broken = idle && plan.state === "applying" && status.data !== undefined;
  const look = useEffectEvent(() => invalidate(["Plans", "Jobs"]));
  const looking = applying && !broken;
  useEffect(() => {
    if (!looking) return undefined;
    const timer = setInterval(() => look(), LOOK_MS);
    return () => clearInterval(timer);
  }, [looking]);
  const begin = (target: string | null): void => {
    void apply.start({ id: plan.id, public: target });
  };
  const start = (): void => begin(null);
  /** Refused because everybody can read the target: a yes is asked for, each time anew. */
  const asksPublic = apply.problem?.code === "public_target" ? apply.problem : null;
  return {
    running: applying && !broken,
    broken,
    progress: apply.progress?.unit === "issues" ? apply.progress : (job?.progress ?? progressOf(plan)),
    preparing: here && apply.progress === null,
    asksPublic,
    /** A yes to publishing in this target, for this time. */
    publish: (target: string): void => begin(target),
    dismiss: (): void => apply.clear(),
    problem: (asksPublic === null ? apply.problem : null) ?? pause.problem ?? cancel.problem ?? retry.problem,
    start,
    pause: () => void pause.run({ id: plan.id }),
    cancel: () => void cancel.run({ id: plan.id }),
    retry: async (): Promise<void> => {
      if ((await retry.run({ id: plan.id })) !== null) start();
    },
    stopping: pause.running || cancel.running,
  };
}

export type PlanRun = ReturnType<typeof usePlanRun>;

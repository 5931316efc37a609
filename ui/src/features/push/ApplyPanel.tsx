/** How applying goes: progress while it runs, what came of it afterwards, failures by cause. */
import { Button } from "@mantine/core";
import { type ReactNode, useEffect, useState } from "react";
import { ago, copyAndSay, count, counted, Dot, moment, ProgressLine } from "../../kit";
import type { Plan, Progress } from "../../wire/contract";
import { useCalls } from "../../wire/hooks";
import type { PlanRun } from "./planRun";
import { addressesOf, failuresOf, issueAddresses, useAllSteps } from "./planSteps";
import { doneWords, isFinal, PLAN_STATES } from "./planWords";
import css from "./push.module.css";

export function ApplyPanel(props: { plan: Plan; run: PlanRun; tracker: string }): ReactNode {
  const { plan, run } = props;
  const elsewhere = run.running && plan.elsewhere;
  return (
    <div className={css.apply} data-testid="apply-panel">
      {elsewhere ? (
        <p className={css.meta} data-testid="push-elsewhere">
          Another Docket applies this plan right now, not this window.
        </p>
      ) : null}
      {run.running ? (
        run.preparing ? (
          <p className={css.meta}>Checking the mapping, and what {props.tracker} has already…</p>
        ) : (
          <>
            <ProgressLine wide progress={withoutWait(run.progress)} />
            {run.progress.waiting_for === null ? null : (
              <WaitLine words={run.progress.waiting_for} until={run.progress.waiting_until} />
            )}
          </>
        )
      ) : (
        <Outcome plan={plan} run={run} />
      )}
      {run.running ? (
        <p className={css.meta}>
          You can leave this page or close the window: nothing is lost or sent twice.
        </p>
      ) : null}
      {run.running ? null : <Afterwards plan={plan} />}
    </div>
  );
}

/** The numbers alone; while it waits, how fast it went means nothing. */
function withoutWait(progress: Progress): Progress {
  const rate = progress.waiting_for === null ? progress.rate : null;
  return { ...progress, rate, waiting_for: null, waiting_until: null };
}

/** How often the time that is left is told anew. */
const TICK_MS = 10_000;

/** What a push waits for, and until when: an hour without news must not look like a standstill. */
function WaitLine(props: { words: string; until: string | null }): ReactNode {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  const when = props.until === null ? "" : ` until ${moment(props.until, now)} (${ago(props.until, now)})`;
  return (
    <p className={css.outcome} role="status" data-testid="push-waits">
      <Dot tone="warn" />
      <span>
        Waiting{when}: {props.words}
      </span>
    </p>
  );
}

function Outcome({ plan, run }: { plan: Plan; run: PlanRun }): ReactNode {
  if (run.broken) {
    return (
      <p className={css.outcome} role="status">
        <Dot tone="warn" />
        <span>
          Docket was closed in the middle of this. Go on: it first looks up what has arrived, so that nothing
          is created twice.
        </span>
      </p>
    );
  }
  const tone = plan.state === "done" ? "ok" : plan.state === "partly" ? "bad" : "warn";
  return (
    <p className={css.outcome} role="status" data-testid="push-outcome">
      <Dot tone={tone} />
      <span>
        {isFinal(plan.state) && plan.state !== "cancelled" ? "" : `${PLAN_STATES[plan.state].words}: `}
        {doneWords(plan)}
        {plan.counts.uncertain > 0
          ? `. ${counted(plan.counts.uncertain, "outcome is", "outcomes are")} unknown and will be looked up first`
          : ""}
      </span>
    </p>
  );
}

function Afterwards({ plan }: { plan: Plan }): ReactNode {
  const calls = useCalls();
  const steps = useAllSteps(plan, plan.counts.failed > 0 || plan.counts.done > 0 || isFinal(plan.state));
  const failures = failuresOf(steps);
  const dropped = steps.filter((view) => view.step.dropped.length > 0).length;
  const copy = () => {
    // What is here already is surest: it is on the clipboard before the click is over.
    const urls =
      steps.length === plan.counts.steps
        ? addressesOf(steps).join("\n")
        : issueAddresses(calls, plan.id).then((all) => all.join("\n"));
    return copyAndSay(
      urls,
      (text) => `${counted(text === "" ? 0 : text.split("\n").length, "link")} copied.`,
    );
  };
  return (
    <>
      {dropped === 0 ? null : (
        <p className={css.outcome}>
          <Dot tone="warn" />
          <span>
            In {counted(dropped, "issue")} labels, assignees or the milestone were dropped without a word; the
            steps say which.
          </span>
        </p>
      )}
      {failures.map((failure) => (
        <section key={failure.message} className={css.failure} aria-label="What failed">
          <b>{counted(failure.steps.length, "step")} failed:</b> {failure.message}
          {failure.hint === null ? null : <div>{failure.hint}</div>}
          <div className={css.faint}>
            {failure.steps
              .slice(0, 3)
              .map((view) => `«${view.step.draft?.title ?? view.step.group.title}»`)
              .join(", ")}
            {failure.steps.length > 3 ? ` and ${count(failure.steps.length - 3)} more` : ""}
          </div>
        </section>
      ))}
      {plan.counts.done === 0 ? null : (
        <div>
          <Button onClick={() => void copy()}>Copy links</Button>
        </div>
      )}
    </>
  );
}

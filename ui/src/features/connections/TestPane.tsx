/** The connection test: headline, what was touched, the checks. */
import { Button } from "@mantine/core";
import type { ReactNode } from "react";
import {
  CheckStages,
  checkDuration,
  checkHeadline,
  Dot,
  day,
  EmptyState,
  ProblemView,
  RelativeTime,
} from "../../kit";
import type { LastTest } from "../../wire/contract";
import type { UseJob } from "../../wire/hooks";
import css from "./connections.module.css";

const WARN_DAYS = 14;
const DAY_MS = 86_400_000;

/** «token ends in 9 d», when that is soon. */
export function tokenWarning(ends: string | null, now = Date.now()): string | null {
  if (ends === null) return null;
  const left = new Date(ends).getTime() - now;
  if (Number.isNaN(left) || left > WARN_DAYS * DAY_MS) return null;
  if (left <= 0) return `the token ended on ${day(ends, now)}`;
  const days = Math.floor(left / DAY_MS);
  return days === 0 ? "the token ends today" : `the token ends in ${days} ${days === 1 ? "day" : "days"}`;
}

/** Where there is only one column the result lies below the form: it comes into view when it appears. */
function intoView(element: HTMLElement | null): void {
  if (element !== null && element.getBoundingClientRect().top > window.innerHeight / 2) {
    element.scrollIntoView({ block: "start" });
  }
}

export function TestPane(props: {
  run: UseJob<"connection_test"> | UseJob<"mapping_verify">;
  tracker: string;
  last: LastTest | null;
  onTest: () => void;
}): ReactNode {
  const { run, tracker, last } = props;
  const stages = run.result?.stages ?? run.stages;
  if (run.state === "idle") {
    if (last !== null) return <LastTested last={last} />;
    return (
      <EmptyState title="Not tested yet" actions={<Button onClick={props.onTest}>Test connection</Button>}>
        The test looks at the address, the network, the certificate, the token and its rights, one by one, and
        says what to do about the first thing that is wrong. It writes nothing.
      </EmptyState>
    );
  }
  const running = run.state === "running";
  return (
    <div data-testid="test-result" ref={intoView}>
      <h2 className={css.title} aria-live="polite">
        {run.state === "failed" && stages.length === 0
          ? "The test could not run"
          : checkHeadline(stages, running)}
      </h2>
      <p className={css.about}>
        Nothing {running ? "is" : "was"} written to {tracker}. {running ? "" : checkDuration(stages)}
      </p>
      <CheckStages stages={stages} />
      {run.problem === null ? null : <ProblemView problem={run.problem} onRetry={props.onTest} />}
    </div>
  );
}

function LastTested({ last }: { last: LastTest }): ReactNode {
  const warning = tokenWarning(last.token_ends);
  return (
    <div data-testid="last-test">
      <h2 className={css.title}>
        {last.ok ? "It worked when last tested" : "It did not work when last tested"}
      </h2>
      <p className={css.about}>
        <RelativeTime at={last.at} />
        {last.token_ends === null ? "" : ` · token ends on ${day(last.token_ends)}`}
      </p>
      <p className={css.lastLine}>
        <Dot tone={last.ok ? "ok" : "bad"} /> <span>{last.summary}</span>
      </p>
      {warning === null ? null : (
        <p className={css.lastLine}>
          <Dot tone="warn" /> <span>Careful: {warning}. Make a new one and replace it here.</span>
        </p>
      )}
    </div>
  );
}

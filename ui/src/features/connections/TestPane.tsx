/** A test as it runs: headline, what was touched, the checks. */
import { Button } from "@mantine/core";
import type { ReactNode } from "react";
import {
  CheckStages,
  checkDuration,
  checkHeadline,
  Dot,
  day,
  EmptyState,
  type ItemRepair,
  ProblemView,
  RelativeTime,
} from "../../kit";
import type { CheckStage, LastTest, Problem } from "../../wire/contract";
import css from "./edit.module.css";

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
export function intoView(element: HTMLElement | null): void {
  if (element !== null && element.getBoundingClientRect().top > window.innerHeight / 2) {
    element.scrollIntoView({ block: "start" });
  }
}

export function TestPane(props: {
  stages: readonly CheckStage[];
  running: boolean;
  problem: Problem | null;
  /** What was or is written to the tracker, in words; nothing, when nothing was. */
  wrote?: string | undefined;
  tracker: string;
  /** Lets a person agree to what is missing being made. */
  repair?: ItemRepair | undefined;
  /** Between the headline and the checks. */
  children?: ReactNode;
  onTest: () => void;
}): ReactNode {
  const { stages, running, problem } = props;
  return (
    <div data-testid="test-result" ref={intoView}>
      <h2 className={css.title} aria-live="polite">
        {problem !== null && stages.length === 0 ? "The test could not run" : checkHeadline(stages, running)}
      </h2>
      <p className={css.about}>
        {props.wrote ?? `Nothing ${running ? "is" : "was"} written to ${props.tracker}.`}{" "}
        {running ? "" : checkDuration(stages)}
      </p>
      {props.children}
      <CheckStages stages={stages} repair={props.repair} />
      {problem === null ? null : <ProblemView problem={problem} onRetry={props.onTest} />}
    </div>
  );
}

export function NotTested({ last, onTest }: { last: LastTest | null; onTest: () => void }): ReactNode {
  if (last !== null) return <LastTested last={last} />;
  return (
    <EmptyState title="Not tested yet" actions={<Button onClick={onTest}>Test connection</Button>}>
      The test looks at the address, the network, the certificate, the sign-in and its rights, one by one, and
      says what to do about the first thing that is wrong. It writes nothing.
    </EmptyState>
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

/**
 * A problem in words, where it happened.
 *
 * Invariant: every code of the contract has exactly one entry here saying how it is shown;
 * a new code does not compile until it has one.
 */
import { Button } from "@mantine/core";
import {
  IconAlertTriangle,
  IconBan,
  IconClockPause,
  IconCloudOff,
  IconDatabaseExclamation,
  IconFileAlert,
  IconInfoCircle,
  IconKey,
  IconLock,
  type IconProps,
  IconQuestionMark,
  IconWorld,
} from "@tabler/icons-react";
import { type ComponentType, type ReactNode, useState } from "react";
import { type Code, codeLabels, type Problem } from "../wire/contract";
import { copyAndSay } from "./copy";
import { fullMoment } from "./format";
import css from "./problemView.module.css";

interface Presentation {
  icon: ComponentType<IconProps>;
  tone: "bad" | "warn" | "quiet";
  /** Whether trying the very same thing again can help. */
  again: boolean;
}

export const presentations: Record<Code, Presentation> = {
  bad_input: { icon: IconInfoCircle, tone: "warn", again: false },
  not_found: { icon: IconQuestionMark, tone: "warn", again: false },
  conflict: { icon: IconAlertTriangle, tone: "warn", again: true },
  public_target: { icon: IconWorld, tone: "warn", again: false },
  report: { icon: IconFileAlert, tone: "bad", again: false },
  mismatch: { icon: IconQuestionMark, tone: "warn", again: false },
  keychain: { icon: IconKey, tone: "bad", again: true },
  store: { icon: IconDatabaseExclamation, tone: "bad", again: true },
  store_newer: { icon: IconDatabaseExclamation, tone: "bad", again: false },
  busy: { icon: IconClockPause, tone: "warn", again: true },
  network: { icon: IconCloudOff, tone: "bad", again: true },
  tls: { icon: IconLock, tone: "bad", again: true },
  proxy: { icon: IconCloudOff, tone: "bad", again: true },
  unauthorized: { icon: IconKey, tone: "bad", again: true },
  forbidden: { icon: IconBan, tone: "bad", again: true },
  target_missing: { icon: IconQuestionMark, tone: "bad", again: true },
  rate_limited: { icon: IconClockPause, tone: "warn", again: true },
  refused: { icon: IconBan, tone: "bad", again: false },
  tracker_trouble: { icon: IconCloudOff, tone: "bad", again: true },
  uncertain: { icon: IconQuestionMark, tone: "warn", again: false },
  cancelled: { icon: IconInfoCircle, tone: "quiet", again: true },
  internal: { icon: IconAlertTriangle, tone: "bad", again: true },
};

/** A code that a newer engine may send is shown as a defect rather than not at all. */
export function presentationOf(code: Code): Presentation {
  return presentations[code] ?? presentations.internal;
}

/** The whole problem as text, for a colleague or a report. */
export function problemText(problem: Problem): string {
  const lines = [`${codeLabels[problem.code] ?? problem.code}: ${problem.message}`];
  if (problem.hint !== null) lines.push(problem.hint);
  for (const [name, value] of Object.entries(problem.context)) lines.push(`${name}: ${value}`);
  if (problem.retry_at !== null) lines.push(`can be tried again: ${problem.retry_at}`);
  if (problem.trace_id !== null) lines.push(`trace: ${problem.trace_id}`);
  return lines.join("\n");
}

export function ProblemView(props: {
  problem: Problem;
  onRetry?: (() => void) | undefined;
  actions?: ReactNode;
}): ReactNode {
  const { problem, onRetry } = props;
  const { icon: Icon, tone, again } = presentationOf(problem.code);
  const [copied, setCopied] = useState(false);
  const facts = Object.entries(problem.context);
  if (problem.trace_id !== null) facts.push(["trace", problem.trace_id]);
  const copy = async (): Promise<void> =>
    setCopied(await copyAndSay(problemText(problem), "The details are on the clipboard."));
  return (
    <div className={css.problem} data-tone={tone} role="alert">
      <Icon size="1.35em" stroke={1.8} className={css.icon} aria-hidden="true" />
      <div className={css.body}>
        <div className={css.label}>{codeLabels[problem.code] ?? codeLabels.internal}</div>
        <div className={css.message}>{problem.message}</div>
        {problem.hint === null ? null : <div className={css.hint}>{problem.hint}</div>}
        {problem.retry_at === null ? null : (
          <div className={css.hint}>Can be tried again at {fullMoment(problem.retry_at)}.</div>
        )}
        {facts.length === 0 ? null : (
          <dl className={css.facts}>
            {facts.map(([name, value]) => (
              <Fact key={name} name={name} value={value} />
            ))}
          </dl>
        )}
        <div className={css.actions}>
          {props.actions}
          {onRetry !== undefined && again ? <Button onClick={onRetry}>Try again</Button> : null}
          <Button variant="subtle" onClick={() => void copy()}>
            {copied ? "Copied" : "Copy details"}
          </Button>
        </div>
      </div>
    </div>
  );
}

function Fact({ name, value }: { name: string; value: string }): ReactNode {
  return (
    <>
      <dt>{name.replaceAll("_", " ")}</dt>
      <dd>{value}</dd>
    </>
  );
}

/** A problem in one line under a field. */
export function ProblemLine({ problem }: { problem: Problem }): ReactNode {
  return (
    <div className={css.inline} role="alert">
      <span>
        {problem.message}
        {problem.hint === null ? "" : ` ${problem.hint}`}
      </span>
    </div>
  );
}

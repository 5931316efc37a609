/** What a step changes about its issue as it is in the tracker right now, and what was said to the tracker. */
import type { ReactNode } from "react";
import { fieldWords, IssueText, Pill, ProblemView, Skeletons } from "../../kit";
import type { Difference, DiffLine, DiffMark, PlanId } from "../../wire/contract";
import { useAnswer } from "../../wire/hooks";
import { OneExchange } from "../connections/RequestLog";
import css from "./push.module.css";

const SIGNS: Record<DiffMark, string> = { same: "  ", added: "+ ", removed: "- ", gap: "… " };

export function StepChanges({
  plan,
  step,
  tracker,
}: {
  plan: PlanId;
  step: number;
  tracker: string;
}): ReactNode {
  const answer = useAnswer("plan_difference", { id: plan, step });
  if (answer.problem !== null) return <ProblemView problem={answer.problem} onRetry={answer.refetch} />;
  if (answer.data === undefined) return <Skeletons lines={6} />;
  return <Changes difference={answer.data} tracker={tracker} />;
}

function Changes({ difference, tracker }: { difference: Difference; tracker: string }): ReactNode {
  const { change, body } = difference;
  const fields = [change.severity, change.status].filter((set) => set !== null);
  const facts = change.add_labels.length + change.remove_labels.length + fields.length;
  const nothing = body.length === 0 && facts === 0 && change.comment === null && change.open === null;
  return (
    <div className={css.card} data-testid="step-changes">
      {difference.title === null ? null : <h3 className={css.issueTitle}>{difference.title}</h3>}
      {difference.problem === null ? null : <p className={css.caution}>{difference.problem}</p>}
      {facts === 0 && change.open === null ? null : (
        <p className={css.issueFacts}>
          {change.open === null ? null : <Pill tone="accent">{change.open ? "is opened" : "is closed"}</Pill>}
          {change.add_labels.map((label) => (
            <Pill key={label} tone="ok">
              + {label}
            </Pill>
          ))}
          {change.remove_labels.map((label) => (
            <Pill key={label} tone="bad">
              − {label}
            </Pill>
          ))}
          {fields.map((set) => (
            <span key={set.field} className={css.meta}>
              {fieldWords(set.field)}: {set.value}
            </span>
          ))}
        </p>
      )}
      {body.length === 0 ? null : <Diff lines={body} />}
      {change.comment === null ? null : (
        <details className={css.comment} open>
          <summary>A comment is written</summary>
          <IssueText text={change.comment} />
        </details>
      )}
      {difference.kept.length === 0 ? null : (
        <ul className={css.warnings} aria-label="What stays">
          {difference.kept.map((words) => (
            <li key={words}>{words}</li>
          ))}
        </ul>
      )}
      {nothing && difference.problem === null ? (
        <p className={css.meta}>Nothing changes: the issue in {tracker} is as this step would make it.</p>
      ) : null}
    </div>
  );
}

function Diff({ lines }: { lines: readonly DiffLine[] }): ReactNode {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region has to be reachable by key.
    <section className={css.diff} aria-label="Text, line by line" tabIndex={0}>
      {lines.map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines have no other name.
        <div key={index} data-mark={line.mark}>
          {SIGNS[line.mark]}
          {line.text}
        </div>
      ))}
    </section>
  );
}

/** Every exchange with the tracker while the step was sent. */
export function Evidence({ plan, step }: { plan: PlanId; step: number }): ReactNode {
  const answer = useAnswer("step_exchanges", { id: plan, step });
  if (answer.problem !== null) return <ProblemView problem={answer.problem} onRetry={answer.refetch} />;
  if (answer.data === undefined) return <Skeletons lines={3} />;
  if (answer.data.exchanges.length === 0) {
    return <p className={css.meta}>Nothing is kept of it: the log of requests holds the latest ones only.</p>;
  }
  return (
    <ul className={css.evidence} data-testid="evidence">
      {answer.data.exchanges.map((exchange) => (
        <li key={`${exchange.at} ${exchange.method} ${exchange.url} ${exchange.ms}`}>
          <OneExchange exchange={exchange} />
        </li>
      ))}
    </ul>
  );
}

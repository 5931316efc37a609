/** One step in the list: its state, what it does, its title, its issue. */
import type { ReactNode } from "react";
import { Cut, count, Pill, Sign } from "../../kit";
import { actionLabels, type StepView, severityLabels } from "../../wire/contract";
import { STEP_SIGNS } from "./planWords";
import css from "./push.module.css";

/** What stands under the title: what is wrong, why it is not simply created, or where it is. */
function noteOf({ step, members }: StepView): string {
  if (step.problem !== null && step.state !== "done") return step.problem.message;
  if (step.dropped.length > 0) return step.dropped.join(" ");
  if (step.action !== "create") return step.why;
  const place = members.find((member) => member.place !== null)?.place ?? null;
  const severity = severityLabels[step.group.severity];
  return place === null ? severity : `${severity} · ${place}`;
}

export function StepRow({ view }: { view: StepView | undefined }): ReactNode {
  if (view === undefined) return <span className={css.rowSkeleton} />;
  const { step } = view;
  const sign = STEP_SIGNS[step.state];
  const title = step.draft?.title ?? step.group.title;
  const note = noteOf(view);
  return (
    <>
      <span className={css.sign} data-state={step.state} title={sign.words}>
        <Sign {...sign} />
      </span>
      <span className={css.rowText}>
        <span className={css.rowTitle} title={title}>
          <Cut text={title} />
        </span>
        <span className={css.rowNote} title={note}>
          <Cut text={note} />
        </span>
      </span>
      {step.dropped.length === 0 ? null : <Pill tone="warn">left out: {count(step.dropped.length)}</Pill>}
      {step.issue === null ? (
        <Pill>{actionLabels[step.action]}</Pill>
      ) : (
        <Pill tone={step.state === "done" ? "ok" : "plain"}>
          {step.state === "done" || step.action === "skip"
            ? `#${step.issue.number}`
            : `${actionLabels[step.action]} #${step.issue.number}`}
        </Pill>
      )}
      <span className={css.rowCount}>{count(step.group.findings.length)}</span>
    </>
  );
}

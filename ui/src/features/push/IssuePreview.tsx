/** One step in full: the issue as the tracker will show it, or why nothing is written. */
import { type ReactNode, useState } from "react";
import {
  count,
  Dot,
  fieldWords,
  IssueText,
  OutsideLink,
  Pill,
  ProblemView,
  Segmented,
  SeverityBadge,
} from "../../kit";
import { type Action, actionLabels, type IssueDraft, type Plan, type StepView } from "../../wire/contract";
import { UndoPlan } from "./PlanMore";
import { STEP_SIGNS } from "./planWords";
import css from "./push.module.css";
import { Evidence, StepChanges } from "./StepChanges";

type Look = "shown" | "text" | "changes" | "evidence";

/** Steps that change an issue which is there: it can be compared with. */
const CHANGING: readonly Action[] = ["update", "attach", "close", "reopen"];

export function IssuePreview({
  plan,
  view,
  tracker,
}: {
  plan: Plan;
  view: StepView;
  tracker: string;
}): ReactNode {
  const { step } = view;
  const compares = CHANGING.includes(step.action) && step.state === "planned";
  const [wished, setLook] = useState<Look>(compares ? "changes" : "shown");
  const { draft } = step;
  const looks: { value: Look; label: string }[] = [
    ...(compares ? [{ value: "changes" as const, label: "Changes" }] : []),
    { value: "shown", label: "Shown" },
    { value: "text", label: "Text" },
    ...(step.sent_at === null ? [] : [{ value: "evidence" as const, label: "Evidence" }]),
  ];
  // Once it is applied there is nothing to compare with any more: what was looked at may be gone.
  const look = looks.some((one) => one.value === wished) ? wished : "shown";
  return (
    <article data-testid="issue-preview">
      <div className={css.previewHead}>
        <Pill tone={step.action === "skip" ? "plain" : "accent"}>{actionLabels[step.action]}</Pill>
        <span className={css.meta}>
          {draft === null ? step.why : `as ${tracker} ${step.state === "done" ? "shows" : "will show"} it`}
        </span>
        {step.issue === null ? null : (
          <OutsideLink url={step.issue.url}>
            {step.issue.target}#{step.issue.number}
          </OutsideLink>
        )}
        <span className={css.space} />
        {draft === null ? null : (
          <Segmented<Look> label="How to show the text" value={look} options={looks} onChange={setLook} />
        )}
      </div>
      {step.problem === null || step.state === "done" ? null : (
        <div className={css.stepProblem}>
          <ProblemView problem={step.problem} />
        </div>
      )}
      {step.dropped.length === 0 ? null : (
        <section className={css.dropped} aria-label="What the tracker left out">
          <b>Not everything arrived: {tracker} left something out, and said nothing about it.</b>
          <ul>
            {step.dropped.map((words) => (
              <li key={words}>{words}</li>
            ))}
          </ul>
        </section>
      )}
      {look === "evidence" ? (
        <Evidence plan={plan.id} step={step.index} />
      ) : look === "changes" ? (
        <StepChanges plan={plan.id} step={step.index} tracker={tracker} />
      ) : draft === null ? (
        <Members view={view} />
      ) : (
        <Draft draft={draft} raw={look === "text"} action={step.action} />
      )}
      {step.state === "done" && step.action !== "skip" && plan.undoes === null ? (
        <UndoPlan plan={plan} steps={[step.index]} label="Take this back…" />
      ) : null}
      <ul className={css.warnings} aria-label="Things to know">
        {step.state === "uncertain" || step.state === "sending" ? (
          <Warning>
            {STEP_SIGNS[step.state].words}: Docket looks for it in {tracker} before it sends anything again.
          </Warning>
        ) : null}
        {step.warnings.map((words) => (
          <Warning key={words}>{words}</Warning>
        ))}
        {draft !== null && step.why !== "" && !(step.action === "create" && step.state === "done") ? (
          <li>
            <Dot tone="ok" /> <span>{step.why}</span>
          </li>
        ) : null}
      </ul>
    </article>
  );
}

function Warning({ children }: { children: ReactNode }): ReactNode {
  return (
    <li>
      <Dot tone="warn" /> <span>{children}</span>
    </li>
  );
}

/** What stands over a comment. Only a new issue's comments are the rest of its text. */
export function commentWords(action: Action, nth: number, of: number): string {
  const why = action === "create" ? ", because the text is too long" : "";
  return of === 1 ? `A comment follows${why}.` : `Comment ${count(nth)} of ${count(of)}${why}.`;
}

function Draft({ draft, raw, action }: { draft: IssueDraft; raw: boolean; action: Action }): ReactNode {
  const facts = [draft.severity, draft.status]
    .filter((set) => set !== null)
    .map((set) => `${fieldWords(set.field)}: ${set.value}`);
  if (draft.assignees.length > 0) facts.push(`assigned to ${draft.assignees.join(", ")}`);
  if (draft.milestone !== null) facts.push(`milestone ${draft.milestone}`);
  if (draft.file !== null) facts.push("with its findings as a file");
  return (
    <>
      <div className={css.card}>
        <h3 className={css.issueTitle}>{draft.title}</h3>
        {draft.labels.length === 0 && facts.length === 0 ? null : (
          <p className={css.issueFacts}>
            {draft.labels.map((label) => (
              <Pill key={label}>{label}</Pill>
            ))}
            {facts.length === 0 ? null : <span className={css.meta}>{facts.join(" · ")}</span>}
          </p>
        )}
        {draft.body === "" ? (
          <p className={css.meta}>The text of the issue stays as it is.</p>
        ) : (
          <Body text={draft.body} raw={raw} />
        )}
      </div>
      {draft.follow_ups.map((comment, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: comments have no other name.
        <details key={index} className={css.comment}>
          <summary>{commentWords(action, index + 1, draft.follow_ups.length)}</summary>
          <Body text={comment} raw={raw} />
        </details>
      ))}
    </>
  );
}

function Body({ text, raw }: { text: string; raw: boolean }): ReactNode {
  if (!raw) return <IssueText text={text} />;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region has to be reachable by key.
    <pre className={css.raw} tabIndex={0}>
      {text}
    </pre>
  );
}

function Members({ view }: { view: StepView }): ReactNode {
  const more = view.step.group.findings.length - view.members.length;
  return (
    <div className={css.card}>
      <h3 className={css.issueTitle}>{view.step.group.title}</h3>
      <ul className={css.members}>
        {view.members.map((member) => (
          <li key={member.id}>
            <SeverityBadge severity={member.severity} />
            <span>{member.title}</span>
            {member.place === null ? null : <code>{member.place}</code>}
          </li>
        ))}
      </ul>
      {more > 0 ? <p className={css.meta}>and {count(more)} more</p> : null}
    </div>
  );
}

/** The small forms that decide about findings: status with reason, severity, comment. */
import { Button, NativeSelect, Textarea } from "@mantine/core";
import { type KeyboardEvent, type ReactNode, useId, useState } from "react";
import {
  ChangeProgress,
  type ChangeState,
  counted,
  Kbd,
  notifyDone,
  ProblemLine,
  REASONS,
  SEVERITIES,
  SeverityBadge,
  STATUSES,
  StatusBadge,
  useChange,
} from "../../kit";
import {
  type Reason,
  reasonLabels,
  type Selection,
  type Severity,
  type Status,
  severityLabels,
  statusLabels,
} from "../../wire/contract";
import { useAnswer } from "../../wire/hooks";
import css from "./findings.module.css";

/** Which findings a form is about, and what to call them. */
export interface Subject {
  selection: Selection;
  count: number;
}

interface FormProps {
  subject: Subject;
  onDone: () => void;
}

function Choice<T extends string>(props: {
  label: string;
  value: T | null;
  options: readonly { value: T; show: ReactNode }[];
  onChange: (value: T) => void;
}): ReactNode {
  const name = useId();
  return (
    <fieldset className={css.choice}>
      <legend>{props.label}</legend>
      {props.options.map((option, at) => (
        <label key={option.value}>
          <input
            type="radio"
            name={name}
            checked={props.value === option.value}
            data-autofocus={at === 0 || undefined}
            onChange={() => props.onChange(option.value)}
          />
          {option.show}
        </label>
      ))}
    </fieldset>
  );
}

/** Ctrl/Cmd Enter sends from anywhere in the form. */
function sendsBy(run: () => void) {
  return (event: KeyboardEvent): void => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      run();
    }
  };
}

/** Content with its button, the problem there was, and the key that sends it. */
function DecisionForm(props: {
  change: ChangeState;
  /** The button's words. */
  say: string;
  ready: boolean;
  /** Shown on the button. */
  keys?: string;
  onSend: () => Promise<void>;
  children: ReactNode;
}): ReactNode {
  const { running, problem } = props.change;
  return (
    <form
      className={css.form}
      onKeyDown={sendsBy(() => void props.onSend())}
      onSubmit={(event) => {
        event.preventDefault();
        void props.onSend();
      }}
    >
      {props.children}
      {problem === null ? null : <ProblemLine problem={problem} />}
      <Button
        type="submit"
        variant="filled"
        disabled={!props.ready}
        loading={running}
        rightSection={props.keys === undefined ? null : <Kbd keys={props.keys} filled />}
      >
        {props.say}
      </Button>
      <ChangeProgress change={props.change} />
    </form>
  );
}

function Why(props: { value: string; onChange: (value: string) => void }): ReactNode {
  return (
    <Textarea
      label="Why (kept in the history)"
      autosize
      minRows={2}
      maxRows={6}
      value={props.value}
      onChange={(event) => props.onChange(event.target.value)}
    />
  );
}

const words = (text: string): string | null => (text.trim() === "" ? null : text.trim());

/** What answers suggestions in place of a status. */
const ANSWERS = { accept: "As suggested", dismiss: "Dismiss what is suggested" } as const;
type Answer = keyof typeof ANSWERS;

function isAnswer(choice: Status | Answer | null): choice is Answer {
  return choice !== null && choice in ANSWERS;
}

/** A status for all of them, or an answer to what is suggested about some. */
export function StatusForm({ subject, onDone }: FormProps): ReactNode {
  const assess = useChange("finding_assess");
  const settle = useChange("proposals_settle");
  const numbers = useAnswer("finding_count", { selection: subject.selection });
  const suggested = numbers.data?.suggested ?? 0;
  const [choice, setChoice] = useState<Status | Answer | null>(null);
  const [reason, setReason] = useState<Reason | "none">("none");
  const [comment, setComment] = useState("");
  const answers = isAnswer(choice);
  const reasons = choice === null || answers ? [] : REASONS[choice];
  const send = async (): Promise<void> => {
    if (choice === null) return;
    if (isAnswer(choice)) {
      const accept = choice === "accept";
      const done = await settle.run({ selection: subject.selection, accept });
      if (done === null) return;
      const what = accept ? "taken over" : "dismissed";
      notifyDone(`What was suggested about ${counted(done.count, "finding")} is ${what}.`);
    } else {
      const done = await assess.run({
        selection: subject.selection,
        status: choice,
        reason: reason === "none" ? null : reason,
        comment: words(comment),
      });
      if (done === null) return;
      notifyDone(`${counted(done.count, "finding")} set to «${statusLabels[choice]}».`);
    }
    onDone();
  };
  return (
    <DecisionForm
      change={answers ? settle : assess}
      say={
        choice === null
          ? "Choose a status"
          : isAnswer(choice)
            ? ANSWERS[choice]
            : `Set to ${statusLabels[choice]}`
      }
      ready={choice !== null}
      onSend={send}
    >
      <Choice<Status | Answer>
        label={`Status of ${counted(subject.count, "finding")}`}
        value={choice}
        options={[
          ...STATUSES.map((value) => ({ value, show: <StatusBadge status={value} /> })),
          ...(suggested === 0 ? [] : (Object.keys(ANSWERS) as Answer[])).map((value) => ({
            value,
            show: ANSWERS[value],
          })),
        ]}
        onChange={(value) => {
          setChoice(value);
          setReason("none");
        }}
      />
      {reasons.length === 0 ? null : (
        <Choice<Reason | "none">
          label="Reason"
          value={reason}
          options={[
            { value: "none", show: "None" },
            ...reasons.map((value) => ({ value, show: reasonLabels[value] })),
          ]}
          onChange={setReason}
        />
      )}
      {answers ? (
        <p className={css.formNote}>
          Something is suggested about{" "}
          {suggested === subject.count
            ? "all of them."
            : `${counted(suggested, "finding")}; the others stay as they are.`}
        </p>
      ) : (
        <Why value={comment} onChange={setComment} />
      )}
    </DecisionForm>
  );
}

export function SeverityForm({ subject, onDone }: FormProps): ReactNode {
  const change = useChange("finding_set_severity");
  const [severity, setSeverity] = useState<Severity | "report" | null>(null);
  const [comment, setComment] = useState("");
  const send = async (): Promise<void> => {
    if (severity === null) return;
    const done = await change.run({
      selection: subject.selection,
      severity: severity === "report" ? null : severity,
      comment: words(comment),
    });
    if (done === null) return;
    const said = severity === "report" ? "the report's severity" : `«${severityLabels[severity]}»`;
    notifyDone(`${counted(done.count, "finding")} set to ${said}.`);
    onDone();
  };
  return (
    <DecisionForm change={change} say="Set severity" ready={severity !== null} onSend={send}>
      <Choice<Severity | "report">
        label={`Severity of ${counted(subject.count, "finding")}`}
        value={severity}
        options={[
          ...SEVERITIES.filter((value) => value !== "unknown").map((value) => ({
            value,
            show: <SeverityBadge severity={value} />,
          })),
          { value: "report" as const, show: "As the report says" },
        ]}
        onChange={setSeverity}
      />
      <Why value={comment} onChange={setComment} />
      <p className={css.formNote}>What the report said stays visible.</p>
    </DecisionForm>
  );
}

export function CommentForm({ subject, onDone }: FormProps): ReactNode {
  const change = useChange("finding_comment");
  const [text, setText] = useState("");
  const send = async (): Promise<void> => {
    if (words(text) === null) return;
    const done = await change.run({ selection: subject.selection, text: text.trim() });
    if (done === null) return;
    notifyDone(`Comment added to ${counted(done.count, "finding")}.`);
    onDone();
  };
  return (
    <DecisionForm
      change={change}
      say="Add comment"
      ready={words(text) !== null}
      keys="mod+enter"
      onSend={send}
    >
      <Textarea
        data-autofocus
        label={`Comment on ${counted(subject.count, "finding")}`}
        autosize
        minRows={3}
        maxRows={10}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
    </DecisionForm>
  );
}

export function MoveForm({ subject, onDone }: FormProps): ReactNode {
  const change = useChange("finding_move");
  const list = useAnswer("application_list", {});
  const [application, setApplication] = useState<string | null>(null);
  const applications = list.data?.applications ?? [];
  const send = async (): Promise<void> => {
    if (application === null) return;
    const done = await change.run({ selection: subject.selection, application });
    if (done === null) return;
    const name = applications.find((one) => one.id === application)?.name ?? "";
    notifyDone(`${counted(done.count, "finding")} assigned to «${name}».`);
    onDone();
  };
  return (
    <DecisionForm change={change} say="Assign" ready={application !== null} onSend={send}>
      <NativeSelect
        data-autofocus
        label={`Application of ${counted(subject.count, "finding")}`}
        value={application ?? ""}
        onChange={(event) => setApplication(event.target.value === "" ? null : event.target.value)}
        data={[
          { value: "", label: "Choose an application" },
          ...applications.map((one) => ({ value: one.id, label: one.name })),
        ]}
      />
    </DecisionForm>
  );
}

/**
 * The page on which something is set up: its form on the left, what was found out about it on
 * the right, one above the other where there is little room.
 */
import { Button } from "@mantine/core";
import { createContext, type ReactNode, use, useEffect, useId, useState } from "react";
import { ConfirmButton, PageHeader, ProblemView } from "../../kit";
import type { Problem } from "../../wire/contract";
import css from "./edit.module.css";

export interface Kept<D, S> {
  draft: D;
  /** Something was entered that is not saved. */
  changed: boolean;
  /** How often saving was tried: once it was, what is missing may be said. */
  tried: number;
  change: (draft: D) => void;
  /** Saves; `null` when it could not be. */
  keep: () => Promise<S | null>;
}

/** A draft, until it is saved. `send` answers `null` when the draft is not complete or was refused. */
export function useKept<D, S>(
  start: () => D,
  fresh: boolean,
  send: (draft: D) => Promise<S | null>,
  draftOf: (saved: S) => D,
): Kept<D, S> {
  const [draft, setDraft] = useState(start);
  const [changed, setChanged] = useState(fresh);
  const [tried, setTried] = useState(0);
  const keep = async (): Promise<S | null> => {
    setTried((times) => times + 1);
    const saved = await send(draft);
    if (saved === null) return null;
    setDraft(draftOf(saved));
    setChanged(false);
    setTried(0);
    return saved;
  };
  const change = (next: D): void => {
    setDraft(next);
    setChanged(true);
  };
  return { draft, changed, tried, change, keep };
}

const FormId = createContext<string | undefined>(undefined);

/** The button that the page is for, in the bar on top: Enter in a field of the form presses it. */
export function PrimaryButton(props: { disabled: boolean; children: ReactNode }): ReactNode {
  return (
    <Button variant="filled" type="submit" form={use(FormId)} disabled={props.disabled}>
      {props.children}
    </Button>
  );
}

export function EditPage(props: {
  crumb: ReactNode;
  title: string;
  about: ReactNode;
  /** In the bar on top, with a `PrimaryButton`. */
  actions: ReactNode;
  /** What the primary button does. */
  onPrimary: () => void;
  /** The form needs more room than the usual column. */
  wide?: boolean;
  labels: { form: string; result: string };
  form: ReactNode;
  result: ReactNode;
  save: {
    label: string;
    changed: boolean;
    running: boolean;
    /** Shown here unless it names a field, which shows it itself. */
    problem: Problem | null;
    /** How often it was tried. */
    tried: number;
    run: () => void;
  };
  /** For something new: the way back. */
  leave: { label: string; run: () => void } | null;
  remove: {
    question: string;
    confirm: string;
    running: boolean;
    problem: Problem | null;
    run: () => void;
  } | null;
}): ReactNode {
  const { save, leave, remove } = props;
  const form = useId();
  useTroubleInSight(form, save.tried, save.problem);
  return (
    <FormId value={form}>
      <PageHeader title="Connections" crumb={props.crumb} actions={props.actions} />
      <div className={css.room}>
        <div className={css.two} data-wide={props.wide || undefined}>
          <section aria-label={props.labels.form}>
            <h2 className={css.title}>{props.title}</h2>
            <p className={css.about}>{props.about}</p>
            <form
              id={form}
              noValidate
              onSubmit={(event) => {
                event.preventDefault();
                props.onPrimary();
              }}
            >
              {props.form}
              {save.problem === null || save.problem.context.field !== undefined ? null : (
                <div data-trouble>
                  <ProblemView problem={save.problem} />
                </div>
              )}
              <div className={css.formActions}>
                <Button loading={save.running} disabled={!save.changed} onClick={save.run}>
                  {save.changed ? save.label : "Saved"}
                </Button>
                {leave === null ? null : (
                  <Button variant="subtle" onClick={leave.run}>
                    {leave.label}
                  </Button>
                )}
                {remove === null ? null : (
                  <ConfirmButton
                    label="Delete…"
                    question={remove.question}
                    confirm={remove.confirm}
                    running={remove.running}
                    onConfirm={remove.run}
                  />
                )}
              </div>
              {remove === null || remove.problem === null ? null : <ProblemView problem={remove.problem} />}
            </form>
          </section>
          <section aria-label={props.labels.result}>{props.result}</section>
        </div>
      </div>
    </FormId>
  );
}

/** What keeps a form from being saved is brought into sight: it may be far from where one is. */
function useTroubleInSight(form: string, tried: number, problem: Problem | null): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: looked at after each attempt, and when its answer is there.
  useEffect(() => {
    if (tried === 0) return;
    const trouble = document
      .getElementById(form)
      ?.querySelector<HTMLElement>('[aria-invalid="true"],[data-trouble]');
    trouble?.scrollIntoView({ block: "center" });
    if (trouble?.matches("input,textarea")) trouble.focus({ preventScroll: true });
  }, [form, tried, problem]);
}

/** One connection: its form on the left; its sign-in, its test or its request log on the right. */
import { Button } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { useActions } from "../../app/keys";
import { href, navigate } from "../../app/router";
import { copyAndSay, notifyDone, Section } from "../../kit";
import type { Connection, Problem, TrackerKindCard } from "../../wire/contract";
import { useAnswer, useCommand, useJob, useJobRuns } from "../../wire/hooks";
import { ConnectionForm } from "./ConnectionForm";
import { authOf, draftOf, missingFields, newDraft, saveRequest, signedIn } from "./connectionDraft";
import { EditPage, PrimaryButton, useKept } from "./EditPage";
import css from "./edit.module.css";
import { RequestLog } from "./RequestLog";
import { NotSignedIn, SignInPane } from "./SignInPane";
import { NotTested, TestPane } from "./TestPane";

/** Messages by field: what is empty, and what the engine refused. */
function fieldErrors(card: TrackerKindCard, missing: string[], problem: Problem | null) {
  const errors: Record<string, string> = {};
  for (const id of missing) {
    const field = card.fields.find((one) => one.id === id);
    errors[id] = `${field?.label ?? "This"} must be filled in.`;
  }
  const at = problem?.context.field;
  if (problem !== null && at !== undefined) errors[at] = problem.message;
  return errors;
}

function useConnection(card: TrackerKindCard, connection: Connection | null) {
  const save = useCommand("connection_save");
  const cancel = useCommand("job_cancel");
  const kept = useKept(
    () => (connection === null ? newDraft(card) : draftOf(connection)),
    connection === null,
    async (draft) => (missingFields(card, draft).length > 0 ? null : save.run(saveRequest(card, draft))),
    draftOf,
  );
  const { draft, changed } = kept;
  const runs = useJobRuns();
  const test = useJob("connection_test", connection?.id ?? "new");
  const signIn = useJob("connection_sign_in", connection?.id ?? "new");

  /** The connection as it stands in the form, stored. */
  const stored = async (): Promise<Connection | null> => {
    if (!changed && connection !== null) return connection;
    const saved = await kept.keep();
    if (saved !== null && connection === null) navigate(href("connections", saved.id), { replace: true });
    return saved;
  };
  const begin = (id: string): void => {
    runs.forget("connection_sign_in", id);
    void runs.start("connection_test", id, { id, target: null });
  };
  return {
    ...kept,
    save,
    test,
    signIn,
    running: test.state === "running" || signIn.state === "running",
    saveOnly: async (): Promise<void> => {
      const saved = await kept.keep();
      if (saved === null) return;
      notifyDone(`«${saved.label}» is saved.`);
      if (connection === null) navigate(href("connections", saved.id), { replace: true });
    },
    runTest: async (): Promise<void> => {
      const saved = await stored();
      if (saved !== null) begin(saved.id);
    },
    /** Signs in, and tests at once what that is good for. */
    runSignIn: async (): Promise<void> => {
      const saved = await stored();
      if (saved === null) return;
      runs.forget("connection_test", saved.id);
      const done = await runs.start("connection_sign_in", saved.id, { id: saved.id });
      if (done === null) return;
      notifyDone(`Signed in to «${saved.label}».`);
      begin(saved.id);
    },
    cancel: (): void => {
      const id = signIn.state === "running" ? signIn.id : test.id;
      if (id !== null) void cancel.run({ id });
    },
    errors: fieldErrors(card, kept.tried > 0 ? missingFields(card, draft) : [], save.problem),
  };
}

export function ConnectionView(props: { card: TrackerKindCard; connection: Connection | null }): ReactNode {
  const { card, connection } = props;
  const one = useConnection(card, connection);
  const [log, setLog] = useState(false);
  const remove = useCommand("connection_remove");
  const { test, signIn, running } = one;
  const signed = signedIn(card, one.draft.auth, connection);
  const primary = signed === false ? one.runSignIn : one.runTest;
  const report = test.result?.text ?? null;
  const copy = async (): Promise<void> => {
    if (report !== null) await copyAndSay(report, "The report is on the clipboard, without secrets.");
  };
  const title = connection?.label ?? `Connect ${card.name}`;
  useActions([
    {
      id: "connection-test",
      label: signed === false ? "Sign in" : "Test this connection",
      group: "Connections",
      keys: ["mod+enter"],
      whileTyping: true,
      disabled: running,
      run: () => void primary(),
    },
    {
      id: "connection-sign-in",
      label: "Sign in again",
      group: "Connections",
      disabled: running || signed !== true,
      run: () => void one.runSignIn(),
    },
    {
      id: "connection-copy",
      label: "Copy the test's report",
      group: "Connections",
      disabled: report === null,
      run: () => void copy(),
    },
    {
      id: "connection-log",
      label: "Show the request log",
      group: "Connections",
      disabled: connection === null,
      run: () => setLog(!log),
    },
  ]);
  return (
    <EditPage
      crumb={<>/ {title}</>}
      title={title}
      about={card.about}
      labels={{ form: "Settings of the connection", result: "Connection test" }}
      actions={
        <>
          {connection === null ? null : (
            <Button aria-pressed={log} onClick={() => setLog(!log)}>
              Request log
            </Button>
          )}
          {report === null ? null : <Button onClick={() => void copy()}>Copy report</Button>}
          {test.state === "running" ? (
            <Button disabled={test.id === null} onClick={one.cancel}>
              Cancel
            </Button>
          ) : null}
          {signed === true && !running ? (
            <Button onClick={() => void one.runSignIn()}>Sign in again</Button>
          ) : null}
          <PrimaryButton disabled={running}>
            {signed === false ? "Sign in" : test.state === "idle" ? "Test connection" : "Test again"}
          </PrimaryButton>
        </>
      }
      onPrimary={() => void primary()}
      form={
        <ConnectionForm
          card={card}
          draft={one.draft}
          stored={connection}
          errors={one.errors}
          onChange={one.change}
        />
      }
      save={{
        label: "Save",
        changed: one.changed,
        running: one.save.running,
        problem: one.save.problem,
        tried: one.tried,
        run: () => void one.saveOnly(),
      }}
      leave={
        connection === null ? { label: "Do not connect", run: () => navigate(href("connections")) } : null
      }
      remove={
        connection === null
          ? null
          : {
              question: `Delete «${connection.label}», its mappings and its secret in the keychain? Issues stay where they are.`,
              confirm: "Delete the connection",
              running: remove.running,
              problem: remove.problem,
              run: () =>
                void remove
                  .run({ id: connection.id })
                  .then((done) => done !== null && navigate(href("connections"))),
            }
      }
      result={
        log && connection !== null ? (
          <RequestLog connection={connection.id} onClose={() => setLog(false)} />
        ) : (
          <>
            {signIn.state === "running" || signIn.state === "failed" ? (
              <SignInPane
                run={signIn}
                tracker={card.name}
                scopes={authOf(card, one.draft)?.scopes ?? []}
                onAgain={() => void one.runSignIn()}
                onCancel={one.cancel}
              />
            ) : test.state !== "idle" ? (
              <TestPane
                stages={test.result?.stages ?? test.stages}
                running={test.state === "running"}
                problem={test.problem}
                tracker={card.name}
                onTest={() => void one.runTest()}
              />
            ) : signed === false ? (
              <NotSignedIn tracker={card.name} onSignIn={() => void one.runSignIn()} />
            ) : (
              <NotTested last={connection?.last_test ?? null} onTest={() => void one.runTest()} />
            )}
            {connection === null ? null : <UsedBy connection={connection} />}
          </>
        )
      }
    />
  );
}

function UsedBy({ connection }: { connection: Connection }): ReactNode {
  const mappings = useAnswer("mapping_list", {});
  const own = mappings.data?.mappings.filter((mapping) => mapping.connection === connection.id) ?? [];
  if (mappings.data === undefined) return null;
  return (
    <div className={css.usedBy}>
      <Section title="Where issues go">
        {own.length === 0 ? (
          <p className={css.about}>
            Nothing is pushed through this connection yet.{" "}
            <a href={`#${href("connections", "targets", "new", { connection: connection.id })}`}>
              Choose where issues go
            </a>
          </p>
        ) : (
          <ul className={css.plainList}>
            {own.map((mapping) => (
              <li key={mapping.id}>
                <a href={`#${href("connections", "targets", mapping.id)}`}>{mapping.label}</a>{" "}
                <span className={css.faint}>{mapping.target}</span>
              </li>
            ))}
          </ul>
        )}
      </Section>
    </div>
  );
}

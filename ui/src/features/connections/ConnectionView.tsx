/** One connection: its form on the left, its test on the right. */
import { Button } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { useActions } from "../../app/keys";
import { href, navigate } from "../../app/router";
import { ConfirmButton, notifyDone, PageHeader, ProblemView, Section } from "../../kit";
import { copyText } from "../../platform";
import type { Connection, Problem, TrackerKindCard } from "../../wire/contract";
import { useAnswer, useCommand, useJob, useJobRuns } from "../../wire/hooks";
import { ConnectionForm } from "./ConnectionForm";
import { type ConnectionDraft, draftOf, missingFields, newDraft, saveRequest } from "./connectionDraft";
import css from "./connections.module.css";
import { RequestLog } from "./RequestLog";
import { TestPane } from "./TestPane";

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

export function ConnectionView(props: { card: TrackerKindCard; connection: Connection | null }): ReactNode {
  const { card, connection } = props;
  const [draft, setDraft] = useState<ConnectionDraft>(() =>
    connection === null ? newDraft(card) : draftOf(connection),
  );
  const [changed, setChanged] = useState(connection === null);
  const [tried, setTried] = useState(false);
  const [log, setLog] = useState(false);
  const save = useCommand("connection_save");
  const remove = useCommand("connection_remove");
  const cancel = useCommand("job_cancel");
  const test = useJob("connection_test", connection?.id ?? "new");
  const runs = useJobRuns();
  const running = test.state === "running";
  const change = (next: ConnectionDraft): void => {
    setDraft(next);
    setChanged(true);
  };

  const keep = async (): Promise<Connection | null> => {
    setTried(true);
    if (missingFields(card, draft).length > 0) return null;
    const saved = await save.run(saveRequest(card, draft));
    if (saved === null) return null;
    setDraft(draftOf(saved));
    setChanged(false);
    setTried(false);
    return saved;
  };
  const saveOnly = async (): Promise<void> => {
    const saved = await keep();
    if (saved === null) return;
    notifyDone(`«${saved.label}» is saved.`);
    if (connection === null) navigate(href("connections", saved.id), { replace: true });
  };
  const saveAndTest = async (): Promise<void> => {
    const saved = changed || connection === null ? await keep() : connection;
    if (saved === null) return;
    void runs.start("connection_test", saved.id, { id: saved.id, target: null });
    if (connection === null) navigate(href("connections", saved.id), { replace: true });
  };
  const report = test.result?.text ?? null;
  const copy = async (): Promise<void> => {
    if (report !== null && (await copyText(report)))
      notifyDone("The report is on the clipboard, without secrets.");
  };
  const title = connection?.label ?? `Connect ${card.name}`;
  useActions([
    {
      id: "connection-test",
      label: "Test this connection",
      group: "Connections",
      keys: ["mod+enter"],
      whileTyping: true,
      disabled: running,
      run: () => void saveAndTest(),
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
  const problem = save.problem?.context.field === undefined ? save.problem : null;
  return (
    <>
      <PageHeader
        title="Connections"
        crumb={<>/ {title}</>}
        actions={
          <>
            {connection === null ? null : (
              <Button aria-pressed={log} onClick={() => setLog(!log)}>
                Request log
              </Button>
            )}
            {report === null ? null : <Button onClick={() => void copy()}>Copy report</Button>}
            {running ? (
              <Button
                disabled={test.id === null}
                onClick={() => test.id !== null && void cancel.run({ id: test.id })}
              >
                Cancel
              </Button>
            ) : null}
            <Button variant="filled" disabled={running} onClick={() => void saveAndTest()}>
              {test.state === "idle" ? "Test connection" : "Test again"}
            </Button>
          </>
        }
      />
      <div className={css.room}>
        <div className={css.two}>
          <section aria-label="Settings of the connection">
            <h2 className={css.title}>{title}</h2>
            <p className={css.about}>{card.about}</p>
            <form
              onSubmit={(event) => {
                event.preventDefault();
                void saveOnly();
              }}
            >
              <ConnectionForm
                card={card}
                draft={draft}
                stored={
                  connection === null ? null : { secret: connection.secret, proxy: connection.proxy_secret }
                }
                errors={fieldErrors(card, tried ? missingFields(card, draft) : [], save.problem)}
                onChange={change}
              />
              {problem === null ? null : <ProblemView problem={problem} />}
              <div className={css.formActions}>
                <Button type="submit" loading={save.running} disabled={!changed}>
                  {changed ? "Save" : "Saved"}
                </Button>
                {connection === null ? (
                  <Button variant="subtle" onClick={() => navigate(href("connections"))}>
                    Do not connect
                  </Button>
                ) : (
                  <ConfirmButton
                    label="Delete…"
                    question={`Delete «${connection.label}», its mappings and its token in the keychain? Issues stay where they are.`}
                    confirm="Delete the connection"
                    running={remove.running}
                    onConfirm={() =>
                      void remove
                        .run({ id: connection.id })
                        .then((done) => done !== null && navigate(href("connections")))
                    }
                  />
                )}
              </div>
              {remove.problem === null ? null : <ProblemView problem={remove.problem} />}
            </form>
          </section>
          <section aria-label="Connection test">
            {log && connection !== null ? (
              <RequestLog connection={connection.id} onClose={() => setLog(false)} />
            ) : (
              <TestPane
                run={test}
                tracker={card.name}
                last={connection?.last_test ?? null}
                onTest={() => void saveAndTest()}
              />
            )}
            {connection === null || log ? null : <UsedBy connection={connection} />}
          </section>
        </div>
      </div>
    </>
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

/** One mapping: which applications' findings go where, with which fields. */
import { Button } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { useApplication } from "../../app/ApplicationSwitcher";
import { useActions } from "../../app/keys";
import { href, navigate, useRoute } from "../../app/router";
import { useKind } from "../../app/trackers";
import {
  ConfirmButton,
  EmptyState,
  notifyDone,
  PageBody,
  PageHeader,
  ProblemView,
  Skeletons,
} from "../../kit";
import type { Mapping, MappingId } from "../../wire/contract";
import { useAnswer, useCommand, useJob, useJobRuns } from "../../wire/hooks";
import css from "./connections.module.css";
import { MappingForm } from "./MappingForm";
import { type MappingDraft, mappingRequest, missingInMapping, newMapping, saveMapping } from "./mappingDraft";
import { TestPane } from "./TestPane";

export function MappingPage({ id }: { id: MappingId | null }): ReactNode {
  const { params } = useRoute();
  const mappings = useAnswer("mapping_list", {});
  const connections = useAnswer("connection_list", {});
  const application = useApplication();
  const mapping = mappings.data?.mappings.find((one) => one.id === id);
  const problem = mappings.problem ?? connections.problem;
  if (mappings.data === undefined || connections.data === undefined) {
    return (
      <PageBody>
        <PageHeader title="Connections" crumb="/ Where issues go" />
        {problem === null ? <Skeletons /> : <ProblemView problem={problem} onRetry={mappings.refetch} />}
      </PageBody>
    );
  }
  if (id !== null && mapping === undefined) {
    return (
      <EmptyState
        title="There is no such mapping"
        actions={<Button onClick={() => navigate(href("connections"))}>All connections</Button>}
      >
        It may have been deleted.
      </EmptyState>
    );
  }
  const [only] = connections.data.connections;
  const wanted = params.get("connection") ?? (connections.data.connections.length === 1 ? only?.id : null);
  return <MappingView mapping={mapping ?? null} start={newMapping(wanted ?? null, application)} />;
}

function MappingView({ mapping, start }: { mapping: Mapping | null; start: MappingDraft }): ReactNode {
  const { params } = useRoute();
  const back = params.get("back");
  const [draft, setDraft] = useState<MappingDraft>(() =>
    mapping === null ? start : mappingRequest(mapping),
  );
  const [changed, setChanged] = useState(mapping === null);
  const [tried, setTried] = useState(false);
  const connections = useAnswer("connection_list", {});
  const connection = connections.data?.connections.find((one) => one.id === draft.connection);
  const kind = useKind(connection?.kind);
  const save = useCommand("mapping_save");
  const remove = useCommand("mapping_remove");
  const cancel = useCommand("job_cancel");
  const runs = useJobRuns();
  const verify = useJob("mapping_verify", mapping?.id ?? "new");
  const running = verify.state === "running";

  const keep = async (): Promise<Mapping | null> => {
    setTried(true);
    const request = saveMapping(draft);
    if (request === null || Object.keys(missingInMapping(draft)).length > 0) return null;
    const saved = await save.run(request);
    if (saved === null) return null;
    setDraft(mappingRequest(saved));
    setChanged(false);
    setTried(false);
    return saved;
  };
  const saveOnly = async (): Promise<void> => {
    const saved = await keep();
    if (saved === null) return;
    notifyDone(`«${saved.label}» is saved.`);
    if (back === "push") navigate(href("push", { mapping: saved.id }));
    else if (mapping === null) navigate(href("connections", "targets", saved.id), { replace: true });
  };
  const saveAndVerify = async (): Promise<void> => {
    const saved = changed || mapping === null ? await keep() : mapping;
    if (saved === null) return;
    void runs.start("mapping_verify", saved.id, { id: saved.id });
    if (mapping === null) {
      navigate(href("connections", "targets", saved.id, back === null ? {} : { back }), { replace: true });
    }
  };
  useActions([
    {
      id: "mapping-verify",
      label: "Verify this mapping",
      group: "Connections",
      keys: ["mod+enter"],
      whileTyping: true,
      disabled: running,
      run: () => void saveAndVerify(),
    },
  ]);
  const title = mapping?.label ?? "A new mapping";
  const refused = save.problem?.context.field;
  const errors = tried ? missingInMapping(draft) : {};
  if (save.problem !== null && refused !== undefined) errors[refused] = save.problem.message;
  return (
    <>
      <PageHeader
        title="Connections"
        crumb={<>/ Where issues go / {title}</>}
        actions={
          <>
            {running ? (
              <Button
                disabled={verify.id === null}
                onClick={() => verify.id !== null && void cancel.run({ id: verify.id })}
              >
                Cancel
              </Button>
            ) : null}
            <Button variant="filled" disabled={running} onClick={() => void saveAndVerify()}>
              {verify.state === "idle" ? "Verify" : "Verify again"}
            </Button>
          </>
        }
      />
      <div className={css.room}>
        <div className={css.two}>
          <section aria-label="Settings of the mapping">
            <h2 className={css.title}>{title}</h2>
            <p className={css.about}>Findings of these applications become issues there.</p>
            <form
              onSubmit={(event) => {
                event.preventDefault();
                void saveOnly();
              }}
            >
              <MappingForm
                draft={draft}
                errors={errors}
                onChange={(next) => {
                  setDraft(next);
                  setChanged(true);
                }}
              />
              {save.problem !== null && refused === undefined ? <ProblemView problem={save.problem} /> : null}
              <div className={css.formActions}>
                <Button type="submit" loading={save.running} disabled={!changed}>
                  {changed ? (back === "push" ? "Save and go on" : "Save") : "Saved"}
                </Button>
                {mapping === null ? (
                  <Button
                    variant="subtle"
                    onClick={() => navigate(href(back === "push" ? "push" : "connections"))}
                  >
                    Back without saving
                  </Button>
                ) : (
                  <ConfirmButton
                    label="Delete…"
                    question={`Delete the mapping «${mapping.label}»? Issues that were created through it stay.`}
                    confirm="Delete the mapping"
                    running={remove.running}
                    onConfirm={() =>
                      void remove
                        .run({ id: mapping.id })
                        .then((done) => done !== null && navigate(href("connections")))
                    }
                  />
                )}
              </div>
              {remove.problem === null ? null : <ProblemView problem={remove.problem} />}
            </form>
          </section>
          <section aria-label="Verification">
            {verify.state === "idle" ? (
              <EmptyState
                title="Verify before you push"
                actions={<Button onClick={() => void saveAndVerify()}>Verify</Button>}
              >
                Looks whether the {(kind?.target_label ?? "target").toLowerCase()} is visible, whether you may
                create issues there, and whether every label, assignee and the milestone exist. It writes
                nothing.
              </EmptyState>
            ) : (
              <TestPane
                run={verify}
                tracker={kind?.name ?? "the tracker"}
                last={null}
                onTest={() => void saveAndVerify()}
              />
            )}
          </section>
        </div>
      </div>
    </>
  );
}

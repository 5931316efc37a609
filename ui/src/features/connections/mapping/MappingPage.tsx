/** One mapping: which applications' findings go where, with which fields. */
import { Button } from "@mantine/core";
import type { ReactNode } from "react";
import { useApplication } from "../../../app/ApplicationSwitcher";
import { useActions } from "../../../app/keys";
import { href, navigate, useRoute } from "../../../app/router";
import {
  EmptyState,
  notifyDone,
  PageBody,
  PageHeader,
  ProblemView,
  repairsOf,
  Skeletons,
} from "../../../kit";
import type { Connection, Mapping, MappingId, TrackerKindCard } from "../../../wire/contract";
import { useAnswer, useCommand, useJob, useJobRuns } from "../../../wire/hooks";
import { EditPage, PrimaryButton, useKept } from "../EditPage";
import { TestPane } from "../TestPane";
import { MappingForm } from "./MappingForm";
import {
  fullDraft,
  type MappingDraft,
  mappingRequest,
  missingInMapping,
  newMapping,
  saveMapping,
} from "./mappingDraft";
import { usePastedTarget } from "./pastedTarget";
import { newestStages, RepairOffer, RepairOutcome, useRepairs, wroteWords } from "./Repairs";
import { useTargetFields } from "./targetFields";

export function MappingPage({ id }: { id: MappingId | null }): ReactNode {
  const { params } = useRoute();
  const mappings = useAnswer("mapping_list", {});
  const connections = useAnswer("connection_list", {});
  const kinds = useAnswer("connection_kinds", {});
  const applications = useAnswer("application_list", {});
  const inView = useApplication();
  const mapping = mappings.data?.mappings.find((one) => one.id === id);
  const broken = [mappings, connections, kinds, applications].find((one) => one.problem !== null);
  // One that was saved a moment ago is not in the list yet.
  const coming = id !== null && mapping === undefined && mappings.fetching;
  if (
    coming ||
    mappings.data === undefined ||
    connections.data === undefined ||
    kinds.data === undefined ||
    applications.data === undefined
  ) {
    return (
      <PageBody>
        <PageHeader title="Connections" crumb="/ Where issues go" />
        {broken?.problem == null ? (
          <Skeletons />
        ) : (
          <ProblemView problem={broken.problem} onRetry={broken.refetch} />
        )}
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
  const list = connections.data.connections;
  const known = applications.data.applications;
  const connection = oneOf(list, params.get("connection"));
  const application = oneOf(known, params.get("application") ?? inView);
  return (
    <MappingView
      mapping={mapping ?? null}
      start={newMapping(connection, application)}
      connections={list}
      kinds={kinds.data.kinds}
    />
  );
}

/** The wanted one if it is there, else the only one there is. */
function oneOf<T extends { id: string }>(list: readonly T[], wanted: string | null): T["id"] | null {
  const found = list.find((one) => one.id === wanted);
  return found?.id ?? (list.length === 1 ? (list[0]?.id ?? null) : null);
}

interface ViewProps {
  mapping: Mapping | null;
  start: MappingDraft;
  connections: readonly Connection[];
  kinds: readonly TrackerKindCard[];
}

function useMapping({ mapping, start, connections, kinds }: ViewProps) {
  const { params } = useRoute();
  const back = params.get("back");
  const cardOf = (draft: MappingDraft): TrackerKindCard | undefined => {
    const kind = connections.find((one) => one.id === draft.connection)?.kind;
    return kinds.find((card) => card.id === kind);
  };
  const save = useCommand("mapping_save");
  const cancel = useCommand("job_cancel");
  const runs = useJobRuns();
  const key = mapping?.id ?? "new";
  const verify = useJob("mapping_verify", key);
  const repair = useJob("mapping_repair", key);
  const kept = useKept<MappingDraft, Mapping>(
    () => (mapping === null ? start : mappingRequest(mapping)),
    mapping === null,
    async (draft) => {
      const request = saveMapping(draft, cardOf(draft));
      return request === null || Object.keys(missingInMapping(draft)).length > 0 ? null : save.run(request);
    },
    mappingRequest,
  );
  const card = cardOf(kept.draft);
  usePastedTarget(mapping === null, kept, connections);
  const refused = save.problem?.context.field;
  const errors = kept.tried > 0 ? missingInMapping(kept.draft) : {};
  if (save.problem !== null && refused !== undefined) errors[refused] = save.problem.message;
  return {
    ...kept,
    back,
    card,
    full: fullDraft(kept.draft, card),
    errors,
    save,
    verify,
    repair,
    running: verify.state === "running" || repair.state === "running",
    saveOnly: async (): Promise<void> => {
      const saved = await kept.keep();
      if (saved === null) return;
      notifyDone(`«${saved.label}» is saved.`);
      if (back === "push") navigate(href("push", { mapping: saved.id }));
      else if (mapping === null) navigate(href("connections", "targets", saved.id), { replace: true });
    },
    saveAndVerify: async (): Promise<void> => {
      const saved = kept.changed || mapping === null ? await kept.keep() : mapping;
      if (saved === null) return;
      runs.forget("mapping_repair", saved.id);
      void runs.start("mapping_verify", saved.id, { id: saved.id });
      if (mapping === null) {
        navigate(href("connections", "targets", saved.id, back === null ? {} : { back }), { replace: true });
      }
    },
    cancel: (): void => {
      const id = repair.state === "running" ? repair.id : verify.id;
      if (id !== null) void cancel.run({ id });
    },
  };
}

function MappingView(props: ViewProps): ReactNode {
  const { mapping, connections } = props;
  const one = useMapping(props);
  const { draft, full, card, verify, repair, running, back } = one;
  const offered = useTargetFields(full, one.change);
  const remove = useCommand("mapping_remove");
  useActions([
    {
      id: "mapping-verify",
      label: "Verify this mapping",
      group: "Connections",
      keys: ["mod+enter"],
      whileTyping: true,
      disabled: running,
      run: () => void one.saveAndVerify(),
    },
  ]);
  const title = mapping?.label ?? "A new mapping";
  const started = verify.state !== "idle" || repair.state !== "idle";
  return (
    <EditPage
      wide
      crumb={<>/ Where issues go / {title}</>}
      title={title}
      about="Findings of these applications become issues there."
      labels={{ form: "Settings of the mapping", result: "Verification" }}
      actions={
        <>
          {running ? (
            <Button disabled={(repair.id ?? verify.id) === null} onClick={one.cancel}>
              Cancel
            </Button>
          ) : null}
          <PrimaryButton disabled={running}>{started ? "Verify again" : "Verify"}</PrimaryButton>
        </>
      }
      onPrimary={() => void one.saveAndVerify()}
      form={
        <MappingForm
          draft={draft}
          full={full}
          card={card}
          connections={connections}
          offered={offered}
          errors={one.errors}
          onChange={one.change}
        />
      }
      save={{
        label: back === "push" ? "Save and go on" : "Save",
        changed: one.changed,
        running: one.save.running,
        problem: one.save.problem,
        tried: one.tried,
        run: () => void one.saveOnly(),
      }}
      leave={
        mapping === null
          ? {
              label: "Back without saving",
              run: () => navigate(href(back === "push" ? "push" : "connections")),
            }
          : null
      }
      remove={
        mapping === null
          ? null
          : {
              question: `Delete the mapping «${mapping.label}»? Issues that were created through it stay.`,
              confirm: "Delete the mapping",
              running: remove.running,
              problem: remove.problem,
              run: () =>
                void remove
                  .run({ id: mapping.id })
                  .then((done) => done !== null && navigate(href("connections"))),
            }
      }
      result={
        mapping === null || !started ? (
          <EmptyState
            title="Verify before you push"
            actions={<Button onClick={() => void one.saveAndVerify()}>Verify</Button>}
          >
            Looks whether the {(card?.target_label ?? "target").toLowerCase()} is visible, whether you may
            create issues there, and whether every field, value, label, assignee and the milestone exist. It
            writes nothing.
          </EmptyState>
        ) : (
          <Verification mapping={mapping} one={one} />
        )
      }
    />
  );
}

function Verification(props: { mapping: Mapping; one: ReturnType<typeof useMapping> }): ReactNode {
  const { mapping, one } = props;
  const { verify, repair, running, card } = one;
  const tracker = card?.name ?? "the tracker";
  const stages = newestStages(verify, repair);
  const possible = running ? [] : repairsOf(stages);
  // What is not saved was not verified either, and would not be what is created for.
  const repairs = useRepairs(possible, running || one.changed);
  return (
    <TestPane
      stages={stages}
      running={running}
      problem={verify.problem}
      wrote={wroteWords(repair, tracker)}
      tracker={tracker}
      repair={repairs.control}
      onTest={() => void one.saveAndVerify()}
    >
      <RepairOutcome run={repair} />
      <RepairOffer
        possible={possible}
        chosen={repairs.chosen}
        target={mapping.target}
        tracker={tracker}
        disabled={running || one.changed}
        onRepair={() => void repair.start({ id: mapping.id, repairs: [...repairs.chosen] })}
      />
    </TestPane>
  );
}

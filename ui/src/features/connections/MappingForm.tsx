/** The form of a mapping; what depends on the target is read from the tracker. */
import { Checkbox, MultiSelect, Select, Switch, TagsInput, TextInput } from "@mantine/core";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { useKind, useTrackerName } from "../../app/trackers";
import { Dot, ProblemLine } from "../../kit";
import type { Choice, TargetFields } from "../../wire/contract";
import { useAnswer } from "../../wire/hooks";
import css from "./connections.module.css";
import { keepValid, type MappingDraft, newLabels } from "./mappingDraft";
import { TargetPicker } from "./TargetPicker";

/** Choices as the widgets want them, with what is chosen but not (or no longer) listed. */
function options(choices: readonly Choice[], chosen: readonly string[]) {
  const known = new Set(choices.map((choice) => choice.value));
  return [
    ...choices.map((choice) => ({
      value: choice.value,
      label: choice.note === null ? choice.label : `${choice.label} · ${choice.note}`,
    })),
    ...chosen.filter((value) => !known.has(value)).map((value) => ({ value, label: value })),
  ];
}

function OptionLine({ choices, value }: { choices: readonly Choice[]; value: string }): ReactNode {
  const choice = choices.find((one) => one.value === value);
  return (
    <span className={css.option}>
      <span>{choice?.label ?? value}</span>
      {choice?.note == null ? null : <span className={css.faint}>{choice.note}</span>}
    </span>
  );
}

/** Reads what the target offers and lets go what another target does not have. */
function useTargetFields(draft: MappingDraft, onChange: (draft: MappingDraft) => void) {
  const { connection, target } = draft;
  const on = connection !== null && target !== "";
  const fields = useAnswer(
    "connection_fields",
    { connection: connection ?? "", target, settings: {} },
    { on },
  );
  const [gone, setGone] = useState<{ target: string; words: string[] }>({ target: "", words: [] });
  const before = useRef<{ key: string; fields: TargetFields } | null>(null);
  const key = `${connection} ${target}`;
  const data = fields.data;
  useEffect(() => {
    if (data === undefined || before.current?.key === key) return;
    const kept = keepValid(draft, before.current?.fields, data);
    // The first target is the stored one: what is not valid there is the verification's to say.
    const first = before.current === null;
    before.current = { key, fields: data };
    if (first) return;
    setGone({ target, words: kept.gone });
    if (kept.gone.length > 0) onChange(kept.draft);
  }, [data, key, target, draft, onChange]);
  return { fields, gone: gone.target === target ? gone.words : [] };
}

export function MappingForm(props: {
  draft: MappingDraft;
  errors: Record<string, string>;
  onChange: (draft: MappingDraft) => void;
}): ReactNode {
  const { draft, errors, onChange } = props;
  const applications = useAnswer("application_list", {});
  const connections = useAnswer("connection_list", {});
  const connection = connections.data?.connections.find((one) => one.id === draft.connection);
  const kind = useKind(connection?.kind);
  const tracker = useTrackerName(connection?.kind);
  const { fields, gone } = useTargetFields(draft, onChange);
  const offered = fields.data;
  const fresh = newLabels(draft, offered);
  return (
    <div className={css.form}>
      <TextInput
        label="Label"
        placeholder={draft.target === "" ? "Shop on the tracker" : draft.target}
        description="Your name for it. Left empty, it is the target's name."
        value={draft.label}
        error={errors.label}
        onChange={(event) => onChange({ ...draft, label: event.currentTarget.value })}
      />
      <MultiSelect
        label="Applications"
        withAsterisk
        placeholder={draft.applications.length === 0 ? "Choose" : ""}
        data={(applications.data?.applications ?? []).map((one) => ({ value: one.id, label: one.name }))}
        value={draft.applications}
        error={errors.applications}
        searchable
        nothingFoundMessage="No such application. Import a report to make one."
        onChange={(chosen) => onChange({ ...draft, applications: chosen })}
      />
      <Select
        label="Connection"
        withAsterisk
        placeholder="Choose"
        data={(connections.data?.connections ?? []).map((one) => ({ value: one.id, label: one.label }))}
        value={draft.connection}
        error={errors.connection}
        onChange={(chosen) => onChange({ ...draft, connection: chosen, target: "" })}
      />
      {draft.connection === null ? null : (
        <TargetPicker
          connection={draft.connection}
          label={kind?.target_label ?? "Target"}
          example={kind?.target_example ?? ""}
          value={draft.target}
          error={errors.target}
          onChange={(target) => onChange({ ...draft, target })}
        />
      )}
      {draft.target === "" ? null : (
        <>
          {fields.problem === null ? null : <ProblemLine problem={fields.problem} />}
          {offered?.may_set_fields === false ? (
            <Caution>
              This account may create issues in {draft.target}, but {tracker} would silently drop labels,
              assignees and milestone. Ask for write access, or leave them empty.
            </Caution>
          ) : null}
          {offered?.target.closed == null ? null : <Caution>{offered.target.closed}</Caution>}
          <div aria-live="polite" className={css.live}>
            {gone.length === 0 ? null : (
              <Caution>
                Let go, because {draft.target} does not have it: {gone.join(", ")}.
              </Caution>
            )}
          </div>
          <TagsInput
            label="Labels"
            description="Existing ones, or new ones; several at once with commas."
            size="sm"
            data={offered?.labels.map((choice) => choice.value) ?? []}
            renderOption={({ option }) => <OptionLine choices={offered?.labels ?? []} value={option.value} />}
            splitChars={[","]}
            value={draft.labels}
            onChange={(labels) => onChange({ ...draft, labels: labels.map((one) => one.trim()) })}
          />
          {fresh.length === 0 ? null : (
            <p className={css.hint}>
              New in {draft.target}, created with the first issue: {fresh.join(", ")}.
            </p>
          )}
          <Switch
            label="Also a label for the severity"
            description="severity: high, after the most severe finding of the issue."
            checked={draft.severity_label}
            onChange={(event) => onChange({ ...draft, severity_label: event.currentTarget.checked })}
          />
          <MultiSelect
            label="Assignees"
            size="sm"
            placeholder={draft.assignees.length === 0 ? "Nobody" : ""}
            data={options(offered?.assignees ?? [], draft.assignees)}
            searchable
            nothingFoundMessage={fields.pending ? "Reading…" : "Nobody of that name can be assigned there."}
            value={draft.assignees}
            onChange={(assignees) => onChange({ ...draft, assignees })}
          />
          <Select
            label="Milestone"
            placeholder="None"
            data={options(offered?.milestones ?? [], draft.milestone === null ? [] : [draft.milestone])}
            value={draft.milestone}
            clearable
            searchable
            nothingFoundMessage="No such open milestone."
            onChange={(milestone) => onChange({ ...draft, milestone })}
          />
        </>
      )}
      <Checkbox
        label="Active"
        description="Off: nothing is pushed through it."
        checked={draft.active}
        onChange={(event) => onChange({ ...draft, active: event.currentTarget.checked })}
      />
    </div>
  );
}

function Caution({ children }: { children: ReactNode }): ReactNode {
  return (
    <p className={css.caution}>
      <Dot tone="warn" /> <span>{children}</span>
    </p>
  );
}

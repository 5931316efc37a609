/** The form of a mapping; what depends on the target is read from the tracker. */
import { Checkbox, MultiSelect, Select, TextInput } from "@mantine/core";
import type { ReactNode } from "react";
import { Caution, ProblemView, Skeletons } from "../../../kit";
import type { Connection, TrackerKindCard } from "../../../wire/contract";
import { useAnswer } from "../../../wire/hooks";
import page from "../edit.module.css";
import { GuardFields } from "./GuardFields";
import { IssueFields } from "./IssueFields";
import { KindField } from "./KindField";
import css from "./mapping.module.css";
import {
  emptyFields,
  type FullDraft,
  labelOf,
  lackingField,
  type MappingDraft,
  throughConnection,
  writable,
} from "./mappingDraft";
import { TargetPicker } from "./TargetPicker";
import { TemplateFields } from "./TemplateFields";
import type { Offered } from "./targetFields";
import { ValueMapFields } from "./ValueMapFields";
import { SEVERITY_ROWS, STATUS_ROWS } from "./valueMaps";

export interface FormProps {
  draft: MappingDraft;
  /** With the kind's defaults where nothing was chosen. */
  full: FullDraft;
  card: TrackerKindCard | undefined;
  connections: readonly Connection[];
  offered: Offered;
  errors: Record<string, string>;
  onChange: (draft: MappingDraft) => void;
}

export function MappingForm(props: FormProps): ReactNode {
  const { draft, full, card, offered, errors, onChange } = props;
  const set = (change: Partial<MappingDraft>): void => onChange({ ...draft, ...change });
  const { fields } = offered;
  const lacking = lackingField(card, full);
  const shared = { target: draft.target, pending: offered.pending };
  return (
    <div className={page.form}>
      <Where {...props} />
      {draft.connection === null || draft.target === "" ? null : (
        <>
          <Group title="On every issue">
            <IssueFields
              full={full}
              offered={offered}
              tracker={card?.name ?? "the tracker"}
              takesFiles={card?.takes_files === true}
              onChange={set}
            />
          </Group>
          {lacking === null ? (
            <>
              <Group title="Severity">
                <ValueMapFields
                  {...shared}
                  what="severity"
                  map={full.severity}
                  rows={SEVERITY_ROWS}
                  fields={fields?.severity}
                  onChange={(severity) => set({ severity })}
                />
              </Group>
              <Group title="Status">
                <ValueMapFields
                  {...shared}
                  what="status"
                  map={full.status}
                  rows={STATUS_ROWS}
                  fields={fields?.status}
                  onChange={(status) => set({ status })}
                />
              </Group>
            </>
          ) : (
            <Group title="Severity and status">
              <p className={page.hint}>
                {card?.name} issues have no fields for severity and status. If a{" "}
                {labelOf(fields, lacking).toLowerCase()} of yours has them, choose it under «
                {labelOf(fields, lacking)}» above.
              </p>
            </Group>
          )}
          <Group title="How the issues are written">
            <TemplateFields
              full={writable(card, full)}
              errors={errors}
              onChange={(template) => set({ template })}
            />
          </Group>
          <Group title="What stays on this computer">
            <GuardFields full={full} errors={errors} onChange={(guard) => set({ guard })} />
          </Group>
        </>
      )}
      <Checkbox
        className={css.active ?? ""}
        label="Active"
        description="Off: nothing is pushed through it."
        checked={draft.active}
        onChange={(event) => set({ active: event.currentTarget.checked })}
      />
    </div>
  );
}

function Group({ title, children }: { title: string; children: ReactNode }): ReactNode {
  return (
    <fieldset className={css.group}>
      <legend className={css.legend}>{title}</legend>
      <div className={page.form}>{children}</div>
    </fieldset>
  );
}

function Where(props: FormProps): ReactNode {
  const { draft, full, card, connections, offered, errors, onChange } = props;
  const applications = useAnswer("application_list", {});
  const { fields } = offered;
  const empty = emptyFields(full, fields);
  const choose = (id: string | null): void => {
    if (id === draft.connection) return;
    const kind = connections.find((one) => one.id === id)?.kind;
    onChange(throughConnection(draft, id, kind === card?.id));
  };
  return (
    <>
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
        size="sm"
        withAsterisk
        placeholder={draft.applications.length === 0 ? "Choose" : ""}
        data={(applications.data?.applications ?? []).map((one) => ({ value: one.id, label: one.name }))}
        value={draft.applications}
        error={errors.applications}
        searchable
        hidePickedOptions
        nothingFoundMessage="No such application. Import a report to make one."
        onChange={(chosen) => onChange({ ...draft, applications: chosen })}
      />
      <Select
        label="Connection"
        withAsterisk
        placeholder="Choose"
        data={connections.map((one) => ({ value: one.id, label: one.label }))}
        value={draft.connection}
        error={errors.connection}
        onChange={choose}
      />
      {draft.connection === null ? null : (
        <TargetPicker
          key={draft.connection}
          connection={draft.connection}
          label={card?.target_label ?? "Target"}
          example={card?.target_example ?? ""}
          value={draft.target}
          error={errors.target}
          onChange={(target) => onChange({ ...draft, target })}
        />
      )}
      {draft.target === "" ? null : (
        <>
          {offered.problem === null ? null : (
            <ProblemView problem={offered.problem} onRetry={offered.refetch} />
          )}
          {offered.pending ? <Skeletons lines={3} label={`Reading ${draft.target}`} /> : null}
          {fields?.target.closed == null ? null : (
            <Caution>
              No issues can be created in {draft.target}: {fields.target.closed}.
            </Caution>
          )}
          {(fields?.fields ?? []).map((field) => (
            <KindField
              key={field.id}
              field={field}
              value={full.settings[field.id] ?? ""}
              offered={offered}
              error={errors[field.id] ?? empty[field.id]}
              onChange={(value) => onChange({ ...draft, settings: { ...full.settings, [field.id]: value } })}
            />
          ))}
        </>
      )}
      <div aria-live="polite" className={css.live}>
        {offered.gone.length === 0 ? null : (
          <Caution>
            Let go, because {draft.target} does not have it: {offered.gone.join(", ")}.
          </Caution>
        )}
      </div>
    </>
  );
}

/** What is set on every issue: labels, people, milestone. */
import { MultiSelect, Switch, TagsInput } from "@mantine/core";
import type { ReactNode } from "react";
import { Caution, ChoiceLine, Picker } from "../../../kit";
import type { Choice, TargetFields } from "../../../wire/contract";
import page from "../edit.module.css";
import { has } from "./keepValid";
import type { FullDraft, MappingDraft } from "./mappingDraft";

const SHOWN = 100;

/** Choices as the widgets want them, with what is chosen but not (or no longer) listed. */
function options(choices: readonly Choice[], chosen: readonly string[]) {
  const known = new Set(choices.map((choice) => choice.value));
  return [
    ...choices.map((choice) => ({ value: choice.value, label: choice.label })),
    ...chosen.filter((value) => !known.has(value)).map((value) => ({ value, label: value })),
  ];
}

function lineOf(choices: readonly Choice[], value: string): ReactNode {
  const choice = choices.find((one) => one.value === value);
  return <ChoiceLine choice={choice ?? { value, label: value, note: null }} />;
}

/** Chosen names that the target does not have, as far as all of them were read. */
export function absent(chosen: readonly string[], offered: readonly Choice[] | undefined, cut: boolean) {
  if (offered === undefined || cut) return [];
  return chosen.filter((value) => !has(offered, value));
}

/** Typed or pasted with commas; each once, as it was written first. */
export function labelsOf(entered: readonly string[]): string[] {
  const labels = entered.flatMap((one) => one.split(",")).map((one) => one.trim());
  const first = (label: string): number =>
    labels.findIndex((one) => one.toLowerCase() === label.toLowerCase());
  return labels.filter((label, at) => label !== "" && first(label) === at);
}

export function IssueFields(props: {
  full: FullDraft;
  fields: TargetFields | undefined;
  pending: boolean;
  tracker: string;
  onChange: (change: Partial<MappingDraft>) => void;
}): ReactNode {
  const { full, fields, tracker, onChange } = props;
  const cut = fields?.truncated === true;
  const newLabels = absent(full.labels, fields?.labels, cut);
  return (
    <>
      {fields?.may_set_fields === false ? (
        <Caution>
          This account may create issues in {full.target}, but {tracker} would silently drop labels, assignees
          and milestone. Ask for write access, or leave them empty.
        </Caution>
      ) : null}
      {cut ? (
        <Caution>
          {full.target} has more labels or people than were read here. What is not listed can be typed.
        </Caution>
      ) : null}
      <div className={page.fieldGroup}>
        <TagsInput
          label="Labels"
          description="Existing ones, or new ones; several at once with commas."
          size="sm"
          data={fields?.labels.map((choice) => choice.value) ?? []}
          limit={SHOWN}
          renderOption={({ option }) => lineOf(fields?.labels ?? [], option.value)}
          splitChars={[","]}
          acceptValueOnBlur
          value={full.labels}
          onChange={(labels) => onChange({ labels: labelsOf(labels) })}
        />
        {newLabels.length === 0 ? null : (
          <p className={page.hint}>
            New in {full.target}, created with the first issue: {newLabels.join(", ")}.
          </p>
        )}
      </div>
      <Switch
        label="Also a label for the severity"
        description="severity: high, after the most severe finding of the issue."
        checked={full.severity_label}
        onChange={(event) => onChange({ severity_label: event.currentTarget.checked })}
      />
      <Assignees {...props} cut={cut} />
      <Milestone {...props} cut={cut} />
    </>
  );
}

interface ListProps {
  full: FullDraft;
  fields: TargetFields | undefined;
  pending: boolean;
  cut: boolean;
  onChange: (change: Partial<MappingDraft>) => void;
}

function Assignees({ full, fields, pending, cut, onChange }: ListProps): ReactNode {
  const offered = fields?.assignees ?? [];
  const gone = absent(full.assignees, fields?.assignees, cut);
  const common = {
    label: "Assignees",
    size: "sm",
    placeholder: full.assignees.length === 0 ? "Nobody" : "",
    limit: SHOWN,
    renderOption: ({ option }: { option: { value: string } }) => lineOf(offered, option.value),
    value: full.assignees,
    onChange: (assignees: string[]) => onChange({ assignees }),
  } as const;
  return (
    <div className={page.fieldGroup}>
      {cut ? (
        <TagsInput {...common} data={offered.map((one) => one.value)} splitChars={[",", " "]} />
      ) : (
        <MultiSelect
          {...common}
          data={options(offered, full.assignees)}
          searchable
          hidePickedOptions
          nothingFoundMessage={pending ? "Reading…" : "Nobody of that name can be assigned there."}
        />
      )}
      {gone.length === 0 ? null : (
        <Caution>
          Cannot be assigned in {full.target}: {gone.join(", ")}.
        </Caution>
      )}
    </div>
  );
}

function Milestone({ full, fields, pending, cut, onChange }: ListProps): ReactNode {
  const chosen = full.milestone ?? "";
  const gone = absent(chosen === "" ? [] : [chosen], fields?.milestones, cut);
  return (
    <div className={page.fieldGroup}>
      <Picker
        label="Milestone"
        placeholder="None"
        value={chosen}
        choices={fields?.milestones ?? []}
        free={cut}
        clear="No milestone"
        nothing={pending ? "Reading…" : "No such open milestone."}
        onChange={(milestone) => onChange({ milestone: milestone === "" ? null : milestone })}
      />
      {gone.length === 0 ? null : (
        <Caution>
          {full.target} has no open milestone «{chosen}».
        </Caution>
      )}
    </div>
  );
}

/** What is set on every issue: labels, people, milestone. */
import { Switch } from "@mantine/core";
import type { ReactNode } from "react";
import { Caution, ManyPicker, Picker } from "../../../kit";
import type { Choice, ChoiceList } from "../../../wire/contract";
import page from "../edit.module.css";
import { goesOn, has } from "./keepValid";
import type { FullDraft, MappingDraft } from "./mappingDraft";
import { SEARCH_WORDS, useOffer } from "./searchedList";
import type { Offered } from "./targetFields";

const LABELS: ChoiceList = { type: "labels" };
const ASSIGNEES: ChoiceList = { type: "assignees" };
const MILESTONES: ChoiceList = { type: "milestones" };

/** Chosen names that the target does not have, if all that it has was read. */
export function absent(chosen: readonly string[], read: readonly Choice[] | undefined, longer: boolean) {
  if (read === undefined || longer) return [];
  return chosen.filter((value) => !has(read, value));
}

export interface IssueFieldsProps {
  full: FullDraft;
  offered: Offered;
  tracker: string;
  /** Issues there take files. */
  takesFiles: boolean;
  onChange: (change: Partial<MappingDraft>) => void;
}

export function IssueFields(props: IssueFieldsProps): ReactNode {
  const { full, offered, tracker, onChange } = props;
  return (
    <>
      {offered.fields?.may_set_fields === false ? (
        <Caution>
          This account may create issues in {full.target}, but {tracker} would silently drop labels, assignees
          and milestone. Ask for write access, or leave them empty.
        </Caution>
      ) : null}
      <Labels {...props} />
      <Switch
        label="Also a label for the severity"
        description="severity: high, after the most severe finding of the issue."
        checked={full.severity_label}
        onChange={(event) => onChange({ severity_label: event.currentTarget.checked })}
      />
      <Assignees {...props} />
      <Milestone {...props} />
      {props.takesFiles ? (
        <Switch
          label="Findings as a file"
          description="Each issue also gets its findings as a JSON file, guarded as the text is."
          checked={full.findings_file}
          onChange={(event) => onChange({ findings_file: event.currentTarget.checked })}
        />
      ) : null}
    </>
  );
}

function Labels({ full, offered, onChange }: IssueFieldsProps): ReactNode {
  const { fields } = offered;
  const longer = goesOn(fields, LABELS);
  const offer = useOffer(offered.asked, LABELS, fields, fields?.labels ?? []);
  const fresh = absent(full.labels, fields?.labels, longer);
  return (
    <div className={page.fieldGroup}>
      <ManyPicker
        {...offer}
        label="Labels"
        description={`Existing ones, or new ones; several at once with commas.${longer ? ` ${SEARCH_WORDS}` : ""}`}
        free
        value={full.labels}
        nothing={offered.pending ? "Reading…" : "No others are there; type a new one."}
        onChange={(labels) => onChange({ labels })}
      />
      {fresh.length === 0 ? null : (
        <p className={page.hint}>
          New in {full.target}, created with the first issue: {fresh.join(", ")}.
        </p>
      )}
    </div>
  );
}

function Assignees({ full, offered, onChange }: IssueFieldsProps): ReactNode {
  const { fields } = offered;
  const longer = goesOn(fields, ASSIGNEES);
  const offer = useOffer(offered.asked, ASSIGNEES, fields, fields?.assignees ?? []);
  const gone = absent(full.assignees, fields?.assignees, longer);
  return (
    <div className={page.fieldGroup}>
      <ManyPicker
        {...offer}
        label="Assignees"
        description={longer ? SEARCH_WORDS : undefined}
        placeholder="Nobody"
        value={full.assignees}
        nothing={offered.pending ? "Reading…" : "Nobody of that name can be assigned there."}
        onChange={(assignees) => onChange({ assignees })}
      />
      {gone.length === 0 ? null : (
        <Caution>
          Cannot be assigned in {full.target}: {gone.join(", ")}.
        </Caution>
      )}
    </div>
  );
}

function Milestone({ full, offered, onChange }: IssueFieldsProps): ReactNode {
  const { fields } = offered;
  const longer = goesOn(fields, MILESTONES);
  const offer = useOffer(offered.asked, MILESTONES, fields, fields?.milestones ?? []);
  const chosen = full.milestone ?? "";
  const gone = absent(chosen === "" ? [] : [chosen], fields?.milestones, longer);
  return (
    <div className={page.fieldGroup}>
      <Picker
        {...offer}
        label="Milestone"
        description={longer ? SEARCH_WORDS : undefined}
        placeholder="None"
        value={chosen}
        clear="No milestone"
        nothing={offered.pending ? "Reading…" : "No such open milestone."}
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

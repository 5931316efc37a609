/** The mapping form's content, and which choices stay valid when its target changes. */
import type {
  ApplicationId,
  Choice,
  ConnectionId,
  Mapping,
  MappingId,
  MappingSave,
  TargetFields,
  Template,
  ValueMap,
} from "../../wire/contract";

export interface MappingDraft {
  id: MappingId | null;
  label: string;
  connection: ConnectionId | null;
  target: string;
  applications: ApplicationId[];
  labels: string[];
  severity_label: boolean;
  assignees: string[];
  milestone: string | null;
  active: boolean;
  /** `null`: the kind's defaults. */
  severity: ValueMap | null;
  status: ValueMap | null;
  settings: Record<string, string> | null;
  template: Template | null;
}

export function newMapping(connection: ConnectionId | null, application: ApplicationId | null): MappingDraft {
  return {
    id: null,
    label: "",
    connection,
    target: "",
    applications: application === null ? [] : [application],
    labels: ["security"],
    severity_label: true,
    assignees: [],
    milestone: null,
    severity: null,
    status: null,
    settings: null,
    template: null,
    active: true,
  };
}

/** A stored mapping as it would be saved again. */
export function mappingRequest(mapping: Mapping): MappingSave {
  const {
    id,
    label,
    connection,
    target,
    applications,
    labels,
    severity_label,
    assignees,
    milestone,
    severity,
    status,
    settings,
    template,
    active,
  } = mapping;
  return {
    id,
    label,
    connection,
    target,
    applications,
    labels,
    severity_label,
    assignees,
    milestone,
    severity,
    status,
    settings,
    template,
    active,
  };
}

export function saveMapping(draft: MappingDraft): MappingSave | null {
  if (draft.connection === null) return null;
  return { ...draft, connection: draft.connection, label: draft.label.trim(), target: draft.target.trim() };
}

export function missingInMapping(draft: MappingDraft): Record<string, string> {
  const errors: Record<string, string> = {};
  if (draft.applications.length === 0) errors.applications = "Choose at least one application.";
  if (draft.connection === null) errors.connection = "Choose a connection.";
  if (draft.target.trim() === "") errors.target = "Choose where issues are created.";
  return errors;
}

function has(choices: readonly Choice[], value: string): boolean {
  return choices.some((choice) => choice.value.toLowerCase() === value.toLowerCase());
}

/**
 * What stays of the choices in another target, and what was let go, in words.
 *
 * People and milestones must exist there. A label stays too when it was free text before:
 * it is created on use. Nothing is let go against a list that was cut.
 */
export function keepValid(
  draft: MappingDraft,
  before: TargetFields | undefined,
  now: TargetFields,
): { draft: MappingDraft; gone: string[] } {
  if (now.truncated) return { draft, gone: [] };
  const gone: string[] = [];
  const keep = (values: readonly string[], valid: (value: string) => boolean, what: string): string[] =>
    values.filter((value) => {
      if (valid(value)) return true;
      gone.push(`${what} ${value}`);
      return false;
    });
  const wasThere = (label: string): boolean => before !== undefined && has(before.labels, label);
  const labels = keep(draft.labels, (label) => has(now.labels, label) || !wasThere(label), "label");
  const assignees = keep(draft.assignees, (login) => has(now.assignees, login), "assignee");
  const [milestone = null] = keep(
    draft.milestone === null ? [] : [draft.milestone],
    (title) => has(now.milestones, title),
    "milestone",
  );
  return gone.length === 0 ? { draft, gone } : { draft: { ...draft, labels, assignees, milestone }, gone };
}

/** Labels that the target does not have yet. */
export function newLabels(draft: MappingDraft, fields: TargetFields | undefined): string[] {
  if (fields === undefined || fields.truncated) return [];
  return draft.labels.filter((label) => !has(fields.labels, label));
}

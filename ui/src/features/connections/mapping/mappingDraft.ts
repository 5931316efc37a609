/**
 * The mapping form's content, and what is sent of it.
 *
 * Invariant: what the form shows is what is saved. `severity`, `status` and `settings` are null
 * only until somebody touches them; then, and when saved, they are the kind's defaults in full.
 */
import type {
  ApplicationId,
  ConnectionId,
  Guard,
  Mapping,
  MappingId,
  MappingSave,
  TargetFields,
  Template,
  TrackerKindCard,
  ValueMap,
} from "../../../wire/contract";
import { NO_MAP } from "./valueMaps";

export interface MappingDraft {
  id: MappingId | null;
  label: string;
  connection: ConnectionId | null;
  target: string;
  applications: ApplicationId[];
  /** `null`, as of the maps below: the kind's defaults. */
  labels: string[] | null;
  severity_label: boolean | null;
  assignees: string[];
  milestone: string | null;
  active: boolean;
  severity: ValueMap | null;
  status: ValueMap | null;
  settings: Record<string, string> | null;
  template: Template;
  guard: Guard;
  /** Each issue also gets its findings as a file; only where issues take files. */
  findings_file: boolean;
}

/** A draft of which nothing is left open. */
export interface FullDraft extends MappingDraft {
  labels: string[];
  severity_label: boolean;
  severity: ValueMap;
  status: ValueMap;
  settings: Record<string, string>;
}

export function newMapping(connection: ConnectionId | null, application: ApplicationId | null): MappingDraft {
  return {
    id: null,
    label: "",
    connection,
    target: "",
    applications: application === null ? [] : [application],
    labels: null,
    severity_label: null,
    assignees: [],
    milestone: null,
    severity: null,
    status: null,
    settings: null,
    template: { title: "", body: "" },
    guard: { off: [], allowed: [], patterns: [] },
    findings_file: false,
    active: true,
  };
}

/** The draft with the kind's defaults where nothing was chosen. */
export function fullDraft(draft: MappingDraft, card: TrackerKindCard | undefined): FullDraft {
  const defaults = card?.defaults;
  return {
    ...draft,
    labels: draft.labels ?? defaults?.labels ?? [],
    severity_label: draft.severity_label ?? defaults?.severity_label ?? false,
    severity: draft.severity ?? defaults?.severity ?? NO_MAP,
    status: draft.status ?? defaults?.status ?? NO_MAP,
    settings: draft.settings ?? defaults?.settings ?? {},
    findings_file: draft.findings_file && card?.takes_files === true,
  };
}

/**
 * The draft through another connection. Targets are never the same there; with a tracker of
 * another kind its own defaults begin anew.
 */
export function throughConnection(
  draft: MappingDraft,
  connection: ConnectionId | null,
  sameKind: boolean,
): MappingDraft {
  const moved = { ...draft, connection, target: "" };
  return sameKind ? moved : { ...moved, severity: null, status: null, settings: null };
}

/** A stored mapping as it would be saved again. */
export function mappingRequest(mapping: Mapping) {
  const { connection_label: _, kind: _kind, target_stable_id: _id, created: _created, ...request } = mapping;
  return request satisfies MappingSave;
}

export function saveMapping(draft: MappingDraft, card: TrackerKindCard | undefined): MappingSave | null {
  if (draft.connection === null) return null;
  const full = fullDraft(draft, card);
  return { ...full, connection: draft.connection, label: draft.label.trim(), target: draft.target.trim() };
}

/** What stops a draft from being saved, by field. */
export function missingInMapping(draft: MappingDraft): Record<string, string> {
  const errors: Record<string, string> = {};
  if (draft.applications.length === 0) errors.applications = "Choose at least one application.";
  if (draft.connection === null) errors.connection = "Choose a connection.";
  if (draft.target.trim() === "") errors.target = "Choose where issues are created.";
  return errors;
}

/** Required fields of the kind's own that are empty, by id. They can be filled in later. */
export function emptyFields(draft: FullDraft, fields: TargetFields | undefined): Record<string, string> {
  const empty = (fields?.fields ?? []).filter(
    (field) => field.required && field.kind !== "switch" && (draft.settings[field.id] ?? "").trim() === "",
  );
  return Object.fromEntries(
    empty.map((field) => [field.id, `${field.label} must be filled in before anything can be pushed.`]),
  );
}

/** The kind's field that severity and status need and that is empty; null when they are written. */
export function lackingField(card: TrackerKindCard | undefined, draft: FullDraft): string | null {
  const needed = card?.defaults.values_need ?? null;
  return needed === null || (draft.settings[needed] ?? "").trim() !== "" ? null : needed;
}

export function labelOf(fields: TargetFields | undefined, id: string): string {
  return fields?.fields.find((field) => field.id === id)?.label ?? id;
}

/** The draft as far as the tracker can write it. */
export function writable(card: TrackerKindCard | undefined, draft: FullDraft): FullDraft {
  return lackingField(card, draft) === null ? draft : { ...draft, severity: NO_MAP, status: NO_MAP };
}

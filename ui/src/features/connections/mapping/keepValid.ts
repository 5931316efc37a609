/** Which choices stay when the target, or what the target's fields depend on, changes. */
import type { Choice, ChoiceList, MappingField, TargetFields } from "../../../wire/contract";
import type { FullDraft } from "./mappingDraft";

export function has(choices: readonly Choice[], value: string): boolean {
  return choices.some((choice) => choice.value.toLowerCase() === value.toLowerCase());
}

/** A list of the target goes on beyond what was read with its fields. */
export function goesOn(fields: TargetFields | undefined, list: ChoiceList): boolean {
  const idOf = (one: ChoiceList): string => (one.type === "field" ? one.id : "");
  return (fields?.longer ?? []).some((one) => one.type === list.type && idOf(one) === idOf(list));
}

export interface Kept {
  draft: FullDraft;
  /** What was let go, in words. */
  gone: string[];
}

/**
 * What stays of the choices, and what was let go, in words.
 *
 * People, milestones and choices of the kind's own fields must exist there. A label stays too
 * when it was free text before: it is created on use. Nothing is let go against a list that goes
 * on beyond what was read. Fields that appear get their default.
 */
export function keepValid(draft: FullDraft, before: TargetFields | undefined, now: TargetFields): Kept {
  const gone: string[] = [];
  const settings = keepSettings(draft, before, now, gone);
  const keep = (values: readonly string[], valid: (value: string) => boolean, what: string): string[] =>
    values.filter((value) => {
      if (valid(value)) return true;
      gone.push(`${what} ${value}`);
      return false;
    });
  const there = (list: "labels" | "assignees" | "milestones", value: string): boolean =>
    goesOn(now, { type: list }) || has(now[list], value);
  const wasThere = (label: string): boolean => before !== undefined && has(before.labels, label);
  const labels = keep(draft.labels, (label) => there("labels", label) || !wasThere(label), "label");
  const assignees = keep(draft.assignees, (login) => there("assignees", login), "assignee");
  const [milestone = null] = keep(
    draft.milestone === null ? [] : [draft.milestone],
    (title) => there("milestones", title),
    "milestone",
  );
  return { draft: { ...draft, labels, assignees, milestone, settings }, gone };
}

/** The settings with their defaults filled in where a field has none yet. */
export function withDefaults(
  settings: Record<string, string>,
  fields: readonly MappingField[],
): Record<string, string> {
  const fresh = fields.filter((field) => field.default !== null && settings[field.id] === undefined);
  return { ...settings, ...Object.fromEntries(fresh.map((field) => [field.id, field.default ?? ""])) };
}

function stays(field: MappingField, value: string): boolean {
  // A choice without choices waits for another field; a text's choices are only suggestions.
  return field.kind !== "choice" || field.choices.length === 0 || has(field.choices, value);
}

function keepSettings(
  draft: FullDraft,
  before: TargetFields | undefined,
  now: TargetFields,
  gone: string[],
): Record<string, string> {
  const settings = { ...draft.settings };
  const letGo = (field: MappingField): void => {
    const value = (settings[field.id] ?? "").trim();
    delete settings[field.id];
    const shown = field.choices.find((choice) => choice.value === value)?.label ?? value;
    if (value !== "") gone.push(field.kind === "switch" ? field.label : `${field.label} ${shown}`);
  };
  for (const field of now.fields) {
    const value = (settings[field.id] ?? "").trim();
    const open = goesOn(now, { type: "field", id: field.id });
    if (value !== "" && !open && !stays(field, value)) {
      // Its name is known from the list that it was chosen from.
      letGo(before?.fields.find((one) => one.id === field.id) ?? field);
    }
  }
  for (const field of before?.fields ?? []) {
    if (!now.fields.some((one) => one.id === field.id)) letGo(field);
  }
  return withDefaults(settings, now.fields);
}

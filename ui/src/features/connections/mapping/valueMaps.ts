/**
 * How Docket's severities and statuses become values of a tracker's field.
 *
 * Invariant: the rules are the engine's (`ValueMap` there): a finer reason without a value of
 * its own has its status's; a map without a field sends nothing. They are repeated here only
 * to show what will happen while somebody types.
 */
import type { Choice, Reason, Severity, Status, ValueField, ValueMap } from "../../../wire/contract";
import { reasonLabels, severityLabels, statusLabels } from "../../../wire/contract";

export interface MapRow {
  word: string;
  label: string;
  /** Whose value it has as long as it has none of its own. */
  from: { word: string; label: string } | null;
}

const SCALE: readonly Severity[] = ["critical", "high", "medium", "low", "info"];

const REASONS_OF: Record<Status, readonly Reason[]> = {
  active: ["in_review"],
  closed: ["resolved", "mitigated", "duplicate", "out_of_scope"],
  false_positive: ["not_affected"],
  risk_accepted: [],
};

export const SEVERITY_ROWS: readonly MapRow[] = SCALE.map((word) => ({
  word,
  label: severityLabels[word],
  from: null,
}));

export const STATUS_ROWS: readonly MapRow[] = (
  ["active", "closed", "false_positive", "risk_accepted"] satisfies Status[]
).flatMap((status): MapRow[] => {
  const from = { word: status, label: statusLabels[status] };
  return [
    { word: status, label: from.label, from: null },
    ...REASONS_OF[status].map((word): MapRow => ({ word, label: reasonLabels[word], from })),
  ];
});

export const NO_MAP: ValueMap = { field: "", values: {} };

export function isOff(map: ValueMap): boolean {
  return map.field.trim() === "";
}

export function ownValue(map: ValueMap, word: string): string {
  return (map.values[word] ?? "").trim();
}

/** What a row comes to: its own value, or that of the status above it. */
export function rowValue(map: ValueMap, row: MapRow): string {
  const own = ownValue(map, row.word);
  return own !== "" || row.from === null ? own : ownValue(map, row.from.word);
}

export function withValue(map: ValueMap, word: string, value: string): ValueMap {
  const { [word]: _, ...rest } = map.values;
  return { ...map, values: value.trim() === "" ? rest : { ...rest, [word]: value.trim() } };
}

/** «P4» → 4. */
function rank(value: string): number | null {
  const digits = /^p(\d+)$/i.exec(value)?.[1];
  return digits === undefined ? null : Number(digits);
}

/** The highest severity has the highest P number, although P0 is the most urgent for most people. */
export function looksInverted(map: ValueMap): boolean {
  const critical = rank(ownValue(map, "critical"));
  const info = rank(ownValue(map, "info"));
  return !isOff(map) && critical !== null && info !== null && critical > info;
}

/** The values in the opposite order of severity: info gets what critical had. */
export function turnedRound(map: ValueMap): ValueMap {
  return SCALE.reduce(
    (turned, word, at) => withValue(turned, word, ownValue(map, SCALE[SCALE.length - 1 - at] ?? word)),
    map,
  );
}

function named<T extends { label: string }>(list: readonly T[], name: string, id: (one: T) => string) {
  const wanted = name.trim().toLowerCase();
  return (
    list.find((one) => id(one).toLowerCase() === wanted) ??
    list.find((one) => one.label.toLowerCase() === wanted)
  );
}

export function fieldOf(fields: readonly ValueField[], map: ValueMap): ValueField | undefined {
  return named(fields, map.field, (field) => field.id);
}

export function choiceOf(choices: readonly Choice[], value: string): Choice | undefined {
  return named(choices, value, (choice) => choice.value);
}

/** How a value stands in the tracker; `unknown` where nothing was read to hold it against. */
export type Standing = "exists" | "new" | "missing" | "unset" | "unknown";

export function standingOf(field: ValueField | undefined, value: string): Standing {
  if (value === "") return "unset";
  if (field === undefined) return "unknown";
  if (choiceOf(field.values, value) !== undefined) return "exists";
  return field.open ? "new" : "missing";
}

/** The values that are missing, and what fits in their place; nothing where nothing is known to fit. */
export function replacements(
  map: ValueMap,
  rows: readonly MapRow[],
  field: ValueField | undefined,
): { row: MapRow; value: string }[] {
  return rows.flatMap((row) => {
    const value = field?.fitting[row.word];
    const missing = standingOf(field, ownValue(map, row.word)) === "missing";
    return missing && value !== undefined ? [{ row, value }] : [];
  });
}

/** The map with what fits in place of what does not exist. */
export function fitted(map: ValueMap, rows: readonly MapRow[], fields: readonly ValueField[]): ValueMap {
  return replacements(map, rows, fieldOf(fields, map)).reduce(
    (done, { row, value }) => withValue(done, row.word, value),
    map,
  );
}

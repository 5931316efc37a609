/** How findings become issues, as the studio changes it: pure, one function for each thing that a person does. */
import { counted } from "../../kit";
import {
  type AttachAs,
  type FindingId,
  type GroupBy,
  type GroupEdit,
  type GroupKey,
  type GroupLine,
  groupKeyLabels,
  type IssueRef,
  type Marker,
  type Template,
} from "../../wire/contract";

export function byKeys(keys: readonly GroupKey[]): GroupBy {
  return { keys: [...keys], depth: null, query: null, most: null, held: "stay", edits: [] };
}

/** The keys of `by` replaced. Changes by hand name groups of the old keys, so they go. */
export function withKeys(by: GroupBy, keys: readonly GroupKey[]): GroupBy {
  return { ...by, keys: [...keys], edits: [] };
}

export function withEdit(by: GroupBy, edit: GroupEdit): GroupBy {
  return { ...by, edits: [...by.edits, edit] };
}

/** Without the last change by hand. */
export function withoutLast(by: GroupBy): GroupBy {
  return { ...by, edits: by.edits.slice(0, -1) };
}

export function moveFindings(by: GroupBy, findings: readonly FindingId[], to: Marker | null): GroupBy {
  return withEdit(by, { type: "move", findings: [...findings], to });
}

export function merge(by: GroupBy, from: Marker, into: Marker): GroupBy {
  return from === into ? by : withEdit(by, { type: "merge", from, into });
}

export function leaveOut(by: GroupBy, findings: readonly FindingId[]): GroupBy {
  return withEdit(by, { type: "leave_out", findings: [...findings] });
}

export function leaveOutGroup(by: GroupBy, group: Marker): GroupBy {
  return withEdit(by, { type: "leave_out_group", group });
}

export function attach(by: GroupBy, group: Marker, issue: IssueRef, how: AttachAs): GroupBy {
  return withEdit(by, { type: "attach", group, issue, how });
}

export function writeOtherwise(by: GroupBy, group: Marker, template: Template): GroupBy {
  return withEdit(by, { type: "write", group, template });
}

/**
 * What of a group a person decided, in words; none: nothing that can be told from what is in it.
 * Findings that were taken out leave no trace in the group that they came from.
 */
export function handWords(by: GroupBy, group: Pick<GroupLine, "name" | "members">): string | null {
  const own = by.edits.some((edit) => edit.type === "write" && edit.group === group.name);
  const changed = by.edits.some((edit) => {
    switch (edit.type) {
      case "move":
        return edit.to === group.name || group.members.some(({ id }) => edit.findings.includes(id));
      case "merge":
        return edit.into === group.name;
      case "attach":
        return edit.group === group.name;
      default:
        return false;
    }
  });
  const parts = [own ? "written otherwise" : null, changed ? "changed by hand" : null];
  const words = parts.filter((part) => part !== null).join(", ");
  return words === "" ? null : words;
}

/** Whether the engine would take it: what is still being typed is not asked about. */
export function isWhole(by: GroupBy): boolean {
  if (by.most !== null && by.most < 1) return false;
  if (by.depth !== null && by.depth < 1) return false;
  return !(by.keys.includes("query") && (by.query ?? "").trim() === "");
}

/** A change by hand, in words. */
export function editWords(edit: GroupEdit): string {
  switch (edit.type) {
    case "move":
      return edit.to === null
        ? `${counted(edit.findings.length, "finding")} into a new group`
        : `${counted(edit.findings.length, "finding")} into another group`;
    case "merge":
      return "one group into another";
    case "leave_out":
      return `${counted(edit.findings.length, "finding")} left out`;
    case "leave_out_group":
      return "one group left out";
    case "attach":
      return `a group into ${edit.issue.target}#${edit.issue.number}`;
    case "write":
      return "a group's issue written in its own way";
  }
}

/** «rule, directory to 2 folders, at most 50». */
export function byWords(by: GroupBy): string {
  const keys = by.keys.map((key) => {
    if (key === "directory" && by.depth !== null) {
      return by.depth === 1 ? "topmost directory" : `directory to ${by.depth} folders`;
    }
    if (key === "query" && by.query !== null) return `«${by.query}»`;
    return groupKeyLabels[key].toLowerCase();
  });
  const parts = [keys.length === 0 ? "one issue for each finding" : `by ${keys.join(", ")}`];
  if (by.most !== null) parts.push(`at most ${by.most}`);
  if (by.edits.length > 0) parts.push(`${counted(by.edits.length, "change")} by hand`);
  return parts.join(", ");
}

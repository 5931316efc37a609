/** The columns of the table: what can be shown, how wide, in which order. */
import type { SortKey } from "../../wire/contract";

export type ColumnId =
  | "severity"
  | "title"
  | "place"
  | "rule"
  | "application"
  | "tool"
  | "status"
  | "first_seen"
  | "last_seen"
  | "issues";

export interface Column {
  id: ColumnId;
  label: string;
  /** Unscaled pixels; the title takes what is left and has only a least width. */
  width: number;
  least: number;
  sort: SortKey | null;
  /** The first click sorts largest (worst, newest) first. */
  descendingFirst?: boolean;
}

export const COLUMNS: readonly Column[] = [
  { id: "severity", label: "Severity", width: 100, least: 60, sort: "severity", descendingFirst: true },
  { id: "title", label: "Finding", width: 240, least: 140, sort: "title" },
  { id: "place", label: "Where", width: 200, least: 80, sort: "place" },
  { id: "rule", label: "Rule", width: 190, least: 80, sort: "rule" },
  { id: "application", label: "Application", width: 120, least: 70, sort: "application" },
  { id: "tool", label: "Tool", width: 84, least: 60, sort: "tool" },
  { id: "status", label: "Status", width: 118, least: 70, sort: "status" },
  { id: "first_seen", label: "First seen", width: 96, least: 64, sort: "first_seen", descendingFirst: true },
  { id: "last_seen", label: "Last seen", width: 96, least: 64, sort: "last_seen", descendingFirst: true },
  { id: "issues", label: "Issues", width: 72, least: 56, sort: null },
];

/** Width of the column with the boxes. */
export const BOX_WIDTH = 38;

export interface ColumnChoice {
  order: string[];
  hidden: string[];
  widths: Record<string, number>;
}

/** All columns in the chosen order; new ones keep their usual place. */
export function ordered(choice: ColumnChoice): Column[] {
  const rank = (column: Column): number => {
    const at = choice.order.indexOf(column.id);
    return at >= 0 ? at : COLUMNS.indexOf(column);
  };
  return [...COLUMNS].sort((a, b) => rank(a) - rank(b) || COLUMNS.indexOf(a) - COLUMNS.indexOf(b));
}

export function shown(choice: ColumnChoice): Column[] {
  return ordered(choice).filter((column) => column.id === "title" || !choice.hidden.includes(column.id));
}

export function widthOf(choice: ColumnChoice, column: Column): number {
  const width = choice.widths[column.id];
  return typeof width === "number" && Number.isFinite(width) ? Math.max(column.least, width) : column.width;
}

/** What the grid needs at least, and its template. `scale` turns unscaled into real pixels. */
export function template(
  choice: ColumnChoice,
  columns: readonly Column[],
  scale: number,
): { css: string; least: number } {
  let least = BOX_WIDTH * scale;
  const parts = [`${BOX_WIDTH * scale}px`];
  for (const column of columns) {
    const width = widthOf(choice, column) * scale;
    least += column.id === "title" && choice.widths.title === undefined ? column.least * scale : width;
    if (column.id === "title") {
      parts.push(`minmax(${choice.widths.title === undefined ? column.least * scale : width}px, 1fr)`);
    } else parts.push(`${width}px`);
  }
  return { css: parts.join(" "), least };
}

/** The order after moving a column by one place among the shown ones. */
export function moved(choice: ColumnChoice, id: ColumnId, by: -1 | 1): ColumnChoice {
  const order = ordered(choice).map((column) => column.id);
  const visible = shown(choice).map((column) => column.id);
  const neighbour = visible[visible.indexOf(id) + by];
  if (neighbour === undefined) return choice;
  const at = order.indexOf(id);
  order.splice(at, 1);
  order.splice(order.indexOf(neighbour) + (by > 0 ? 1 : 0), 0, id);
  return { ...choice, order };
}

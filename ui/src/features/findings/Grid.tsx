/**
 * The table: a grid of any number of rows of which only those in view are drawn.
 *
 * The grid itself has the focus; the row under the cursor is named by
 * `aria-activedescendant`, so that reading programs follow without a focus per row. That is
 * why some of the linter's rules on semantic elements are off for this file (`biome.json`).
 */
import { IconArrowDown, IconArrowUp } from "@tabler/icons-react";
import {
  type KeyboardEvent,
  type MouseEvent,
  memo,
  type PointerEvent,
  type ReactNode,
  type RefObject,
  useLayoutEffect,
  useRef,
} from "react";
import { useRoom } from "../../app/layout";
import { usePreference } from "../../app/preferences";
import { Ending, endTells, RelativeTime, SeverityBadge, StatusBadge } from "../../kit";
import type { FindingRow, Sort } from "../../wire/contract";
import { type Column, moved, shown, template, widthOf } from "./columns";
import css from "./findings.module.css";
import type { Rows } from "./rows";
import { rowTop, type ScrollState, type Shape, scrollHeight } from "./rowWindow";
import { clicked } from "./sorting";

/** `acme/shop#12` → `#12`; the whole names are in the cell's title. */
function issueWords(issues: readonly string[]): string {
  const first = issues[0]?.replace(/^.*#/, "#") ?? "–";
  return issues.length > 1 ? `${first} +${issues.length - 1}` : first;
}

function Cell({ column, row, bare }: { column: Column; row: FindingRow; bare: boolean }): ReactNode {
  switch (column.id) {
    case "severity":
      return <SeverityBadge severity={row.severity} />;
    case "title":
      return (
        <>
          {bare && row.status !== "active" ? (
            <span className={css.titleStatus}>
              <StatusBadge status={row.status} reason={row.reason} icon />
            </span>
          ) : null}
          {row.title}
        </>
      );
    case "place":
      return row.place === null ? (
        "–"
      ) : (
        <span className={css.path}>
          <Ending text={row.place} />
        </span>
      );
    case "rule":
      return endTells(row.rule) ? <Ending text={row.rule} /> : row.rule;
    case "application":
      return row.application_name;
    case "tool":
      return row.tool;
    case "status":
      return <StatusBadge status={row.status} reason={row.reason} short />;
    case "first_seen":
      return <RelativeTime at={row.first_seen} />;
    case "last_seen":
      return <RelativeTime at={row.last_seen} />;
    case "issues":
      return row.issues.length === 0 ? "–" : <span className={css.issueRef}>{issueWords(row.issues)}</span>;
  }
}

function hint(column: Column, row: FindingRow): string | undefined {
  if (column.id === "title") return row.title;
  if (column.id === "place") return row.place ?? undefined;
  if (column.id === "rule") return row.rule;
  if (column.id === "issues" && row.issues.length > 0) return row.issues.join("\n");
  return undefined;
}

interface RowProps {
  row: FindingRow | undefined;
  index: number;
  top: number;
  columns: readonly Column[];
  template: string;
  selected: boolean;
  cursor: boolean;
  onPress: (index: number, event: MouseEvent) => void;
  onBox: (index: number, shift: boolean) => void;
  onOpen: (index: number) => void;
}

const Row = memo(function Row(props: RowProps): ReactNode {
  const { row, index, columns, selected, cursor } = props;
  return (
    <div
      role="row"
      id={`finding-row-${index}`}
      aria-rowindex={index + 2}
      aria-selected={selected}
      className={css.row}
      data-cursor={cursor || undefined}
      style={{ top: props.top, gridTemplateColumns: props.template }}
      onClick={(event) => props.onPress(index, event)}
      onDoubleClick={() => props.onOpen(index)}
    >
      <div
        role="gridcell"
        className={css.boxCell}
        onClick={(event) => {
          event.stopPropagation();
          props.onBox(index, event.shiftKey);
        }}
      >
        <Box state={selected ? "all" : "none"} />
      </div>
      {columns.map((column) => (
        <div
          key={column.id}
          role="gridcell"
          className={css.cell}
          data-column={column.id}
          title={row === undefined ? undefined : hint(column, row)}
        >
          {row === undefined ? (
            <span className={css.blank} />
          ) : (
            <Cell column={column} row={row} bare={!columns.some((one) => one.id === "status")} />
          )}
        </div>
      ))}
    </div>
  );
});

/** A drawn box: the real state is said by `aria-selected` of its row. */
function Box({ state }: { state: "none" | "some" | "all" }): ReactNode {
  return (
    <span className={css.box} data-state={state} aria-hidden="true">
      {state === "none" ? null : (
        <svg viewBox="0 0 12 12" aria-hidden="true">
          <path
            d={state === "all" ? "M2.5 6.2l2.4 2.4 4.6-5" : "M3 6h6"}
            fill="none"
            stroke="currentColor"
            strokeWidth="1.8"
          />
        </svg>
      )}
    </span>
  );
}

const RESIZE_STEP = 16;

function HeaderCell(props: {
  column: Column;
  sort: readonly Sort[];
  onSort: (sort: Sort[]) => void;
}): ReactNode {
  const { column, sort, onSort } = props;
  const [choice, setChoice] = usePreference("findingColumns");
  const { scale } = useRoom();
  const cell = useRef<HTMLDivElement>(null);
  const at = sort.findIndex((one) => one.key === column.sort);
  const mine = sort[at];
  const resize = (width: number): void =>
    setChoice({
      ...choice,
      widths: { ...choice.widths, [column.id]: Math.max(column.least, Math.round(width)) },
    });
  const onKeyDown = (event: KeyboardEvent): void => {
    const direction = event.key === "ArrowLeft" ? -1 : event.key === "ArrowRight" ? 1 : 0;
    if (direction === 0 || event.shiftKey === event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.altKey) setChoice(moved(choice, column.id, direction));
    else
      resize(
        (cell.current?.offsetWidth ?? widthOf(choice, column) * scale) / scale + direction * RESIZE_STEP,
      );
  };
  const drag = (event: PointerEvent<HTMLSpanElement>): void => {
    event.preventDefault();
    const start = event.clientX;
    const width = (cell.current?.offsetWidth ?? 0) / scale;
    const handle = event.currentTarget;
    handle.setPointerCapture(event.pointerId);
    handle.onpointermove = (move) => resize(width + (move.clientX - start) / scale);
    handle.onpointerup = () => {
      handle.onpointermove = null;
      handle.onpointerup = null;
    };
  };
  return (
    <div
      ref={cell}
      role="columnheader"
      className={css.headCell}
      aria-sort={
        mine === undefined
          ? column.sort === null
            ? undefined
            : "none"
          : mine.descending
            ? "descending"
            : "ascending"
      }
    >
      {column.sort === null ? (
        <span className={css.headWords}>{column.label}</span>
      ) : (
        <button
          type="button"
          className={css.headButton}
          title="Click sorts, Shift-click sorts by several. Alt ← → moves the column, Shift ← → resizes it."
          onClick={(event) => onSort(clicked(sort, column, event.shiftKey))}
          onKeyDown={onKeyDown}
        >
          {column.label}
          {mine === undefined ? null : mine.descending ? (
            <IconArrowDown size="1em" aria-hidden="true" />
          ) : (
            <IconArrowUp size="1em" aria-hidden="true" />
          )}
          {mine !== undefined && sort.length > 1 ? <span className={css.sortRank}>{at + 1}</span> : null}
        </button>
      )}
      <span className={css.resizer} aria-hidden="true" onPointerDown={drag} />
    </div>
  );
}

export interface GridProps {
  gridRef: RefObject<HTMLDivElement | null>;
  rows: Rows;
  shape: Shape;
  scroll: ScrollState;
  visible: { from: number; to: number };
  onScroll: (top: number) => void;
  onViewport: (height: number) => void;
  sort: readonly Sort[];
  onSort: (sort: Sort[]) => void;
  cursor: number;
  isSelected: (row: FindingRow | undefined) => boolean;
  extent: "none" | "some" | "all";
  onPress: (index: number, event: MouseEvent) => void;
  onBox: (index: number, shift: boolean) => void;
  onOpen: (index: number) => void;
  onAll: () => void;
}

/** Height of the header row, unscaled pixels; the same in the style sheet. */
export const HEAD_HEIGHT = 30;

export function Grid(props: GridProps): ReactNode {
  const { gridRef, rows, shape, scroll, visible, onViewport } = props;
  const [choice] = usePreference("findingColumns");
  const { scale } = useRoom();
  const columns = shown(choice);
  const { css: grid, least } = template(choice, columns, scale);
  useLayoutEffect(() => {
    const element = gridRef.current;
    if (element === null) return undefined;
    const measure = (): void => onViewport(Math.max(0, element.clientHeight - HEAD_HEIGHT * scale));
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [gridRef, onViewport, scale]);
  // A position that the window chose (a key, a new result) is handed to the element.
  useLayoutEffect(() => {
    const element = gridRef.current;
    if (element !== null && Math.abs(element.scrollTop - scroll.top) > 1) element.scrollTop = scroll.top;
  }, [gridRef, scroll.top]);
  const drawn = Array.from({ length: visible.to - visible.from }, (_, at) => visible.from + at);
  return (
    <div
      ref={gridRef}
      role="grid"
      tabIndex={0}
      className={css.grid}
      aria-label="Findings"
      aria-rowcount={(rows.total ?? 0) + 1}
      aria-colcount={columns.length + 1}
      aria-multiselectable="true"
      aria-busy={rows.fetching}
      aria-activedescendant={props.cursor >= 0 && shape.rows > 0 ? `finding-row-${props.cursor}` : undefined}
      onScroll={(event) => props.onScroll(event.currentTarget.scrollTop)}
    >
      <div role="rowgroup" className={css.head} style={{ minWidth: least }}>
        <div role="row" aria-rowindex={1} className={css.headRow} style={{ gridTemplateColumns: grid }}>
          <div role="columnheader" className={css.boxCell}>
            <button
              type="button"
              className={css.boxButton}
              aria-label={props.extent === "all" ? "Select nothing" : "Select everything that matches"}
              onClick={props.onAll}
            >
              <Box state={props.extent} />
            </button>
          </div>
          {columns.map((column) => (
            <HeaderCell key={column.id} column={column} sort={props.sort} onSort={props.onSort} />
          ))}
        </div>
      </div>
      <div role="rowgroup" className={css.body} style={{ height: scrollHeight(shape), minWidth: least }}>
        {drawn.map((index) => {
          const row = rows.at(index);
          return (
            <Row
              key={index}
              row={row}
              index={index}
              top={rowTop(shape, scroll, index)}
              columns={columns}
              template={grid}
              selected={props.isSelected(row)}
              cursor={index === props.cursor}
              onPress={props.onPress}
              onBox={props.onBox}
              onOpen={props.onOpen}
            />
          );
        })}
      </div>
    </div>
  );
}

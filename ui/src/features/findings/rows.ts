/** The rows of the table, page by page as they come into view. */
import { useQueries } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import type { ApplicationId, FindingId, FindingPage, FindingRow, Problem, Sort } from "../../wire/contract";
import { answerOptions, useCalls } from "../../wire/hooks";
import { toProblem } from "../../wire/transport";
import { pagesOf } from "./rowWindow";

export const PAGE_SIZE = 100;

/** While someone drags the scroll bar, pages that flit by are not asked for. */
const SETTLE_MS = 60;

export interface Wanted {
  query: string;
  application: ApplicationId | null;
  sort: readonly Sort[];
}

export interface Rows {
  /** How many there are; undefined until the first page is here. */
  total: number | undefined;
  at: (row: number) => FindingRow | undefined;
  problem: Problem | null;
  refetch: () => void;
  fetching: boolean;
}

/** «Severity, falling» means the worst first; the store counts severities from the worst. */
function asStored(sort: Sort): Sort {
  return sort.key === "severity" ? { ...sort, descending: !sort.descending } : sort;
}

function pageRequest(wanted: Wanted, start: number, limit = PAGE_SIZE) {
  return {
    query: wanted.query,
    application: wanted.application,
    sort: wanted.sort.map(asStored),
    start: { type: "offset" as const, rows: start },
    limit,
  };
}

/** The value, once it has not changed for a moment; the first one at once. */
export function useSettled<T extends string | null>(value: T, after = SETTLE_MS): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), after);
    return () => clearTimeout(timer);
  }, [value, after]);
  return settled;
}

export function useRows(wanted: Wanted, visible: { from: number; to: number }): Rows {
  const calls = useCalls();
  const needed = useSettled(pagesOf(visible, PAGE_SIZE).join(","));
  // The first page also tells how many rows there are.
  const starts = useMemo(
    () => [
      ...new Set([
        0,
        ...needed
          .split(",")
          .filter((text) => text !== "")
          .map(Number),
      ]),
    ],
    [needed],
  );
  const results = useQueries({
    queries: starts.map((start) => answerOptions(calls, "finding_page", pageRequest(wanted, start))),
  });
  const pages = new Map<number, FindingPage>();
  results.forEach((result, at) => {
    const start = starts[at];
    if (result.data !== undefined && start !== undefined) pages.set(start, result.data);
  });
  const failed = results.find((result) => result.error !== null);
  return {
    total: pages.get(0)?.total,
    at: (row) => {
      const start = Math.floor(row / PAGE_SIZE) * PAGE_SIZE;
      return pages.get(start)?.rows[row - start];
    },
    problem: failed === undefined ? null : toProblem(failed.error),
    refetch: () => {
      for (const result of results) if (result.error !== null) void result.refetch();
    },
    fetching: results.some((result) => result.isFetching),
  };
}

/** Longest range that shift-click selects row by row; «everything» is there for more. */
export const LONGEST_RANGE = 10_000;

/** Reads the ids of a range of rows that need not be on screen. */
export function useIdsOfRange(wanted: Wanted): (from: number, to: number) => Promise<FindingId[]> {
  const calls = useCalls();
  return async (from, to) => {
    const ids: FindingId[] = [];
    for (let at = from; at < to; at += 500) {
      const page = await calls.query("finding_page", pageRequest(wanted, at, Math.min(500, to - at)));
      ids.push(...page.rows.map((row) => row.id));
    }
    return ids;
  };
}

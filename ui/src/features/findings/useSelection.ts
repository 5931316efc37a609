/** The selection on the page, the cursor, and what clicks do to them. */
import { type MouseEvent, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { notifyProblem } from "../../kit/notify";
import { localProblem, toProblem } from "../../wire/transport";
import type { Subject } from "./decide";
import { LONGEST_RANGE, type Rows, useIdsOfRange, type Wanted } from "./rows";
import {
  type Chosen,
  everything,
  extent,
  isEmpty,
  NONE,
  put,
  size,
  toggle,
  toWire,
  words,
} from "./selection";

export function useSelection(wanted: Wanted, rows: Rows, total: number) {
  const [chosen, setChosen] = useState<Chosen>(NONE);
  const [cursor, setCursor] = useState(0);
  const anchor = useRef(0);
  const idsOfRange = useIdsOfRange(wanted);

  // Another query means other findings: a selection never changes its meaning unseen.
  const scope = `${wanted.query}\n${wanted.application ?? ""}`;
  const chosenScope = useRef(scope);
  useEffect(() => {
    if (chosenScope.current === scope) return;
    chosenScope.current = scope;
    setChosen(NONE);
  }, [scope]);

  const latest = useRef({ rows, idsOfRange, cursor });
  useEffect(() => {
    latest.current = { rows, idsOfRange, cursor };
  });

  const range = useCallback(async (to: number) => {
    const first = Math.min(anchor.current, to);
    const last = Math.max(anchor.current, to) + 1;
    if (last - first > LONGEST_RANGE) {
      notifyProblem(
        localProblem(
          "bad_input",
          `A range of ${(last - first).toLocaleString("en-US")} findings is too long to select row by row.`,
          "Narrow the query and select everything that matches.",
        ),
      );
      return;
    }
    const here = Array.from({ length: last - first }, (_, at) => latest.current.rows.at(first + at)?.id);
    const loaded = here.filter((id) => id !== undefined);
    try {
      const ids = loaded.length === here.length ? loaded : await latest.current.idsOfRange(first, last);
      setChosen((now) => put(now, ids, true));
    } catch (thrown) {
      notifyProblem(toProblem(thrown));
    }
  }, []);

  const toggleRow = useCallback((index: number) => {
    const id = latest.current.rows.at(index)?.id;
    anchor.current = index;
    if (id !== undefined) setChosen((now) => toggle(now, id));
  }, []);

  const press = useCallback(
    (index: number, event: MouseEvent) => {
      setCursor(index);
      if (event.shiftKey) void range(index);
      else if (event.ctrlKey || event.metaKey) toggleRow(index);
      else anchor.current = index;
    },
    [range, toggleRow],
  );
  const box = useCallback(
    (index: number, shift: boolean) => {
      setCursor(index);
      if (shift) void range(index);
      else toggleRow(index);
    },
    [range, toggleRow],
  );

  const none = useCallback(() => setChosen(NONE), []);
  const all = useCallback(
    () => setChosen(everything(wanted.query, wanted.application)),
    [wanted.query, wanted.application],
  );

  const empty = isEmpty(chosen, total);
  const cursorId = rows.at(cursor)?.id;
  // With nothing selected, actions are about the finding under the cursor.
  const subject = useMemo<Subject | null>(() => {
    if (!empty) return { selection: toWire(chosen), count: size(chosen, total) };
    return cursorId === undefined ? null : { selection: { type: "ids", ids: [cursorId] }, count: 1 };
  }, [chosen, empty, total, cursorId]);

  return {
    chosen,
    extent: extent(chosen, total),
    words: empty ? null : words(chosen, total),
    subject,
    cursor,
    setCursor,
    press,
    box,
    toggleRow,
    extendTo: (index: number) => {
      setCursor(index);
      void range(index);
    },
    none,
    all,
  };
}

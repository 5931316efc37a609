/** The scroll position of the table, kept exact for lists of any length (see `rowWindow.ts`). */
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { usePreference } from "../../app/preferences";
import {
  AT_TOP,
  placeOf,
  positionFor,
  reveal,
  type ScrollState,
  type Shape,
  scrolled,
  visibleRows,
} from "./rowWindow";

/** Unscaled pixels. */
const ROW_HEIGHT = { comfortable: 33, compact: 27 } as const;

const OVERSCAN = 12;

/** After scrolling finely for a while, the bar is put where it belongs. */
const TIDY_MS = 160;

export function useScroll(rows: number, scale: number) {
  const [density] = usePreference("density");
  const [viewport, setViewport] = useState(600);
  const rowHeight = Math.round(ROW_HEIGHT[density] * scale);
  const shape = useMemo<Shape>(() => ({ rows, rowHeight, viewport }), [rows, rowHeight, viewport]);
  const [scroll, setScroll] = useState<ScrollState>(AT_TOP);
  const latest = useRef(shape);
  useEffect(() => {
    latest.current = shape;
  });

  // Another height of rows or number of rows keeps the same row at the top where it can.
  const previous = useRef(shape);
  useEffect(() => {
    const before = previous.current;
    previous.current = shape;
    if (before.rowHeight === shape.rowHeight && before.rows === shape.rows) return;
    setScroll((state) => positionFor(shape, (placeOf(state) / before.rowHeight) * shape.rowHeight));
  }, [shape]);

  const tidy = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => () => clearTimeout(tidy.current), []);
  const onScroll = useCallback((top: number) => {
    setScroll((state) => (Math.abs(top - state.top) < 1 ? state : scrolled(latest.current, state, top)));
    clearTimeout(tidy.current);
    tidy.current = setTimeout(() => {
      setScroll((state) => {
        const exact = positionFor(latest.current, placeOf(state));
        return Math.abs(exact.top - state.top) < 1 ? state : exact;
      });
    }, TIDY_MS);
  }, []);
  const revealRow = useCallback(
    (row: number) => setScroll((state) => reveal(latest.current, state, row)),
    [],
  );
  const toTop = useCallback(() => setScroll(AT_TOP), []);

  return {
    shape,
    scroll,
    visible: visibleRows(shape, scroll, OVERSCAN),
    pageRows: Math.max(1, Math.floor(viewport / rowHeight) - 1),
    onScroll,
    onViewport: setViewport,
    revealRow,
    toTop,
  };
}

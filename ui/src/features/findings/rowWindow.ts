/**
 * Which rows are on screen, and where, for lists of any length.
 *
 * A browser draws no element taller than some ten million pixels. Longer lists get a shorter
 * scroll range: moving by wheel or key still moves rows one to one, while a jump (dragging
 * the bar) is scaled. `offset` is the difference between a row's place in the list and its
 * place in the scrolled element; it is constant while scrolling finely, so that the browser
 * can go on scrolling by itself.
 *
 * Invariant: row 0 is reachable at the very top, the last row at the very bottom.
 */

/** The tallest element that every engine draws exactly. */
export const MAX_HEIGHT = 8_000_000;

export interface Shape {
  rows: number;
  rowHeight: number;
  /** Height of the visible part. */
  viewport: number;
}

export interface ScrollState {
  /** The scrolled element's own position. */
  top: number;
  /** Place in the list minus place in the element. */
  offset: number;
}

export const AT_TOP: ScrollState = { top: 0, offset: 0 };

export function listHeight(shape: Shape): number {
  return shape.rows * shape.rowHeight;
}

/** Height of the scrolled element. */
export function scrollHeight(shape: Shape): number {
  return Math.min(listHeight(shape), Math.max(MAX_HEIGHT, shape.viewport));
}

function listRange(shape: Shape): number {
  return Math.max(0, listHeight(shape) - shape.viewport);
}

function scrollRange(shape: Shape): number {
  return Math.max(0, scrollHeight(shape) - shape.viewport);
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}

/** The position that shows this place of the list, with the scroll bar where it belongs. */
export function positionFor(shape: Shape, place: number): ScrollState {
  const wanted = clamp(place, 0, listRange(shape));
  const range = listRange(shape);
  const top = range === 0 ? 0 : Math.round((wanted / range) * scrollRange(shape));
  return { top, offset: wanted - top };
}

/** The place of the list at the upper edge. */
export function placeOf(state: ScrollState): number {
  return state.top + state.offset;
}

/** What a scroll event means: a small step is taken as it is, a jump is scaled. */
export function scrolled(shape: Shape, state: ScrollState, top: number): ScrollState {
  const range = scrollRange(shape);
  if (listRange(shape) === range) return { top, offset: 0 };
  if (top <= 0)
    return positionFor(
      shape,
      Math.abs(top - state.top) <= 2 * shape.viewport ? placeOf(state) + top - state.top : 0,
    );
  if (top >= range) {
    const fine = Math.abs(top - state.top) <= 2 * shape.viewport;
    return positionFor(shape, fine ? placeOf(state) + top - state.top : listRange(shape));
  }
  if (Math.abs(top - state.top) <= 2 * shape.viewport) {
    const place = state.top + state.offset + (top - state.top);
    if (place <= 0 || place >= listRange(shape)) return positionFor(shape, place);
    return { top, offset: state.offset };
  }
  return positionFor(shape, (top / range) * listRange(shape));
}

/** Rows to draw, the last one exclusive. */
export function visibleRows(
  shape: Shape,
  state: ScrollState,
  overscan: number,
): { from: number; to: number } {
  const place = clamp(placeOf(state), 0, listRange(shape));
  const from = Math.floor(place / shape.rowHeight) - overscan;
  const to = Math.ceil((place + shape.viewport) / shape.rowHeight) + overscan;
  return { from: clamp(from, 0, shape.rows), to: clamp(to, 0, shape.rows) };
}

/** Where a row stands inside the scrolled element. */
export function rowTop(shape: Shape, state: ScrollState, row: number): number {
  return row * shape.rowHeight - state.offset;
}

/** The position that has the row wholly in view, moving as little as possible. */
export function reveal(shape: Shape, state: ScrollState, row: number): ScrollState {
  const place = placeOf(state);
  const upper = row * shape.rowHeight;
  const lower = upper + shape.rowHeight - shape.viewport;
  if (upper < place) return positionFor(shape, upper);
  if (lower > place) return positionFor(shape, lower);
  return state;
}

/** First rows of the pages that cover the rows. */
export function pagesOf(rows: { from: number; to: number }, pageSize: number): number[] {
  const pages: number[] = [];
  for (let page = Math.floor(rows.from / pageSize); page * pageSize < rows.to; page += 1)
    pages.push(page * pageSize);
  return pages;
}

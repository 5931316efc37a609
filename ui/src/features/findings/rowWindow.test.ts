import { describe, expect, it } from "vitest";
import {
  AT_TOP,
  listHeight,
  MAX_HEIGHT,
  pagesOf,
  placeOf,
  positionFor,
  reveal,
  rowTop,
  type Shape,
  scrolled,
  scrollHeight,
  visibleRows,
} from "./rowWindow";

const million: Shape = { rows: 1_000_000, rowHeight: 33, viewport: 700 };
const few: Shape = { rows: 40, rowHeight: 33, viewport: 700 };
const bottom = scrollHeight(million) - million.viewport;

describe("a short list", () => {
  it("is scrolled as it is", () => {
    expect(scrollHeight(few)).toBe(listHeight(few));
    expect(scrolled(few, AT_TOP, 400)).toEqual({ top: 400, offset: 0 });
    expect(rowTop(few, { top: 400, offset: 0 }, 3)).toBe(99);
  });

  it("never shows rows that do not exist", () => {
    expect(visibleRows({ ...few, rows: 3 }, AT_TOP, 12)).toEqual({ from: 0, to: 3 });
    expect(visibleRows({ ...few, rows: 0 }, AT_TOP, 12)).toEqual({ from: 0, to: 0 });
  });
});

describe("a million rows", () => {
  it("stay below what a browser can draw", () => {
    expect(listHeight(million), "the list itself is too tall").toBeGreaterThan(MAX_HEIGHT);
    expect(scrollHeight(million)).toBe(MAX_HEIGHT);
  });

  it("begin at the very top and end at the very bottom", () => {
    expect(visibleRows(million, scrolled(million, AT_TOP, 0), 0).from).toBe(0);
    const end = scrolled(million, AT_TOP, bottom);
    expect(visibleRows(million, end, 0).to, "the last row is in view").toBe(1_000_000);
    const lastBottom = rowTop(million, end, 999_999) + million.rowHeight;
    expect(lastBottom, "it stands at the lower edge").toBeCloseTo(end.top + million.viewport, 0);
  });

  it("are jumped to in proportion when the bar is dragged", () => {
    const middle = scrolled(million, AT_TOP, bottom / 2);
    expect(visibleRows(million, middle, 0).from).toBeGreaterThan(499_000);
    expect(visibleRows(million, middle, 0).from).toBeLessThan(501_000);
  });

  it("move one to one under the wheel", () => {
    const start = positionFor(million, 330_000);
    const next = scrolled(million, start, start.top + 99);
    expect(placeOf(next) - placeOf(start), "three rows further").toBe(99);
    expect(next.offset, "the browser's own scrolling stays right").toBe(start.offset);
  });

  it("can be walked to both ends by the wheel alone", () => {
    let state = positionFor(million, 1000);
    for (let step = 0; step < 40; step += 1) state = scrolled(million, state, state.top - 120);
    expect(placeOf(state), "the top is reached, and not passed").toBe(0);
    expect(state.top).toBe(0);
    state = positionFor(million, listHeight(million) - million.viewport - 900);
    for (let step = 0; step < 40; step += 1) state = scrolled(million, state, state.top + 120);
    expect(visibleRows(million, state, 0).to, "the last row is reached").toBe(1_000_000);
    expect(state.top, "with the bar at its end").toBe(bottom);
  });

  it("brings every row into view when the cursor goes there", () => {
    for (const row of [0, 1, 21, 22, 4711, 123_456, 500_000, 999_998, 999_999]) {
      const state = reveal(million, AT_TOP, row);
      const top = rowTop(million, state, row);
      expect(top, `row ${row} is not above the view`).toBeGreaterThanOrEqual(state.top - 0.001);
      expect(top + million.rowHeight, `row ${row} is not below the view`).toBeLessThanOrEqual(
        state.top + million.viewport + 0.001,
      );
      expect(state.top, "the bar stays in its range").toBeLessThanOrEqual(bottom);
    }
  });

  it("does not move for a row that is in view", () => {
    const state = positionFor(million, 33_000);
    expect(reveal(million, state, 1005)).toBe(state);
  });

  it("draws a screenful, however long the list is", () => {
    const rows = visibleRows(million, positionFor(million, 20_000_000), 12);
    expect(rows.to - rows.from).toBeLessThan(60);
  });
});

describe("pages", () => {
  it("are those that the rows touch", () => {
    expect(pagesOf({ from: 95, to: 130 }, 100)).toEqual([0, 100]);
    expect(pagesOf({ from: 999_960, to: 1_000_000 }, 100)).toEqual([999_900]);
    expect(pagesOf({ from: 0, to: 0 }, 100)).toEqual([]);
  });
});

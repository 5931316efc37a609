import { expect, it } from "vitest";
import { COLUMNS, moved, shown, template, widthOf } from "./columns";
import { clicked } from "./sorting";

const plain = { order: [], hidden: [], widths: {} };
const column = (id: string) => {
  const found = COLUMNS.find((one) => one.id === id);
  if (found === undefined) throw new Error(`there is no column ${id}`);
  return found;
};

it("hides columns but never the title", () => {
  const ids = shown({ ...plain, hidden: ["title", "rule"] }).map((one) => one.id);
  expect(ids).toContain("title");
  expect(ids).not.toContain("rule");
});

it("moves a column among the shown ones and keeps unknown ones out of trouble", () => {
  const choice = { ...plain, hidden: ["place"], order: ["gone", "severity", "title"] };
  const ids = shown(moved(choice, "title", 1)).map((one) => one.id);
  expect(ids.indexOf("title"), "it passes the next shown column").toBe(ids.indexOf("rule") + 1);
});

it("keeps widths above the least, also from a damaged file", () => {
  expect(widthOf({ ...plain, widths: { tool: 3 } }, column("tool"))).toBe(column("tool").least);
  expect(widthOf({ ...plain, widths: { tool: Number.NaN } }, column("tool"))).toBe(column("tool").width);
  expect(template(plain, [column("severity"), column("title")], 2).css).toBe("76px 200px minmax(280px, 1fr)");
});

it("sorts by one key, turns it round, and by several with shift", () => {
  const severity = column("severity");
  const title = column("title");
  const one = clicked([], severity, false);
  expect(one, "the worst first").toEqual([{ key: "severity", descending: true }]);
  expect(clicked(one, severity, false), "again turns it round").toEqual([
    { key: "severity", descending: false },
  ]);
  const two = clicked(one, title, true);
  expect(two).toEqual([
    { key: "severity", descending: true },
    { key: "title", descending: false },
  ]);
  expect(clicked(clicked(two, title, true), title, true), "the third shift-click takes it away").toEqual(one);
  expect(clicked(two, title, false), "a plain click starts anew").toEqual([
    { key: "title", descending: false },
  ]);
  expect(clicked(two, column("issues"), false), "issues cannot be sorted").toEqual(two);
});

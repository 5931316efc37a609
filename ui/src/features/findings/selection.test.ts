import { describe, expect, it } from "vitest";
import { everything, extent, has, isEmpty, NONE, put, size, toggle, toWire, words } from "./selection";

describe("a selection by id", () => {
  it("toggles and says how many", () => {
    const two = toggle(toggle(NONE, "a"), "b");
    expect(size(two, 500), "two were added").toBe(2);
    expect(has(two, "a") && has(two, "b") && !has(two, "c"), "only what was added is in it").toBe(true);
    expect(words(two, 500), "words name the count only").toEqual({ count: "2 findings selected", scope: "" });
    expect(isEmpty(toggle(toggle(two, "a"), "b"), 500), "toggling back empties it").toBe(true);
  });

  it("takes a range in without losing what was there", () => {
    const range = put(toggle(NONE, "z"), ["a", "b", "z"], true);
    expect(toWire(range), "each id once").toEqual({ type: "ids", ids: ["z", "a", "b"] });
  });
});

describe("everything that matches", () => {
  const all = everything("severity:high", "app-1");

  it("is told to the engine as the query, never as ids", () => {
    expect(toWire(toggle(all, "7"))).toEqual({
      type: "matching",
      query: "severity:high",
      application: "app-1",
      except: ["7"],
    });
  });

  it("counts the exceptions and says them", () => {
    const but = put(all, ["1", "2"], false);
    expect(size(but, 12_403), "exceptions are left out").toBe(12_401);
    expect(words(but, 12_403)).toEqual({
      count: "12,401 findings selected",
      scope: "everything that matches, except 2",
    });
    expect(words(all, 1).count, "one is one").toBe("1 finding selected");
  });

  it("selecting an exception again takes it back in", () => {
    const back = toggle(toggle(all, "1"), "1");
    expect(has(back, "1"), "it is in again").toBe(true);
    expect(extent(back, 10), "so all are selected").toBe("all");
    expect(extent(toggle(all, "1"), 10)).toBe("some");
    expect(extent(toggle(all, "1"), 1), "the only one left out leaves none").toBe("none");
  });

  it("does not change the selection it was made from", () => {
    toggle(all, "1");
    expect(has(all, "1"), "selections are values").toBe(true);
  });
});

import { describe, expect, it } from "vitest";
import { PRIORITY, STATUS } from "../../../testing/fake/kinds";
import { choicesOf } from "../../../testing/fake/targets";
import type { ValueField } from "../../../wire/contract";
import {
  fitted,
  looksInverted,
  replacements,
  rowValue,
  STATUS_ROWS,
  standingOf,
  turnedRound,
  withValue,
} from "./valueMaps";

const FIELD: ValueField = {
  id: "urgency",
  label: "Urgency",
  note: "",
  values: choicesOf("P0", "P1"),
  open: false,
  fitting: {},
};

describe("a map of values", () => {
  it("is turned round, and turned twice as before", () => {
    expect(looksInverted(PRIORITY), "P4 for critical").toBe(true);
    const turned = turnedRound(PRIORITY);
    expect(turned.values).toEqual({ critical: "P0", high: "P1", medium: "P2", low: "P3", info: "P4" });
    expect(looksInverted(turned)).toBe(false);
    expect(turnedRound(turned)).toEqual(PRIORITY);
    expect(looksInverted({ field: "W", values: { info: "1", critical: "5" } }), "numbers say nothing").toBe(
      false,
    );
  });

  it("gives a reason its status's value until it has its own", () => {
    const row = STATUS_ROWS.find((one) => one.word === "duplicate");
    if (row === undefined) throw new Error("no row for duplicates");
    expect(rowValue(STATUS, row)).toBe("Done");
    const own = withValue(STATUS, "duplicate", " Twice ");
    expect(rowValue(own, row)).toBe("Twice");
    expect(rowValue(withValue(own, "duplicate", ""), row), "given up again").toBe("Done");
  });

  it("says how a value stands, and nothing against what was not read", () => {
    expect(standingOf(FIELD, "p1"), "trackers do not mind the case").toBe("exists");
    expect(standingOf(FIELD, "P4")).toBe("missing");
    expect(standingOf({ ...FIELD, open: true }, "P4"), "made by using it").toBe("new");
    expect(standingOf(undefined, "P4")).toBe("unknown");
    expect(standingOf(FIELD, "")).toBe("unset");
  });

  it("offers what fits for the values that are missing, and for no other", () => {
    const state = { ...FIELD, values: choicesOf("New", "Done"), fitting: { active: "New", closed: "Done" } };
    const map = { field: "state", values: { active: "To Do", closed: "Done", risk_accepted: "Gone" } };
    const found = replacements(map, STATUS_ROWS, state).map(({ row, value }) => [row.word, value]);
    expect(found, "closed exists, nothing is known to fit the last").toEqual([["active", "New"]]);
    expect(replacements(map, STATUS_ROWS, undefined)).toEqual([]);
    expect(fitted(map, STATUS_ROWS, [{ ...state, id: "State" }]).values).toEqual({
      active: "New",
      closed: "Done",
      risk_accepted: "Gone",
    });
    expect(fitted(map, STATUS_ROWS, []), "nothing was read").toEqual(map);
  });
});

import { describe, expect, it } from "vitest";
import { standIn } from "./Preview";
import { placeOf, withName } from "./templateText";

describe("a template's text", () => {
  it("knows where a fault is, also behind rare characters", () => {
    const text = "# 😀 All\n\n- 😀 {{ one.titel }}\nend";
    const [from, to] = placeOf(text, { line: 3, column: 8, length: 9 });
    expect(text.slice(from, to), "what is wrong").toBe("one.titel");
    expect(placeOf("x", { line: 1, column: 2, length: 0 }), "an end is a place too").toEqual([1, 1]);
  });

  it("takes a name where the caret is, in place of what is selected", () => {
    expect(withName("a b c", "rule", 2, 3)).toEqual({ text: "a {{ rule }} c", caret: 12 });
  });

  it("says what the preview shows in place of what is wrong", () => {
    expect(standIn([{ part: "body" }])).toBe(
      "Docket's own text stands in here for what of yours cannot be run.",
    );
    expect(standIn([{ part: "body" }, { part: "title" }, { part: "body" }])).toBe(
      "Docket's own title and text stand in here for what of yours cannot be run.",
    );
  });
});

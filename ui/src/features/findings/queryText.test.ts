import { describe, expect, it } from "vitest";
import { completed, isOn, remembered, termsOf, without } from "./queryText";

describe("terms of a query", () => {
  it("have their place, field, sign and values", () => {
    const text = 'severity:high,critical -path:test/** "free text" rule:"sql, \\"x\\""';
    const terms = termsOf(text);
    expect(terms.map((term) => text.slice(term.from, term.to))).toEqual([
      "severity:high,critical",
      "-path:test/**",
      '"free text"',
      'rule:"sql, \\"x\\""',
    ]);
    expect(terms.map((term) => term.field)).toEqual(["severity", "path", null, "rule"]);
    expect(terms.map((term) => term.negated)).toEqual([false, true, false, false]);
    expect(terms[0]?.values).toEqual(["high", "critical"]);
    expect(terms[2]?.values).toEqual(["free text"]);
    expect(terms[3]?.values, "a comma in quotes does not part").toEqual(['sql, "x"']);
  });

  it("are found while a quote is still open", () => {
    const text = 'tool:"sem grep';
    expect(termsOf(text)).toHaveLength(1);
    expect(termsOf(text)[0]?.to, "the open quote reaches to the end").toBe(text.length);
  });

  it("a lone minus is a word", () => {
    expect(termsOf("-")[0]).toMatchObject({ negated: false, field: null });
  });

  it("say which facet values are on", () => {
    const terms = termsOf("severity:high -status:closed tool:a");
    expect(isOn(terms, "severity", "high")).toBe(true);
    expect(isOn(terms, "severity", "low")).toBe(false);
    expect(isOn(terms, "status", "closed"), "what is excluded is not on").toBe(false);
  });

  it("can be taken away one by one", () => {
    const text = "severity:high tool:a linked:no";
    const tool = termsOf(text)[1];
    if (tool === undefined) throw new Error("the query has three terms");
    expect(without(text, tool)).toBe("severity:high linked:no");
  });
});

it("a completion replaces its range and leaves the caret behind it", () => {
  const completion = { insert: "severity:", label: "severity:", note: null, from: 7, to: 10 };
  expect(completed("tool:a sev linked:no", completion)).toEqual({
    text: "tool:a severity: linked:no",
    caret: 16,
  });
});

it("history keeps each query once, newest first, and nothing empty", () => {
  expect(remembered(["a", "b"], " b ")).toEqual(["b", "a"]);
  expect(remembered(["a"], "  ")).toEqual(["a"]);
  const many = Array.from({ length: 40 }, (_, at) => `q${at}`);
  expect(remembered(many, "new")).toHaveLength(30);
});

import { describe, expect, it } from "vitest";
import { headingFrom, patternProblem, titleFrom, type Values } from "./templateText";

const VALUES: Values = {
  title: "SQL *injection*",
  severity: "High",
  rule: "sql",
  application: "shop",
  tool: "Semgrep",
  component: "",
  cve: "",
  count: "3",
};

describe("a template", () => {
  it("is filled in, and what has no value leaves no gap", () => {
    expect(titleFrom("[{cve}] {severity}: {title} ({component})", VALUES)).toBe("High: SQL *injection*");
    expect(titleFrom("  ", VALUES), "no pattern, no title of its own").toBe("");
  });

  it("keeps the person's Markdown and makes values plain text", () => {
    expect(headingFrom("**{tool}**: {title}", VALUES)).toBe("**Semgrep**: SQL \\*injection\\*");
  });

  it("names a word that stands for nothing; braces of code are none", () => {
    expect(patternProblem("{severty} {title}")).toMatch(/«\{severty\}».*\{severity\}/);
    expect(patternProblem("fn main() { body } {}")).toBeUndefined();
  });
});

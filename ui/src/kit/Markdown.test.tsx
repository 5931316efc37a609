import { screen } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { renderWith } from "../testing/render";
import { snippetLines } from "./CodeSnippet";
import { Markdown } from "./Markdown";

describe("Markdown of a hostile report", () => {
  it("makes no element from HTML, loads no picture, links only to the web", () => {
    const text = [
      "<script>alert(1)</script> <img src=x onerror=alert(1)>",
      "![pixel](https://evil.example/p.png)",
      "[ok](https://example.org/a) [bad](javascript:alert(1)) [file](file:///etc/passwd)",
      '<a href="https://evil.example" onclick="x()">click</a>',
    ].join("\n\n");
    const { container } = renderWith(<Markdown text={text} />);
    expect(container.querySelector("script,img,iframe,[onclick]"), "nothing active").toBeNull();
    const links = screen.getAllByRole("link");
    expect(links.map((link) => link.getAttribute("href"))).toEqual(["https://example.org/a"]);
    expect(container.textContent, "the host is shown").toContain("example.org");
    expect(container.textContent, "HTML stays readable text").toContain("<script>alert(1)</script>");
  });

  it("survives deep nesting and endless text", () => {
    const deep = `${">".repeat(5000)} x\n${"*".repeat(10_000)}\n${"[".repeat(20_000)}`;
    expect(() => renderWith(<Markdown text={deep} />)).not.toThrow();
  });
});

describe("snippets", () => {
  it("number lines, mark the hit, and are cut around it", () => {
    const text = Array.from({ length: 5000 }, (_, at) => `line ${at + 1}`).join("\r\n");
    const mark = { startLine: 4000, endLine: 4001, startColumn: null, endColumn: null };
    const lines = snippetLines({ text, start_line: 1 }, mark);
    expect(lines.length).toBeLessThanOrEqual(60);
    expect(lines.filter((line) => line.hit).map((line) => line.number)).toEqual([4000, 4001]);
    expect(lines.find((line) => line.number === 4000)?.text).toBe("line 4000");
  });

  it("have no numbers when the report gives none", () => {
    expect(snippetLines({ text: "a\nb\n", start_line: null }, null)).toEqual([
      { number: null, text: "a", hit: false },
      { number: null, text: "b", hit: false },
    ]);
  });
});

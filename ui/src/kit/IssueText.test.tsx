import { screen } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { renderWith } from "../testing/render";
import { IssueText, textParts } from "./IssueText";

describe("an issue's text", () => {
  it("folds the blocks that Docket writes, also inside of each other", () => {
    const parts = textParts(
      "before\n\n<details>\n<summary>23 more places</summary>\n\ninner\n\n<details><summary>deeper</summary>\n\nx\n</details>\n</details>\n\nafter",
    );
    expect(parts.map((part) => part.type)).toEqual(["text", "fold", "text"]);
    const fold = parts[1];
    if (fold?.type !== "fold") throw new Error("the block was not folded");
    expect(fold.summary).toBe("23 more places");
    expect(
      fold.parts.map((part) => part.type),
      "the inner block is folded too",
    ).toEqual(["text", "fold"]);
  });

  it("hides comment lines, but not in code", () => {
    const parts = textParts("a\n<!-- docket:v1 key=0 -->\n```\n<!-- shown -->\n</details>\n```");
    expect(parts).toEqual([{ type: "text", text: "a\n```\n<!-- shown -->\n</details>\n```" }]);
  });

  it("hides comments inside of a line, but not in code or when escaped", () => {
    const [part] = textParts("- [ ] `a.py:1` <!-- docket:item 0a -->\n- `<!-- b -->` \\<!-- c -->");
    expect(part).toEqual({ type: "text", text: "- [ ] `a.py:1`\n- `<!-- b -->` \\<!-- c -->" });
  });

  it("reads entities in a summary as text, never as markup", () => {
    const [part] = textParts("<details>\n<summary>&lt;b&gt; &amp;lt;</summary>\nx\n</details>");
    expect(part).toMatchObject({ summary: "<b> &lt;" });
  });

  it("ends a block that is never closed with the text", () => {
    expect(textParts("<details>\n<summary>s</summary>\nx")).toMatchObject([{ type: "fold", summary: "s" }]);
  });

  it("keeps every other markup as text and draws task lists", () => {
    const { container } = renderWith(
      <IssueText
        text={'- [ ] first\n- [x] second\n\n<img src=x onerror="alert(1)"> <script>alert(1)</script>'}
      />,
    );
    expect(container.querySelector("img,script"), "no element comes out of the text").toBeNull();
    expect(screen.getByText(/<img src=x/), "it is shown as it is").toBeTruthy();
    expect(screen.getByRole("img", { name: "open" }), "an open task").toBeTruthy();
    expect(screen.getByRole("img", { name: "done" }), "a done task").toBeTruthy();
  });

  it("draws the HTML of trackers without Markdown from an allow-list", () => {
    const text =
      "<p><em>Docket keeps this part current (docket-part-begins).</em></p>\n<h3>Where</h3>\n" +
      '<ul><li><code>a.py:1</code> <a href="javascript:alert(1)">bad</a> <a href="https://x.example/r">rule</a></li></ul>' +
      "<img src=x onerror=alert(1)><script>alert(2)</script><iframe srcdoc='x'></iframe><p onclick=alert(3)>shown</p>";
    const { container } = renderWith(<IssueText text={text} />);
    expect(screen.getByText("Where").tagName, "a heading of the issue").toBe("H4");
    expect(screen.getByText("a.py:1").tagName).toBe("CODE");
    expect(container.querySelectorAll("img, script, iframe, [onclick], [onerror]")).toHaveLength(0);
    expect([...container.querySelectorAll("a")].map((a) => a.getAttribute("href"))).toEqual([
      "https://x.example/r",
    ]);
    expect(container.textContent, "code of a script is not shown as text").not.toContain("alert(2)");
    expect(screen.getByText("shown").tagName).toBe("P");
  });

  it("takes a finding's own HTML for text, as before", () => {
    const { container } = renderWith(<IssueText text={"<p>hello</p>"} />);
    expect(container.textContent).toContain("<p>hello</p>");
  });
});

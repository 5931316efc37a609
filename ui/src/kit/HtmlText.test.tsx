import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { renderWith } from "../testing/render";
import { ELEMENTS, HtmlText } from "./HtmlText";

/** The elements that Docket writes, from where they are declared. */
function written(): string[] {
  const source = readFileSync("../src-tauri/crates/docket-domain/src/text/web.rs", "utf8");
  const list = /pub const ELEMENTS: &\[&str\] = &\[([^\]]*)\]/.exec(source)?.[1];
  if (list === undefined) throw new Error("web.rs no longer declares the elements as a list");
  return [...list.matchAll(/"(\w+)"/g)].map((found) => found[1] ?? "");
}

describe("HTML of issues", () => {
  it("draws what Docket writes, and nothing else", () => {
    expect([...ELEMENTS, "a"].sort(), "both lists name the same elements").toEqual(written().sort());
  });

  it("keeps the words of other elements, but not the elements", () => {
    const { container } = renderWith(
      <HtmlText text="<p><u>kept</u><img src=x onerror=alert(1)><script>gone</script></p>" />,
    );
    expect(container.querySelector("u, img, script")).toBeNull();
    expect(container.textContent, "the words stay").toContain("kept");
    expect(container.textContent, "a script's do not").not.toContain("gone");
  });
});

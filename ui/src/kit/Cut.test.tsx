import { render } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { Cut, Ending, endTells, sides } from "./Cut";

describe("where a long line is cut", () => {
  it("keeps the name of the file, whatever stands around its path", () => {
    expect(sides("src/main/java/testcode/BenchmarkTest02602.java: 2 findings")).toEqual([
      "src/main/java/testcode",
      "/BenchmarkTest02602.java: 2 findings",
    ]);
    expect(sides("Uses CBC in src/main/a/Test.java:60")).toEqual(["Uses CBC in src/main/a", "/Test.java:60"]);
    expect(sides("own: C:\\code\\a.cs: 1 finding")?.[1]).toBe("\\a.cs: 1 finding");
    expect(sides("src/app.py:1")?.[1], "a short path is one too").toBe("/app.py:1");
  });

  it("keeps the last part of a rule", () => {
    expect(sides("java.lang.security.audit.cbc-padding: 5 findings")).toEqual([
      "java.lang.security.audit",
      ".cbc-padding: 5 findings",
    ]);
  });

  it("leaves what is neither as it is", () => {
    for (const text of [
      "",
      "SQL injection",
      "Missing input and/or output encoding",
      "acme/shop#15: A cookie",
      "openssl 3.0.11 in image base",
      "It ends. And/or not.",
    ]) {
      expect(sides(text), text).toBeNull();
    }
  });

  it("holds the whole text for those who listen or search", () => {
    const text = "src/main/java/BenchmarkTest02602.java: 2 findings";
    expect(render(<Cut text={text} />).container.textContent).toBe(text);
    const { container } = render(<Ending text="/src/a.py:1" />);
    expect(container.querySelector("bdi")?.textContent, "keeps its direction").toBe("/src/a.py:1");
  });

  it("knows names of several parts", () => {
    expect(endTells("java.lang.security.audit.xss")).toBe(true);
    expect(endTells("pkg:npm/lodash")).toBe(true);
    expect(endTells("generic.hardcoded-secret")).toBe(true);
    expect(endTells("CWE-79")).toBe(false);
    expect(endTells("A cookie. Without Secure.")).toBe(false);
  });
});

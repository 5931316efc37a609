import { screen } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import { renderWith } from "../testing/render";
import { type Code, codeLabels, type Problem } from "../wire/contract";
import { ProblemView, presentationOf, presentations, problemText } from "./ProblemView";

const problem: Problem = {
  code: "network",
  message: "api.github.com does not answer.",
  hint: "Look at the proxy of this connection.",
  context: { host: "api.github.com", file: "<img src=x>" },
  retry_at: null,
  trace_id: "t-17",
};

describe("problems", () => {
  it("have one way of being shown for each code of the contract, and no other", () => {
    expect(Object.keys(presentations).sort()).toEqual(Object.keys(codeLabels).sort());
  });

  it("are shown also with a code that this window does not know yet", () => {
    expect(presentationOf("from_the_future" as Code)).toBe(presentations.internal);
  });

  it("say what failed, what to do, the facts, and offer to try again", async () => {
    const retry = vi.fn();
    const { user, container } = renderWith(<ProblemView problem={problem} onRetry={retry} />);
    const alert = screen.getByRole("alert");
    expect(alert.textContent).toContain("api.github.com does not answer.");
    expect(alert.textContent).toContain("Look at the proxy of this connection.");
    expect(alert.textContent, "the trace is there for a report").toContain("t-17");
    expect(container.querySelector("img"), "facts are text, never HTML").toBeNull();
    await user.click(screen.getByRole("button", { name: "Try again" }));
    expect(retry).toHaveBeenCalledTimes(1);
  });

  it("do not offer what cannot help", () => {
    renderWith(<ProblemView problem={{ ...problem, code: "store_newer" }} onRetry={() => undefined} />);
    expect(screen.queryByRole("button", { name: "Try again" })).toBeNull();
  });

  it("can be copied as text with everything in it", () => {
    const text = problemText({ ...problem, retry_at: "2026-11-21T12:00:00Z" });
    for (const part of [
      problem.message,
      problem.hint ?? "",
      "host: api.github.com",
      "t-17",
      "2026-11-21T12:00:00Z",
    ]) {
      expect(text).toContain(part);
    }
  });
});

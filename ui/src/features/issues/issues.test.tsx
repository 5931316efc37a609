import { screen, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { issueState } from "../../kit";
import { renderWith } from "../../testing/render";
import type { IssueLink } from "../../wire/contract";
import IssuesPage from "./issues.page";

function link(number: string, title: string): IssueLink {
  return {
    issue: {
      target: "acme/shop",
      number,
      stable_id: null,
      url: `https://github.com/acme/shop/issues/${number}`,
    },
    connection: "1",
    mapping: "1",
    title,
    state: { type: "open" },
    findings: 31,
    linked: "2026-11-03T08:00:00Z",
    seen: "2026-11-21T08:00:00Z",
  };
}

describe("issues", () => {
  it("says an issue's state in words", () => {
    expect(issueState({ type: "closed", reason: "not_planned" }).words).toBe("Closed as not planned");
    expect(issueState({ type: "closed", reason: null }).words).toBe("Closed");
    expect(issueState({ type: "moved", to: "acme/web#3" }).words).toBe("Moved to acme/web#3");
    expect(issueState({ type: "not_visible" }).words).toBe("Not visible");
  });

  it("lists what is linked, hostile titles as text", async () => {
    const hostile = "<img src=x onerror=alert(1)>";
    const { container } = renderWith(<IssuesPage />, {
      rpc: { issue_page: () => ({ issues: [link("12", hostile)], total: 1 }) },
    });
    const row = within(await screen.findByTestId("issue-row"));
    expect(row.getByText(hostile)).toBeTruthy();
    expect(container.querySelector("img")).toBeNull();
    expect(row.getByRole("link", { name: /acme\/shop#12/ }).getAttribute("href")).toBe(
      "https://github.com/acme/shop/issues/12",
    );
  });

  it("turns pages", async () => {
    const { user, sent } = renderWith(<IssuesPage />, {
      rpc: { issue_page: () => ({ issues: [link("1", "one")], total: 250 }) },
    });
    await user.click(await screen.findByRole("button", { name: "Older" }));
    expect(await screen.findByText("101 to 200 of 250")).toBeTruthy();
    expect(sent.at(-1)?.request).toEqual({ offset: 100, limit: 100 });
  });
});

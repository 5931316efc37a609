import { screen, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { issueState } from "../../kit";
import { renderWith } from "../../testing/render";
import type { Connection, IssueLink } from "../../wire/contract";
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

  it("says in which tracker an issue is, and looks through all of them", async () => {
    const other = { ...link("46", "Hard-coded key"), connection: "2" };
    const named = (id: string, label: string) => ({ id, label }) as Connection;
    const { user, sent } = renderWith(<IssuesPage />, {
      rpc: {
        issue_page: ({ search }) =>
          search === ""
            ? { issues: [link("46", "SQL injection"), other], total: 250 }
            : { issues: search === "46 gitlab" ? [other] : [], total: search === "46 gitlab" ? 1 : 0 },
        connection_list: () => ({
          connections: [named("1", "acme on GitHub"), named("2", "acme on GitLab")],
        }),
      },
    });
    expect(await screen.findByText("acme on GitHub")).toBeTruthy();
    await user.click(screen.getByRole("button", { name: "Older" }));
    const box = screen.getByLabelText("Find an issue");
    await user.type(box, "46 gitlab");
    expect(await screen.findByText("1 issue found")).toBeTruthy();
    expect(screen.getByText("acme on GitLab")).toBeTruthy();
    expect(sent.filter((call) => call.name === "issue_page").at(-1)?.request).toEqual({
      search: "46 gitlab",
      offset: 0,
      limit: 100,
    });
    await user.type(box, " nowhere");
    expect(await screen.findByText("0 issues found")).toBeTruthy();
    expect(screen.queryByText("No issue yet")).toBeNull();
  });

  it("turns pages", async () => {
    const { user, sent } = renderWith(<IssuesPage />, {
      rpc: { issue_page: () => ({ issues: [link("1", "one")], total: 250 }) },
    });
    await user.click(await screen.findByRole("button", { name: "Older" }));
    expect(await screen.findByText("101 to 200 of 250")).toBeTruthy();
    expect(sent.filter((call) => call.name === "issue_page").at(-1)?.request).toEqual({
      search: "",
      offset: 100,
      limit: 100,
    });
  });
});

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

  it("says in which tracker an issue is, and finds it by number, title, target and tracker", async () => {
    const other = { ...link("46", "Hard-coded key"), connection: "2" };
    const named = (id: string, label: string) => ({ id, label }) as Connection;
    const { user } = renderWith(<IssuesPage />, {
      rpc: {
        issue_page: () => ({ issues: [link("46", "SQL injection"), other], total: 2 }),
        connection_list: () => ({
          connections: [named("1", "acme on GitHub"), named("2", "acme on GitLab")],
        }),
      },
    });
    expect(await screen.findByText("acme on GitHub")).toBeTruthy();
    const box = screen.getByLabelText("Find an issue");
    for (const typed of ["46 gitlab", "hard-coded", "shop#46 KEY"]) {
      await user.clear(box);
      await user.type(box, typed);
      const row = within(await screen.findByTestId("issue-row"));
      expect(row.getByText("acme on GitLab"), typed).toBeTruthy();
    }
    await user.clear(box);
    expect(screen.getAllByTestId("issue-row")).toHaveLength(2);
  });

  it("says that it finds only what is on the page", async () => {
    renderWith(<IssuesPage />, {
      rpc: {
        issue_page: () => ({ issues: [link("1", "one")], total: 250 }),
        connection_list: () => ({ connections: [] }),
      },
    });
    expect(await screen.findByLabelText("Find on this page")).toBeTruthy();
    expect(screen.getByText(/Looks through these 1 of 250 issues only/)).toBeTruthy();
  });

  it("turns pages", async () => {
    const { user, sent } = renderWith(<IssuesPage />, {
      rpc: { issue_page: () => ({ issues: [link("1", "one")], total: 250 }) },
    });
    await user.click(await screen.findByRole("button", { name: "Older" }));
    expect(await screen.findByText("101 to 200 of 250")).toBeTruthy();
    expect(sent.filter((call) => call.name === "issue_page").at(-1)?.request).toEqual({
      offset: 100,
      limit: 100,
    });
  });
});

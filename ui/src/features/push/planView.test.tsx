import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { madeMapping } from "../../testing/fake/connections";
import { CARD } from "../../testing/fake/kinds";
import { madePlan, madeStep, madeView } from "../../testing/fake/push";
import { type Answers, renderWith } from "../../testing/render";
import type { Difference, Plan, Step } from "../../wire/contract";
import { localProblem } from "../../wire/transport";
import { commentWords } from "./IssuePreview";
import { ahead } from "./PublicAsk";
import PushPage from "./push.page";

function issue(number: string) {
  const url = `https://github.com/acme/shop/issues/${number}`;
  return { target: "acme/shop", number, stable_id: null, url };
}

/** A plan whose steps and state the test may change. */
function made(steps: Step[], over: Partial<Plan> = {}) {
  const now = { steps, over };
  const rpc: Answers = {
    app_status: () => ({ jobs: [], connections: [] }) as never,
    connection_kinds: () => ({ kinds: [CARD] }),
    connection_list: () => ({ connections: [] }),
    application_list: () => ({ applications: [] }),
    mapping_list: () => ({ mappings: [madeMapping()] }),
    plan_show: () => madePlan(now.steps, now.over),
    plan_steps: ({ only, offset, limit }) => {
      const steps = now.steps.filter((step) => only === null || step.state === only);
      return { steps: steps.slice(offset, offset + limit).map(madeView), total: steps.length };
    },
    plan_step_guard: () => ({ taken: [] }),
    plan_difference: () => ({ ...NO_CHANGE, title: "As it is in the tracker" }),
    plan_list: () => ({ plans: [] }),
    plan_remove: () => ({ count: 1 }),
  };
  return { now, rpc };
}

const NO_CHANGE: Difference = {
  state: { type: "open" },
  title: null,
  body: [],
  change: {
    title: null,
    body: null,
    body_from: null,
    add_labels: [],
    remove_labels: [],
    open: null,
    reason: null,
    comment: null,
    severity: null,
    status: null,
  },
  kept: [],
  problem: null,
};

const DONE = [
  madeStep(0, { state: "done", issue: issue("7") }),
  madeStep(1, { state: "done", issue: issue("8") }),
  madeStep(2),
];

describe("a plan in the window", () => {
  it("copies the links of what is done, within the click, and says how many", async () => {
    const { rpc } = made(DONE, { state: "paused" });
    const { user, sent } = renderWith(<PushPage />, { rpc, route: "/push/7" });
    const button = await screen.findByRole("button", { name: "Copy links" });
    await waitFor(() => expect(sent.some((call) => call.name === "plan_steps")).toBe(true));
    await user.click(button);
    expect(await screen.findByText("2 links copied.")).toBeTruthy();
    expect(await navigator.clipboard.readText()).toBe(`${issue("7").url}\n${issue("8").url}`);
  });

  it("shows another look when the one in use is gone after applying", async () => {
    const update = { action: "update" as const, issue: issue("7") };
    const { now, rpc } = made([madeStep(0, update)]);
    const { change } = renderWith(<PushPage />, { rpc, route: "/push/7" });
    const preview = within(await screen.findByTestId("issue-preview"));
    expect(await preview.findByText("As it is in the tracker"), "compared at first").toBeTruthy();
    now.steps = [madeStep(0, { ...update, state: "done", sent_at: "2026-11-21T10:50:00Z" })];
    now.over = { state: "done" };
    change(["Plans"]);
    await waitFor(() =>
      expect(preview.getByRole<HTMLInputElement>("radio", { name: "Shown" }).checked).toBe(true),
    );
    expect(preview.getByRole("heading", { level: 3 }).textContent).toMatch(/^SQL injection/);
  });

  // covers: X12
  it("lists what failed by itself", async () => {
    const problem = localProblem("bad_input", "The label does not exist.", "Create it.");
    const { rpc } = made([...DONE, madeStep(3, { state: "failed", problem })], { state: "partly" });
    const { user } = renderWith(<PushPage />, { rpc, route: "/push/7" });
    await user.click(await screen.findByRole("radio", { name: "Failed 1" }));
    const list = screen.getByRole("listbox", { name: "Steps" });
    await waitFor(() => expect(within(list).getAllByRole("option")).toHaveLength(1));
    await user.click(screen.getByRole("radio", { name: "All 4" }));
    await waitFor(() => expect(within(list).getAllByRole("option").length).toBeGreaterThan(1));
  });

  it("asks before it discards", async () => {
    const { rpc } = made(DONE.map((step) => ({ ...step, state: "planned" })));
    const { user, sent } = renderWith(<PushPage />, { rpc, route: "/push/7" });
    await user.click(await screen.findByRole("button", { name: "Discard" }));
    expect(
      sent.some((call) => call.name === "plan_remove"),
      "not yet",
    ).toBe(false);
    await user.click(screen.getByRole("button", { name: "Discard it" }));
    await waitFor(() => expect(window.location.hash).toBe("#/plans"));
    expect(sent.find((call) => call.name === "plan_remove")?.request).toEqual({ id: "7" });
  });

  it("says what a comment is, and blames the length only where it is the reason", () => {
    expect(commentWords("create", 1, 1)).toBe("A comment follows, because the text is too long.");
    expect(commentWords("create", 2, 3)).toBe("Comment 2 of 3, because the text is too long.");
    expect(commentWords("close", 1, 1)).toBe("A comment follows.");
  });

  // covers: X12
  it("asks for a yes to what is still to be published, not to what is there", async () => {
    const planned = madeView(madeStep(3, { action: "update", issue: issue("9") }));
    expect(ahead([...DONE.map(madeView), planned])).toEqual({ create: 1, update: 1 });
    const { rpc } = made(DONE, { state: "paused" });
    const { user } = renderWith(<PushPage />, {
      rpc,
      jobs: {
        plan_apply: () => {
          throw {
            code: "public_target",
            message: "acme/shop is public.",
            hint: null,
            context: { target: "acme/shop", create: "3", update: "0" },
          };
        },
      },
      route: "/push/7",
    });
    await user.click(await screen.findByRole("button", { name: "Go on with 1 issue" }));
    expect(
      await screen.findByRole("checkbox", { name: "Yes, everybody may read 1 new issue in acme/shop" }),
    ).toBeTruthy();
  });

  it("says who is at it when another Docket applies the plan, and that it was closed when nobody is", async () => {
    const { now, rpc } = made(DONE, { state: "applying", elsewhere: true });
    const { change } = renderWith(<PushPage />, { rpc, route: "/push/7" });
    expect((await screen.findByTestId("push-elsewhere")).textContent).toContain("Another Docket");
    expect(screen.queryByText(/Docket was closed in the middle/)).toBeNull();
    now.over = { state: "applying", elsewhere: false };
    change(["Plans"]);
    expect(await screen.findByText(/Docket was closed in the middle/)).toBeTruthy();
    expect(screen.queryByTestId("push-elsewhere")).toBeNull();
  });
});

import { screen, waitFor } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { connectionAnswers, madeMapping } from "../../../testing/fake/connections";
import { type Answers, renderWith } from "../../../testing/render";
import type { Choice, TargetFields } from "../../../wire/contract";
import ConnectionsPage from "../connections.page";
import { absent } from "./IssueFields";
import { keepValid } from "./keepValid";
import { fullDraft, mappingRequest } from "./mappingDraft";

const choices = (...values: string[]): Choice[] =>
  values.map((value) => ({ value, label: value, note: null }));

function fields(over: Partial<TargetFields>): TargetFields {
  return {
    target: { key: "acme/web", stable_id: null, name: "web", url: null, private: false, closed: null },
    labels: [],
    milestones: [],
    assignees: [],
    may_set_fields: true,
    truncated: false,
    fields: [],
    severity: [],
    status: [],
    ...over,
  };
}

const SHOP = fields({
  labels: choices("security", "shop-only"),
  milestones: choices("2.0"),
  assignees: choices("kim", "sam"),
});

describe("what stays valid in another target", () => {
  const draft = fullDraft(
    mappingRequest(
      madeMapping({
        labels: ["security", "shop-only", "typed by hand"],
        assignees: ["kim", "sam"],
        milestone: "2.0",
      }),
    ),
    undefined,
  );

  it("keeps what exists there, and labels that were free text", () => {
    const web = fields({
      labels: choices("security"),
      assignees: choices("Sam"),
      milestones: choices("2.0"),
    });
    const kept = keepValid(draft, SHOP, web);
    expect(kept.draft).toMatchObject({
      labels: ["security", "typed by hand"],
      assignees: ["sam"],
      milestone: "2.0",
    });
    expect(kept.gone).toEqual(["label shop-only", "assignee kim"]);
    expect(absent(kept.draft.labels, web.labels, false), "said to be created on use").toEqual([
      "typed by hand",
    ]);
  });

  it("lets nothing go against a list that was cut", () => {
    const cut = keepValid(draft, SHOP, fields({ truncated: true }));
    expect(cut).toEqual({ draft, gone: [] });
  });

  it("lets go the milestone that is not there", () => {
    const kept = keepValid(draft, SHOP, fields({ labels: SHOP.labels, assignees: SHOP.assignees }));
    expect(kept.draft.milestone).toBeNull();
    expect(kept.gone).toEqual(["milestone 2.0"]);
  });
});

describe("the mapping's page", () => {
  const rpc = (): Answers => ({
    ...(connectionAnswers(false).answers as Answers),
    application_list: () => ({ applications: [] }),
  });

  it("reads the fields again when the target changes, and says what was let go", async () => {
    const { user, sent } = renderWith(<ConnectionsPage />, { rpc: rpc(), route: "/connections/targets/1" });
    const picker = await screen.findByLabelText(/^Repository/, { selector: "input" });
    await screen.findAllByText("kim");
    await user.click(picker);
    await user.click(await screen.findByText("acme/web"));
    expect(await screen.findByText(/acme\/web does not have it: assignee kim, milestone 2.0/)).toBeTruthy();
    expect(screen.getAllByText("security").length, "the label is valid there too").toBeGreaterThan(0);
    await user.click(screen.getByRole("button", { name: "Save" }));
    await waitFor(() => expect(sent.some((call) => call.name === "mapping_save")).toBe(true));
    expect(sent.find((call) => call.name === "mapping_save")?.request).toMatchObject({
      target: "acme/web",
      labels: ["security"],
      assignees: [],
      milestone: null,
    });
  });

  it("says what is missing in a new one and sends nothing", async () => {
    const { user, sent } = renderWith(<ConnectionsPage />, { rpc: rpc(), route: "/connections/targets/new" });
    await user.click(await screen.findByRole("button", { name: "Save" }));
    expect(screen.getByText("Choose at least one application.")).toBeTruthy();
    expect(sent.some((call) => call.name === "mapping_save")).toBe(false);
  });
});

import { screen, within } from "@testing-library/react";
import { expect, it } from "vitest";
import { madePlan, madeStep, madeView, pushAnswers } from "../../testing/fake/push";
import { renderWith } from "../../testing/render";
import { IssuePreview } from "./IssuePreview";
import { StepRow } from "./StepRow";

it("shows the values of the severity's and the status's field", () => {
  renderWith(<IssuePreview plan={madePlan([])} view={madeView(madeStep(0))} tracker="Acme Tracker" />);
  expect(screen.getByText(/Priority: P4 · Status: In Progress/)).toBeTruthy();
});

it("says that a file goes along", () => {
  const step = madeStep(0);
  const draft = step.draft === null ? null : { ...step.draft, file: "docket-findings-0123456789abcdef.json" };
  renderWith(<IssuePreview plan={madePlan([])} view={madeView({ ...step, draft })} tracker="Acme Tracker" />);
  expect(screen.getByText(/with its findings as a file/)).toBeTruthy();
});

it("says first what the tracker left out, in the list and in the preview", () => {
  const view = madeView(madeStep(0, { state: "done", dropped: ["The milestone was dropped."] }));
  renderWith(
    <>
      <StepRow view={view} />
      <IssuePreview plan={madePlan([])} view={view} tracker="Acme Tracker" />
    </>,
  );
  expect(screen.getByText("left out: 1"), "in the row").toBeTruthy();
  const callout = within(screen.getByRole("region", { name: "What the tracker left out" }));
  expect(callout.getByText("The milestone was dropped.")).toBeTruthy();
});

it("compares an update with the issue as it is now, and shows what was said to the tracker", async () => {
  const answers = pushAnswers(false).answers;
  const issue = { target: "acme/shop", number: "12", stable_id: null, url: "https://tracker.example/12" };
  const step = madeStep(0, { action: "update", issue });
  const { sent, user, unmount } = renderWith(
    <IssuePreview plan={madePlan([])} view={madeView(step)} tracker="Acme Tracker" />,
    { rpc: { plan_difference: answers.plan_difference } },
  );
  const changes = within(await screen.findByTestId("step-changes"));
  expect(changes.getByText(/8 findings, 1 fixed/).getAttribute("data-mark"), "new").toBe("added");
  expect(changes.getByText("+ severity: critical"), "a label").toBeTruthy();
  expect(sent.map((call) => call.name)).toContain("plan_difference");
  await user.click(screen.getByRole("radio", { name: "Shown" }));
  expect(screen.queryByTestId("step-changes"), "the whole text").toBeNull();
  unmount();

  const done = madeStep(0, { action: "update", issue, state: "done", sent_at: "2026-11-20T10:50:00Z" });
  const exchange = {
    at: "2026-11-20T10:50:00Z",
    method: "PATCH",
    url: "https://tracker.example/api/issues/12",
    status: 200,
    ms: 12,
    request: "{}",
    response: "{}",
    headers: {},
    error: null,
  };
  const after = renderWith(
    <IssuePreview plan={madePlan([])} view={madeView(done)} tracker="Acme Tracker" />,
    { rpc: { step_exchanges: () => ({ exchanges: [exchange] }) } },
  );
  await after.user.click(screen.getByRole("radio", { name: "Evidence" }));
  expect(await screen.findByText("https://tracker.example/api/issues/12")).toBeTruthy();
});

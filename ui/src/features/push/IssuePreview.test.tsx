import { screen, within } from "@testing-library/react";
import { expect, it } from "vitest";
import { madeStep, madeView } from "../../testing/fake/push";
import { renderWith } from "../../testing/render";
import { IssuePreview } from "./IssuePreview";
import { StepRow } from "./StepRow";

it("shows the values of the severity's and the status's field", () => {
  renderWith(<IssuePreview view={madeView(madeStep(0))} tracker="Acme Tracker" />);
  expect(screen.getByText(/Priority: P4 · Status: In Progress/)).toBeTruthy();
});

it("says first what the tracker left out, in the list and in the preview", () => {
  const view = madeView(madeStep(0, { state: "done", dropped: ["The milestone was dropped."] }));
  renderWith(
    <>
      <StepRow view={view} />
      <IssuePreview view={view} tracker="Acme Tracker" />
    </>,
  );
  expect(screen.getByText("left out: 1"), "in the row").toBeTruthy();
  const callout = within(screen.getByRole("region", { name: "What the tracker left out" }));
  expect(callout.getByText("The milestone was dropped.")).toBeTruthy();
});

import { screen, waitFor } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import { renderWith } from "../../testing/render";
import { StatusForm } from "./decide";

const SELECTION = { type: "matching", query: "tool:grype", application: null, except: [] } as const;

function draw(suggested: number) {
  const done = vi.fn();
  const rendered = renderWith(
    <StatusForm subject={{ selection: { ...SELECTION, except: [] }, count: 40 }} onDone={done} />,
    {
      rpc: { finding_count: () => ({ total: 40, severities: [], linked: 0, suggested }) },
      jobs: { finding_assess: () => ({ count: 40 }), proposals_settle: () => ({ count: 12 }) },
    },
  );
  return { ...rendered, done };
}

describe("the status of findings", () => {
  it("takes over what is suggested about some of them", async () => {
    const { user, sent, done } = draw(12);
    await user.click(await screen.findByRole("radio", { name: "As suggested" }));
    expect(screen.getByText(/Something is suggested about 12 findings/)).toBeTruthy();
    expect(screen.queryByRole("textbox")).toBe(null);
    await user.click(screen.getByRole("button", { name: "As suggested" }));
    await waitFor(() => expect(done).toHaveBeenCalled());
    expect(sent.find((call) => call.name === "proposals_settle")?.request).toEqual({
      selection: SELECTION,
      accept: true,
    });
  });

  it("dismisses it", async () => {
    const { user, sent, done } = draw(12);
    await user.click(await screen.findByRole("radio", { name: "Dismiss what is suggested" }));
    await user.click(screen.getByRole("button", { name: "Dismiss what is suggested" }));
    await waitFor(() => expect(done).toHaveBeenCalled());
    expect(sent.find((call) => call.name === "proposals_settle")?.request).toEqual({
      selection: SELECTION,
      accept: false,
    });
  });

  it("offers no answer where nothing is suggested, and keeps the focus while one chooses", async () => {
    const { user, sent, done } = draw(0);
    const closed = await screen.findByRole("radio", { name: "Closed" });
    expect(screen.queryByRole("radio", { name: "As suggested" })).toBe(null);
    await user.click(closed);
    expect(document.activeElement).toBe(closed);
    await user.click(screen.getByRole("radio", { name: "Duplicate" }));
    await user.type(screen.getByRole("textbox"), "twice");
    await user.click(screen.getByRole("button", { name: "Set to Closed" }));
    await waitFor(() => expect(done).toHaveBeenCalled());
    expect(sent.find((call) => call.name === "finding_assess")?.request).toEqual({
      selection: SELECTION,
      status: "closed",
      reason: "duplicate",
      comment: "twice",
    });
  });
});

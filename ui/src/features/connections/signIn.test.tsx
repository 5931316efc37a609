import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import { PASSING, reportOf } from "../../testing/fake/checks";
import { connectionAnswers, madeConnection } from "../../testing/fake/connections";
import { ACME } from "../../testing/fake/kinds";
import { type Answers, type JobAnswers, renderWith } from "../../testing/render";
import type { Connection, JobEvent, Problem } from "../../wire/contract";
import { newDraft, saveRequest, withAuth } from "./connectionDraft";
import ConnectionsPage from "./connections.page";
import { clock } from "./SignInPane";

const CODE = {
  type: "code",
  user_code: "WDJB-MJHT",
  url: "https://tracker.example.com/device",
  complete_url: "https://tracker.example.com/device?code=WDJB-MJHT",
} as const;

function later(ms: number): string {
  return new Date(Date.now() + ms).toISOString();
}

describe("signing in with a code", () => {
  const open = (jobs: JobAnswers) =>
    renderWith(<ConnectionsPage />, {
      rpc: { ...(connectionAnswers(false).answers as unknown as Answers), job_cancel: () => ({ count: 1 }) },
      jobs,
      route: "/connections/3",
    });
  const tell = (onEvent: (event: JobEvent) => void, ms = 900_000): void =>
    onEvent({ job: "9", seq: 1, news: { ...CODE, expires: later(ms) } });
  const begin = async ({ user }: ReturnType<typeof renderWith>): Promise<void> =>
    user.click((await screen.findAllByRole("button", { name: "Sign in" }))[0] as HTMLElement);

  it("shows the code and what to do, opens the page, and tests when it is confirmed", async () => {
    let confirm: (connection: Connection) => void = () => undefined;
    const opened = vi.spyOn(window, "open").mockReturnValue(null);
    const page = open({
      connection_sign_in: (_, onEvent) => {
        tell(onEvent);
        return new Promise((resolve) => {
          confirm = resolve;
        });
      },
      connection_test: () => reportOf(PASSING),
    });
    await screen.findByText(/Not yet: «Sign in» shows a code/);
    expect(document.querySelector("input[type=password]"), "no secret is asked for").toBeNull();
    await begin(page);
    const pane = within(await screen.findByTestId("sign-in"));
    expect(await pane.findByText("WDJB-MJHT")).toBeTruthy();
    expect(pane.getByText("tracker.example.com/device"), "where it is entered").toBeTruthy();
    expect(pane.getByRole("timer").textContent).toMatch(/^The code counts for another (15:00|14:5\d)\.$/);
    const go = pane.getByRole("button", { name: /^Open the page/ });
    expect(document.activeElement, "Enter is enough").toBe(go);
    await page.user.click(go);
    expect(opened.mock.calls[0]?.[0], "with the code filled in").toBe(CODE.complete_url);
    confirm(madeConnection({ id: "3", kind: ACME.id, auth: "device" }));
    expect(await screen.findByText(/checks passed/), "tested at once").toBeTruthy();
    expect(page.sent.find((call) => call.name === "connection_test")?.request).toMatchObject({ id: "3" });
  });

  it("is cancelled, says so, and begins anew", async () => {
    let refuse: (problem: Problem) => void = () => undefined;
    const page = open({
      connection_sign_in: (_, onEvent) => {
        tell(onEvent, 0);
        return new Promise((_resolve, reject) => {
          refuse = reject;
        });
      },
    });
    await begin(page);
    expect(await screen.findByText("The code has ended.")).toBeTruthy();
    await page.user.click(screen.getByRole("button", { name: "Cancel" }));
    await waitFor(() =>
      expect(page.sent.find((call) => call.name === "job_cancel")?.request).toEqual({ id: "9" }),
    );
    refuse({
      code: "cancelled",
      message: "The sign-in was cancelled.",
      hint: null,
      context: {},
      retry_at: null,
      trace_id: null,
    });
    expect(await screen.findByText("The sign-in was cancelled.")).toBeTruthy();
    await page.user.click(screen.getByRole("button", { name: "Ask for a new code" }));
    expect(await screen.findByText("WDJB-MJHT"), "a new run").toBeTruthy();
  });
});

describe("a connection's draft", () => {
  it("sends no secret where the browser signs in, and asks for one when that changes", () => {
    const draft = { ...newDraft(ACME), values: { location: "https://t.example.com" }, secret: "left over" };
    expect(saveRequest(ACME, draft).secret, "device").toBeNull();
    const stored = madeConnection({ kind: ACME.id, auth: "device" });
    expect(withAuth(ACME, { ...draft, secret: null }, "key", stored).secret, "a key of its own").toBe("");
    expect(withAuth(ACME, { ...draft, secret: "" }, "device", stored).secret, "the stored one").toBeNull();
  });

  it("counts down in minutes and seconds", () => {
    expect([872, 60, 5].map(clock)).toEqual(["14:32", "1:00", "0:05"]);
  });
});

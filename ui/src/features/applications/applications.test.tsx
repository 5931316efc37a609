import { fireEvent, screen, waitFor } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { progressOf } from "../../testing/fake/talk";
import { type Answers, type JobAnswers, renderWith } from "../../testing/render";
import type { Ownership } from "../../wire/contract";
import { CallError, localProblem } from "../../wire/transport";
import ApplicationsPage from "./applications.page";

const SHOP = { id: "1", name: "shop", created: "2026-11-01T00:00:00.000Z", active: 7, findings: 9 };

function told(text: string): Ownership {
  const wrong = text.includes("nobody");
  return {
    text,
    mistakes: wrong ? [{ line: 2, message: "«nobody» names no owner." }] : [],
    owners: text === "" ? [] : [{ owner: "@acme/db", findings: 4 }],
    of: text === "" ? 0 : 1,
    owned: text === "" ? 0 : 4,
    without: text === "" ? 6 : 2,
    files_without: ["README.md"],
    no_file: 1,
  };
}

function rpc(more: Answers = {}): Answers {
  return {
    application_list: () => ({ applications: [SHOP] }),
    application_add: ({ name }) => ({ ...SHOP, id: "2", name }),
    application_rename: ({ name }) => ({ ...SHOP, name }),
    owners_show: () => told(""),
    owners_try: ({ text }) => told(text),
    ...more,
  };
}

const GONE: JobAnswers = { application_remove: () => ({ count: 9 }) };

describe("applications", () => {
  it("lists them, each leading to its page", async () => {
    renderWith(<ApplicationsPage />, { rpc: rpc() });
    const link = await screen.findByRole("link", { name: /shop/ });
    expect(link.getAttribute("href")).toBe("#/applications/1");
    expect(link.textContent).toContain("7 active of 9 findings");
  });

  it("says how to begin when there is none", async () => {
    renderWith(<ApplicationsPage />, { rpc: rpc({ application_list: () => ({ applications: [] }) }) });
    expect(await screen.findByText("No application yet")).toBeTruthy();
  });

  it("tries rules while one writes, and saves them only when asked", async () => {
    let saved = "";
    const { user, sent } = renderWith(<ApplicationsPage />, {
      rpc: rpc({ owners_show: () => told(saved) }),
      jobs: {
        owners_save: ({ text }) => {
          saved = text;
          return { count: 4 };
        },
      },
      route: "/applications/1",
    });
    const rules = await screen.findByRole("textbox", { name: "Rules" });
    expect(screen.getByRole("button", { name: "Save the rules" }).hasAttribute("disabled")).toBe(true);
    fireEvent.change(rules, { target: { value: "/db/ @acme/db\nweb/ nobody" } });
    expect(await screen.findByText("4 of 6 active findings with a file have an owner")).toBeTruthy();
    expect(screen.getByText("README.md")).toBeTruthy();
    await user.click(screen.getByRole("button", { name: "Line 2" }));
    const area = rules as HTMLTextAreaElement;
    expect(area.value.slice(area.selectionStart, area.selectionEnd)).toBe("web/ nobody");
    expect(sent.some((call) => call.name === "owners_save")).toBe(false);
    await user.click(screen.getByRole("button", { name: "Save the rules" }));
    await waitFor(() =>
      expect(sent.find((call) => call.name === "owners_save")?.request).toEqual({
        id: "1",
        text: "/db/ @acme/db\nweb/ nobody",
      }),
    );
    const link = await screen.findByRole("link", { name: "@acme/db" });
    expect(decodeURIComponent(link.getAttribute("href") ?? "")).toContain('owner:"@acme/db"');
  });

  it("reads a CODEOWNERS file", async () => {
    const { user } = renderWith(<ApplicationsPage />, { rpc: rpc(), route: "/applications/1" });
    await screen.findByRole("textbox", { name: "Rules" });
    const input = document.querySelector<HTMLInputElement>("input[type=file]");
    if (input === null) throw new Error("There is no way to choose a file.");
    await user.upload(input, new File(["* @acme/all\n"], "CODEOWNERS"));
    expect(await screen.findByDisplayValue("* @acme/all")).toBeTruthy();
  });

  it("removes only after asking", async () => {
    const { user, sent } = renderWith(<ApplicationsPage />, {
      rpc: rpc(),
      jobs: GONE,
      route: "/applications/1",
    });
    await user.click(await screen.findByRole("button", { name: "Remove" }));
    expect(screen.getByText(/Remove it with its 9 findings\?/)).toBeTruthy();
    expect(sent.some((call) => call.name === "application_remove")).toBe(false);
    await user.click(screen.getByRole("button", { name: "Remove" }));
    await waitFor(() => expect(window.location.hash).toBe("#/applications"));
    expect(sent.find((call) => call.name === "application_remove")?.request).toEqual({ id: "1" });
  });

  it("shows how far a long removal is, and cancels it", async () => {
    let stop = (): void => undefined;
    const cancelled = localProblem("cancelled", "Cancelled; nothing was changed.", null);
    const { user, sent } = renderWith(<ApplicationsPage />, {
      rpc: rpc({
        job_cancel: () => {
          stop();
          return { count: 1 };
        },
      }),
      jobs: {
        application_remove: (_, onEvent) => {
          const progress = progressOf("Removing «shop»", 5000, 20_000, "findings");
          onEvent({ job: "7", seq: 0, news: { type: "started" } });
          onEvent({ job: "7", seq: 1, news: { type: "progress", progress } });
          return new Promise((_, reject) => {
            stop = () => reject(new CallError(cancelled));
          });
        },
      },
      route: "/applications/1",
    });
    await user.click(await screen.findByRole("button", { name: "Remove" }));
    await user.click(screen.getByRole("button", { name: "Remove" }));
    const bar = await screen.findByRole("progressbar", { name: "Removing «shop»" });
    expect(bar.getAttribute("aria-valuenow")).toBe("25");
    await user.click(screen.getByRole("button", { name: "Cancel" }));
    expect(await screen.findByText("Cancelled; nothing was changed.")).toBeTruthy();
    expect(sent.find((call) => call.name === "job_cancel")?.request).toEqual({ id: "7" });
    expect(screen.queryByRole("progressbar")).toBe(null);
    expect(window.location.hash).toBe("#/applications/1");
  });

  it("renames", async () => {
    const { user, sent } = renderWith(<ApplicationsPage />, { rpc: rpc(), route: "/applications/1" });
    const name = await screen.findByDisplayValue("shop");
    await user.clear(name);
    await user.type(name, "store");
    await user.click(screen.getByRole("button", { name: "Rename" }));
    await waitFor(() =>
      expect(sent.find((call) => call.name === "application_rename")?.request).toEqual({
        id: "1",
        name: "store",
      }),
    );
  });

  it("says so when the application is gone", async () => {
    renderWith(<ApplicationsPage />, { rpc: rpc(), route: "/applications/77" });
    expect(await screen.findByText("There is no such application")).toBeTruthy();
  });
});

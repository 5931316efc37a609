import { screen, waitFor } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { type Answers, renderWith } from "../../testing/render";
import type { KeychainStatus } from "../../wire/contract";
import SettingsPage from "./settings.page";

function rpc(keychain: KeychainStatus, practice: string | null = null): Answers {
  return {
    settings_show: () => ({ author: "kim" }),
    settings_save: ({ settings }) => settings,
    practice_status: () => ({ url: practice }),
    practice_stop: () => ({ count: 1 }),
    app_status: () => ({
      version: "0.1.0",
      data_dir: "/data/docket",
      log_file: "/data/docket/docket.log",
      keychain,
      counts: { findings: 0, plans: 0, issues: 0, imports: 0, connections: 0, proposals: 0 },
      jobs: [],
      connections: [],
      fresh: true,
    }),
  };
}

const READY: KeychainStatus = { ok: true, name: "Secret Service", problem: null };

describe("settings", () => {
  it("keeps the author's name", async () => {
    const { user, sent } = renderWith(<SettingsPage />, { rpc: rpc(READY) });
    const name = await screen.findByDisplayValue("kim");
    await user.clear(name);
    await user.type(name, "sam");
    await user.click(screen.getByRole("button", { name: "Save" }));
    await waitFor(() => expect(sent.some((call) => call.name === "settings_save")).toBe(true));
    expect(sent.find((call) => call.name === "settings_save")?.request).toEqual({
      settings: { author: "sam" },
    });
  });

  it("remembers theme and text size", async () => {
    const { user, remembered } = renderWith(<SettingsPage />, { rpc: rpc(READY) });
    await user.click(screen.getByRole("radio", { name: "Dark" }));
    await user.click(screen.getByRole("radio", { name: "200 %" }));
    expect(remembered).toMatchObject({ theme: "dark", textScale: 2 });
  });

  it("says what to do when the keychain cannot be used", async () => {
    const problem = {
      code: "keychain" as const,
      message: "No keychain answers.",
      hint: "Start gnome-keyring.",
      context: {},
      retry_at: null,
      trace_id: null,
    };
    renderWith(<SettingsPage />, { rpc: rpc({ ok: false, name: "Secret Service", problem }) });
    expect(await screen.findByText("Secret Service, not usable")).toBeTruthy();
    expect(screen.getByText("Start gnome-keyring.")).toBeTruthy();
    expect(screen.getByText("/data/docket")).toBeTruthy();
  });

  it("stops the practice tracker after a question", async () => {
    const { user, sent } = renderWith(<SettingsPage />, { rpc: rpc(READY, "http://127.0.0.1:1/") });
    await user.click(await screen.findByRole("button", { name: "Stop it" }));
    expect(sent.some((call) => call.name === "practice_stop")).toBe(false);
    await user.click(screen.getByRole("button", { name: "Stop the practice tracker" }));
    await waitFor(() => expect(sent.some((call) => call.name === "practice_stop")).toBe(true));
  });
});

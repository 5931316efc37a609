import { screen } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { renderWith } from "../testing/render";
import { CallError, localProblem } from "../wire/transport";
import { copyAndSay } from "./copy";

/** A clipboard as web views have it: it takes something while a click counts, and not behind it. */
function strictClipboard() {
  const held = { text: "", clicked: true };
  const allow = (): void => {
    if (!held.clicked) throw new Error("NotAllowedError");
  };
  vi.stubGlobal(
    "ClipboardItem",
    class {
      constructor(readonly of: Record<string, Promise<Blob>>) {}
    },
  );
  Object.defineProperty(navigator, "clipboard", {
    configurable: true,
    value: {
      writeText: async (text: string) => {
        allow();
        held.text = text;
      },
      write: async ([item]: { of: Record<string, Promise<Blob>> }[]) => {
        allow();
        held.text = (await item?.of["text/plain"]?.then(() => "taken")) ?? "";
      },
    },
  });
  return held;
}

describe("copying", () => {
  beforeEach(() => {
    renderWith(<p>page</p>);
  });
  afterEach(() => vi.unstubAllGlobals());

  it("writes what is there at once, and says it", async () => {
    const held = strictClipboard();
    const copied = copyAndSay("https://tracker.example/1", "1 link copied.");
    held.clicked = false;
    expect(await copied).toBe(true);
    expect(held.text).toBe("https://tracker.example/1");
    expect(await screen.findByText("1 link copied.")).toBeTruthy();
  });

  it("takes text that is still on its way while the click counts", async () => {
    const held = strictClipboard();
    let answer: (text: string) => void = () => undefined;
    const text = new Promise<string>((resolve) => {
      answer = resolve;
    });
    const copied = copyAndSay(text, (words) => `«${words}» copied so.`);
    held.clicked = false;
    answer("two\nlines");
    expect(await copied, "asked for within the click").toBe(true);
    expect(held.text).toBe("taken");
    expect(await screen.findByText(/copied so/)).toBeTruthy();
  });

  it("says when the clipboard cannot be written", async () => {
    strictClipboard().clicked = false;
    expect(await copyAndSay("text", "never said")).toBe(false);
    expect(await screen.findByText(/The clipboard could not be written/)).toBeTruthy();
    expect(screen.queryByText("never said")).toBeNull();
  });

  it("says why when the text itself failed", async () => {
    strictClipboard();
    const failed = Promise.reject(new CallError(localProblem("busy", "The data folder is busy.", null)));
    expect(await copyAndSay(failed, "never said")).toBe(false);
    expect(await screen.findByText(/The data folder is busy/)).toBeTruthy();
  });
});

import { screen, waitFor } from "@testing-library/react";
import type { ReactNode } from "react";
import { describe, expect, it, vi } from "vitest";
import { renderWith } from "../testing/render";
import { useActions } from "./keys";
import { openPalette, Palette } from "./Palette";

function Page({ run }: { run: () => void }): ReactNode {
  useActions([
    { id: "light", label: "Theme: light", group: "Window", run },
    { id: "dark", label: "Theme: dark", group: "Window", run: () => undefined },
    { id: "connect", label: "Connect a tracker…", group: "Connections", run: () => undefined },
  ]);
  return <Palette />;
}

describe("the palette", () => {
  it("finds an action by its words in any order, and says when there is none", async () => {
    const run = vi.fn();
    const { user } = renderWith(<Page run={run} />, {});
    openPalette();
    const field = await screen.findByLabelText("Search actions", { selector: "input" });
    await user.type(field, "light theme");
    await waitFor(() => expect(screen.queryByText("Connect a tracker…")).toBeNull());
    expect(screen.queryByText("Theme: dark")).toBeNull();
    await user.type(field, " nonsense");
    expect(await screen.findByText("No action has these words.")).toBeTruthy();
    await user.clear(field);
    await user.type(field, "light theme{Enter}");
    expect(run).toHaveBeenCalledTimes(1);
  });
});

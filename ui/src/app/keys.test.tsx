import { Select } from "@mantine/core";
import { screen, waitFor } from "@testing-library/react";
import type { ReactNode } from "react";
import { describe, expect, it, vi } from "vitest";
import { renderWith } from "../testing/render";
import { useActions } from "./keys";

function Page({ run }: { run: () => void }): ReactNode {
  useActions([{ id: "go", label: "Go", group: "Here", keys: ["mod+enter"], whileTyping: true, run }]);
  return <Select label="Where" data={["one", "two"]} />;
}

describe("chords with Ctrl", () => {
  it("act also from a closed list, which does not open for them", async () => {
    const run = vi.fn();
    const { user } = renderWith(<Page run={run} />, {});
    await user.tab();
    const list = screen.getByLabelText("Where", { selector: "input" });
    expect(document.activeElement, "the list has the focus").toBe(list);
    await user.keyboard("{Control>}{Enter}{/Control}");
    expect(run).toHaveBeenCalledTimes(1);
    expect(list.getAttribute("aria-expanded"), "it stays closed").not.toBe("true");
    await user.keyboard("{Enter}");
    await waitFor(() => expect(list.getAttribute("aria-expanded"), "Enter alone opens it").toBe("true"));
    await user.keyboard("{ArrowDown}{Control>}{Enter}{/Control}");
    expect((list as HTMLInputElement).value, "an open one has its turn first").toBe("one");
    expect(run, "and nothing is done with the value before").toHaveBeenCalledTimes(1);
  });
});

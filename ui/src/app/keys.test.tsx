import { Select } from "@mantine/core";
import { screen } from "@testing-library/react";
import type { ReactNode } from "react";
import { describe, expect, it, vi } from "vitest";
import { renderWith } from "../testing/render";
import { useActions } from "./keys";

describe("chords with Ctrl", () => {
  it("act also from a closed list, which does not open for them", async () => {
    const run = vi.fn();
    function Page(): ReactNode {
      useActions([{ id: "go", label: "Go", group: "Here", keys: ["mod+enter"], whileTyping: true, run }]);
      return <Select label="Where" data={["one", "two"]} />;
    }
    const { user } = renderWith(<Page />, {});
    await user.tab();
    expect(document.activeElement, "the list has the focus").toBe(
      screen.getByLabelText("Where", { selector: "input" }),
    );
    await user.keyboard("{Control>}{Enter}{/Control}");
    expect(run).toHaveBeenCalledTimes(1);
    expect(screen.queryByRole("option", { hidden: true }), "it stays closed").toBeNull();
    await user.keyboard("{Enter}");
    expect(await screen.findAllByRole("option", { hidden: true }), "Enter alone opens it").toHaveLength(2);
  });
});

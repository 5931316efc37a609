import { screen } from "@testing-library/react";
import { expect, it, vi } from "vitest";
import { renderWith } from "../testing/render";
import { Picker } from "./Picker";

it("keeps what was typed when Enter comes before the answer", async () => {
  const chosen = vi.fn();
  const elsewhere = {
    tell: () => undefined,
    answers: null,
    onMore: null,
    readingMore: false,
    problem: null,
    onRetry: () => undefined,
    hidden: null,
  };
  const { user } = renderWith(
    <Picker label="Area" value="" choices={[]} elsewhere={elsewhere} onChange={chosen} />,
    {},
  );
  const field = screen.getByRole<HTMLInputElement>("combobox", { name: "Area" });
  await user.click(field);
  await user.paste("module-7");
  await user.keyboard("{Enter}");
  expect(field.value, "neither chosen nor lost").toBe("module-7");
  expect(field.getAttribute("aria-expanded"), "and still searching").toBe("true");
  expect(chosen).not.toHaveBeenCalled();
});

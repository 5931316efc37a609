/** Connections and mappings of made-up kinds of trackers: by eye (axe), and by keyboard alone. */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type Bench, barriers, startBench } from "./browser";

/** Several states are looked at in each test. */
vi.setConfig({ testTimeout: 180_000 });

let bench: Bench;
beforeAll(async () => {
  bench = await startBench();
});
afterAll(() => bench.close());

const value = (page: Page, name: string): Promise<string> =>
  page.getByRole("combobox", { name }).inputValue();

describe("by keyboard alone", () => {
  it("picks a value of the severity's field, types another, and moves on", async () => {
    const page = await bench.open("/connections/targets/1");
    const critical = page.getByRole("combobox", { name: "Critical becomes" });
    await page.getByText("missing").first().waitFor();
    await critical.focus();
    expect(
      await page.getByRole("listbox").filter({ visible: true }).count(),
      "passing through opens nothing",
    ).toBe(0);
    await page.keyboard.press("ArrowDown");
    await page.getByRole("option", { name: "P0" }).waitFor();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    expect(await value(page, "Critical becomes")).toMatch(/^P[0-3]$/);
    await page.keyboard.press("Control+a");
    await page.keyboard.type("P9");
    await page.keyboard.press("Tab");
    expect(await value(page, "Critical becomes"), "free text stays when the field is left").toBe("P9");
    await page.getByRole("combobox", { name: "High becomes" }).focus();
    await page.keyboard.type("p1");
    await page.keyboard.press("Escape");
    expect(await value(page, "High becomes"), "Esc takes back what was typed").toBe("P3");
    await page.context().close();
  });

  it("an open list is wholly in view, also where the form scrolls", async () => {
    const page = await bench.open("/connections/targets/1", { width: 900, height: 520, textScale: 1.5 });
    await page.getByText("missing").first().waitFor();
    for (const name of ["Critical becomes", "Info becomes", "Milestone"]) {
      await page.getByRole("combobox", { name }).click();
      const list = page.getByRole("listbox").filter({ visible: true });
      await list.waitFor();
      const cut = await list.evaluate((box) => {
        const { left, right, top, bottom } = box.getBoundingClientRect();
        const inside = (x: number, y: number): boolean => box.contains(document.elementFromPoint(x, y));
        return !inside(left + 8, top + 3) || !inside(right - 8, top + 3) || !inside(left + 8, bottom - 3);
      });
      expect(cut, `${name}: something lies over the list, or cuts it`).toBe(false);
      await page.keyboard.press("Escape");
      await list.waitFor({ state: "hidden" });
    }
    await page.context().close();
  });

  it("Enter in a connection's form does what the primary button says", async () => {
    const page = await bench.open("/connections?new=1&kind=github");
    const address = page.getByRole("textbox", { name: /^Address/ });
    await address.waitFor();
    await page.keyboard.type("https://github.com/acme/shop");
    await page.keyboard.press("Enter");
    await page.getByText("This must be filled in.").waitFor();
    await page.getByLabel(/^Token/).focus();
    await page.keyboard.type("made-up");
    await page.keyboard.press("Enter");
    await page
      .getByText(/^(Testing…|\d+ of \d+ checks|All \d+ checks)/)
      .first()
      .waitFor();
    await page.getByText("In the keychain", { exact: true }).waitFor();
    await page.context().close();
  });

  it("Enter signs in where that is the primary button", async () => {
    const page = await bench.open("/connections/3", { fake: "quick" });
    await page.getByLabel("Label").focus();
    await page.keyboard.press("Enter");
    await page.getByText("WDJB-MJHT").waitFor();
    await page.context().close();
  });

  it("a list of thousands comes by page and is searched", async () => {
    const page = await bench.open("/connections/targets/new?connection=3");
    const target = page.getByRole("combobox", { name: "Project" });
    await target.click();
    await page.getByRole("option", { name: "team/project-1", exact: true }).waitFor();
    expect(await page.getByRole("option").count(), "one page and «More…»").toBe(51);
    await page.getByRole("option", { name: "More…" }).click();
    await page.getByRole("option", { name: "team/project-100", exact: true }).waitFor();
    await target.fill("project-3199");
    await page.getByRole("option", { name: "team/project-3199", exact: true }).waitFor();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    expect(await target.inputValue()).toBe("team/project-3199");
    await page.getByText("created by using them").waitFor();
    await page.context().close();
  });

  it("finds people among 2,400, chooses several, and takes the last one back", async () => {
    const page = await bench.open("/connections/targets/new?connection=3");
    const people = await longLists(page);
    await people.focus();
    await page.keyboard.type("wolf");
    await highlighted(page, "ada.wolf").waitFor();
    await page.keyboard.press("End");
    await page.keyboard.type(" ve");
    expect(await page.getByRole("option").count(), "nobody is called so").toBe(0);
    await page.keyboard.press("Control+a");
    await page.keyboard.type("vera w");
    await highlighted(page, "vera.wang").waitFor();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    await highlighted(page, "vera.wolf").waitFor();
    await page.keyboard.press("Enter");
    await chosen(page, "vera.wolf").waitFor();
    await page.keyboard.type("yusuf.zorn");
    await highlighted(page, "yusuf.zorn").waitFor();
    await page.keyboard.press("Enter");
    await chosen(page, "yusuf.zorn").waitFor();
    await page.getByRole("option", { name: "ada.abe" }).waitFor();
    await page.keyboard.press("ArrowUp");
    await highlighted(page, "More…").waitFor();
    await page.keyboard.press("Enter");
    await highlighted(page, "ada.voss").waitFor();
    await page.keyboard.press("Enter");
    await chosen(page, "ada.voss").waitFor();
    await highlighted(page, "ada.wang").waitFor();
    expect(await page.getByRole("option").count(), "two pages without a double, less one, and «More…»").toBe(
      99,
    );
    await page.keyboard.press("Backspace");
    await chosen(page, "ada.voss").waitFor({ state: "detached" });
    expect(await chosen(page, "vera.wolf").count(), "chosen first, and kept").toBe(1);
    await page.keyboard.press("Escape");
    await page.getByRole("listbox").filter({ visible: true }).waitFor({ state: "hidden" });
    await page.context().close();
  });
});

/** The form of a target whose lists go on; gives the field of the people. */
async function longLists(page: Page) {
  await page.getByRole("combobox", { name: "Project" }).fill("team/project-7");
  await page.keyboard.press("Tab");
  await page.getByText("created by using them").waitFor();
  return page.getByRole("combobox", { name: "Assignees" });
}

function highlighted(page: Page, name: string) {
  return page.locator("[role=option][data-combobox-selected]", { hasText: name });
}

function chosen(page: Page, name: string) {
  return page.locator(".mantine-Pill-root", { hasText: name });
}

describe("has no barriers", () => {
  for (const theme of ["light", "dark"] as const) {
    const look = async (page: Page, state: string): Promise<void> =>
      expect(await barriers(page), `${state}, ${theme}`).toEqual([]);

    it(`the list and the form of a kind, ${theme}`, async () => {
      const page = await bench.open("/connections", { theme });
      await page.getByTestId("mapping-row").first().waitFor();
      await look(page, "list");
      await page.getByRole("button", { name: "Connect Acme Tracker" }).click();
      await page.getByRole("button", { name: "Save" }).click();
      await page.getByText("Server must be filled in.").waitFor();
      await look(page, "a form with errors");
      await page.context().close();
    });

    it(`the kinds' help, folded and open, ${theme}`, async () => {
      const page = await bench.open("/connections?new=1&kind=acme-tracker", { theme });
      await page.getByText("Register an app once:").waitFor({ state: "attached" });
      expect(await page.getByText("Register an app once:").isVisible(), "folded at first").toBe(false);
      for (const fold of ["How to get it", "How to set it up"]) {
        await page.locator("summary", { hasText: fold }).focus();
        await page.keyboard.press("Enter");
      }
      await page.getByText("Register an app once:").waitFor();
      await look(page, "open");
      await page.context().close();
    });

    it(`a list of choices while it is open, ${theme}`, async () => {
      const page = await bench.open("/connections/targets/1", { theme });
      const project = page.getByRole("combobox", { name: /^Project/ });
      await page.getByText("missing").first().waitFor();
      await project.click();
      await page.getByRole("option").first().waitFor();
      await look(page, "a picker");
      await page.keyboard.press("Escape");
      await page.getByRole("option").first().waitFor({ state: "hidden" });
      await page.getByRole("combobox", { name: /^Connection/ }).click();
      await page.getByRole("option").first().waitFor();
      await look(page, "a list");
      await page.context().close();
    });

    it(`lists that are searched on the tracker, ${theme}`, async () => {
      const page = await bench.open("/connections/targets/new?connection=3", { theme });
      const people = await longLists(page);
      await people.click();
      await page.getByRole("option", { name: "More…" }).waitFor();
      await look(page, "the first page");
      await page.keyboard.type("vera.wo");
      await highlighted(page, "vera.wolf").waitFor();
      await look(page, "found and highlighted");
      await page.keyboard.type("zz");
      await page.getByText("Nobody of that name can be assigned there.").waitFor();
      await look(page, "nobody");
      await page.keyboard.press("Escape");
      await page.getByRole("combobox", { name: "Connection" }).click();
      await page.getByRole("option", { name: "acme on GitHub" }).click();
      await page.getByRole("combobox", { name: "Repository" }).click();
      await page.getByText("2 organisations are hidden").waitFor();
      for (const key of ["ArrowDown", "ArrowDown", "ArrowDown"]) await page.keyboard.press(key);
      await highlighted(page, "acme/billing").waitFor();
      await look(page, "some are hidden");
      await page.context().close();
    });

    it(`signing in, ${theme}`, async () => {
      const page = await bench.open("/connections/3", { theme, fake: "quick" });
      await page.getByText("Not signed in yet").waitFor();
      await look(page, "not signed in");
      await page.getByRole("button", { name: "Sign in" }).first().click();
      await page.getByText("WDJB-MJHT").waitFor();
      await look(page, "the code");
      await page.getByText(/checks passed/).waitFor();
      await page.getByRole("button", { name: "Sign in again" }).waitFor();
      await page.context().close();
    });

    it(`a mapping, its verification and its repair, ${theme}`, async () => {
      const page = await bench.open("/connections/targets/1", { theme });
      await page.getByText("missing").first().waitFor();
      await page.getByLabel("Title", { exact: true }).fill("{{ severty }}");
      await page.getByRole("button", { name: "Line 1, column 4" }).waitFor();
      await look(page, "the form");
      await page.getByLabel("Title", { exact: true }).fill("{{ severity }}: {{ title }}");
      await page.getByRole("button", { name: "Verify" }).first().click();
      await page.getByRole("button", { name: "Create the 3 missing" }).waitFor();
      await look(page, "verified");
      await page.getByRole("button", { name: "Create the 3 missing" }).click();
      await page.getByTestId("repaired").waitFor();
      await look(page, "repaired");
      await page.getByRole("cell", { name: "exists" }).nth(4).waitFor();
      await page.context().close();
    });

    it(`fields that depend on each other, ${theme}`, async () => {
      const page = await bench.open("/connections/targets/3", { theme });
      const board = page.getByRole("combobox", { name: "Board" });
      await board.click();
      await page.getByRole("option", { name: "firmware" }).waitFor();
      await page.getByRole("option", { name: "firmware" }).click();
      await page.getByText(/does not have it: Type Bug/).waitFor();
      await look(page, "something was let go");
      await page.context().close();
    });
  }
});

describe("at twice the text size", () => {
  it("nothing is wider than the window", async () => {
    const places = {
      "/connections": (page: Page) => page.getByTestId("mapping-row").first(),
      "/connections/3": (page: Page) => page.getByText("Nothing is pushed through this connection yet."),
      "/connections/targets/3": (page: Page) => page.getByTestId("mapping-preview"),
    };
    for (const [place, last] of Object.entries(places)) {
      const page = await bench.open(place, { textScale: 2, width: 1280 });
      await last(page).waitFor();
      const wide = await page.evaluate(() =>
        [...document.querySelectorAll("main *")]
          .filter(
            (one) => one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).overflowX === "auto",
          )
          .map((one) => one.className),
      );
      expect(wide, `${place} scrolls sideways`).toEqual([]);
      const beyond = await page.evaluate(() => document.documentElement.scrollHeight - window.innerHeight);
      expect(beyond, `${place}: the frame itself never scrolls`).toBeLessThanOrEqual(0);
      await page.context().close();
    }
  });
});

import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Bench, barriers, startBench } from "./browser";

let bench: Bench;
beforeAll(async () => {
  bench = await startBench();
});
afterAll(() => bench.close());

const ALL = "/findings?q=";
const row = (page: Page, index: number) => page.locator(`#finding-row-${index}`);
const cursor = (page: Page) => page.getByRole("grid").getAttribute("aria-activedescendant");

async function ready(page: Page): Promise<void> {
  await row(page, 0).getByRole("gridcell").nth(2).filter({ hasText: /\w/ }).waitFor();
  // Where there is room for the pane, the finding under the cursor stands in it.
  await page.waitForFunction(() => {
    const pane = document.querySelector("aside[aria-label=Finding]");
    const cursor = document.querySelector("[role=grid]")?.getAttribute("aria-activedescendant");
    return cursor != null && (pane === null || pane.querySelector("article[aria-busy=false]") !== null);
  });
}

describe("a million findings", () => {
  it("are listed, reached at both ends and in the middle, with few elements", async () => {
    const page = await bench.open(ALL, { fake: "rows=1000000" });
    await ready(page);
    const grid = page.getByRole("grid");
    expect(await grid.getAttribute("aria-rowcount"), "readers are told the real number").toBe("1000001");
    await grid.focus();
    await page.keyboard.press("End");
    await row(page, 999_999).getByText(/\w/).first().waitFor();
    const last = await row(page, 999_999).boundingBox();
    const view = await grid.boundingBox();
    if (last === null || view === null) throw new Error("the last row is not drawn");
    expect(last.y + last.height, "the last row is wholly in view").toBeLessThanOrEqual(
      view.y + view.height + 1,
    );
    expect(await page.locator("[role=row]").count(), "only what is in view is drawn").toBeLessThan(90);
    await page.keyboard.press("PageUp");
    expect(Number((await cursor(page))?.split("-").at(-1))).toBeLessThan(999_999);
    await grid.evaluate((element) => {
      element.scrollTop = element.scrollHeight / 2;
    });
    await page.waitForFunction(() => {
      const rows = [...document.querySelectorAll("[id^=finding-row-]")];
      return rows.some((one) => Math.abs(Number(one.id.split("-").at(-1)) - 500_000) < 2000);
    });
    await page.locator("[data-column=title]").filter({ hasText: /\w/ }).first().waitFor();
    await page.keyboard.press("Home");
    await row(page, 0).waitFor();
    expect(await cursor(page)).toBe("finding-row-0");
    await page.context().close();
  });

  it("scroll by the wheel row by row, also far down", async () => {
    const page = await bench.open(ALL, { fake: "rows=1000000" });
    await ready(page);
    const grid = page.getByRole("grid");
    await grid.evaluate((element) => {
      element.scrollTop = element.scrollHeight / 3;
    });
    const first = () =>
      grid.evaluate((element) => {
        const top = element.getBoundingClientRect().top + 30;
        const seen = [...element.querySelectorAll("[id^=finding-row-]")].find(
          (one) => one.getBoundingClientRect().bottom > top + 1,
        );
        return Number(seen?.id.split("-").at(-1));
      });
    // Until the place stays the same: a wheel's way is drawn over several frames.
    const settled = async (from: number) => {
      let seen = await first();
      for (let calm = 0; calm < 10; ) {
        await page.evaluate(() => new Promise((then) => requestAnimationFrame(then)));
        const now = await first();
        calm = now === seen && now !== from ? calm + 1 : 0;
        seen = now;
      }
      return seen;
    };
    const before = await settled(0);
    await grid.hover();
    await page.mouse.wheel(0, 330);
    const after = await settled(before);
    expect(Math.abs(after - before - 10), "ten rows further, not forty").toBeLessThanOrEqual(1);
    await page.context().close();
  });
});

describe("triage by keyboard", () => {
  it("moves, selects, says it in words, and sets a status with a reason", async () => {
    const page = await bench.open("/findings?q=severity:critical%20status:active");
    await ready(page);
    const total = Number(await page.getByRole("grid").getAttribute("aria-rowcount")) - 1;
    await page.keyboard.press("j");
    await page.keyboard.press("j");
    expect(await cursor(page)).toBe("finding-row-2");
    await page.keyboard.press("x");
    await page.keyboard.press("k");
    await page.keyboard.press("x");
    await page.getByText("2 findings selected").waitFor();
    await page.keyboard.press("Escape");
    expect(await page.getByText("2 findings selected").count(), "Esc selects nothing").toBe(0);
    await page.keyboard.press("Control+a");
    await page.getByText(`${total} findings selected`).waitFor();
    await page.getByText("everything that matches", { exact: true }).waitFor();
    await page.keyboard.press("x");
    await page.getByText("everything that matches, except 1").waitFor();
    await page.keyboard.press("s");
    const dialog = page.getByRole("dialog", { name: "Status" });
    await dialog.getByRole("radio", { name: "Closed" }).check();
    await dialog.getByRole("radio", { name: "Mitigated" }).check();
    await dialog.getByLabel("Why").fill("behind the firewall");
    await page.keyboard.press("Control+Enter");
    await page.getByText(`${total - 1} findings set to «Closed».`).waitFor();
    await page.waitForFunction(
      () => document.querySelector("[role=grid]")?.getAttribute("aria-rowcount") === "2",
    );
    await page.context().close();
  });

  it("pushes what is selected and keeps it over a reload", async () => {
    const page = await bench.open(ALL);
    await ready(page);
    await page.keyboard.press("x");
    await page.keyboard.press("p");
    await page.waitForURL(/#\/push/);
    const kept = await page.evaluate(() => sessionStorage.getItem("docket.push"));
    expect(JSON.parse(kept ?? "null")).toMatchObject({ type: "ids" });
    await page.context().close();
  });

  it("finds every action by its words, and jumps by g and a letter", async () => {
    const page = await bench.open(ALL);
    await ready(page);
    await page.keyboard.press("Control+k");
    await page.getByPlaceholder("Search actions").fill("severity");
    await page.getByText("Set severity…").last().waitFor();
    await page.keyboard.press("Escape");
    await page.getByPlaceholder("Search actions").waitFor({ state: "hidden" });
    await page.keyboard.press("g");
    await page.keyboard.press("s");
    await page.waitForURL(/#\/settings/);
    await page.context().close();
  });
});

describe("the query bar", () => {
  it("shows the mistake at its place and goes on showing the last result", async () => {
    const page = await bench.open(ALL);
    await ready(page);
    await page.keyboard.press("/");
    await page.keyboard.type("severty:high");
    await page.keyboard.press("Enter");
    await page.getByRole("alert").getByText("There is no field «severty»").waitFor();
    expect(await page.getByRole("combobox", { name: "Query" }).getAttribute("aria-invalid")).toBe("true");
    await page.getByRole("combobox", { name: "Query" }).fill("severity:high");
    await page.keyboard.press("Enter");
    await page.waitForURL(/q=severity%3Ahigh/);
    expect(
      await page.getByRole("grid").evaluate((grid) => grid === document.activeElement),
      "the table has the focus",
    ).toBe(true);
    await page.context().close();
  });

  it("completes by Tab and says the same as a click on a filter", async () => {
    const page = await bench.open(ALL);
    await ready(page);
    await page.keyboard.press("/");
    await page.keyboard.type("sev", { delay: 30 });
    await page.getByRole("option", { name: "severity:" }).waitFor();
    await page.keyboard.press("Tab");
    await page.keyboard.type("critical");
    await page.keyboard.press("Enter");
    await page.waitForURL(/q=severity%3Acritical/);
    const filter = page.getByRole("button", { name: /Critical/ }).first();
    await page.waitForFunction(
      () => document.querySelector("[aria-pressed=true] [class*=critical]") !== null,
    );
    await filter.click();
    await page.waitForURL(/q=$/);
    await page.context().close();
  });

  it("offers to take away each term when nothing matches", async () => {
    const page = await bench.open("/findings?q=severity:low%20rule:nothing-like-this");
    await page.getByText("No finding matches").waitFor();
    await page.getByRole("button", { name: "Without rule:nothing-like-this" }).click();
    await ready(page);
    await page.context().close();
  });

  it("leads to an import when there is nothing at all", async () => {
    const page = await bench.open(ALL, { fake: "rows=0" });
    await page.getByText("No findings yet").waitFor();
    expect(await page.getByRole("button", { name: "Import a report…" }).count()).toBe(1);
    await page.context().close();
  });
});

describe("hostile findings", () => {
  it("stay text", async () => {
    const page = await bench.open("/findings?q=%22onerror%22");
    await ready(page);
    expect(await page.locator("img").count(), "a title is never markup").toBe(0);
    await page.getByText("<b>this</b>").waitFor();
    const links = await page
      .getByRole("article")
      .getByRole("link")
      .evaluateAll((all) => all.map((one) => one.getAttribute("href")));
    expect(
      links.every((link) => link?.startsWith("https://")),
      `only web links: ${links.join(" ")}`,
    ).toBe(true);
    await page.context().close();
  });
});

describe.each([
  { name: "light", look: { theme: "light" as const } },
  { name: "dark", look: { theme: "dark" as const } },
  { name: "1024 × 700", look: { theme: "dark" as const, width: 1024, height: 700 } },
  { name: "200 % text", look: { theme: "light" as const, textScale: 2 } },
])("without barriers: $name", ({ look }) => {
  it("the table with a finding and a selection", async () => {
    const page = await bench.open(ALL, look);
    await ready(page);
    await page.keyboard.press("x");
    expect(await barriers(page)).toEqual([]);
    expect(
      await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth),
      "nothing runs out of the window",
    ).toBe(true);
    await page.context().close();
  });

  it("the forms, the palette and the keys", async () => {
    const page = await bench.open(ALL, look);
    await ready(page);
    await page.keyboard.press("s");
    await page.getByRole("dialog").waitFor();
    expect(await barriers(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "hidden" });
    await page.keyboard.press("Control+k");
    await page.getByPlaceholder("Search actions").waitFor();
    expect(await barriers(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await page.getByPlaceholder("Search actions").waitFor({ state: "hidden" });
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Keys" }).waitFor();
    expect(await barriers(page)).toEqual([]);
    await page.context().close();
  });

  it("nothing found, and a mistake in the query", async () => {
    const page = await bench.open("/findings?q=severty:high", look);
    await page.getByRole("alert").first().waitFor();
    expect(await barriers(page)).toEqual([]);
    await page.context().close();
  });
});

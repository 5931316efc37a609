/** Many reports at once and watched folders, as a person sees them, over the made-up engine. */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Bench, barriers, startBench } from "./browser";

let bench: Bench;
beforeAll(async () => {
  bench = await startBench();
});
afterAll(() => bench.close());

const dropped = (...files: string[]) =>
  `/imports?new=1&${files.map((file) => `file=${encodeURIComponent(file)}`).join("&")}`;
const row = (page: Page, name: string) => page.getByTestId("batch-row").filter({ hasText: name });
const widerThanTheWindow = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

describe.skipIf(process.env.DOCKET_UI_URL !== undefined)("importing", () => {
  for (const theme of ["light", "dark"] as const) {
    it(`a folder, a large file and a picture, dropped at once (${theme})`, async () => {
      const page = await bench.open(
        dropped("/home/kim/scans", "/home/kim/million.sarif", "/home/kim/holiday.png"),
        { theme },
      );
      await row(page, "semgrep.sarif").getByText("12 new").waitFor();
      await row(page, "holiday.png").getByText("not in a format").waitFor();
      await row(page, "broken.sarif").getByText("line 88214, column 17").waitFor();
      await page.getByRole("button", { name: "More about all.zip" }).click();
      expect(await barriers(page)).toEqual([]);
      await page.getByRole("button", { name: "Stop reading million.sarif" }).waitFor();
      await page.getByRole("combobox", { name: /^Application/ }).click();
      await page.getByRole("option").first().click();
      await page.getByRole("button", { name: "Import 5 reports" }).click();
      await row(page, "semgrep.sarif").getByRole("progressbar").waitFor();
      expect(await barriers(page)).toEqual([]);
      const summary = page.getByTestId("batch-summary");
      await summary.waitFor();
      expect(await summary.textContent()).toContain("4 reports imported, 1 not");
      expect(await barriers(page)).toEqual([]);
      await page.context().close();
    });

    it(`watched folders, and the form for another one (${theme})`, async () => {
      const page = await bench.open("/imports", { theme });
      await page.getByTestId("watched-file").first().waitFor();
      expect(await barriers(page)).toEqual([]);
      await page.getByRole("button", { name: "Watch a folder…" }).click();
      await page.getByLabel(/^Folder/).fill("/home/kim/scans");
      await page.getByTestId("watch-trial").getByText("billing/release-2/trivy.sarif").waitFor();
      expect(await barriers(page)).toEqual([]);
      await page.getByRole("button", { name: "Watch this folder" }).click();
      await page.getByTestId("watched-folder").nth(2).waitFor();
      await page.context().close();
    });
  }

  it("nothing is wider than a narrow window with large text", async () => {
    const page = await bench.open(dropped("/home/kim/scans"), { width: 760, textScale: 1.5 });
    await row(page, "semgrep.sarif").getByText("12 new").waitFor();
    expect(await widerThanTheWindow(page), "the table scrolls in its card").toBe(0);
    await page.getByRole("button", { name: "Watch a folder…" }).click();
    expect(await widerThanTheWindow(page)).toBe(0);
    await page.context().close();
  });
});

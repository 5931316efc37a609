/**
 * Every page over the real engine (the loopback router), in order, as a newcomer meets them;
 * on each one axe looks for barriers, light and dark. Needs DOCKET_UI_URL; see
 * scripts/pages-over-engine.sh.
 */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Bench, barriers, startBench } from "./browser";

const served = process.env.DOCKET_UI_URL !== undefined;
if (!served)
  process.stderr.write(
    "SKIPPED LOUDLY: DOCKET_UI_URL is not set; the pages are not tested over the engine.\n",
  );

let bench: Bench;
beforeAll(async () => {
  if (served) bench = await startBench();
});
afterAll(() => bench?.close());

async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env.DOCKET_SCREENSHOTS;
  if (folder !== undefined) await page.screenshot({ path: `${folder}/page-${name}.png` });
}

describe.runIf(served)("over the real engine", () => {
  // covers: S0.25, X1
  it("practice data are imported, browsed, pushed and listed", async () => {
    const page = await bench.open("/welcome");
    await page.getByRole("button", { name: "Try it with practice data" }).click();
    await page.getByTestId("practice-ready").waitFor();
    await picture(page, "welcome");
    await page.getByRole("button", { name: /^Look at the/ }).click();
    await page.locator("#finding-row-0").getByText(/\w/).first().waitFor();
    await page.getByRole("grid").focus();
    await page.keyboard.press("Control+a");
    await page.getByText("40 findings selected").first().waitFor();
    await page.keyboard.press("p");
    await page.getByTestId("push-headline").filter({ hasText: "40 findings" }).waitFor();
    await page.getByRole("button", { name: /^Preview \d+ issue/ }).click();
    await page.getByTestId("issue-preview").waitFor();
    await picture(page, "preview");
    await page.getByRole("button", { name: /^Create \d+ issue/ }).click();
    await page.getByTestId("push-outcome").waitFor();
    await picture(page, "done");
    await page.goto(new URL("#/issues", page.url()).href);
    await page.getByTestId("issue-row").first().waitFor();
    expect(await page.getByTestId("issue-row").count(), "eight rules, eight issues").toBe(8);
    await page.context().close();
  });

  // covers: X8
  it("owners are said once for an application, and each gets an issue of its own", async () => {
    const page = await bench.open("/applications");
    const main = page.getByRole("main");
    await main.getByRole("link").first().click();
    const rules = page.getByRole("textbox", { name: "Rules" });
    await rules.fill("*  @acme/everybody\n/src/ @acme/code\nweb/ nobody\n");
    await page.getByRole("button", { name: "Line 3" }).waitFor();
    await picture(page, "owners-trying");
    await page.getByRole("button", { name: "Save the rules" }).click();
    await page.getByRole("link", { name: "@acme/code" }).click();
    await page.locator("#finding-row-0").getByText(/\w/).first().waitFor();
    await page.getByText("owned by @acme/code").waitFor();
    await picture(page, "owners-findings");
    await page.goto(new URL("#/push?by=owner", page.url()).href);
    await page.getByTestId("push-headline").waitFor();
    await page.getByRole("link", { name: "for each application" }).waitFor();
    await picture(page, "owners-groups");
    await page.goto(new URL("#/applications", page.url()).href);
    await main.getByRole("link").first().click();
    await rules.waitFor();
    expect(await barriers(page), "axe on an application").toEqual([]);
    await rules.fill("");
    await page.getByRole("button", { name: "Save the rules" }).click();
    await page.getByText("Saved.").first().waitFor();
    await page.context().close();
  });

  // covers: S1.6, S1.25, S1.49, S3.7, S3.12
  it("every form leads to the page that makes its token, and says to copy it at once", async () => {
    for (const [kind, address, link, scopes] of [
      [
        "github",
        "https://github.com/acme/shop",
        "https://github.com/settings/tokens/new?scopes=repo,read:org&description=Docket",
        ["repo", "read:org"],
      ],
      [
        "gitlab",
        "https://gitlab.com/acme/shop",
        "https://gitlab.com/-/user_settings/personal_access_tokens?name=Docket&scopes=api",
        ["api"],
      ],
      [
        "azure-devops",
        "https://dev.azure.com/acme/shop",
        "https://dev.azure.com/acme/_usersSettings/tokens",
        [],
      ],
    ] as const) {
      const page = await bench.open("/connections");
      await page.getByTestId(`kind-${kind}`).getByRole("button", { name: "Connect" }).click();
      await page.getByRole("heading", { name: /^Connect / }).waitFor();
      // The cursor stands in the address already.
      await page.keyboard.type(address);
      const made = page.getByRole("link", {
        name: /^(Create one with these ticked|Open the page where it is made)/,
      });
      await made.waitFor();
      expect(await made.getAttribute("href"), kind).toBe(link);
      const words = await page.getByRole("main").textContent();
      expect(words, kind).toMatch(/[Cc]opy (the token|it) at once/);
      for (const scope of scopes) expect(words, kind).toContain(scope);
      await page.context().close();
    }
  });

  for (const theme of ["light", "dark"] as const) {
    for (const place of [
      "welcome",
      "findings",
      "plans",
      "issues",
      "imports",
      "connections",
      "applications",
      "settings",
    ]) {
      it(`${place} has no barrier, ${theme}`, async () => {
        const page = await bench.open(`/${place}`, { theme });
        await page.getByRole("heading", { level: 1 }).waitFor();
        await page.waitForLoadState("networkidle", { timeout: 3000 }).catch(() => undefined);
        await picture(page, `${place}-${theme}`);
        expect(await barriers(page), `axe on ${place}`).toEqual([]);
        await page.context().close();
      });
    }
  }
});

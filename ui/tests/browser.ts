/** A real browser over the window, for page tests. */
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import { type Browser, chromium, type Page } from "playwright-core";
import { createServer, type ViteDevServer } from "vite";

const axePath = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

export interface Look {
  theme?: "light" | "dark";
  textScale?: number;
  width?: number;
  height?: number;
  /** What follows `?` beside `fake`. */
  fake?: string;
}

export interface Bench {
  open(hash: string, look?: Look): Promise<Page>;
  close(): Promise<void>;
}

/** Starts a browser and, unless `DOCKET_UI_URL` names one, a server with the made-up engine. */
export async function startBench(): Promise<Bench> {
  const given = process.env.DOCKET_UI_URL;
  let server: ViteDevServer | null = null;
  let base = given ?? "";
  if (given === undefined) {
    server = await createServer({
      logLevel: "error",
      server: { host: "127.0.0.1", port: 0, strictPort: false },
    });
    await server.listen();
    base = server.resolvedUrls?.local[0] ?? "";
  }
  const browser: Browser = await chromium.launch({
    executablePath: process.env.DOCKET_CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
  });
  return {
    async open(hash, look = {}) {
      const context = await browser.newContext({
        viewport: { width: look.width ?? 1440, height: look.height ?? 900 },
        reducedMotion: "reduce",
      });
      await context.addInitScript(
        (preferences) => {
          if (localStorage.getItem("docket.preferences") === null) {
            localStorage.setItem("docket.preferences", JSON.stringify(preferences));
          }
        },
        { theme: look.theme ?? "light", textScale: look.textScale ?? 1 },
      );
      const page = await context.newPage();
      const url = new URL(base);
      if (given === undefined) url.search = `?fake${look.fake === undefined ? "" : `&${look.fake}`}`;
      url.hash = hash;
      await page.goto(url.href);
      return page;
    },
    async close() {
      await browser.close();
      await server?.close();
    },
  };
}

/** What axe finds wrong with the page by WCAG 2.2 A and AA and its own best practices. */
export async function barriers(page: Page): Promise<string[]> {
  await page.addScriptTag({ path: axePath });
  const results = await page.evaluate(async () => {
    const { axe } = window as unknown as { axe: { run: (options: unknown) => Promise<AxeResults> } };
    return axe.run({
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    });
  });
  return results.violations.map(
    (one) =>
      `${one.id}: ${one.help} — ${one.nodes
        .map((node) => node.html.slice(0, 160))
        .slice(0, 3)
        .join(" | ")} — ${one.nodes[0]?.failureSummary?.slice(0, 300) ?? ""}`,
  );
}

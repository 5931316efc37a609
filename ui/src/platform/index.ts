/**
 * The only door to the system: which platform this is, and its services.
 *
 * Invariant: nothing outside of this folder imports the shell's packages (a lint rule says so).
 */
import { httpTransport } from "../wire/http";
import { browserPlatform } from "./browser";
import type { Platform } from "./platform";

export type { DropEvent, PickFile, Platform } from "./platform";

let current: Platform | null = null;

/** The platform in use; set once before the window is drawn. */
export function platform(): Platform {
  if (current === null) throw new Error("usePlatform was not called before the window was drawn.");
  return current;
}

export function setPlatform(next: Platform): void {
  current = next;
}

/** Finds out where we run. `fake` data exists in development only. */
export async function detectPlatform(): Promise<Platform> {
  if ("__TAURI_INTERNALS__" in window) return (await import("./tauri")).tauriPlatform();
  if (import.meta.env.DEV && new URLSearchParams(window.location.search).has("fake")) {
    const { fakeTransport, fakeOptions } = await import("../testing/fake");
    return browserPlatform(fakeTransport(fakeOptions(window.location.search)));
  }
  return browserPlatform(httpTransport());
}

/** Only plain web addresses leave the window; everything else is refused. */
export function webAddress(url: string): URL | null {
  try {
    const parsed = new URL(url);
    return parsed.protocol === "http:" || parsed.protocol === "https:" ? parsed : null;
  } catch {
    return null;
  }
}

/** Opens an address in the person's browser; says whether it could. */
export async function openOutside(url: string): Promise<boolean> {
  const address = webAddress(url);
  if (address === null) return false;
  await platform().openOutside(address.href);
  return true;
}

/**
 * Puts text on the clipboard; says whether it could. To be called right where somebody clicked or
 * pressed a key: web views write the clipboard only then, not behind an answer that was waited
 * for. Text that is still on its way is handed over as such; when it fails, so does this.
 */
export async function copyText(text: string | Promise<string>): Promise<boolean> {
  if (typeof text !== "string") return copyComing(text);
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text);
  }
}

/** The clipboard takes the promise while the click still counts, and waits for the text itself. */
async function copyComing(text: Promise<string>): Promise<boolean> {
  const coming = text.then((words) => new Blob([words], { type: "text/plain" }));
  try {
    await navigator.clipboard.write([new ClipboardItem({ "text/plain": coming })]);
    return true;
  } catch {
    // Either the text failed, which is thrown here, or the clipboard wants it whole.
    return copyText(await text);
  }
}

/** The old way, for web views that refuse the clipboard interface. */
function copyBySelection(text: string): boolean {
  const area = document.createElement("textarea");
  area.value = text;
  area.setAttribute("aria-hidden", "true");
  area.style.position = "fixed";
  area.style.opacity = "0";
  const focused = document.activeElement;
  document.body.append(area);
  area.select();
  try {
    return document.execCommand("copy");
  } catch {
    return false;
  } finally {
    area.remove();
    if (focused instanceof HTMLElement) focused.focus();
  }
}

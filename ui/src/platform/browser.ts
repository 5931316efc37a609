/**
 * The same services in an ordinary browser, for page tests and development. A browser does
 * not tell paths, so picking a file asks for its path in words.
 */
import type { Transport } from "../wire/transport";
import type { Platform } from "./platform";

const STORE = "docket.preferences";

function readStore(): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(STORE) ?? "{}");
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

export function browserPlatform(transport: Transport): Platform {
  return {
    kind: "browser",
    transport,
    readPreferences: async () => readStore(),
    writePreference: async (key, value) => {
      localStorage.setItem(STORE, JSON.stringify({ ...readStore(), [key]: value }));
    },
    openOutside: async (url) => {
      window.open(url, "_blank", "noopener,noreferrer");
    },
    pickFile: async ({ title }) => window.prompt(`${title}: path on this computer`),
    pickFiles: async ({ title }) => {
      const path = window.prompt(`${title}: path on this computer`);
      return path === null ? [] : [path];
    },
    saveFile: async ({ title, name }) => window.prompt(`${title}: path on this computer`, name),
    onFileDrop: () => () => undefined,
  };
}

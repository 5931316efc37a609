/** The shell's bridge: the only file beside `index.ts` that knows Tauri. */
import { Channel, invoke } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";
import { getCurrentWebview } from "@tauri-apps/api/webview";
import { open, save } from "@tauri-apps/plugin-dialog";
import { openUrl } from "@tauri-apps/plugin-opener";
import { load } from "@tauri-apps/plugin-store";
import type { JobEvent, Tag } from "../wire/contract";
import type { Transport } from "../wire/transport";
import type { Platform } from "./platform";

const PREFERENCES = "preferences.json";

function transport(): Transport {
  return {
    rpc: (name, request) => invoke("rpc", { name, request }),
    job(name, request, onEvent) {
      const events = new Channel<JobEvent>();
      events.onmessage = onEvent;
      return invoke("job", { name, request, events });
    },
    onChanged: (listener) => whenReady(listen<Tag[]>("docket://changed", (event) => listener(event.payload))),
  };
}

/** Stops a listener that may still be starting. */
function whenReady(starting: Promise<() => void>): () => void {
  return () => void starting.then((stop) => stop());
}

export async function tauriPlatform(): Promise<Platform> {
  const store = await load(PREFERENCES, { autoSave: 300, defaults: {} });
  return {
    kind: "desktop",
    transport: transport(),
    readPreferences: async () => Object.fromEntries(await store.entries<unknown>()),
    writePreference: (key, value) => store.set(key, value),
    openOutside: (url) => openUrl(url),
    pickFile: async ({ title, folder, extensions }) => {
      const picked = await open({
        title,
        directory: folder ?? false,
        multiple: false,
        ...(extensions === undefined ? {} : { filters: [{ name: title, extensions: [...extensions] }] }),
      });
      return typeof picked === "string" ? picked : null;
    },
    pickFiles: async ({ title }) => (await open({ title, multiple: true })) ?? [],
    saveFile: ({ title, name }) => {
      const ending = name.split(".").pop() ?? "";
      return save({
        title,
        defaultPath: name,
        filters: [{ name: ending.toUpperCase(), extensions: [ending] }],
      });
    },
    onFileDrop: (listener) => {
      const stopDrops = whenReady(
        getCurrentWebview().onDragDropEvent(({ payload }) => {
          if (payload.type === "drop") listener({ type: "drop", paths: payload.paths });
          else listener({ type: payload.type === "leave" ? "leave" : "over" });
        }),
      );
      // «Open with Docket» while it runs: the same as dropping the files on the window.
      const stopOpens = whenReady(
        listen<string[]>("docket://open", ({ payload }) => listener({ type: "drop", paths: payload })),
      );
      return () => {
        stopDrops();
        stopOpens();
      };
    },
  };
}

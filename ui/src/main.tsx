/** Finds out where the window runs, reads what it remembers, and draws it. */
import "@mantine/core/styles.css";
import "@mantine/notifications/styles.css";
import "@mantine/spotlight/styles.css";
import "@fontsource-variable/inter/index.css";
import "@fontsource/jetbrains-mono/400.css";
import "@fontsource/jetbrains-mono/500.css";
import "./styles/tokens.css";
import "./styles/base.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app/App";
import { createClient } from "./app/client";
import { createPreferences } from "./app/preferences";
import { detectPlatform, setPlatform } from "./platform";

async function start(): Promise<void> {
  const root = document.getElementById("root");
  if (root === null) throw new Error("The page has no place for the window.");
  const here = await detectPlatform();
  setPlatform(here);
  // Preferences are a comfort: a file that cannot be read must not keep the window shut.
  const stored = await here.readPreferences().catch(() => ({}));
  const preferences = createPreferences(stored, (key, value) => {
    here.writePreference(key, value).catch((error: unknown) => console.error(error));
  });
  createRoot(root).render(
    <StrictMode>
      <App transport={here.transport} client={createClient()} preferences={preferences} />
    </StrictMode>,
  );
}

void start();

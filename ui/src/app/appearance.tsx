/** Theme, density and text size, applied to the document. */
import { MantineProvider } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { type ReactNode, useEffect, useSyncExternalStore } from "react";
import { type Density, type ThemeChoice, usePreference } from "./preferences";
import { cssVariables, theme } from "./theme";

const DARK = "(prefers-color-scheme: dark)";

function subscribeSystem(listener: () => void): () => void {
  const media = window.matchMedia(DARK);
  media.addEventListener("change", listener);
  return () => media.removeEventListener("change", listener);
}

export function useColorScheme(): "light" | "dark" {
  const [choice] = usePreference("theme");
  const systemDark = useSyncExternalStore(subscribeSystem, () => window.matchMedia(DARK).matches);
  if (choice !== "system") return choice;
  return systemDark ? "dark" : "light";
}

export function Appearance({ children }: { children: ReactNode }): ReactNode {
  const scheme = useColorScheme();
  const [density] = usePreference("density");
  const [scale] = usePreference("textScale");
  useEffect(() => {
    const root = document.documentElement;
    root.style.setProperty("--mantine-scale", String(scale));
    root.dataset.density = density;
  }, [scale, density]);
  return (
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables} forceColorScheme={scheme}>
      <Notifications position="bottom-right" limit={4} />
      {children}
    </MantineProvider>
  );
}

/** For the settings page and the palette. */
export interface AppearanceChoices {
  theme: ThemeChoice;
  setTheme: (theme: ThemeChoice) => void;
  density: Density;
  setDensity: (density: Density) => void;
  /** 1 to 2. */
  textScale: number;
  setTextScale: (scale: number) => void;
}

export const TEXT_SCALES = [1, 1.1, 1.25, 1.5, 1.75, 2] as const;

export function useAppearance(): AppearanceChoices {
  const [choice, setTheme] = usePreference("theme");
  const [density, setDensity] = usePreference("density");
  const [textScale, setTextScale] = usePreference("textScale");
  return { theme: choice, setTheme, density, setDensity, textScale, setTextScale };
}

/** How much room there is, in unscaled pixels: at 200 % text a window is half as wide. */
import { useSyncExternalStore } from "react";
import { usePreference } from "./preferences";

function subscribe(listener: () => void): () => void {
  window.addEventListener("resize", listener);
  return () => window.removeEventListener("resize", listener);
}

export interface Room {
  width: number;
  /** Text scale, to turn unscaled pixels into real ones. */
  scale: number;
}

export function useRoom(): Room {
  const [scale] = usePreference("textScale");
  const width = useSyncExternalStore(subscribe, () => window.innerWidth);
  return { width: width / scale, scale };
}

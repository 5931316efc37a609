/** How keys are called on this machine. */

export const isMac = typeof navigator !== "undefined" && /Mac|iP(hone|ad)/.test(navigator.platform);

const NAMES: Record<string, string> = {
  arrowup: "↑",
  arrowdown: "↓",
  arrowleft: "←",
  arrowright: "→",
  enter: "Enter",
  escape: "Esc",
  pageup: "Page Up",
  pagedown: "Page Down",
  home: "Home",
  end: "End",
  space: "Space",
  delete: "Del",
};

/** A chord or sequence as people read it: `mod+k` → «Ctrl K». */
export function keyWords(keys: string, mac = isMac): string {
  const chord = (one: string): string =>
    one
      .split(/\+(?=.)/)
      .map((part) => {
        if (part === "mod") return mac ? "⌘" : "Ctrl";
        if (part === "shift") return mac ? "⇧" : "Shift";
        if (part === "alt") return mac ? "⌥" : "Alt";
        return NAMES[part] ?? (one.length > 1 && part.length === 1 ? part.toUpperCase() : part);
      })
      .join(" ");
  return keys.split(" ").map(chord).join(" then ");
}

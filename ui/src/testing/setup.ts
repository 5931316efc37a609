/** What jsdom lacks and the window uses. */
import { cleanup, configure } from "@testing-library/react";
import { afterEach } from "vitest";

afterEach(cleanup);

// A machine that builds something else at the same time is slow, not wrong.
configure({ asyncUtilTimeout: 8000 });

if (typeof window !== "undefined") {
  window.matchMedia ??= (query: string): MediaQueryList => ({
    matches: false,
    media: query,
    onchange: null,
    addEventListener: () => undefined,
    removeEventListener: () => undefined,
    addListener: () => undefined,
    removeListener: () => undefined,
    dispatchEvent: () => false,
  });
  window.ResizeObserver ??= class {
    observe(): void {}
    unobserve(): void {}
    disconnect(): void {}
  };
  Element.prototype.scrollIntoView ??= () => undefined;
  // Fields that grow with their text measure it again when a typeface has come.
  if (!("fonts" in document)) Object.defineProperty(document, "fonts", { value: new EventTarget() });
}

/** How made-up jobs speak. */
import type { JobEvent, Progress } from "../../wire/contract";

export type FakeJob = (request: never, onEvent: (event: JobEvent) => void) => Promise<unknown>;

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

export function progressOf(text: string, done: number, total: number, unit: string): Progress {
  return {
    text,
    done,
    total,
    unit,
    rate: null,
    remaining_ms: null,
    waiting_for: null,
    waiting_until: null,
  };
}

/** What has become of an issue, in words. */
import type { IssueState } from "../wire/contract";
import type { Tone } from "./small";

const CLOSED_WORDS: Record<string, string> = {
  completed: "Closed as done",
  not_planned: "Closed as not planned",
  duplicate: "Closed as duplicate",
};

/** An issue's state in words, with its tone. */
export function issueState(state: IssueState): { words: string; tone: Tone } {
  switch (state.type) {
    case "open":
      return { words: "Open", tone: "ok" };
    case "closed":
      return { words: CLOSED_WORDS[state.reason ?? ""] ?? "Closed", tone: "accent" };
    case "moved":
      return { words: state.to === null ? "Moved" : `Moved to ${state.to}`, tone: "warn" };
    case "deleted":
      return { words: "Deleted", tone: "bad" };
    case "not_visible":
      return { words: "Not visible", tone: "warn" };
  }
}

/** Short words about something that just happened; problems stay until dismissed. */
import { notifications } from "@mantine/notifications";
import { codeLabels, type Problem } from "../wire/contract";

/** Without a word on it, the button that dismisses says nothing to a screen reader. */
const CLOSE = { "aria-label": "Dismiss" };

export function notifyDone(message: string): void {
  notifications.show({ message, autoClose: 5000, color: "accent", closeButtonProps: CLOSE });
}

export function notifyProblem(problem: Problem): void {
  notifications.show({
    title: `${codeLabels[problem.code] ?? codeLabels.internal}: ${problem.message}`,
    message: problem.hint ?? "",
    autoClose: false,
    color: "red",
    closeButtonProps: CLOSE,
  });
}

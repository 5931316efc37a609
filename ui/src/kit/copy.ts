/** Copying with its words: that it was done, or that it was not and what to do. */
import { copyText } from "../platform";
import { localProblem, toProblem } from "../wire/transport";
import { notifyDone, notifyProblem } from "./notify";

/**
 * Copies `text` and says `done`. To be called right where somebody clicked, also when the text is
 * still on its way (`copyText` says why). Says and tells (`false`) when it could not.
 */
export async function copyAndSay(
  text: string | Promise<string>,
  done: string | ((text: string) => string),
): Promise<boolean> {
  try {
    const copied = await copyText(text);
    if (copied) notifyDone(typeof done === "string" ? done : done(await text));
    else {
      notifyProblem(
        localProblem(
          "internal",
          "The clipboard could not be written.",
          "Try again with the window in front.",
        ),
      );
    }
    return copied;
  } catch (thrown) {
    notifyProblem(toProblem(thrown));
    return false;
  }
}

/** A made-up sign-in with a code: it is confirmed by nobody, and works after a while all the same. */
import type { Connection, ConnectionId, JobEvent, Problem } from "../../wire/contract";
import { pause } from "./talk";

const LOOK_MS = 100;
/** Long enough to read what stands there. */
const CONFIRMED_MS = 20_000;
const COUNTS_MS = 900_000;

const CANCELLED: Problem = {
  code: "cancelled",
  message: "The sign-in was cancelled.",
  hint: null,
  context: {},
  retry_at: null,
  trace_id: null,
};

export function signingIn(signIn: (id: ConnectionId) => Connection, quick: boolean) {
  let cancelled = false;
  const run = async (
    request: { id: ConnectionId },
    onEvent: (event: JobEvent) => void,
  ): Promise<Connection> => {
    cancelled = false;
    await pause(300);
    onEvent({
      job: "sign-in",
      seq: 1,
      news: {
        type: "code",
        user_code: "WDJB-MJHT",
        url: "https://tracker.example.com/device",
        complete_url: null,
        expires: new Date(Date.now() + COUNTS_MS).toISOString(),
      },
    });
    for (let waited = 0; waited < (quick ? 1500 : CONFIRMED_MS); waited += LOOK_MS) {
      if (cancelled) throw CANCELLED;
      await pause(LOOK_MS);
    }
    return signIn(request.id);
  };
  return {
    run,
    cancel: (): void => {
      cancelled = true;
    },
  };
}

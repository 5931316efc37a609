/**
 * The transport over the loopback router: the real engine behind an ordinary browser.
 * Used by the page tests; the shipped window talks through the shell instead.
 */
import type { JobEvent, Tag } from "./contract";
import { CallError, isProblem, localProblem, type Transport, toProblem } from "./transport";

type Fetch = typeof fetch;

/** Yields the JSON values of a newline-separated stream, whole lines only. */
export async function* lines(body: ReadableStream<Uint8Array>): AsyncGenerator<unknown> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    rest += done ? decoder.decode() : decoder.decode(value, { stream: true });
    const parts = rest.split("\n");
    rest = parts.pop() ?? "";
    for (const part of parts) if (part.trim() !== "") yield JSON.parse(part);
    if (done) break;
  }
  if (rest.trim() !== "") yield JSON.parse(rest);
}

function unreachable(): CallError {
  return new CallError(
    localProblem(
      "internal",
      "Docket's engine does not answer.",
      "Start Docket again, then reload this page.",
    ),
  );
}

async function post(doFetch: Fetch, url: string, request: unknown): Promise<Response> {
  try {
    return await doFetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(request),
    });
  } catch {
    throw unreachable();
  }
}

async function refusal(response: Response): Promise<CallError> {
  const body: unknown = await response.json().catch(() => null);
  const inner =
    typeof body === "object" && body !== null && "problem" in body
      ? (body as { problem: unknown }).problem
      : body;
  if (isProblem(inner)) return new CallError(toProblem(inner));
  return new CallError(
    localProblem(
      "internal",
      `Docket's engine answered ${response.status}.`,
      "Reload the page and try again.",
    ),
  );
}

interface JobLine {
  event?: JobEvent;
  result?: unknown;
  problem?: unknown;
}

/** How long to wait before listening again after the stream of changes broke, milliseconds. */
const LISTEN_AGAIN_MS = 1000;

export function httpTransport(base = "", doFetch: Fetch = (...args) => fetch(...args)): Transport {
  return {
    async rpc(name, request) {
      const response = await post(doFetch, `${base}/rpc/${name}`, request);
      if (!response.ok) throw await refusal(response);
      return await response.json();
    },

    async job(name, request, onEvent) {
      const response = await post(doFetch, `${base}/job/${name}`, request);
      if (!response.ok || response.body === null) throw await refusal(response);
      for await (const value of lines(response.body)) {
        const line = value as JobLine;
        if (line.event !== undefined) onEvent(line.event);
        if (line.problem !== undefined) throw new CallError(toProblem(line.problem));
        if ("result" in line) return line.result;
      }
      throw unreachable();
    },

    onChanged(listener) {
      const stop = new AbortController();
      let timer: ReturnType<typeof setTimeout> | undefined;
      const listen = async (): Promise<void> => {
        try {
          const response = await doFetch(`${base}/events`, { signal: stop.signal });
          if (response.body !== null) {
            for await (const value of lines(response.body)) listener((value as { tags: Tag[] }).tags);
          }
        } catch {
          // The stream ends when the engine stops; calls say so in words, listening only resumes.
        }
        if (!stop.signal.aborted) timer = setTimeout(() => void listen(), LISTEN_AGAIN_MS);
      };
      void listen();
      return () => {
        stop.abort();
        clearTimeout(timer);
      };
    },
  };
}

import { QueryClient } from "@tanstack/react-query";
import { act, screen, waitFor } from "@testing-library/react";
import { useState } from "react";
import { describe, expect, it } from "vitest";
import { renderWith } from "../testing/render";
import { createCalls, invalidate } from "./call";
import { type JobEvent, provides, staleAfterCommand, staleAfterJob } from "./contract";
import { useAnswer, useCommand, useJob } from "./hooks";
import { httpTransport, lines } from "./http";
import { after } from "./jobs";
import { CallError, localProblem, type Transport, toProblem } from "./transport";

const transport = (rpc: Transport["rpc"]): Transport => ({ rpc, job: rpc, onChanged: () => () => undefined });

describe("calls", () => {
  it("fail with a problem, whatever was thrown", async () => {
    const problem = localProblem("busy", "Another process works on it.", null);
    const thrown = [problem, new Error("boom"), "words", 42, null];
    for (const one of thrown) {
      const calls = createCalls(
        transport(() => Promise.reject(one)),
        new QueryClient(),
      );
      const failure = await calls.query("job_list", {}).catch((error: unknown) => error);
      expect(failure, "always the same kind of error").toBeInstanceOf(CallError);
    }
    expect(toProblem(problem).code).toBe("busy");
    expect(toProblem(null).code).toBe("internal");
  });

  it("mark stale exactly what the contract's tags say", async () => {
    const client = new QueryClient();
    for (const name of Object.keys(provides)) client.setQueryData([name, {}], {});
    const calls = createCalls(
      transport(async () => ({ count: 1 })),
      client,
    );
    await calls.command("proposal_settle", { id: "p", accept: true, comment: null });
    const stale = client
      .getQueryCache()
      .getAll()
      .filter((query) => query.state.isInvalidated)
      .map((query) => String(query.queryKey[0]))
      .sort();
    const expected = Object.entries(provides)
      .filter(([, tags]) => tags.some((tag) => staleAfterCommand.proposal_settle.includes(tag)))
      .map(([name]) => name)
      .sort();
    expect(stale).toEqual(expected);
    expect(stale, "findings changed").toContain("finding_page");
    expect(stale, "kinds of trackers did not").not.toContain("connection_kinds");
  });

  it("name only queries that provide something for every tag", () => {
    const provided = new Set(Object.values(provides).flat());
    for (const tags of [...Object.values(staleAfterCommand), ...Object.values(staleAfterJob)]) {
      for (const tag of tags) expect(provided.has(tag), `${tag} is provided by a query`).toBe(true);
    }
  });

  it("do not touch the cache for tags that nothing shows", async () => {
    const client = new QueryClient();
    client.setQueryData(["not a query", {}], 1);
    await invalidate(client, ["Findings"]);
    expect(client.getQueryState(["not a query", {}])?.isInvalidated).toBe(false);
  });
});

function Probe() {
  const list = useAnswer("application_list", {});
  const add = useCommand("application_add");
  return (
    <>
      <output>{list.data?.applications.length ?? list.problem?.message ?? "none"}</output>
      <button type="button" onClick={() => void add.run({ name: "x" })}>
        add
      </button>
      <p>{add.problem?.message}</p>
    </>
  );
}

describe("answers on a page", () => {
  const application = { id: "1", name: "x", created: "2026-01-01T00:00:00Z", active: 0, findings: 0 };

  it("are asked again after a command and after the engine says so", async () => {
    const stored: (typeof application)[] = [];
    const { user, change } = renderWith(<Probe />, {
      rpc: {
        application_list: () => ({ applications: [...stored] }),
        application_add: () => {
          stored.push(application);
          return application;
        },
      },
    });
    await waitFor(() => expect(screen.getByRole("status").textContent).toBe("0"));
    await user.click(screen.getByRole("button"));
    await waitFor(() => expect(screen.getByRole("status").textContent).toBe("1"));
    stored.push({ ...application, id: "2" });
    act(() => change(["Applications"]));
    await waitFor(() => expect(screen.getByRole("status").textContent).toBe("2"));
  });

  it("show a refused command's problem", async () => {
    const { user } = renderWith(<Probe />, {
      rpc: {
        application_list: () => ({ applications: [] }),
        application_add: () => {
          throw new CallError(localProblem("conflict", "There is one of that name.", null));
        },
      },
    });
    await user.click(screen.getByRole("button"));
    await waitFor(() => expect(screen.getByText("There is one of that name.")).toBeTruthy());
  });
});

const event = (seq: number, news: JobEvent["news"]): JobEvent => ({ job: "j1", seq, news });

function Begin() {
  const job = useJob("practice_begin");
  return (
    <button type="button" onClick={() => void job.start({})}>
      {job.state} {job.progress?.done ?? 0}
    </button>
  );
}

function Leaving() {
  const [here, setHere] = useState(true);
  return (
    <>
      {here ? <Begin /> : null}
      <input type="checkbox" aria-label="here" checked={here} onChange={() => setHere(!here)} />
    </>
  );
}

describe("jobs", () => {
  it("keep the newest state of each stage, in order", () => {
    const stage = {
      id: "tls",
      title: "TLS",
      summary: "",
      evidence: null,
      cause: null,
      next: null,
      link: null,
      items: [],
      ms: 0,
    };
    const idle = {
      name: "connection_test" as const,
      state: "running" as const,
      id: null,
      progress: null,
      stages: [],
      steps: [],
      code: null,
      result: null,
      problem: null,
    };
    const run = [
      event(1, { type: "started" }),
      event(2, { type: "stage", stage: { ...stage, state: "running" } }),
      event(3, { type: "stage", stage: { ...stage, id: "token", state: "running" } }),
      event(4, { type: "stage", stage: { ...stage, state: "ok" } }),
    ].reduce(after<"connection_test">, idle);
    expect(run.stages.map((one) => [one.id, one.state])).toEqual([
      ["tls", "ok"],
      ["token", "running"],
    ]);
    expect(run.id).toBe("j1");
  });

  it("go on while their page is away, and are there when it comes back", async () => {
    let finish: (() => void) | undefined;
    const shown = renderWith(<Leaving />, {
      jobs: {
        practice_begin: (_, onEvent) =>
          new Promise((resolve) => {
            onEvent(
              event(1, {
                type: "progress",
                progress: {
                  text: "",
                  done: 3,
                  total: null,
                  unit: "steps",
                  rate: null,
                  remaining_ms: null,
                  waiting_for: null,
                  waiting_until: null,
                },
              }),
            );
            finish = () => resolve({} as never);
          }),
      },
    });
    await shown.user.click(screen.getByRole("button"));
    await waitFor(() => expect(screen.getByRole("button").textContent).toBe("running 3"));
    await shown.user.click(screen.getByRole("checkbox"));
    expect(screen.queryByRole("button"), "the page is away").toBeNull();
    await act(async () => finish?.());
    await shown.user.click(screen.getByRole("checkbox"));
    await waitFor(() => expect(screen.getByRole("button").textContent).toBe("done 3"));
  });
});

describe("the loopback transport", () => {
  const stream = (parts: string[]): ReadableStream<Uint8Array> =>
    new ReadableStream({
      start(controller) {
        for (const part of parts) controller.enqueue(new TextEncoder().encode(part));
        controller.close();
      },
    });

  it("reads whole lines however they are cut", async () => {
    const read: unknown[] = [];
    for await (const value of lines(stream(['{"a"', ':1}\n{"b":', '"ü"}\n\n{"c":3}']))) read.push(value);
    expect(read).toEqual([{ a: 1 }, { b: "ü" }, { c: 3 }]);
  });

  it("hands on events, then the result or the problem", async () => {
    const answer = (text: string) => httpTransport("", async () => new Response(stream([text])));
    const events: JobEvent[] = [];
    const started = JSON.stringify({ event: event(1, { type: "started" }) });
    const done = await answer(`${started}\n{"result":{"x":1}}\n`).job("j", {}, (one) => events.push(one));
    expect(done).toEqual({ x: 1 });
    expect(events).toHaveLength(1);
    const refused = JSON.stringify({ problem: localProblem("report", "Not a report.", null) });
    await expect(answer(`${refused}\n`).job("j", {}, () => undefined)).rejects.toThrow("Not a report.");
    await expect(
      answer(`${started}\n`).job("j", {}, () => undefined),
      "a cut stream is a failure",
    ).rejects.toThrow();
  });

  it("says in words when nobody answers", async () => {
    const away = httpTransport("", async () => {
      throw new TypeError("fetch failed");
    });
    await expect(away.rpc("app_status", {})).rejects.toThrow("Docket's engine does not answer.");
  });
});

/** Draws a page for a test over answers given by name. */
import { type RenderResult, render } from "@testing-library/react";
import userEvent, { type UserEvent } from "@testing-library/user-event";
import type { ReactNode } from "react";
import { Appearance } from "../app/appearance";
import { createClient } from "../app/client";
import { KeysProvider } from "../app/keys";
import { createPreferences, type PreferenceStore } from "../app/preferences";
import { OPEN_LISTS } from "../app/theme";
import { HeaderSlot } from "../kit/PageHeader";
import { setPlatform } from "../platform";
import { browserPlatform } from "../platform/browser";
import type { CommandName, JobName, QueryName } from "../wire/call";
import type { Commands, JobEvent, Jobs, Queries, Tag } from "../wire/contract";
import { WireProvider } from "../wire/hooks";
import { CallError, localProblem, type Transport } from "../wire/transport";

type Rpc = Queries & Commands;
export type Answers = {
  [N in QueryName | CommandName]?: (
    request: Rpc[N]["request"],
  ) => Rpc[N]["response"] | Promise<Rpc[N]["response"]>;
};
export type JobAnswers = {
  [N in JobName]?: (
    request: Jobs[N]["request"],
    onEvent: (event: JobEvent) => void,
  ) => Jobs[N]["response"] | Promise<Jobs[N]["response"]>;
};

export interface Sent {
  name: string;
  request: unknown;
}

/** A transport that answers by name and writes down what was asked. */
export function answering(rpc: Answers, jobs: JobAnswers = {}) {
  const sent: Sent[] = [];
  const listeners = new Set<(tags: readonly Tag[]) => void>();
  const missing = (name: string): CallError =>
    new CallError(localProblem("internal", `The test gives no answer to «${name}».`, null));
  const transport: Transport = {
    async rpc(name, request) {
      sent.push({ name, request });
      const answer = rpc[name as QueryName] as ((request: unknown) => unknown) | undefined;
      if (answer === undefined) throw missing(name);
      return answer(request);
    },
    async job(name, request, onEvent) {
      sent.push({ name, request });
      const answer = jobs[name as JobName] as
        | ((request: unknown, onEvent: (event: JobEvent) => void) => unknown)
        | undefined;
      if (answer === undefined) throw missing(name);
      return answer(request, onEvent);
    },
    onChanged(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  const change = (tags: readonly Tag[]): void => {
    for (const listener of listeners) listener(tags);
  };
  return { transport, sent, change };
}

export interface Rendered extends RenderResult {
  user: UserEvent;
  /** Every call so far. */
  sent: Sent[];
  /** As if the engine said that something changed. */
  change: (tags: readonly Tag[]) => void;
  preferences: PreferenceStore;
  /** What was remembered. */
  remembered: Record<string, unknown>;
}

export function renderWith(
  page: ReactNode,
  options: { rpc?: Answers; jobs?: JobAnswers; route?: string; preferences?: Record<string, unknown> } = {},
): Rendered {
  const { transport, sent, change } = answering(options.rpc ?? {}, options.jobs);
  setPlatform(browserPlatform(transport));
  window.history.replaceState(null, "", `#${options.route ?? "/"}`);
  const remembered: Record<string, unknown> = {};
  const preferences = createPreferences(options.preferences ?? {}, (key, value) => {
    remembered[key] = value;
  });
  const header = document.createElement("header");
  document.body.append(header);
  const rendered = render(
    <WireProvider transport={transport} client={createClient()}>
      <KeysProvider>
        <HeaderSlot value={header}>{page}</HeaderSlot>
        <div id={OPEN_LISTS} />
      </KeysProvider>
    </WireProvider>,
    { wrapper: ({ children }) => <WithLook store={preferences}>{children}</WithLook> },
  );
  const unmount = rendered.unmount;
  return {
    ...rendered,
    unmount: () => {
      unmount();
      header.remove();
    },
    user: userEvent.setup(),
    sent,
    change,
    preferences,
    remembered,
  };
}

import { PreferencesProvider } from "../app/preferences";

function WithLook({ store, children }: { store: PreferenceStore; children: ReactNode }): ReactNode {
  return (
    <PreferencesProvider store={store}>
      <Appearance>{children}</Appearance>
    </PreferencesProvider>
  );
}

/**
 * Typed calls and the cache over them.
 *
 * Invariant: which answers are stale after what is decided by the contract's tags alone;
 * no page names another page's cache.
 */
import type { Query, QueryClient } from "@tanstack/react-query";
import {
  type Commands,
  type JobEvent,
  type Jobs,
  provides,
  type Queries,
  staleAfterCommand,
  staleAfterJob,
  type Tag,
} from "./contract";
import { CallError, type Transport, toProblem } from "./transport";

export type QueryName = keyof Queries;
export type CommandName = keyof Commands;
export type JobName = keyof Jobs;

/** The request of a call that needs none. */
export const NOTHING: Record<symbol, never> = {};

export interface Calls {
  query<N extends QueryName>(name: N, request: Queries[N]["request"]): Promise<Queries[N]["response"]>;
  command<N extends CommandName>(name: N, request: Commands[N]["request"]): Promise<Commands[N]["response"]>;
  job<N extends JobName>(
    name: N,
    request: Jobs[N]["request"],
    onEvent: (event: JobEvent) => void,
  ): Promise<Jobs[N]["response"]>;
}

/** Marks every cached answer stale that provides one of the tags. */
export function invalidate(client: QueryClient, tags: readonly Tag[]): Promise<void> {
  return client.invalidateQueries({ predicate: (query) => isStale(query, tags) });
}

function isStale(query: Query, tags: readonly Tag[]): boolean {
  const name = query.queryKey[0];
  if (typeof name !== "string" || !(name in provides)) return false;
  return provides[name as QueryName].some((tag) => tags.includes(tag));
}

/** Calls over `transport` that keep the cache of `client` true. */
export function createCalls(transport: Transport, client: QueryClient): Calls {
  return {
    async query(name, request) {
      try {
        return (await transport.rpc(name, request)) as never;
      } catch (thrown) {
        throw new CallError(toProblem(thrown));
      }
    },
    async command(name, request) {
      try {
        return (await transport.rpc(name, request)) as never;
      } catch (thrown) {
        throw new CallError(toProblem(thrown));
      } finally {
        // A refused command may have found that what we show is old.
        void invalidate(client, staleAfterCommand[name]);
      }
    },
    async job(name, request, onEvent) {
      try {
        return (await transport.job(name, request, onEvent)) as never;
      } catch (thrown) {
        throw new CallError(toProblem(thrown));
      } finally {
        void invalidate(client, staleAfterJob[name]);
      }
    },
  };
}

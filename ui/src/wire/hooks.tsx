/** React's side of the calls: `useCalls`, `useAnswer`, `useCommand`, `useJob`. */
import {
  keepPreviousData,
  type QueryClient,
  QueryClientProvider,
  queryOptions,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useSyncExternalStore,
} from "react";
import { type Calls, type CommandName, createCalls, invalidate, type JobName, type QueryName } from "./call";
import type { Commands, Jobs, Problem, Queries } from "./contract";
import { createJobRuns, type JobRun, type JobRuns } from "./jobs";
import { type Transport, toProblem } from "./transport";

interface Wire {
  calls: Calls;
  runs: JobRuns;
}

const WireContext = createContext<Wire | null>(null);

export function WireProvider(props: {
  transport: Transport;
  client: QueryClient;
  children: ReactNode;
}): ReactNode {
  const { transport, client, children } = props;
  const wire = useMemo<Wire>(() => {
    const calls = createCalls(transport, client);
    return { calls, runs: createJobRuns(calls) };
  }, [transport, client]);
  useEffect(() => transport.onChanged((tags) => void invalidate(client, tags)), [transport, client]);
  return (
    <QueryClientProvider client={client}>
      <WireContext value={wire}>{children}</WireContext>
    </QueryClientProvider>
  );
}

function useWire(): Wire {
  const wire = useContext(WireContext);
  if (wire === null) throw new Error("useCalls needs a WireProvider above it.");
  return wire;
}

/** The plain calls, for use in event handlers. */
export function useCalls(): Calls {
  return useWire().calls;
}

export function useJobRuns(): JobRuns {
  return useWire().runs;
}

/** Key and function of a cached query, for `useQueries` and prefetching. */
export function answerOptions<N extends QueryName>(calls: Calls, name: N, request: Queries[N]["request"]) {
  return queryOptions<Queries[N]["response"], Error>({
    queryKey: [name, request],
    queryFn: () => calls.query(name, request),
  });
}

export interface Answer<T> {
  /** The answer, also while it is being refreshed. */
  data: T | undefined;
  /** Why there is none (or no newer one). */
  problem: Problem | null;
  /** Nothing to show yet. */
  pending: boolean;
  /** What is shown belongs to an earlier request (`keep`). */
  old: boolean;
  fetching: boolean;
  refetch: () => void;
}

/**
 * A cached query. `on: false` holds it back; `keep` goes on showing the previous request's
 * answer until the new one is there.
 */
export function useAnswer<N extends QueryName>(
  name: N,
  request: Queries[N]["request"],
  options: { on?: boolean; keep?: boolean } = {},
): Answer<Queries[N]["response"]> {
  const calls = useCalls();
  const result = useQuery<Queries[N]["response"], Error>({
    queryKey: [name, request],
    queryFn: () => calls.query(name, request),
    enabled: options.on ?? true,
    ...(options.keep ? { placeholderData: keepPreviousData as never } : {}),
  });
  return {
    data: result.data,
    problem: result.error === null ? null : toProblem(result.error),
    pending: result.isPending,
    old: result.isPlaceholderData,
    fetching: result.isFetching,
    refetch: () => void result.refetch(),
  };
}

/** Queries that are answered page by page. */
export type PagedQuery = {
  [N in QueryName]: Queries[N] extends {
    request: { page: string | null };
    response: { next: string | null };
  }
    ? N
    : never;
}[QueryName];

export interface Pages<T> {
  /** Those read so far; none until the first is there. */
  pages: readonly T[] | undefined;
  /** Why the last attempt brought none. */
  problem: Problem | null;
  /** What is shown belongs to an earlier request. */
  old: boolean;
  readingMore: boolean;
  /** Reads the next page; null when there is none. */
  more: (() => void) | null;
  /** Asks once more for what failed. */
  retry: () => void;
}

/** Two requests that differ in nothing but this field. */
function sameBut(one: unknown, other: object, field: string): boolean {
  const rest = (request: object) => JSON.stringify({ ...request, [field]: null });
  return typeof one === "object" && one !== null && rest(one) === rest(other);
}

/** A cached query page by page; goes on showing the previous request's pages until new ones are there. */
export function usePages<N extends PagedQuery>(
  name: N,
  request: Omit<Queries[N]["request"], "page">,
  options: { on: boolean },
): Pages<Queries[N]["response"]> {
  const calls = useCalls();
  const result = useInfiniteQuery({
    // Pages are kept in another shape than a single answer to the same question.
    queryKey: [name, request, "pages"],
    queryFn: ({ pageParam }) => calls.query(name, { ...request, page: pageParam } as Queries[N]["request"]),
    initialPageParam: null as string | null,
    getNextPageParam: (last: Queries[N]["response"]) => last.next,
    enabled: options.on,
    // Another search in the same list; the rows of another list are none of this one's.
    placeholderData: (previous, query) =>
      sameBut(query?.queryKey[1], request, "search") ? previous : undefined,
  });
  const next = (): void => void (result.isFetching ? undefined : result.fetchNextPage());
  return {
    pages: result.data?.pages,
    problem: result.error === null || result.isFetching ? null : toProblem(result.error),
    old: result.isPlaceholderData,
    readingMore: result.isFetchingNextPage,
    more: result.hasNextPage && !result.isPlaceholderData ? next : null,
    retry: result.isFetchNextPageError ? next : () => void result.refetch(),
  };
}

export interface Command<N extends CommandName> {
  /** Runs it; resolves to `null` when it failed (the reason is then in `problem`). */
  run: (request: Commands[N]["request"]) => Promise<Commands[N]["response"] | null>;
  running: boolean;
  problem: Problem | null;
  /** Forgets the last outcome. */
  reset: () => void;
}

export function useCommand<N extends CommandName>(name: N): Command<N> {
  const calls = useCalls();
  const mutation = useMutation<Commands[N]["response"], Error, Commands[N]["request"]>({
    mutationFn: (request) => calls.command(name, request),
  });
  return {
    run: (request) => mutation.mutateAsync(request).catch(() => null),
    running: mutation.isPending,
    problem: mutation.error === null ? null : toProblem(mutation.error),
    reset: mutation.reset,
  };
}

/** Marks answers stale by hand (rarely needed: commands and jobs do it themselves). */
export function useInvalidate(): (tags: Parameters<typeof invalidate>[1]) => void {
  const client = useQueryClient();
  return (tags) => void invalidate(client, tags);
}

export type UseJob<N extends JobName> = JobRun<N> & {
  /** Starts it; resolves to the result, or to `null` when it failed (see `problem`). */
  start: (request: Jobs[N]["request"]) => Promise<Jobs[N]["response"] | null>;
  /** Forgets the outcome. */
  clear: () => void;
};

/** The run of a job under a key (a plan's id, «form», …) that outlives the page. */
export function useJob<N extends JobName>(name: N, key = ""): UseJob<N> {
  const runs = useJobRuns();
  const read = useCallback(() => runs.get(name, key), [runs, name, key]);
  const run = useSyncExternalStore(runs.subscribe, read);
  const start = useCallback(
    (request: Jobs[N]["request"]) => runs.start(name, key, request),
    [runs, name, key],
  );
  const clear = useCallback(() => runs.forget(name, key), [runs, name, key]);
  return { ...run, start, clear };
}

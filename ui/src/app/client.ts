/** The cache. Answers stay until the contract's tags say that they are stale. */
import { QueryClient } from "@tanstack/react-query";

export function createClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: Number.POSITIVE_INFINITY,
        gcTime: 5 * 60_000,
        retry: false,
        refetchOnWindowFocus: false,
        refetchOnReconnect: false,
        // The engine is on this computer: being offline says nothing about it.
        networkMode: "always",
      },
      mutations: { retry: false, networkMode: "always" },
    },
  });
}

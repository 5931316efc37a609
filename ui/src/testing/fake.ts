import type { Transport } from "../wire/transport";
export interface FakeOptions {
  rows: number;
}
export function fakeOptions(_search: string): FakeOptions {
  return { rows: 1000 };
}
export function fakeTransport(_options: FakeOptions): Transport {
  return { rpc: async () => ({}), job: async () => ({}), onChanged: () => () => undefined };
}

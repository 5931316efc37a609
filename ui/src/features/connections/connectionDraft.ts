/**
 * The connection form's content and what is sent of it.
 *
 * Invariant: nothing here knows a kind of tracker; fields, sign-in and secrets come from its
 * card. A secret lives in the draft only until it is saved.
 */
import type {
  AuthKind,
  Connection,
  ConnectionId,
  ConnectionSave,
  Field,
  Network,
  SecretRef,
  TrackerKindCard,
} from "../../wire/contract";

/** Fields of a card that have a place of their own on the wire. */
const LOCATION = "location";
const USERNAME = "username";

export interface ConnectionDraft {
  id: ConnectionId | null;
  kind: string;
  label: string;
  auth: string;
  /** Values of the card's fields by id, location and user name among them. */
  values: Record<string, string>;
  /** Newly entered; null keeps what is stored. */
  secret: string | null;
  proxyPassword: string | null;
  network: Network;
}

export const DEFAULT_NETWORK: Network = {
  proxy: { type: "system" },
  ca_file: null,
  connect_timeout_ms: 10_000,
  read_timeout_ms: 30_000,
  allow_plain_http: false,
};

export function newDraft(card: TrackerKindCard): ConnectionDraft {
  return {
    id: null,
    kind: card.id,
    label: "",
    auth: card.auth[0]?.id ?? "",
    values: {},
    secret: "",
    proxyPassword: null,
    network: DEFAULT_NETWORK,
  };
}

/** The stored connection as a draft. `fresh` asks for a new secret at once: none is stored. */
export function draftOf(connection: Connection): ConnectionDraft {
  return {
    id: connection.id,
    kind: connection.kind,
    label: connection.label,
    auth: connection.auth,
    values: {
      ...connection.settings,
      [LOCATION]: connection.location,
      [USERNAME]: connection.username ?? "",
    },
    secret: connection.secret.type === "none" ? "" : null,
    proxyPassword: null,
    network: connection.network,
  };
}

export function authOf(card: TrackerKindCard, draft: ConnectionDraft): AuthKind | undefined {
  return card.auth.find((auth) => auth.id === draft.auth) ?? card.auth[0];
}

function isDevice(card: TrackerKindCard, auth: string): boolean {
  return card.auth.some((one) => one.id === auth && one.device);
}

/**
 * The stored secret, as far as it counts for a way of signing in: what the browser's sign-in
 * keeps and a token that was entered cannot stand for one another.
 */
export function storedSecret(
  card: TrackerKindCard,
  auth: string,
  stored: Connection | null,
): SecretRef | null {
  if (stored === null || isDevice(card, stored.auth) !== isDevice(card, auth)) return null;
  return stored.secret;
}

/** Signed in with a code, or not yet; `null` for ways that ask for a secret. */
export function signedIn(card: TrackerKindCard, auth: string, stored: Connection | null): boolean | null {
  if (!isDevice(card, auth)) return null;
  const secret = storedSecret(card, auth, stored);
  return secret !== null && secret.type !== "none";
}

/** The draft with another way of signing in; a secret that does not count there is asked for anew. */
export function withAuth(
  card: TrackerKindCard,
  draft: ConnectionDraft,
  auth: string,
  stored: Connection | null,
): ConnectionDraft {
  const secret = storedSecret(card, auth, stored);
  const keeps = secret !== null && secret.type !== "none" && (draft.secret ?? "") === "";
  return { ...draft, auth, secret: keeps ? null : (draft.secret ?? "") };
}

/** The card's fields that are asked for with the chosen way of signing in. */
export function shownFields(card: TrackerKindCard, auth: string): Field[] {
  return card.fields.filter((field) => field.only_with.length === 0 || field.only_with.includes(auth));
}

/** Ids of fields (also `secret`) that are required and empty. */
export function missingFields(card: TrackerKindCard, draft: ConnectionDraft): string[] {
  const missing = shownFields(card, draft.auth)
    .filter((field) => field.required && field.kind !== "switch")
    .filter((field) => (draft.values[field.id] ?? "").trim() === "")
    .map((field) => field.id);
  const asksSecret = authOf(card, draft)?.device !== true;
  if (asksSecret && draft.secret !== null && draft.secret.trim() === "") missing.push("secret");
  const proxy = draft.network.proxy;
  if (proxy.type === "explicit" && proxy.url.trim() === "") missing.push("proxy");
  return missing;
}

export function saveRequest(card: TrackerKindCard, draft: ConnectionDraft): ConnectionSave {
  const shown = shownFields(card, draft.auth);
  const values = Object.fromEntries(
    shown
      .filter((field) => field.id !== LOCATION)
      .map((field) => [field.id, (draft.values[field.id] ?? "").trim()] as const)
      .filter(([, value]) => value !== ""),
  );
  // Settings that the form does not show (made by another version) are kept as they are.
  const known = new Set([...card.fields.map((field) => field.id), LOCATION, USERNAME]);
  const others = Object.fromEntries(Object.entries(draft.values).filter(([id]) => !known.has(id)));
  return {
    id: draft.id,
    label: draft.label.trim(),
    kind: draft.kind,
    location: (draft.values[LOCATION] ?? "").trim(),
    auth: draft.auth,
    username: values[USERNAME] ?? null,
    secret: isDevice(card, draft.auth) || (draft.secret ?? "") === "" ? null : (draft.secret ?? "").trim(),
    proxy_password: draft.proxyPassword === "" ? null : draft.proxyPassword,
    network: draft.network,
    settings: { ...others, ...values },
  };
}

/** Plain http to another computer needs a yes; the question is only put when it matters. */
export function asksForPlainHttp(draft: ConnectionDraft): boolean {
  if (draft.network.allow_plain_http) return true;
  const address = /^\s*http:\/\/(\[[^\]]*\]|[^/:?#]*)/i.exec(draft.values[LOCATION] ?? "");
  const host = address?.[1];
  if (host === undefined || host === "") return false;
  return !/^(localhost|127(\.\d+){3}|\[::1\])$/i.test(host);
}

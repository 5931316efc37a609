/** Made-up connections, mappings and tests of them. */
import type {
  CheckReport,
  CheckStage,
  Commands,
  Connection,
  Exchange,
  Mapping,
  Queries,
  Target,
  TrackerKindCard,
  Understood,
  ValueMap,
} from "../../wire/contract";
import { type FakeJob, pause } from "./talk";

const PRIORITY: ValueMap = {
  field: "Priority",
  values: { info: "P0", low: "P1", medium: "P2", high: "P3", critical: "P4" },
};
const STATUS: ValueMap = {
  field: "Status",
  values: { active: "In Progress", closed: "Done", false_positive: "Done", risk_accepted: "Done" },
};

export const CARD: TrackerKindCard = {
  id: "github",
  name: "GitHub",
  about: "github.com, GitHub with data residency (*.ghe.com) and GitHub Enterprise Server.",
  fields: [
    {
      id: "location",
      label: "Address",
      kind: "url",
      help: "Paste any address of your GitHub: of the server, of an organisation, or of a repository.",
      example: "https://github.com/acme/shop",
      required: true,
      choices: [],
      only_with: [],
    },
    {
      id: "username",
      label: "User name",
      kind: "text",
      help: "The login name that the token belongs to; it is compared.",
      example: null,
      required: true,
      choices: [],
      only_with: ["basic"],
    },
  ],
  auth: [
    {
      id: "pat",
      label: "Personal access token",
      secret_label: "Token",
      scopes: ["repo", "read:org"],
      help: "Classic: tick the whole of «repo», and «read:org» under «admin:org».",
      needs_username: false,
      device: false,
    },
    {
      id: "basic",
      label: "User name and token",
      secret_label: "Token",
      scopes: ["repo", "read:org"],
      help: "Account passwords are no longer accepted here: enter a token in place of the password.",
      needs_username: true,
      device: false,
    },
  ],
  target_label: "Repository",
  target_example: "acme/shop",
  defaults: { labels: ["security"], severity_label: true, severity: PRIORITY, status: STATUS, settings: {} },
};

const AT = "2026-11-21T10:40:00Z";

export function madeConnection(over: Partial<Connection> = {}): Connection {
  return {
    id: "1",
    label: "acme on GitHub",
    kind: "github",
    location: "https://github.com/acme/shop/issues",
    auth: "pat",
    username: null,
    secret: { type: "keychain", entry: "connection 1 token" },
    proxy_secret: { type: "none" },
    network: {
      proxy: { type: "system" },
      ca_file: "/etc/ssl/acme-root.pem",
      connect_timeout_ms: 10_000,
      read_timeout_ms: 30_000,
      allow_plain_http: false,
    },
    settings: {},
    created: "2026-11-03T08:00:00Z",
    changed: "2026-11-03T08:00:00Z",
    last_test: {
      at: AT,
      ok: false,
      summary: "acme has not been told to trust this token.",
      token_ends: "2026-11-30T00:00:00Z",
    },
    ...over,
  };
}

export function madeMapping(over: Partial<Mapping> = {}): Mapping {
  return {
    id: "1",
    label: "Shop on GitHub",
    connection: "1",
    connection_label: "acme on GitHub",
    kind: "github",
    target: "acme/shop",
    target_stable_id: null,
    applications: ["app-0", "app-1", "app-2"],
    labels: ["security"],
    severity_label: true,
    assignees: ["kim"],
    milestone: "2.0",
    severity: PRIORITY,
    status: STATUS,
    settings: {},
    template: { title: "", heading: "" },
    active: true,
    created: AT,
    ...over,
  };
}

function stage(
  id: string,
  title: string,
  summary: string,
  ms: number,
  more: Partial<CheckStage> = {},
): CheckStage {
  return {
    id,
    title,
    state: "ok",
    summary,
    evidence: null,
    cause: null,
    next: null,
    link: null,
    items: [],
    ms,
    ...more,
  };
}

const GOOD: CheckStage[] = [
  stage("address", "Address", "api.github.com", 0),
  stage("dns", "Name resolution", "140.82.121.6 and 1 more", 18),
  stage("tcp", "Connection", "through proxy.acme.io:3128", 44),
  stage("tls", "Certificate", "issued by Acme TLS Inspection, trusted by acme-root.pem", 61),
  stage("server", "Server", "GitHub, API 2022-11-28; clock differs by 1 s", 132),
  stage("credential", "Token", "accepted as acme-triage; classic; ends 30 Nov 2026", 140),
  stage("scopes", "Scopes", "repo, read:org", 0),
];

const REST: [string, string][] = [
  ["target", "Repository visible"],
  ["write", "May create issues"],
  ["fields", "Labels, milestone, assignees"],
  ["issues", "Issues switched on"],
  ["rate", "Rate limit left"],
];

export const FAILING: CheckStage[] = [
  ...GOOD,
  stage("sso", "Single sign-on", "acme has not been told to trust this token", 151, {
    state: "failed",
    evidence: "403 on GET /repos/acme/shop with X-GitHub-SSO: required",
    cause: "The token works, but acme requires single sign-on and this token is not authorized for it.",
    next: "Authorize the token for acme once; the link below works for an hour. Nothing has to be pasted again.",
    link: ["Authorize on github.com", "https://github.com/orgs/acme/sso?authorization_request=x"],
  }),
  ...REST.map(([id, title]) => stage(id, title, "", 0, { state: "skipped" })),
];

export const PASSING: CheckStage[] = [
  ...GOOD,
  stage("target", "Repository visible", "acme/shop, private", 80),
  stage("write", "May create issues", "write access", 0),
  stage("fields", "Labels, milestone, assignees", "1 label will be created: severity: info", 120, {
    state: "warning",
    cause: "The label «severity: info» does not exist yet.",
    next: "Nothing: it is created with the first issue that needs it.",
  }),
  stage("rate", "Rate limit left", "4,812 of 5,000 this hour", 0),
];

function understood(location: string): Understood {
  const parts = /^(https?):\/\/([^/]+)(?:\/([^/]+))?(?:\/([^/]+))?/.exec(location.trim());
  if (parts === null)
    throw { code: "bad_input", message: "This is not a web address.", hint: null, context: {} };
  const [, scheme, host = "", owner, repository] = parts;
  const words = [
    owner === undefined ? `the server ${host}` : `the organization ${owner} on ${host}`,
    repository === undefined ? null : `repository ${repository}`,
  ];
  return {
    words: `Understood as ${words.filter((word) => word !== null).join(", ")}.`,
    api: `${scheme}://api.${host}`,
    web: `${scheme}://${host}`,
    target: repository === undefined ? null : `${owner}/${repository}`,
    owner: owner ?? null,
    token_page: `https://${host}/settings/tokens/new?scopes=repo,read:org`,
    cautions: scheme === "http" ? ["The address is not encrypted."] : [],
  };
}

const TARGETS: Target[] = ["shop", "web", "billing", "archive"].map((name) => ({
  key: `acme/${name}`,
  stable_id: name,
  name,
  url: `https://github.com/acme/${name}`,
  private: name === "billing",
  closed: name === "archive" ? "archived" : null,
}));

function exchanges(): Exchange[] {
  return Array.from({ length: 30 }, (_, index) => ({
    at: new Date(Date.parse(AT) - index * 1300).toISOString(),
    method: index % 4 === 0 ? "POST" : "GET",
    url: `https://api.github.com/repos/acme/shop/issues${index % 4 === 0 ? "" : `?page=${index}`}`,
    status: index === 3 ? null : index % 7 === 2 ? 403 : 200,
    ms: 80 + index * 3,
    request: index % 4 === 0 ? '{"title":"SQL injection","labels":["security"]}' : null,
    response: '{"message":"Resource protected by organization SAML enforcement."}',
    headers: { "x-ratelimit-remaining": "4812" },
    error: index === 3 ? "The connection was cut." : null,
  }));
}

export function connectionAnswers(empty: boolean) {
  let connections: Connection[] = empty
    ? []
    : [
        madeConnection(),
        madeConnection({
          id: "2",
          label: "Enterprise",
          location: "https://git.acme.io",
          last_test: { at: AT, ok: true, summary: "All 12 checks passed.", token_ends: null },
        }),
      ];
  let mappings: Mapping[] = empty
    ? []
    : [
        madeMapping(),
        madeMapping({ id: "2", label: "acme/web", target: "acme/web", active: false, assignees: [] }),
      ];
  let next = 10;
  const answers = {
    connection_kinds: (): Queries["connection_kinds"]["response"] => ({ kinds: [CARD] }),
    connection_list: (): Queries["connection_list"]["response"] => ({ connections }),
    connection_understand: (request: { location: string }) => understood(request.location),
    connection_targets: (request: Queries["connection_targets"]["request"]) => ({
      targets: TARGETS.filter((target) => target.key.includes(request.search)),
      next: null,
    }),
    connection_fields: (request: Queries["connection_fields"]["request"]) => ({
      target: TARGETS.find((target) => target.key === request.target) ?? TARGETS[0],
      labels: ["bug", "security", "severity: critical", "severity: high", "triage"].map((value) => ({
        value,
        label: value,
        note: value === "security" ? "Found by a scanner" : null,
      })),
      milestones: request.target.endsWith("web")
        ? []
        : [
            { value: "2.0", label: "2.0", note: "due 14 Dec" },
            { value: "2.1", label: "2.1", note: null },
          ],
      assignees: (request.target.endsWith("web") ? ["robin"] : ["kim", "robin", "sam"]).map((value) => ({
        value,
        label: value,
        note: null,
      })),
      may_set_fields: true,
      truncated: false,
      fields: [],
      severity: [],
      status: [],
    }),
    connection_exchanges: () => ({ exchanges: exchanges() }),
    connection_save: (request: Commands["connection_save"]["request"]): Connection => {
      const before = connections.find((one) => one.id === request.id);
      next += before === undefined ? 1 : 0;
      const { secret, proxy_password: _, ...rest } = request;
      const saved = madeConnection({
        ...rest,
        id: before?.id ?? String(next),
        label: request.label === "" ? "acme on GitHub" : request.label,
        secret:
          secret === null ? (before?.secret ?? { type: "none" }) : { type: "keychain", entry: "made-up" },
        last_test: null,
      });
      connections = [...connections.filter((one) => one.id !== saved.id), saved];
      return saved;
    },
    connection_remove: (request: { id: string }) => {
      connections = connections.filter((one) => one.id !== request.id);
      mappings = mappings.filter((one) => one.connection !== request.id);
      return { count: 1 };
    },
    mapping_list: (): Queries["mapping_list"]["response"] => ({ mappings }),
    mapping_save: (request: Commands["mapping_save"]["request"]): Mapping => {
      next += 1;
      const connection = connections.find((one) => one.id === request.connection);
      const { severity, status, settings, template, ...rest } = request;
      const saved = madeMapping({
        ...rest,
        severity: severity ?? PRIORITY,
        status: status ?? STATUS,
        settings: settings ?? {},
        template: template ?? { title: "", heading: "" },
        id: request.id ?? String(next),
        label: request.label === "" ? request.target : request.label,
        connection_label: connection?.label ?? "",
      });
      mappings = [...mappings.filter((one) => one.id !== saved.id), saved];
      return saved;
    },
    mapping_remove: (request: { id: string }) => {
      mappings = mappings.filter((one) => one.id !== request.id);
      return { count: 1 };
    },
  };
  const add = (connection: Connection, mapping: Mapping): void => {
    connections = [...connections, connection];
    mappings = [...mappings, mapping];
  };
  return { answers, add };
}

function report(stages: CheckStage[]): CheckReport {
  const failed = stages.find((one) => one.state === "failed");
  return {
    at: new Date().toISOString(),
    stages,
    ok: failed === undefined,
    summary: failed?.summary ?? "Everything works.",
    token_ends: "2026-11-30T00:00:00Z",
    text: stages.map((one) => `${one.state} ${one.title}: ${one.summary}`).join("\n"),
  };
}

export function checking(stages: CheckStage[], job: string): FakeJob {
  return async (_, onEvent) => {
    let seq = 0;
    const tell = (one: CheckStage): void => {
      seq += 1;
      onEvent({ job, seq, news: { type: "stage", stage: one } });
    };
    for (const one of stages) {
      if (one.state !== "skipped") {
        tell({
          ...one,
          state: "running",
          summary: "",
          evidence: null,
          cause: null,
          next: null,
          link: null,
          ms: 0,
        });
        await pause(one.ms);
      }
      tell(one);
    }
    return report(stages);
  };
}

export const passingReport = (): CheckReport => report(PASSING);

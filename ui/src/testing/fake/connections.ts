/** Made-up connections and mappings. */
import type {
  Commands,
  Connection,
  Exchange,
  Fault,
  Mapping,
  Queries,
  Repair,
  Template,
  Understood,
} from "../../wire/contract";
import { ACME, BOARDS, CARD, PRIORITY, STATUS } from "./kinds";
import { choicesPage } from "./longLists";
import { fieldsOf, targetsOf } from "./targets";

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
    settings: { project: "1" },
    template: { title: "", body: "" },
    guard: { off: [], allowed: [], patterns: [] },
    findings_file: false,
    active: true,
    created: AT,
    ...over,
  };
}

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

/** As the engine sees a slip in a template: by its name. */
export function slips(template: Template): Fault[] {
  return (["title", "body"] as const).flatMap((part) =>
    template[part].split("\n").flatMap((line, index) => {
      const at = line.indexOf("severty");
      if (at < 0) return [];
      const fault: Fault = {
        part,
        line: index + 1,
        column: at + 1,
        length: 7,
        excerpt: line,
        message: "«severty» stands for nothing.",
        hint: "Did you mean «severity»?",
      };
      return [fault];
    }),
  );
}

function refuseSlips({ template }: Commands["mapping_save"]["request"]): void {
  const [fault] = template === null ? [] : slips(template);
  if (fault === undefined) return;
  throw {
    code: "bad_input",
    message: `In the ${fault.part}'s template, line ${fault.line}, column ${fault.column}: ${fault.message}`,
    hint: fault.hint,
    context: { field: `template_${fault.part}` },
  };
}

/** An issue of a made-up finding or group, with the few names that tests put in. */
function tried(request: Queries["template_try"]["request"]): Queries["template_try"]["response"] {
  const { template, group_by, skip } = request;
  const fill = (text: string): string =>
    text
      .replaceAll("{{ severity }}", "High")
      .replaceAll("{{ tool }}", "Semgrep")
      .replaceAll("{{ title }}", "SQL injection")
      .replaceAll("{{ default }}", "**SQL injection** in `src/orders.py:14`.");
  const faults = slips(template);
  const of = group_by.length === 0 ? 30 : 4;
  return {
    faults,
    issue: {
      of,
      at: skip % of,
      findings: group_by.length === 0 ? 1 : 7,
      severity: "high",
      title:
        template.title === "" || faults.length > 0
          ? "SQL injection in src/orders.py:14"
          : fill(template.title),
      body: fill(template.body === "" || faults.length > 0 ? "{{ default }}" : template.body),
      follow_ups: [],
      warnings: [],
      flavour: "github",
      limit: 60_000,
    },
  };
}

const NAMES: Queries["template_names"]["response"] = {
  names: [
    { name: "title", says: "the title that Docket would write" },
    { name: "severity", says: "the highest severity of the findings" },
    { name: "tool", says: "the tool, when all findings are of the same" },
    { name: "default", says: "the whole text as Docket would write it" },
    { name: "finding.snippet", says: "the marked lines of code" },
    { name: "docket.table", says: "how many findings of each severity there are" },
  ],
  filters: [{ name: "code", says: "as code within a line" }],
};

/** One class of the engine's, so that the form has something to show; patterns as the engine refuses them. */
export function triedGuard({
  guard,
  text,
}: Queries["guard_try"]["request"]): Queries["guard_try"]["response"] {
  const wrong = guard.patterns.findIndex((one) => one.pattern.endsWith("("));
  if (wrong >= 0) {
    throw {
      code: "bad_input",
      message: `The pattern «${guard.patterns[wrong]?.name}» is not understood at character 3: unclosed group.`,
      hint: null,
      context: { field: "guard_patterns", pattern: String(wrong), position: "3" },
    };
  }
  const found = guard.off.includes("mail") ? [] : [...text.matchAll(/\w+@acme\.com/g)].map((one) => one[0]);
  const taken = found
    .filter((mail) => !guard.allowed.includes(mail))
    .map((mail) => ({
      class: "mail" as const,
      rule: "e-mail address",
      place: "text" as const,
      lead: "ask ",
      found: mail,
      put: "[e-mail]",
      tail: " about it",
      times: 1,
    }));
  return { text: taken.reduce((left, one) => left.replaceAll(one.found, one.put), text), taken };
}

export function connectionAnswers(empty: boolean, made: readonly Repair[] = []) {
  let connections: Connection[] = empty
    ? []
    : [
        madeConnection(),
        madeConnection({
          id: "2",
          label: "Enterprise",
          location: "https://git.acme.io",
          secret: { type: "env", name: "DOCKET_ENTERPRISE_TOKEN" },
          last_test: { at: AT, ok: true, summary: "All 12 checks passed.", token_ends: null },
        }),
        madeConnection({
          id: "3",
          kind: ACME.id,
          label: "Acme, the team's",
          location: "https://tracker.example.com/team",
          auth: "device",
          secret: { type: "none" },
          settings: { client_id: "0b7c6f1e", region: "eu" },
          last_test: null,
        }),
        madeConnection({
          id: "4",
          kind: BOARDS.id,
          label: "Boards of research",
          location: "https://boards.example.com/research",
          auth: "password",
          username: "kim@example.com",
          last_test: { at: AT, ok: true, summary: "All 9 checks passed.", token_ends: null },
        }),
      ];
  let mappings: Mapping[] = empty
    ? []
    : [
        madeMapping(),
        madeMapping({ id: "2", label: "acme/web", target: "acme/web", active: false, assignees: [] }),
        madeMapping({
          id: "3",
          label: "Research, web board",
          kind: BOARDS.id,
          connection: "4",
          connection_label: "Boards of research",
          target: "research",
          assignees: [],
          milestone: null,
          settings: { board: "web", type: "Bug", team: "blue", area: "Checkout", confidential: "true" },
          template: {
            title: "[{{ severity }}] {{ title }}",
            body: "Found by **{{ tool }}**.\n\n{{ default }}",
          },
        }),
      ];
  let next = 10;
  const kindOf = (id: string): string => connections.find((one) => one.id === id)?.kind ?? CARD.id;
  const answers = {
    connection_kinds: (): Queries["connection_kinds"]["response"] => ({ kinds: [CARD, ACME, BOARDS] }),
    connection_list: (): Queries["connection_list"]["response"] => ({ connections }),
    connection_understand: (request: { location: string }) => understood(request.location),
    connection_targets: (request: Queries["connection_targets"]["request"]) =>
      targetsOf(kindOf(request.connection), request.search, request.page),
    connection_fields: (request: Queries["connection_fields"]["request"]) =>
      fieldsOf(kindOf(request.connection), request, made),
    connection_choices: (request: Queries["connection_choices"]["request"]) => choicesPage(request),
    connection_exchanges: () => ({ exchanges: exchanges() }),
    connection_save: (request: Commands["connection_save"]["request"]): Connection => {
      const before = connections.find((one) => one.id === request.id);
      next += before === undefined ? 1 : 0;
      const { secret, proxy_password: _, ...rest } = request;
      const saved = madeConnection({
        ...rest,
        id: before?.id ?? String(next),
        label: request.label === "" ? new URL(request.location).host : request.label,
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
    guard_try: (request: Queries["guard_try"]["request"]) => triedGuard(request),
    mapping_save: (request: Commands["mapping_save"]["request"]): Mapping => {
      refuseSlips(request);
      next += 1;
      const connection = connections.find((one) => one.id === request.connection);
      const { severity, status, settings, template, guard, findings_file, ...rest } = request;
      const saved = madeMapping({
        ...rest,
        severity: severity ?? PRIORITY,
        status: status ?? STATUS,
        settings: settings ?? {},
        template: template ?? { title: "", body: "" },
        guard: guard ?? { off: [], allowed: [], patterns: [] },
        findings_file: findings_file ?? false,
        id: request.id ?? String(next),
        label: request.label === "" ? request.target : request.label,
        kind: connection?.kind ?? CARD.id,
        connection_label: connection?.label ?? "",
      });
      mappings = [...mappings.filter((one) => one.id !== saved.id), saved];
      return saved;
    },
    template_try: tried,
    template_names: () => NAMES,
    mapping_remove: (request: { id: string }) => {
      mappings = mappings.filter((one) => one.id !== request.id);
      return { count: 1 };
    },
  };
  const add = (connection: Connection, mapping: Mapping): void => {
    connections = [...connections, connection];
    mappings = [...mappings, mapping];
  };
  const signIn = (id: string): Connection => {
    const before = connections.find((one) => one.id === id) ?? madeConnection({ id });
    const signed: Connection = { ...before, secret: { type: "keychain", entry: "made-up" } };
    connections = connections.map((one) => (one.id === id ? signed : one));
    return signed;
  };
  return { answers, add, kindOf, signIn };
}

/** Made-up findings: any number of them, always the same, made when asked for. */
import type {
  Application,
  AppStatus,
  Commands,
  FacetValue,
  FindingDetail,
  FindingPageRequest,
  FindingRow,
  Jobs,
  Queries,
  Reason,
  Selection,
  Severity,
  Sort,
  Status,
} from "../../wire/contract";
import { complete, matches, parse, toggled } from "./query";

const SEVERITIES: Severity[] = ["critical", "high", "medium", "low", "info"];
const STATUSES: Status[] = ["active", "risk_accepted", "false_positive", "closed"];
const TOOLS = ["Semgrep", "Trivy", "CodeQL", "Gitleaks"];
const TITLES: [title: string, rule: string][] = [
  ["Request parameter reaches a SQL string unescaped", "python.sqlalchemy.sql-injection"],
  ["Deserialization of untrusted YAML", "python.yaml.unsafe-load"],
  ["Private key committed to the repository", "generic.private-key"],
  ["User-controlled path is opened without a base check", "python.flask.tainted-path"],
  ["JWT is decoded without verifying its signature", "python.jwt.unverified"],
  ["TLS certificate validation is switched off", "python.requests.no-verify"],
  ["Shell command is built from request data", "python.subprocess.tainted-shell"],
  ["Server-side request to a user-supplied address", "python.requests.ssrf"],
  ["Hard-coded credential", "generic.hardcoded-secret"],
  ["Template rendered from user input", "python.jinja.ssti"],
  ["Open redirect after login", "python.flask.open-redirect"],
  ["XML parser resolves external entities", "python.lxml.xxe"],
  ["Weak hash protects a password", "python.hashlib.weak-password-hash"],
  ["Debug mode is on in production settings", "python.flask.debug-enabled"],
  ["Cookie is set without Secure", "python.flask.insecure-cookie"],
  ["<img src=x onerror=alert(1)> in a title stays text", "javascript.browser.xss"],
];
const FOLDERS = ["orders", "files", "auth", "payments", "reports", "webhooks", "legacy", "mail", "admin"];
const FILES = ["search.py", "export.py", "loader.py", "download.py", "session.py", "client.py", "render.py"];
const NOW = Date.parse("2026-11-21T11:00:00Z");
const DAY = 86_400_000;

const APPLICATIONS = ["shop-backend", "shop-web", "warehouse"];

/** A number below `below` that looks random and is not. */
function mix(index: number, salt: number, below: number): number {
  let value = Math.imul(index + 1, 0x9e3779b1) ^ Math.imul(salt, 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 15), 0x2c1b3c6d);
  value = Math.imul(value ^ (value >>> 12), 0x297a2d39);
  return ((value ^ (value >>> 15)) >>> 0) % below;
}

function pick<T>(list: readonly T[], at: number): T {
  const value = list[at % list.length];
  if (value === undefined) throw new Error("an empty list was asked for a value");
  return value;
}

class Findings {
  readonly severity: Uint8Array;
  readonly status: Uint8Array;
  readonly reasons = new Map<number, Reason | null>();
  readonly comments = new Map<number, string[]>();
  private readonly lists = new Map<string, Uint32Array>();
  readonly count: number;

  constructor(count: number) {
    this.count = count;
    this.severity = new Uint8Array(count);
    this.status = new Uint8Array(count);
    for (let index = 0; index < count; index += 1) {
      const dice = mix(index, 1, 100);
      this.severity[index] = dice < 2 ? 0 : dice < 12 ? 1 : dice < 40 ? 2 : dice < 70 ? 3 : 4;
      const state = mix(index, 2, 100);
      this.status[index] = state < 78 ? 0 : state < 80 ? 1 : state < 84 ? 2 : 3;
    }
  }

  changed(): void {
    this.lists.clear();
  }

  rule(index: number): [string, string] {
    return pick(TITLES, mix(index, 3, TITLES.length));
  }
  path(index: number): string {
    return `src/${pick(FOLDERS, mix(index, 4, FOLDERS.length))}/${pick(FILES, mix(index, 5, FILES.length))}`;
  }
  line(index: number): number {
    return 4 + mix(index, 6, 300);
  }
  linked(index: number): boolean {
    return mix(index, 7, 40) === 0;
  }
  application(index: number): number {
    const dice = mix(index, 8, 10);
    return dice < 6 ? 0 : dice < 9 ? 1 : 2;
  }
  tool(index: number): string {
    return pick(TOOLS, Math.min(mix(index, 9, 7), 6) >> 1);
  }

  private matches(index: number, query: string): boolean {
    return parse(query).terms.every((term) => {
      const one = (value: string): boolean => {
        switch (term.field) {
          case "severity":
            return SEVERITIES[this.severity[index] ?? 0] === value;
          case "status":
            return STATUSES[this.status[index] ?? 0] === value;
          case "tool":
            return matches(this.tool(index), value);
          case "rule":
            return matches(this.rule(index)[1], value);
          case "path":
            return matches(this.path(index), value);
          case "linked":
            return (value === "yes") === this.linked(index);
          case "app":
            return APPLICATIONS[this.application(index)] === value;
          case "seen":
            return mix(index, 10, 60) < Number.parseInt(value.slice(1), 10);
          case null:
            return matches(`${this.rule(index)[0]} ${this.path(index)}`, value);
          default:
            return false;
        }
      };
      return term.values.length === 0 || term.values.some(one) !== term.negated;
    });
  }

  list(query: string, application: string | null, sort: readonly Sort[]): Uint32Array {
    const key = JSON.stringify([query, application, sort]);
    const known = this.lists.get(key);
    if (known !== undefined) return known;
    const all: number[] = [];
    const trivial = query.trim() === "";
    for (let index = 0; index < this.count; index += 1) {
      if (application !== null && `app-${this.application(index)}` !== application) continue;
      if (trivial || this.matches(index, query)) all.push(index);
    }
    const rank = (index: number, by: Sort["key"]): number | string => {
      switch (by) {
        case "severity":
          return -(this.severity[index] ?? 0);
        case "status":
          return this.status[index] ?? 0;
        case "title":
          return this.rule(index)[0];
        case "place":
          return this.path(index);
        case "rule":
          return this.rule(index)[1];
        case "tool":
          return this.tool(index);
        case "application":
          return this.application(index);
        default:
          return -mix(index, 10, 60);
      }
    };
    if (sort.length > 0) {
      all.sort((a, b) => {
        for (const { key: by, descending } of sort) {
          const left = rank(a, by);
          const right = rank(b, by);
          if (left !== right) return (left < right ? -1 : 1) * (descending === (by !== "severity") ? -1 : 1);
        }
        return a - b;
      });
    }
    const found = Uint32Array.from(all);
    this.lists.set(key, found);
    return found;
  }

  row(index: number): FindingRow {
    const [title, rule] = this.rule(index);
    const status = STATUSES[this.status[index] ?? 0] ?? "active";
    return {
      id: String(index),
      severity: SEVERITIES[this.severity[index] ?? 0] ?? "unknown",
      title,
      rule,
      application: `app-${this.application(index)}`,
      application_name: pick(APPLICATIONS, this.application(index)),
      tool: this.tool(index),
      branch: "main",
      owner: "",
      place: `${this.path(index)}:${this.line(index)}`,
      status,
      reason: this.reasons.get(index) ?? (status === "closed" ? "resolved" : null),
      first_seen: new Date(NOW - mix(index, 10, 60) * DAY).toISOString(),
      last_seen: new Date(NOW - 2 * 3_600_000).toISOString(),
      issues: this.linked(index) ? [`acme/shop#${100 + mix(index, 11, 900)}`] : [],
    };
  }

  selected(selection: Selection): number[] {
    if (selection.type === "ids") return selection.ids.map(Number);
    const except = new Set(selection.except.map(Number));
    return [...this.list(selection.query, selection.application, [])].filter((index) => !except.has(index));
  }
}

function detail(all: Findings, index: number): FindingDetail {
  const row = all.row(index);
  const line = all.line(index);
  const path = all.path(index);
  const at = (where: number, message: string | null): FindingDetail["locations"][number] => ({
    path,
    uri: null,
    start_line: where,
    end_line: where,
    start_column: 12,
    end_column: 52,
    logical: null,
    snippet: { text: `    rows = db.execute(f"… LIKE '%{term}%'")`, start_line: where },
    context: {
      text: `def search(request):\n    term = request.args["q"]\n    rows = db.execute(f"… LIKE '%{term}%'")\n    return render(rows)\n`,
      start_line: where - 2,
    },
    message,
  });
  const proposed = mix(index, 12, 5) === 0;
  return {
    row,
    description:
      "Anyone who can open the search page can read and change every order. The value of `q` goes into the statement as text.\n\nSee <b>this</b> and [the advisory](https://example.org/advisory), not [this](javascript:alert(1)).",
    report_severity: row.severity,
    severity_raw: "9.8",
    severity_source: "score",
    kind: "code",
    present: row.status !== "closed",
    needs_review: false,
    assessment: null,
    rule: {
      id: row.rule,
      name: "SQL injection",
      short: "SQL statement built from user input.",
      description: null,
      help: 'Bind the value: `db.execute(text("… LIKE :q"), {"q": …})`',
      uri: "https://semgrep.dev/r/python.sqlalchemy.sql-injection",
      severity: row.severity,
      tags: ["security", "sql"],
    },
    locations: [at(line, null), ...(mix(index, 13, 3) === 0 ? [at(line + 40, "also here")] : [])],
    related: [],
    flows:
      mix(index, 14, 2) === 0
        ? [
            {
              message: "From the request to the database",
              steps: [at(line - 1, "enters here"), at(line, "is used here")],
            },
          ]
        : [],
    component: null,
    endpoint: null,
    identifiers: [{ scheme: "CWE", value: "CWE-89" }],
    cvss: [
      { version: "3.1", vector: "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", score: 9.8, source: null },
    ],
    epss: mix(index, 16, 3) === 0 ? { score: 0.94, percentile: 0.991, date: "2026-11-20" } : null,
    known_exploited:
      mix(index, 16, 3) === 0
        ? { source: "CISA", added: "2026-10-01", due: "2026-10-22", ransomware: false }
        : null,
    evidence:
      mix(index, 17, 2) === 0
        ? [
            {
              label: null,
              method: "GET",
              url: "https://shop.example/search?q=1%27",
              request: "GET /search?q=1%27 HTTP/1.1\nHost: shop.example\nCookie: session=*****",
              response: "HTTP/1.1 500 Internal Server Error\n\n<b>syntax error</b>",
              payload: "1'",
              text: null,
            },
          ]
        : [],
    remediation: null,
    references: [
      { label: "OWASP: SQL injection", url: "https://owasp.org/www-community/attacks/SQL_Injection" },
      { label: "not a web address", url: "file:///etc/passwd" },
    ],
    tags: ["security", "injection"],
    tracked_in: [],
    identity: "3f9a1c77e0b24d55",
    proposals: proposed
      ? [
          {
            id: `p${index}`,
            finding: row.id,
            status: "false_positive",
            reason: null,
            why: "suppressed in semgrep-main.sarif: «covered by the framework»",
            suppression: { status: "accepted", kind: "inSource", justification: "covered by the framework" },
            other: null,
            state: "open",
            at: row.last_seen,
          },
        ]
      : [],
    links: row.issues.map((issue) => ({
      issue: {
        target: "acme/shop",
        number: issue.split("#")[1] ?? "1",
        stable_id: null,
        url: `https://github.com/acme/shop/issues/${issue.split("#")[1]}`,
      },
      connection: "c1",
      mapping: "m1",
      title: "SQL injection in shop-backend (31 places)",
      state: mix(index, 15, 3) === 0 ? { type: "closed", reason: "not_planned" } : { type: "open" },
      findings: 31,
      linked: row.first_seen,
      seen: row.last_seen,
    })),
    history: [
      ...(all.comments.get(index) ?? []).map((text) => ({
        at: new Date(NOW).toISOString(),
        event: "comment",
        text,
        source: "person" as const,
        author: "you",
        import: null,
      })),
      {
        at: "2026-11-21T09:12:00Z",
        event: "seen",
        text: "seen again in semgrep-main.sarif, moved from line 81",
        source: "import",
        author: null,
        import: "1",
      },
      {
        at: "2026-11-14T17:40:00Z",
        event: "assessed",
        text: "Active, confirmed: «reachable without login»",
        source: "person",
        author: "kim",
        import: null,
      },
      {
        at: "2026-11-03T08:02:00Z",
        event: "new",
        text: "new in semgrep-main.sarif",
        source: "import",
        author: null,
        import: "1",
      },
    ],
  };
}

type Part = {
  [N in keyof (Queries & Commands & Jobs)]?: (
    request: (Queries & Commands & Jobs)[N]["request"],
  ) => (Queries & Commands & Jobs)[N]["response"];
};

function facets(all: Findings, query: string, application: string | null): FacetValue[] {
  const values: FacetValue[] = [];
  const tally = (
    facet: FacetValue["facet"],
    field: string,
    of: (index: number) => [string, string],
  ): void => {
    const term = parse(query).terms.find((one) => one.field === field && !one.negated);
    const rest = term === undefined ? query : `${query.slice(0, term.from)}${query.slice(term.to)}`.trim();
    const counts = new Map<string, FacetValue>();
    for (const index of all.list(rest, application, [])) {
      const [value, label] = of(index);
      const known = counts.get(value);
      if (known === undefined) counts.set(value, { facet, value, label, count: 1 });
      else known.count += 1;
    }
    values.push(...[...counts.values()].sort((a, b) => b.count - a.count));
  };
  const word = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1).replaceAll("_", " ");
  tally("severity", "severity", (i) => {
    const value = SEVERITIES[all.severity[i] ?? 0] ?? "unknown";
    return [value, word(value)];
  });
  tally("status", "status", (i) => {
    const value = STATUSES[all.status[i] ?? 0] ?? "active";
    return [value, word(value)];
  });
  tally("tool", "tool", (i) => [all.tool(i).toLowerCase(), all.tool(i)]);
  if (application === null)
    tally("app", "app", (i) => [
      pick(APPLICATIONS, all.application(i)),
      pick(APPLICATIONS, all.application(i)),
    ]);
  tally("rule", "rule", (i) => [all.rule(i)[1], all.rule(i)[1]]);
  tally("linked", "linked", (i) => (all.linked(i) ? ["yes", "Yes"] : ["no", "No"]));
  return values;
}

export function findingAnswers(count: number) {
  const all = new Findings(count);
  const page = (request: FindingPageRequest): Queries["finding_page"]["response"] => {
    const found = all.list(request.query, request.application, request.sort);
    const from = request.start.type === "offset" ? request.start.rows : Number(request.start.cursor);
    const rows = [...found.slice(from, from + request.limit)].map((index) => all.row(index));
    return {
      rows,
      total: found.length,
      next: from + rows.length < found.length ? String(from + rows.length) : null,
    };
  };
  const answers = {
    finding_page: page,
    finding_facets: ({ query, application }) => ({ values: facets(all, query, application) }),
    finding_detail: ({ id }) => detail(all, Number(id)),
    finding_raw: ({ id }) => ({
      record:
        mix(Number(id), 18, 5) === 0
          ? null
          : {
              form: "json",
              text: `{"ruleId":"sqli","message":{"text":"record ${id}"}}`,
              file: "semgrep-main.sarif",
              import: "1",
            },
    }),
    finding_count: ({ selection }) => {
      const indexes = all.selected(selection);
      const severities = SEVERITIES.map((severity, at): [Severity, number] => [
        severity,
        indexes.filter((index) => all.severity[index] === at).length,
      ]);
      return {
        total: indexes.length,
        severities: severities.filter(([, number]) => number > 0),
        linked: indexes.filter((index) => all.linked(index)).length,
        suggested: 0,
      };
    },
    finding_copy: ({ selection, format }) => {
      const rows = all
        .selected(selection)
        .slice(0, 1000)
        .map((index) => all.row(index));
      const text =
        format === "json"
          ? JSON.stringify(rows)
          : rows.map((row) => `${row.severity}, ${row.title}`).join("\n");
      return { text, count: rows.length, left_out: 0 };
    },
    finding_assess: ({ selection, status, reason }) => {
      const indexes = all.selected(selection);
      for (const index of indexes) {
        all.status[index] = STATUSES.indexOf(status);
        all.reasons.set(index, reason);
      }
      all.changed();
      return { count: indexes.length };
    },
    finding_set_severity: ({ selection, severity }) => {
      const indexes = all.selected(selection);
      if (severity !== null) for (const index of indexes) all.severity[index] = SEVERITIES.indexOf(severity);
      all.changed();
      return { count: indexes.length };
    },
    finding_comment: ({ selection, text }) => {
      const indexes = all.selected(selection);
      for (const index of indexes) all.comments.set(index, [`«${text}»`, ...(all.comments.get(index) ?? [])]);
      return { count: indexes.length };
    },
    finding_move: ({ selection }) => ({ count: all.selected(selection).length }),
    proposal_settle: () => ({ count: 1 }),
    query_check: ({ text, caret }) => ({ ...parse(text).check, completions: complete(text, caret) }),
    query_toggle: ({ text, facet, value }) => ({ text: toggled(text, facet, value) }),
    application_list: () => ({
      applications:
        count === 0
          ? []
          : APPLICATIONS.map((name, at): Application => {
              const mine = all.list("", `app-${at}`, []);
              return {
                id: `app-${at}`,
                name,
                created: "2026-10-01T08:00:00Z",
                active: mine.filter((index) => all.status[index] === 0).length,
                findings: mine.length,
              };
            }),
    }),
    app_status: (): AppStatus => ({
      version: "0.1.0",
      data_dir: "/home/kim/.local/share/docket",
      log_file: "/home/kim/.local/share/docket/docket.log",
      keychain: { ok: true, name: "Secret Service", problem: null },
      counts: {
        findings: all.list("status:active", null, []).length,
        plans: count === 0 ? 0 : 2,
        issues: count === 0 ? 0 : 318,
        imports: 12,
        connections: 2,
        proposals: 7,
      },
      jobs:
        count === 0
          ? []
          : [
              {
                id: "j1",
                kind: "import_run",
                title: "Importing trivy.json",
                state: "running",
                progress: {
                  text: "Importing trivy.json",
                  done: 6200,
                  total: 10_000,
                  unit: "findings",
                  rate: 18_400,
                  remaining_ms: 3000,
                  waiting_for: null,
                  waiting_until: null,
                },
                problem: null,
                started: "2026-11-21T10:59:00Z",
                ended: null,
              },
            ],
      connections:
        count === 0
          ? []
          : [
              { id: "c1", label: "github.com/acme", ok: true, words: "works, tested 4 min ago" },
              { id: "c2", label: "github.acme.io", ok: false, words: "single sign-on needed" },
            ],
      fresh: count === 0,
    }),
  } satisfies Part;
  return answers;
}

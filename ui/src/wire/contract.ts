// Made by `DOCKET_WRITE_TYPES=1 cargo test -p docket-api`; a test fails when this file is stale.
// Whole numbers travel as JSON numbers below 2^53; ids are strings; times are RFC 3339 texts.

export type Action = "create" | "recreate" | "update" | "attach" | "adopt" | "close" | "reopen" | "skip";

export type AppStatus = { 
/**
 * Version of Docket.
 */
version: string, 
/**
 * Where the data lies.
 */
data_dir: string, 
/**
 * Where the log lies.
 */
log_file: string, 
/**
 * State of the operating system's keychain.
 */
keychain: KeychainStatus, 
/**
 * Counts for the rail.
 */
counts: Counts, 
/**
 * Running jobs.
 */
jobs: Array<Job>, 
/**
 * Health of each connection by its last test.
 */
connections: Array<ConnectionHealth>, 
/**
 * True until something was imported or connected.
 */
fresh: boolean, };

export type Application = { 
/**
 * Row id.
 */
id: ApplicationId, 
/**
 * Unique name.
 */
name: string, 
/**
 * When it was made.
 */
created: Timestamp, 
/**
 * Active findings.
 */
active: number, 
/**
 * All findings.
 */
findings: number, };

export type ApplicationAdd = { 
/**
 *Its name.
 */
name: string, };

export type ApplicationId = string;

export type ApplicationList = { 
/**
 *By name.
 */
applications: Array<Application>, };

export type ApplicationOf = { 
/**
 *Which.
 */
id: ApplicationId, };

export type ApplicationRename = { 
/**
 *Which.
 */
id: ApplicationId, 
/**
 *New name.
 */
name: string, };

export type Assessment = { 
/**
 * The decided status.
 */
status: Status, 
/**
 * The finer reason, if one was given; it must belong to the status.
 */
reason: Reason | null, 
/**
 * Why, in the person's words.
 */
comment: string | null, 
/**
 * Who decided.
 */
source: StatusSource, 
/**
 * Who, by name (the operating system's user, a tracker's login), if known.
 */
author: string | null, 
/**
 * When.
 */
at: Timestamp, };

export type AttachAs = "section" | "comment";

export type AuthKind = { 
/**
 * Stable id (`pat`, `basic`).
 */
id: string, 
/**
 * Label.
 */
label: string, 
/**
 * What the secret is called («Token», «Password or token»).
 */
secret_label: string, 
/**
 * What it must be allowed to do, in the vendor's words.
 */
scopes: Array<string>, 
/**
 * One or two sentences: what to tick, traps.
 */
help: string, 
/**
 * A user name is needed.
 */
needs_username: boolean, 
/**
 * The person signs in with a code in the browser (OAuth device flow) instead of
 * entering a secret.
 */
device: boolean, };

export type Changed = { 
/**
 *Rows.
 */
count: number, };

export type CheckItem = { 
/**
 * What it is («Critical → P4», «label security»).
 */
subject: string, 
/**
 * Fine, a warning, or failed.
 */
state: CheckState, 
/**
 * What was found, in a sentence.
 */
summary: string, 
/**
 * What exists instead.
 */
there: Array<string>, 
/**
 * What Docket can do about it.
 */
repair: Repair | null, 
/**
 * What a person has to do, step by step, where Docket cannot.
 */
steps: Array<string>, };

export type CheckReport = { 
/**
 * When it began.
 */
at: Timestamp, 
/**
 * Every stage, in order.
 */
stages: Array<CheckStage>, 
/**
 * No stage failed.
 */
ok: boolean, 
/**
 * One sentence.
 */
summary: string, 
/**
 * When the token ends, if the tracker says.
 */
token_ends: Timestamp | null, 
/**
 * The report as redacted text, for copying.
 */
text: string, };

export type CheckStage = { 
/**
 * Stable id (`tls`, `scopes`, …).
 */
id: string, 
/**
 * Title for people.
 */
title: string, 
/**
 * How it ended.
 */
state: CheckState, 
/**
 * What was seen, in one line.
 */
summary: string, 
/**
 * What was asked and what decided («403 on GET /repos/acme/shop with X-GitHub-SSO: required»). Redacted.
 */
evidence: string | null, 
/**
 * Why it failed, in a sentence.
 */
cause: string | null, 
/**
 * What to do next.
 */
next: string | null, 
/**
 * A page that helps, as (label, address).
 */
link: [string, string] | null, 
/**
 * What was looked at one by one (each label, each value of a map), if the stage did.
 */
items: Array<CheckItem>, 
/**
 * How long it took, milliseconds.
 */
ms: number, };

export type CheckState = "running" | "ok" | "warning" | "failed" | "skipped";

export type Choice = { 
/**
 * What is stored and sent.
 */
value: string, 
/**
 * What people read.
 */
label: string, 
/**
 * More about it (a label's description, a milestone's due date).
 */
note: string | null, };

export type ChoiceList = { "type": "labels" } | { "type": "milestones" } | { "type": "assignees" } | { "type": "field", 
/**
 * [`MappingField::id`].
 */
id: string, };

export type ChoicePage = { 
/**
 * What fits the search, in the tracker's order.
 */
choices: Array<Choice>, 
/**
 * Asks for the next page, if there is one. A page may be empty and yet have a next one.
 */
next: string | null, };

export type Code = "bad_input" | "not_found" | "conflict" | "public_target" | "report" | "mismatch" | "keychain" | "store" | "store_newer" | "busy" | "network" | "tls" | "proxy" | "unauthorized" | "forbidden" | "target_missing" | "rate_limited" | "refused" | "tracker_trouble" | "uncertain" | "cancelled" | "internal";

export type Completeness = { "type": "complete" } | { "type": "partial", 
/**
 * Why, for people.
 */
reason: string, } | { "type": "failed", 
/**
 * Why, for people.
 */
reason: string, };

export type Completion = { 
/**
 * Text that replaces `from..to`.
 */
insert: string, 
/**
 * Shown.
 */
label: string, 
/**
 * Shown beside it.
 */
note: string | null, 
/**
 * Begin of the replaced text (UTF-16 units).
 */
from: number, 
/**
 * Its end.
 */
to: number, };

export type Component = { 
/**
 * Package URL (`pkg:npm/lodash@4.17.20`) when the report gives or implies one.
 */
purl: string | null, 
/**
 * Name as the report spells it.
 */
name: string, 
/**
 * Installed version.
 */
version: string | null, 
/**
 * First version without the flaw.
 */
fixed_version: string | null, };

export type Connection = { 
/**
 * Row id.
 */
id: ConnectionId, 
/**
 * The person's name for it.
 */
label: string, 
/**
 * Tracker kind id (`github`).
 */
kind: string, 
/**
 * The address as the person gave it.
 */
location: string, 
/**
 * How to sign in: one of the kind's [`AuthKind::id`].
 */
auth: string, 
/**
 * User name, where the way of signing in has one.
 */
username: string | null, 
/**
 * Where the secret is.
 */
secret: SecretRef, 
/**
 * Where the proxy's password is.
 */
proxy_secret: SecretRef, 
/**
 * Network settings.
 */
network: Network, 
/**
 * Values of the kind's further fields, by field id.
 */
settings: { [key in string]: string }, 
/**
 * When it was made.
 */
created: Timestamp, 
/**
 * When it was last changed.
 */
changed: Timestamp, 
/**
 * Result of the last test in one line, with its time.
 */
last_test: LastTest | null, };

export type ConnectionChoices = { 
/**
 * Connection.
 */
connection: ConnectionId, 
/**
 * Target key.
 */
target: string, 
/**
 * What was chosen of the kind's own fields.
 */
settings: { [key in string]: string }, 
/**
 * Which list.
 */
list: ChoiceList, 
/**
 * Part of a value or label.
 */
search: string, 
/**
 * Page token.
 */
page: string | null, };

export type ConnectionExchanges = { 
/**
 *Connection.
 */
connection: ConnectionId, 
/**
 *Rows wanted.
 */
limit: number, };

export type ConnectionFields = { 
/**
 *Connection.
 */
connection: ConnectionId, 
/**
 *Target key.
 */
target: string, 
/**
 *What was chosen of the kind's own fields.
 */
settings: { [key in string]: string }, };

export type ConnectionHealth = { 
/**
 * Connection.
 */
id: ConnectionId, 
/**
 * Label.
 */
label: string, 
/**
 * Result of the last test, if there was one.
 */
ok: boolean | null, 
/**
 * In words.
 */
words: string, };

export type ConnectionId = string;

export type ConnectionList = { 
/**
 *By label.
 */
connections: Array<Connection>, };

export type ConnectionOf = { 
/**
 *Which.
 */
id: ConnectionId, };

export type ConnectionSave = { 
/**
 * None: new.
 */
id: ConnectionId | null, 
/**
 * The person's name for it.
 */
label: string, 
/**
 * Tracker kind.
 */
kind: string, 
/**
 * Address.
 */
location: string, 
/**
 * Way of signing in.
 */
auth: string, 
/**
 * User name.
 */
username: string | null, 
/**
 * New secret; none keeps the stored one.
 */
secret: Entered | null, 
/**
 * New password of the proxy; none keeps the stored one.
 */
proxy_password: Entered | null, 
/**
 * Network settings.
 */
network: Network, 
/**
 * The kind's further fields.
 */
settings: { [key in string]: string }, };

export type ConnectionTargets = { 
/**
 *Connection.
 */
connection: ConnectionId, 
/**
 *Part of the name.
 */
search: string, 
/**
 *Page token.
 */
page: string | null, };

export type ConnectionTest = { 
/**
 * The stored one (its secret is used unless the draft brings one).
 */
id: ConnectionId | null, 
/**
 * Target whose visibility and rights are tested too.
 */
target: string | null, };

export type ConnectionUnderstand = { 
/**
 *Tracker kind.
 */
kind: string, 
/**
 *Address.
 */
location: string, };

export type Copied = { 
/**
 * The text.
 */
text: string, 
/**
 * Findings in it.
 */
count: number, 
/**
 * Findings left out because the clipboard is no place for a million rows.
 */
left_out: number, };

export type Counts = { 
/**
 * Active findings.
 */
findings: number, 
/**
 * Plans that are not finished.
 */
plans: number, 
/**
 * Linked issues.
 */
issues: number, 
/**
 * Imports.
 */
imports: number, 
/**
 * Connections.
 */
connections: number, 
/**
 * Open triage proposals.
 */
proposals: number, };

export type Cvss = { 
/**
 * `2.0`, `3.0`, `3.1` or `4.0`.
 */
version: string, 
/**
 * The vector, if given.
 */
vector: string | null, 
/**
 * The base score, 0 to 10, if given.
 */
score: number | null, 
/**
 * Who says so.
 */
source: string | null, };

export type Delta = { 
/**
 * Not known before.
 */
new: number, 
/**
 * Known, found again, nothing about it changed.
 */
unchanged: number, 
/**
 * Known, found again, moved, renamed or reworded.
 */
updated: number, 
/**
 * Was closed as resolved or mitigated, found again.
 */
reopened: number, 
/**
 * Not found any more by a complete run of the same scope.
 */
gone: number, 
/**
 * Suggestions that wait now: of suppressions, of duplicates across tools.
 */
proposals: number, 
/**
 * Records read (suppressed, absent and repeated ones included).
 */
records: number, 
/**
 * Identical records that were counted once.
 */
repeated: number, 
/**
 * Records that could not be read.
 */
lost: number, };

export type Departure = { 
/**
 * Which.
 */
findings: Array<FindingId>, 
/**
 * The marker of the step whose issue they go to.
 */
to: Marker, };

export type DiffLine = { 
/**
 * How it changes.
 */
mark: DiffMark, 
/**
 * The line, without its end.
 */
text: string, };

export type DiffMark = "same" | "added" | "removed" | "gap";

export type Difference = { 
/**
 * What has become of the issue.
 */
state: IssueState, 
/**
 * Its title there.
 */
title: string | null, 
/**
 * The text, line by line; empty when it stays.
 */
body: Array<DiffLine>, 
/**
 * The change: labels, fields, comment, whether it is opened or closed.
 */
change: IssueChange, 
/**
 * What stays although the step would have it otherwise, and why.
 */
kept: Array<string>, 
/**
 * Why the issue cannot be changed.
 */
problem: string | null, };

export type Endpoint = { 
/**
 * The whole address when there is one.
 */
url: string | null, 
/**
 * HTTP method.
 */
method: string | null, 
/**
 * Host name or address.
 */
host: string | null, 
/**
 * Port number.
 */
port: number | null, 
/**
 * Vulnerable parameter.
 */
parameter: string | null, };

export type Entered = string;

export type Epss = { 
/**
 * The chance, 0 to 1.
 */
score: number, 
/**
 * The share of all flaws whose chance is as high or lower, 0 to 1, if given.
 */
percentile: number | null, 
/**
 * The day for which it was computed, if given.
 */
date: string | null, };

export type Evidence = { 
/**
 * What it is, where the report says («Original request», «Output»).
 */
label: string | null, 
/**
 * HTTP method.
 */
method: string | null, 
/**
 * The address that was asked.
 */
url: string | null, 
/**
 * What was sent: request line, headers, body.
 */
request: string | null, 
/**
 * What came back: status line, headers, body.
 */
response: string | null, 
/**
 * What was put in to attack.
 */
payload: string | null, 
/**
 * What gave it away: the matched text, the output of a check, steps.
 */
text: string | null, };

export type Exchange = { 
/**
 * When.
 */
at: Timestamp, 
/**
 * Method.
 */
method: string, 
/**
 * Address without secrets.
 */
url: string, 
/**
 * Status; none when no answer came.
 */
status: number | null, 
/**
 * Duration, milliseconds.
 */
ms: number, 
/**
 * What was sent, redacted and cut.
 */
request: string | null, 
/**
 * What came back, redacted and cut.
 */
response: string | null, 
/**
 * Answer headers worth seeing.
 */
headers: { [key in string]: string }, 
/**
 * Why no answer came.
 */
error: string | null, };

export type ExchangeList = { 
/**
 *Rows.
 */
exchanges: Array<Exchange>, };

export type Facet = "severity" | "status" | "tool" | "app" | "rule" | "cwe" | "component" | "branch" | "owner" | "linked";

export type FacetList = { 
/**
 *Values, most frequent first within a facet.
 */
values: Array<FacetValue>, };

export type FacetValue = { 
/**
 * The facet.
 */
facet: Facet, 
/**
 * The value as the query language spells it.
 */
value: string, 
/**
 * The value as people read it.
 */
label: string, 
/**
 * How many findings of the query (without this facet's own condition) have it.
 */
count: number, };

export type Fault = { 
/**
 * Which of the two: `title` or `body`.
 */
part: string, 
/**
 * Line, from 1.
 */
line: number, 
/**
 * Column, from 1, in characters.
 */
column: number, 
/**
 * How many characters it is about; 0 when that is not known.
 */
length: number, 
/**
 * The line of the template.
 */
excerpt: string, 
/**
 * What is wrong.
 */
message: string, 
/**
 * What to write instead.
 */
hint: string | null, };

export type Field = { 
/**
 * Stable id (`location`, `username`, …).
 */
id: string, 
/**
 * Label.
 */
label: string, 
/**
 * How it is entered.
 */
kind: FieldKind, 
/**
 * One sentence of help.
 */
help: string, 
/**
 * An example value.
 */
example: string | null, 
/**
 * Must be filled.
 */
required: boolean, 
/**
 * Choices as (value, label), for [`FieldKind::Choice`].
 */
choices: Array<[string, string]>, 
/**
 * Shown only with these ways of signing in; empty: always.
 */
only_with: Array<string>, };

export type FieldKind = "text" | "url" | "secret" | "choice" | "switch";

export type FieldValue = { 
/**
 * The field, as the mapping names it.
 */
field: string, 
/**
 * The value.
 */
value: string, };

export type FindingAssess = { 
/**
 * Which.
 */
selection: Selection, 
/**
 * Status.
 */
status: Status, 
/**
 * Finer reason.
 */
reason: Reason | null, 
/**
 * Why.
 */
comment: string | null, };

export type FindingComment = { 
/**
 *Which.
 */
selection: Selection, 
/**
 *The words.
 */
text: string, };

export type FindingCopy = { 
/**
 * Which.
 */
selection: Selection, 
/**
 * `markdown`, `csv` or `json`.
 */
format: string, };

export type FindingDetail = { 
/**
 * The row.
 */
row: FindingRow, 
/**
 * The whole message, Markdown. Hostile input.
 */
description: string, 
/**
 * The severity that the report gave.
 */
report_severity: Severity, 
/**
 * The report's own word for it.
 */
severity_raw: string | null, 
/**
 * What it was read from.
 */
severity_source: SeveritySource, 
/**
 * Broad kind.
 */
kind: FindingKind, 
/**
 * True while the last complete scan found it.
 */
present: boolean, 
/**
 * A person has to look before it counts.
 */
needs_review: boolean, 
/**
 * The decision in force.
 */
assessment: Assessment | null, 
/**
 * The rule.
 */
rule: Rule | null, 
/**
 * All places.
 */
locations: Array<Location>, 
/**
 * Places that explain it.
 */
related: Array<Location>, 
/**
 * Ways through the code.
 */
flows: Array<Flow>, 
/**
 * Package.
 */
component: Component | null, 
/**
 * Address.
 */
endpoint: Endpoint | null, 
/**
 * Public identifiers.
 */
identifiers: Array<Identifier>, 
/**
 * CVSS opinions.
 */
cvss: Array<Cvss>, 
/**
 * The chance of exploitation, if the report says it.
 */
epss: Epss | null, 
/**
 * That it is known to be exploited, if the report says it.
 */
known_exploited: KnownExploited | null, 
/**
 * Proof. Hostile input.
 */
evidence: Array<Evidence>, 
/**
 * How to fix it, Markdown.
 */
remediation: string | null, 
/**
 * Further reading.
 */
references: Array<Reference>, 
/**
 * Filing words.
 */
tags: Array<string>, 
/**
 * Issues that the report itself names.
 */
tracked_in: Array<string>, 
/**
 * Stable name of this finding that another laptop computes too, hex.
 */
identity: string, 
/**
 * Open and settled proposals.
 */
proposals: Array<Proposal>, 
/**
 * Linked issues.
 */
links: Array<IssueLink>, 
/**
 * History, newest first.
 */
history: Array<HistoryEntry>, };

export type FindingId = string;

export type FindingKind = "code" | "dependency" | "secret" | "iac" | "web" | "host" | "cloud" | "other";

export type FindingMove = { 
/**
 *Which.
 */
selection: Selection, 
/**
 *Where to.
 */
application: ApplicationId, };

export type FindingOf = { 
/**
 *Which.
 */
id: FindingId, };

export type FindingPage = { 
/**
 * The rows.
 */
rows: Array<FindingRow>, 
/**
 * How many match in all.
 */
total: number, 
/**
 * Cursor behind the last row, if more follow.
 */
next: string | null, };

export type FindingPageRequest = { 
/**
 * Query text.
 */
query: string, 
/**
 * Only this application.
 */
application: ApplicationId | null, 
/**
 * Sort keys, first decides.
 */
sort: Array<Sort>, 
/**
 * Where the page begins.
 */
start: PageStart, 
/**
 * Rows wanted, at most 500.
 */
limit: number, };

export type FindingQuery = { 
/**
 *Query text.
 */
query: string, 
/**
 *Only this application.
 */
application: ApplicationId | null, };

export type FindingRaw = { 
/**
 *The record; none when it is not kept.
 */
record: RawRecord | null, };

export type FindingRow = { 
/**
 * Row id.
 */
id: FindingId, 
/**
 * Severity in force (a person's, else the report's).
 */
severity: Severity, 
/**
 * One plain line.
 */
title: string, 
/**
 * Rule id.
 */
rule: string, 
/**
 * Application.
 */
application: ApplicationId, 
/**
 * Its name.
 */
application_name: string, 
/**
 * Tool name.
 */
tool: string, 
/**
 * Branch, empty when none is known.
 */
branch: string, 
/**
 * Who owns the file of its first place, as the application's `CODEOWNERS` says: several with a
 * space between, empty when nobody is known.
 */
owner: string, 
/**
 * `path:line`, component or endpoint: where it is, in one line.
 */
place: string | null, 
/**
 * Status in force.
 */
status: Status, 
/**
 * Finer reason.
 */
reason: Reason | null, 
/**
 * First import that found it.
 */
first_seen: Timestamp, 
/**
 * Last import that found it.
 */
last_seen: Timestamp, 
/**
 * `acme/shop#12` of each linked issue.
 */
issues: Array<string>, };

export type FindingSetSeverity = { 
/**
 * Which.
 */
selection: Selection, 
/**
 * Severity.
 */
severity: Severity | null, 
/**
 * Why.
 */
comment: string | null, };

export type Flavour = "github" | "gitlab" | "html";

export type Flow = { 
/**
 * What the report says about it.
 */
message: string | null, 
/**
 * The steps in order.
 */
steps: Array<Location>, };

export type FormatCard = { 
/**
 *Id.
 */
id: string, 
/**
 *Name.
 */
label: string, 
/**
 *One sentence.
 */
about: string, 
/**
 *Which versions of it are read.
 */
versions: string, 
/**
 *Usual file endings.
 */
extensions: Array<string>, };

export type FormatList = { 
/**
 *All.
 */
formats: Array<FormatCard>, };

export type Gathered = { 
/**
 *Those of a folder in the order of their paths.
 */
files: Array<GatheredFile>, 
/**
 *The first things that were passed over.
 */
passed: Array<PassedOver>, 
/**
 *How many there were.
 */
passed_count: number, };

export type GatheredFile = { 
/**
 *Where it is.
 */
path: string, 
/**
 *Its path below the folder that was given, or its name.
 */
within: string, 
/**
 *It was found in a folder.
 */
in_folder: boolean, 
/**
 *Size.
 */
bytes: number, };

export type Group = { 
/**
 * The values of the keys, in their order; for no key the finding's identity.
 */
values: Array<string>, 
/**
 * What the group is about, one line for people.
 */
title: string, 
/**
 * Members, most severe first.
 */
findings: Array<FindingId>, 
/**
 * The highest severity among them.
 */
severity: Severity, 
/**
 * Names of the applications they belong to, sorted: one, unless everything is in one issue.
 */
applications: Array<string>, 
/**
 * How its issue is written, where a person wants another way than the mapping's.
 */
template: Template | null, };

export type GroupBy = { 
/**
 * Keys, in order; empty: one issue for each finding.
 */
keys: Array<GroupKey>, 
/**
 * How many folders of a path count for [`GroupKey::Directory`]; none: all of them.
 */
depth: number | null, 
/**
 * The query of [`GroupKey::Query`].
 */
query: string | null, 
/**
 * Most findings in one issue; none: no limit. Larger groups are split ([`super::split`]).
 */
most: number | null, 
/**
 * What becomes of findings that are in another issue already.
 */
held: Held, 
/**
 * Changes by hand, in the order in which they were made.
 */
edits: Array<GroupEdit>, };

export type GroupEdit = { "type": "move", 
/**
 * Which.
 */
findings: Array<FindingId>, 
/**
 * The name of the group; none: a new one.
 */
to: Marker | null, } | { "type": "merge", 
/**
 * The name of the group that ends.
 */
from: Marker, 
/**
 * The name of the group that stays.
 */
into: Marker, } | { "type": "leave_out", 
/**
 * Which.
 */
findings: Array<FindingId>, } | { "type": "leave_out_group", 
/**
 * The group's name.
 */
group: Marker, } | { "type": "attach", 
/**
 * The group's name.
 */
group: Marker, 
/**
 * The issue.
 */
issue: IssueRef, 
/**
 * How.
 */
how: AttachAs, } | { "type": "write", 
/**
 * The group's name.
 */
group: Marker, 
/**
 * How; replaces the mapping's.
 */
template: Template, };

export type GroupKey = "rule" | "severity" | "component" | "fixed_version" | "package_manager" | "file" | "directory" | "cve" | "cwe" | "tool" | "application" | "owner" | "import" | "query" | "all";

export type GroupLine = { 
/**
 * Its name in changes by hand.
 */
name: Marker, 
/**
 * Title.
 */
title: string, 
/**
 * What would be done for it.
 */
action: Action, 
/**
 * The issue that it goes into, when there is one.
 */
issue: IssueRef | null, 
/**
 * Findings.
 */
count: number, 
/**
 * Highest severity.
 */
severity: Severity, 
/**
 * First members.
 */
members: Array<MemberLine>, };

export type GroupPreview = { 
/**
 * Findings.
 */
findings: number, 
/**
 * Issues that would be written: new ones, and those that are there and change.
 */
groups: number, 
/**
 * Of those, the ones that are new.
 */
new: number, 
/**
 * Findings that are in an issue of this mapping already.
 */
linked: number, 
/**
 * Findings that were left out by hand.
 */
left_out: number, 
/**
 * What of the changes by hand could not be done.
 */
warnings: Array<string>, 
/**
 * The first groups, largest severity first.
 */
first: Array<GroupLine>, };

export type GroupPreviewRequest = { 
/**
 *Which findings.
 */
selection: Selection, 
/**
 *How they become issues.
 */
group_by: GroupBy, 
/**
 *Mapping; with it, what is there already is told apart.
 */
mapping: MappingId | null, };

export type Guard = { 
/**
 * Classes that are not looked for.
 */
off: Array<LeakClass>, 
/**
 * Texts that may be sent: exact, or with `*` (any characters) and `?` (one). Capitals do
 * not matter.
 */
allowed: Array<string>, 
/**
 * Further things to take out.
 */
patterns: Array<OwnPattern>, };

export type GuardTried = { 
/**
 *The text as it would leave.
 */
text: string, 
/**
 *What was taken out, in the order of the text.
 */
taken: Array<Taken>, };

export type GuardTry = { 
/**
 *The guard.
 */
guard: Guard, 
/**
 *The text.
 */
text: string, };

export type Held = "stay" | "also" | "move";

export type HistoryEntry = { 
/**
 * When.
 */
at: Timestamp, 
/**
 * What kind of event: `new`, `seen`, `moved`, `gone`, `reopened`, `assessed`, `severity`, `linked`, `comment`.
 */
event: string, 
/**
 * In words.
 */
text: string, 
/**
 * Who or what caused it.
 */
source: StatusSource, 
/**
 * Name of the person, if one is known.
 */
author: string | null, 
/**
 * The import behind it.
 */
import: ImportId | null, };

export type Identifier = { 
/**
 * The scheme: `CVE`, `CWE`, `GHSA`, `OSV`, …
 */
scheme: string, 
/**
 * The whole identifier including its scheme's prefix.
 */
value: string, };

export type Import = { 
/**
 * Row id.
 */
id: ImportId, 
/**
 * The application.
 */
application: ApplicationId, 
/**
 * The application's name.
 */
application_name: string, 
/**
 * File name without its folder (folders can tell about people).
 */
file: string, 
/**
 * Size in bytes as given (compressed if it was).
 */
bytes: number, 
/**
 * SHA-256 of the file as given, hex.
 */
sha256: string, 
/**
 * Format id (`sarif`).
 */
format: string, 
/**
 * State.
 */
state: ImportState, 
/**
 * When it began.
 */
started: Timestamp, 
/**
 * When it ended.
 */
ended: Timestamp | null, 
/**
 * Each run.
 */
runs: Array<RunSummary>, 
/**
 * All runs together.
 */
delta: Delta, 
/**
 * The first warnings (all are kept in the store).
 */
warnings: Array<Warning>, 
/**
 * How many warnings there are.
 */
warning_count: number, 
/**
 * An earlier import of the very same bytes, if any.
 */
same_as: ImportId | null, 
/**
 * Why it failed.
 */
problem: Problem | null, 
/**
 * Only right after reading: it seems to belong elsewhere.
 */
mismatch: Mismatch | null, };

export type ImportDetail = { 
/**
 *The import.
 */
import: Import, 
/**
 *Warnings.
 */
warnings: Array<Warning>, };

export type ImportGather = { 
/**
 *On this computer.
 */
paths: Array<string>, };

export type ImportId = string;

export type ImportList = { 
/**
 *Rows.
 */
imports: Array<Import>, 
/**
 *How many there are.
 */
total: number, };

export type ImportListRequest = { 
/**
 *Only of this application.
 */
application: ApplicationId | null, 
/**
 *Rows to pass over.
 */
offset: number, 
/**
 *Rows wanted.
 */
limit: number, };

export type ImportLook = { 
/**
 * File on this computer.
 */
path: string, 
/**
 * Compare with this application; none: one that does not exist yet.
 */
application: ApplicationId | null, 
/**
 * Format id; none: detect.
 */
format: string | null, 
/**
 * Branch; none: as the report says.
 */
branch: string | null, 
/**
 * CSV column mapping (`title=Summary,severity=Risk`).
 */
columns: string | null, };

export type ImportOf = { 
/**
 *Which.
 */
id: ImportId, };

export type ImportRecognise = { 
/**
 *Files on this computer.
 */
paths: Array<string>, };

export type ImportRun = { 
/**
 * File or folder on this computer.
 */
path: string, 
/**
 * Into this application.
 */
application: ApplicationId, 
/**
 * Format id; none: detect.
 */
format: string | null, 
/**
 * Branch; none: as the report says.
 */
branch: string | null, 
/**
 * Only say what would change.
 */
dry_run: boolean, 
/**
 * Close what is not found any more even if that is nearly everything.
 */
close_anyway: boolean, 
/**
 * Read it in even if it seems to belong to another application or branch.
 */
allow_mismatch: boolean, 
/**
 * CSV column mapping (`title=Summary,severity=Risk`).
 */
columns: string | null, };

export type ImportState = "running" | "done" | "failed" | "cancelled" | "taken_back";

export type ImportUndo = { 
/**
 * Which.
 */
id: ImportId, 
/**
 * Findings that it found first and that people have judged, or that are in issues, stay.
 */
keep_judged: boolean, };

export type IssueChange = { 
/**
 * New title.
 */
title: string | null, 
/**
 * New text (already merged with what people wrote).
 */
body: string | null, 
/**
 * The text that `body` was made from. A tracker whose changes can be made to depend on
 * what is there refuses this one when another text is there by now.
 */
body_from: string | null, 
/**
 * Labels to add; others are kept.
 */
add_labels: Array<string>, 
/**
 * Labels to take away.
 */
remove_labels: Array<string>, 
/**
 * Open (`Some(true)`) or close.
 */
open: boolean | null, 
/**
 * Reason of a close or reopen.
 */
reason: StateReason | null, 
/**
 * A comment to add.
 */
comment: string | null, 
/**
 * The severity, as the mapping's field and value.
 */
severity: FieldValue | null, 
/**
 * The status, as the mapping's field and value. Beside [`IssueChange::open`], which
 * says whether the issue is to be open or closed.
 */
status: FieldValue | null, };

export type IssueDraft = { 
/**
 * Title, within the tracker's limit.
 */
title: string, 
/**
 * Text in the tracker's markup, within its limit, ending in the marker line. Empty: the
 * text of an issue that is there is left alone.
 */
body: string, 
/**
 * Comments that follow, for what did not fit into the body.
 */
follow_ups: Array<string>, 
/**
 * Labels by name.
 */
labels: Array<string>, 
/**
 * Login names.
 */
assignees: Array<string>, 
/**
 * Milestone by title.
 */
milestone: string | null, 
/**
 * The marker in the body.
 */
marker: Marker, 
/**
 * The severity, as the mapping's field and value.
 */
severity: FieldValue | null, 
/**
 * The status, as the mapping's field and value.
 */
status: FieldValue | null, 
/**
 * Why the issue is closed, for a step that closes it.
 */
reason: StateReason | null, 
/**
 * Name of the file with its findings that goes with it ([`crate::render::file`]).
 */
file: string | null, };

export type IssueFind = { 
/**
 *The mapping to its project.
 */
mapping: MappingId, 
/**
 *Its number or address, as it was typed.
 */
text: string, };

export type IssueLink = { 
/**
 * The issue.
 */
issue: IssueRef, 
/**
 * The connection it lives in.
 */
connection: ConnectionId, 
/**
 * The mapping through which it was made.
 */
mapping: MappingId | null, 
/**
 * Its title when last seen.
 */
title: string, 
/**
 * Its state when last seen.
 */
state: IssueState, 
/**
 * How many findings it stands for.
 */
findings: number, 
/**
 * When the link was made.
 */
linked: Timestamp, 
/**
 * When the tracker was last asked.
 */
seen: Timestamp, };

export type IssueMatch = { 
/**
 *The issue.
 */
issue: IssueRef, 
/**
 *Its title.
 */
title: string, 
/**
 *Its state when it was last seen.
 */
state: IssueState, };

export type IssueMatches = { 
/**
 *At most twenty.
 */
issues: Array<IssueMatch>, };

export type IssuePage = { 
/**
 *Rows.
 */
issues: Array<IssueLink>, 
/**
 *How many there are.
 */
total: number, };

export type IssuePageRequest = { 
/**
 *Words that number, title, target or connection must have; empty: all.
 */
search: string, 
/**
 *Rows to pass over.
 */
offset: number, 
/**
 *Rows wanted.
 */
limit: number, };

export type IssueRef = { 
/**
 * Target in which it was last seen (`acme/shop`).
 */
target: string, 
/**
 * Number within the target, as the tracker shows it (`12`).
 */
number: string, 
/**
 * The tracker's own stable id of the issue (GitHub: node id).
 */
stable_id: string | null, 
/**
 * Web address.
 */
url: string, };

export type IssueSeen = { 
/**
 * Which one.
 */
issue: IssueRef, 
/**
 * Title.
 */
title: string, 
/**
 * Text.
 */
body: string, 
/**
 * State.
 */
state: IssueState, 
/**
 * Labels.
 */
labels: Array<string>, 
/**
 * Assignees' login names.
 */
assignees: Array<string>, 
/**
 * Milestone title.
 */
milestone: string | null, 
/**
 * Further fields by the names that a mapping uses (`Priority`, `Status`), as far as
 * they were asked for.
 */
fields: { [key in string]: string }, 
/**
 * Last change.
 */
updated: Timestamp, 
/**
 * Creation.
 */
created: Timestamp, 
/**
 * Creator's login name.
 */
author: string | null, };

export type IssueState = { "type": "open" } | { "type": "closed", 
/**
 * Why.
 */
reason: StateReason | null, } | { "type": "moved", 
/**
 * Where to, if the tracker says (`acme/new#3`).
 */
to: string | null, } | { "type": "deleted" } | { "type": "not_visible" };

export type Job = { 
/**
 * Row id.
 */
id: JobId, 
/**
 * Kind (`import_run`, `plan_apply`, …).
 */
kind: string, 
/**
 * What it works on, for people.
 */
title: string, 
/**
 * State.
 */
state: JobState, 
/**
 * Last progress.
 */
progress: Progress | null, 
/**
 * Why it failed.
 */
problem: Problem | null, 
/**
 * When it began.
 */
started: Timestamp, 
/**
 * When it ended.
 */
ended: Timestamp | null, };

export type JobEvent = { 
/**
 * The job.
 */
job: JobId, 
/**
 * Number of this event.
 */
seq: number, 
/**
 * What it says.
 */
news: JobNews, };

export type JobId = string;

export type JobList = { 
/**
 *Rows.
 */
jobs: Array<Job>, };

export type JobNews = { "type": "started" } | { "type": "progress", 
/**
 * The numbers.
 */
progress: Progress, } | { "type": "stage", 
/**
 * The stage.
 */
stage: CheckStage, } | { "type": "step", 
/**
 * Its position in the plan.
 */
index: number, } | { "type": "code", 
/**
 * What to enter.
 */
user_code: string, 
/**
 * Where to enter it.
 */
url: string, 
/**
 * The same page with the code filled in, where the server offers that.
 */
complete_url: string | null, 
/**
 * When the code ends.
 */
expires: Timestamp, };

export type JobOf = { 
/**
 *Which.
 */
id: JobId, };

export type JobState = "running" | "done" | "failed" | "cancelled" | "interrupted";

export type KeychainStatus = { 
/**
 * It can be used.
 */
ok: boolean, 
/**
 * Its name («Secret Service», «Keychain», «Credential Manager»).
 */
name: string, 
/**
 * Why not, with the remedy.
 */
problem: Problem | null, };

export type KindList = { 
/**
 *All.
 */
kinds: Array<TrackerKindCard>, };

export type KnownExploited = { 
/**
 * Whose catalogue (`CISA`), if the report names it.
 */
source: string | null, 
/**
 * The day on which it was listed, if given.
 */
added: string | null, 
/**
 * The day until which the catalogue wants it fixed, if given.
 */
due: string | null, 
/**
 * Whether it is known to be used by ransomware.
 */
ransomware: boolean, };

export type LastTest = { 
/**
 * When.
 */
at: Timestamp, 
/**
 * Every stage passed (warnings allowed).
 */
ok: boolean, 
/**
 * In words.
 */
summary: string, 
/**
 * When the token ends, if the tracker says.
 */
token_ends: Timestamp | null, };

export type LeakClass = "credential" | "random" | "own" | "mail" | "host" | "address" | "home";

export type LeakPlace = "title" | "heading" | "text" | "line" | "snippet" | "link" | "attachment";

export type Location = { 
/**
 * The path, resolved against the report's base and decoded, with `/` separators,
 * relative where the base is a source root.
 */
path: string | null, 
/**
 * The address as the report spells it, when it differs from `path`.
 */
uri: string | null, 
/**
 * First line, counted from 1.
 */
start_line: number | null, 
/**
 * Last line, inclusive.
 */
end_line: number | null, 
/**
 * First column, counted from 1.
 */
start_column: number | null, 
/**
 * Column after the last character, counted from 1.
 */
end_column: number | null, 
/**
 * Fully qualified logical name (namespace, class, function, resource).
 */
logical: string | null, 
/**
 * The marked text.
 */
snippet: Snippet | null, 
/**
 * The text around it.
 */
context: Snippet | null, 
/**
 * What the report says about this place.
 */
message: string | null, };

export type Mapping = { 
/**
 * Row id.
 */
id: MappingId, 
/**
 * The person's name for it.
 */
label: string, 
/**
 * The connection.
 */
connection: ConnectionId, 
/**
 * Its label.
 */
connection_label: string, 
/**
 * Tracker kind id.
 */
kind: string, 
/**
 * Target key (`acme/shop`).
 */
target: string, 
/**
 * The target's id that survives renames, once seen.
 */
target_stable_id: string | null, 
/**
 * The applications whose findings may go there.
 */
applications: Array<ApplicationId>, 
/**
 * Labels set on every issue.
 */
labels: Array<string>, 
/**
 * Also set a label `severity: high` that names the group's highest severity.
 */
severity_label: boolean, 
/**
 * Assignees' login names.
 */
assignees: Array<string>, 
/**
 * Milestone by title.
 */
milestone: string | null, 
/**
 * The tracker's field for the severity, and its values.
 */
severity: ValueMap, 
/**
 * The tracker's field for the status, and its values.
 */
status: ValueMap, 
/**
 * Values of the kind's own mapping fields, by field id.
 */
settings: { [key in string]: string }, 
/**
 * How the issues are written.
 */
template: Template, 
/**
 * What must not leave this computer.
 */
guard: Guard, 
/**
 * Each issue also gets its findings as a file, where the tracker takes files.
 */
findings_file: boolean, 
/**
 * Off: nothing is pushed through it.
 */
active: boolean, 
/**
 * When it was made.
 */
created: Timestamp, };

export type MappingDefaults = { 
/**
 * Labels.
 */
labels: Array<string>, 
/**
 * Also a label that names the severity.
 */
severity_label: boolean, 
/**
 * The field and values of the severity.
 */
severity: ValueMap, 
/**
 * The field and values of the status.
 */
status: ValueMap, 
/**
 * Values of the kind's own mapping fields.
 */
settings: { [key in string]: string }, 
/**
 * The kind's own mapping field without which neither severity nor status is written:
 * what has the fields for them. Nothing where issues have such fields themselves.
 */
values_need: string | null, };

export type MappingField = { 
/**
 * Stable id, the key in [`Mapping::settings`](crate::Mapping::settings).
 */
id: string, 
/**
 * Label.
 */
label: string, 
/**
 * How it is entered.
 */
kind: MappingFieldKind, 
/**
 * One sentence of help; may be empty.
 */
help: string, 
/**
 * Must be filled before anything can be pushed.
 */
required: boolean, 
/**
 * What the target offers.
 */
choices: Array<Choice>, 
/**
 * The value that a new mapping gets.
 */
default: string | null, 
/**
 * What other fields offer depends on this one: read the fields again when it changes.
 */
reloads: boolean, };

export type MappingFieldKind = "choice" | "text" | "number" | "switch" | "date";

export type MappingId = string;

export type MappingList = { 
/**
 *By label.
 */
mappings: Array<Mapping>, };

export type MappingOf = { 
/**
 *Which.
 */
id: MappingId, };

export type MappingRepair = { 
/**
 *Mapping.
 */
id: MappingId, 
/**
 *What a person agreed to.
 */
repairs: Array<Repair>, };

export type MappingRepaired = { 
/**
 * What was done, a sentence each.
 */
done: Array<string>, 
/**
 * What could not be done.
 */
failed: Array<Problem>, 
/**
 * The mapping tested again.
 */
report: CheckReport, };

export type MappingSave = { 
/**
 * None: new.
 */
id: MappingId | null, 
/**
 * Label; empty: the target's name.
 */
label: string, 
/**
 * Connection.
 */
connection: ConnectionId, 
/**
 * Target key.
 */
target: string, 
/**
 * Applications.
 */
applications: Array<ApplicationId>, 
/**
 * Labels.
 */
labels: Array<string>, 
/**
 * Also a label for the severity.
 */
severity_label: boolean, 
/**
 * Assignees.
 */
assignees: Array<string>, 
/**
 * Milestone title.
 */
milestone: string | null, 
/**
 * The severities' field and values; left out: as before, or the kind's defaults.
 */
severity: ValueMap | null, 
/**
 * The statuses' field and values; left out: as before, or the kind's defaults.
 */
status: ValueMap | null, 
/**
 * The kind's own fields; left out: as before, or the kind's defaults.
 */
settings: { [key in string]: string } | null, 
/**
 * How issues are written; left out: as before, or Docket's own form.
 */
template: Template | null, 
/**
 * What must not leave this computer; left out: as before, or everything that is looked for.
 */
guard: Guard | null, 
/**
 * Each issue also gets its findings as a file, where the tracker takes files; left out: as
 * before, or not.
 */
findings_file: boolean | null, 
/**
 * On or off.
 */
active: boolean, };

export type Marker = string;

export type MemberLine = { 
/**
 *Finding.
 */
id: FindingId, 
/**
 *Severity.
 */
severity: Severity, 
/**
 *Title.
 */
title: string, 
/**
 *Place.
 */
place: string | null, };

export type Mismatch = { 
/**
 * What is different.
 */
kind: MismatchKind, 
/**
 * What was seen, in one or two sentences.
 */
message: string, 
/**
 * What to do instead.
 */
hint: string, };

export type MismatchKind = "application" | "branch" | "repository";

export type Network = { 
/**
 * Proxy.
 */
proxy: ProxySetting, 
/**
 * PEM file with additional certificate authorities.
 */
ca_file: string | null, 
/**
 * Longest wait for a connection, milliseconds.
 */
connect_timeout_ms: number, 
/**
 * Longest wait for an answer, milliseconds.
 */
read_timeout_ms: number, 
/**
 * The person said yes to unencrypted HTTP to a host that is not this computer.
 */
allow_plain_http: boolean, };

export type Nothing = Record<symbol, never>;

export type OwnPattern = { 
/**
 * What it finds, for people; empty: the pattern itself.
 */
name: string, 
/**
 * A regular expression.
 */
pattern: string, };

export type OwnerCount = { 
/**
 * `@acme/db`; several that own together with a space between.
 */
owner: string, 
/**
 * Active findings.
 */
findings: number, };

export type OwnerMistake = { 
/**
 * Its number, from 1.
 */
line: number, 
/**
 * What is wrong with it, a sentence.
 */
message: string, };

export type OwnersText = { 
/**
 *Which application.
 */
id: ApplicationId, 
/**
 *Rules, as in a `CODEOWNERS` file; empty: none.
 */
text: string, };

export type Ownership = { 
/**
 * The rules as they were written; empty when there are none.
 */
text: string, 
/**
 * Lines that are passed over.
 */
mistakes: Array<OwnerMistake>, 
/**
 * Owners with their active findings, most first, at most [`MOST_SHOWN`].
 */
owners: Array<OwnerCount>, 
/**
 * How many owners (or joined owners) there are.
 */
of: number, 
/**
 * Active findings with a file that somebody owns.
 */
owned: number, 
/**
 * Active findings with a file that nobody owns.
 */
without: number, 
/**
 * Some of those files, most findings first, at most [`MOST_SHOWN`].
 */
files_without: Array<string>, 
/**
 * Active findings without a file (a package, an address): they have no owner.
 */
no_file: number, };

export type PageStart = { "type": "offset", 
/**
 * Row number.
 */
rows: number, } | { "type": "after", 
/**
 * Opaque text.
 */
cursor: string, };

export type PassedOver = { 
/**
 *Where.
 */
path: string, 
/**
 *Why, in words.
 */
why: string, };

export type Place = { 
/**
 * File inside an archive, or empty.
 */
file: string | null, 
/**
 * Path of the record (`runs[0].results[17]`, `row 12`).
 */
record: string | null, 
/**
 * Line in the (decoded) text, from 1.
 */
line: number | null, 
/**
 * Column, from 1.
 */
column: number | null, };

export type Plan = { 
/**
 * Row id.
 */
id: PlanId, 
/**
 * The mapping it pushes through.
 */
mapping: MappingId, 
/**
 * The mapping's label.
 */
mapping_label: string, 
/**
 * The target (`acme/shop`).
 */
target: string, 
/**
 * A person's own name for it; none: it goes by its number.
 */
name: string | null, 
/**
 * How findings become issues.
 */
group_by: GroupBy, 
/**
 * The selection in words.
 */
selection: string, 
/**
 * The plan that this one takes back, if it does.
 */
undoes: PlanId | null, 
/**
 * State.
 */
state: PlanState, 
/**
 * Another Docket process (the command line, say) applies it right now.
 */
elsewhere: boolean, 
/**
 * Counts.
 */
counts: PlanCounts, 
/**
 * Things to know about the whole plan.
 */
warnings: Array<string>, 
/**
 * Estimated time to apply under the tracker's limits, milliseconds.
 */
estimate_ms: number, 
/**
 * When it was made.
 */
created: Timestamp, 
/**
 * When applying began.
 */
started: Timestamp | null, 
/**
 * When it ended.
 */
ended: Timestamp | null, };

export type PlanApply = { 
/**
 * Which.
 */
id: PlanId, 
/**
 * The target that may be written to although everybody can read it: a yes for this time.
 */
public: string | null, };

export type PlanCounts = { 
/**
 * Findings in the selection.
 */
findings: number, 
/**
 * Steps.
 */
steps: number, 
/**
 * Issues to be created, also those that are created again.
 */
create: number, 
/**
 * Issues to be updated.
 */
update: number, 
/**
 * Issues to be adopted.
 */
adopt: number, 
/**
 * Issues of people that findings are put into.
 */
attach: number, 
/**
 * Issues to be closed.
 */
close: number, 
/**
 * Issues to be opened again.
 */
reopen: number, 
/**
 * Steps that do nothing.
 */
skip: number, 
/**
 * Findings in skipped steps.
 */
skipped_findings: number, 
/**
 * Steps done.
 */
done: number, 
/**
 * Steps failed.
 */
failed: number, 
/**
 * Steps whose outcome is being looked up.
 */
uncertain: number, };

export type PlanExport = { 
/**
 * Which.
 */
id: PlanId, 
/**
 * `markdown`, `csv` or `json`.
 */
format: string, 
/**
 * The whole path of the file; what was there before is replaced.
 */
path: string, };

export type PlanId = string;

export type PlanList = { 
/**
 *Rows.
 */
plans: Array<Plan>, };

export type PlanMake = { 
/**
 *Which findings.
 */
selection: Selection, 
/**
 *Mapping.
 */
mapping: MappingId, 
/**
 *How they become issues.
 */
group_by: GroupBy, };

export type PlanOf = { 
/**
 *Which.
 */
id: PlanId, };

export type PlanRename = { 
/**
 *Which.
 */
id: PlanId, 
/**
 *Its name; empty: none.
 */
name: string, };

export type PlanState = "ready" | "applying" | "paused" | "done" | "partly" | "cancelled";

export type PlanStepOf = { 
/**
 *Plan.
 */
id: PlanId, 
/**
 *The step, from 0.
 */
index: number, };

export type PlanSteps = { 
/**
 *Plan.
 */
id: PlanId, 
/**
 *Only those in this state; all without one.
 */
only: StepState | null, 
/**
 *Rows to pass over.
 */
offset: number, 
/**
 *Rows wanted, at most 500.
 */
limit: number, };

export type PlanUndo = { 
/**
 *Which.
 */
id: PlanId, 
/**
 *Only these of its steps; none: all that were done.
 */
steps: Array<number> | null, };

export type PracticeReady = { 
/**
 * Web page of the practice tracker.
 */
url: string, 
/**
 * Application with the sample findings.
 */
application: Application, 
/**
 * Connection.
 */
connection: Connection, 
/**
 * Mapping.
 */
mapping: Mapping, 
/**
 * What the import did.
 */
import: Import, 
/**
 * The connection test.
 */
check: CheckReport, };

export type PracticeStatus = { 
/**
 *Address of its web page while it runs.
 */
url: string | null, };

export type Preview = { 
/**
 * File name without its folder.
 */
file: string, 
/**
 * Size in bytes as given (compressed if it was).
 */
bytes: number, 
/**
 * SHA-256 of the file as given, hex.
 */
sha256: string, 
/**
 * Format id; of the first report when an archive holds several.
 */
format: string, 
/**
 * Reports that were read: more than one only in archives.
 */
reports: number, 
/**
 * Each run.
 */
runs: Array<RunSummary>, 
/**
 * All runs together. What came back is counted as reopened though a decision may keep it closed.
 */
delta: Delta, 
/**
 * True when it was compared with what is stored; else every record counts as new.
 */
compared: boolean, 
/**
 * The first warnings.
 */
warnings: Array<Warning>, 
/**
 * How many warnings there are.
 */
warning_count: number, 
/**
 * An earlier import of the very same bytes into the same application and branch, if any.
 */
same_as: ImportId | null, 
/**
 * It seems to belong elsewhere.
 */
mismatch: Mismatch | null, };

export type Problem = { 
/**
 * The kind of failure.
 */
code: Code, 
/**
 * What failed, in one or two sentences.
 */
message: string, 
/**
 * What to do next, when something can be done.
 */
hint: string | null, 
/**
 * Facts worth showing or copying (`file`, `line`, `host`, `status`, …). Never secrets.
 */
context: { [key in string]: string }, 
/**
 * When trying again makes sense.
 */
retry_at: Timestamp | null, 
/**
 * The id under which the log holds the cause.
 */
trace_id: string | null, };

export type Progress = { 
/**
 * What is being done, for people («Reading semgrep.sarif»).
 */
text: string, 
/**
 * Units done.
 */
done: number, 
/**
 * Units in all, if known.
 */
total: number | null, 
/**
 * What a unit is («bytes», «issues», «findings»).
 */
unit: string, 
/**
 * Units a second, over the last seconds.
 */
rate: number | null, 
/**
 * Estimated time left, milliseconds.
 */
remaining_ms: number | null, 
/**
 * When waiting: for what, in words.
 */
waiting_for: string | null, 
/**
 * When waiting: until when.
 */
waiting_until: Timestamp | null, };

export type Proposal = { 
/**
 * Row id.
 */
id: ProposalId, 
/**
 * The finding.
 */
finding: FindingId, 
/**
 * Suggested status.
 */
status: Status, 
/**
 * Suggested finer reason.
 */
reason: Reason | null, 
/**
 * Where it comes from, for people («suppressed in semgrep.sarif: …»).
 */
why: string, 
/**
 * The suppression behind it, if that is where it comes from.
 */
suppression: Suppression | null, 
/**
 * The other tool's finding that it is about, while there is one.
 */
other: FindingId | null, 
/**
 * State.
 */
state: ProposalState, 
/**
 * When it was made.
 */
at: Timestamp, };

export type ProposalId = string;

export type ProposalSettle = { 
/**
 *Which.
 */
id: ProposalId, 
/**
 *Take it over.
 */
accept: boolean, 
/**
 *Why.
 */
comment: string | null, };

export type ProposalState = "open" | "accepted" | "dismissed";

export type ProposalsSettle = { 
/**
 *Which.
 */
selection: Selection, 
/**
 *Take it over.
 */
accept: boolean, };

export type ProxySetting = { "type": "system" } | { "type": "direct" } | { "type": "explicit", 
/**
 * `http://host:port`; no user name or password in it.
 */
url: string, 
/**
 * Login name, if the proxy wants one; its password is a secret beside the token.
 */
username: string | null, };

export type QueryCheck = { 
/**
 * The mistake, if there is one.
 */
problem: QueryProblem | null, 
/**
 * Completions at the caret.
 */
completions: Array<Completion>, 
/**
 * Terms for colouring.
 */
terms: Array<QueryTerm>, };

export type QueryCheckRequest = { 
/**
 *Text.
 */
text: string, 
/**
 *Caret, in UTF-16 units.
 */
caret: number, };

export type QueryProblem = { 
/**
 *Begin.
 */
from: number, 
/**
 *End.
 */
to: number, 
/**
 *In words.
 */
message: string, };

export type QueryTerm = { 
/**
 *Begin.
 */
from: number, 
/**
 *End.
 */
to: number, 
/**
 *Field name; none for free text.
 */
field: string | null, 
/**
 *With a leading minus.
 */
negated: boolean, };

export type QueryText = { 
/**
 *Text.
 */
text: string, };

export type QueryToggle = { 
/**
 *Query text.
 */
text: string, 
/**
 *Facet.
 */
facet: Facet, 
/**
 *Value.
 */
value: string, };

export type RawForm = "json" | "xml" | "csv" | "text";

export type RawRecord = { 
/**
 * What it is written in.
 */
form: RawForm, 
/**
 * The record as it stood in the report; of a table the row written anew, with the same
 * cells.
 */
text: string, 
/**
 * The report's file name.
 */
file: string, 
/**
 * The import that brought it.
 */
import: ImportId, };

export type Reason = "resolved" | "mitigated" | "duplicate" | "out_of_scope" | "not_affected" | "in_review";

export type RecognisedFile = { 
/**
 * Where it is.
 */
path: string, 
/**
 * Its name says that it is a report.
 */
must_be: boolean, 
/**
 * The reports in it: one, or those of an archive, the first of them.
 */
reports: Array<RecognisedReport>, 
/**
 * Files in the archive; 1 when it is none.
 */
inside: number, 
/**
 * Why it is no report that Docket reads.
 */
problem: Problem | null, };

export type RecognisedList = { 
/**
 *Each.
 */
files: Array<RecognisedFile>, };

export type RecognisedReport = { 
/**
 *Its name inside an archive.
 */
entry: string | null, 
/**
 *Format id.
 */
format: string, 
/**
 *The format's name.
 */
label: string, 
/**
 *Which versions of it are read.
 */
versions: string, };

export type Reference = { 
/**
 * What it is.
 */
label: string | null, 
/**
 * The address. Hostile input: only `http` and `https` become links.
 */
url: string, };

export type Repair = { 
/**
 * What is made.
 */
kind: RepairKind, 
/**
 * The field that an option belongs to.
 */
field: string | null, 
/**
 * Its name.
 */
name: string, };

export type RepairKind = "label" | "milestone" | "option";

export type Rule = { 
/**
 * The tool's id of the rule. Unique only within its tool.
 */
id: string, 
/**
 * Short readable name.
 */
name: string | null, 
/**
 * One sentence.
 */
short: string | null, 
/**
 * A paragraph, Markdown.
 */
description: string | null, 
/**
 * How to fix it, Markdown.
 */
help: string | null, 
/**
 * Where to read on.
 */
uri: string | null, 
/**
 * The rule's own severity before any override.
 */
severity: Severity | null, 
/**
 * The tool's words for filing it.
 */
tags: Array<string>, };

export type RunSummary = { 
/**
 * Tool name.
 */
tool: string, 
/**
 * Tool version.
 */
version: string | null, 
/**
 * Branch in whose scope it counted; empty when none is known.
 */
branch: string, 
/**
 * What distinguishes it from other runs of the tool.
 */
category: string | null, 
/**
 * Whether it could close anything.
 */
completeness: Completeness, 
/**
 * What it changed.
 */
delta: Delta, 
/**
 * When closing was held back (mass closing, failed run, …): why.
 */
held_back: string | null, };

export type SecretRef = { "type": "none" } | { "type": "keychain", 
/**
 * Entry name.
 */
entry: string, } | { "type": "session", 
/**
 * Entry name.
 */
entry: string, } | { "type": "env", 
/**
 * Variable name.
 */
name: string, };

export type Selection = { "type": "ids", 
/**
 * The findings.
 */
ids: Array<FindingId>, } | { "type": "matching", 
/**
 * The query's text.
 */
query: string, 
/**
 * Only in this application.
 */
application: ApplicationId | null, 
/**
 * Left out.
 */
except: Array<FindingId>, };

export type SelectionCount = { 
/**
 * How many findings.
 */
total: number, 
/**
 * How many of each severity.
 */
severities: Array<[Severity, number]>, 
/**
 * How many are in an issue already.
 */
linked: number, 
/**
 * About how many something is suggested.
 */
suggested: number, };

export type SelectionOf = { 
/**
 *Which.
 */
selection: Selection, };

export type Settings = { 
/**
 * Name written beside assessments.
 */
author: string, };

export type SettingsSave = { 
/**
 *All of them.
 */
settings: Settings, };

export type Severity = "critical" | "high" | "medium" | "low" | "info" | "unknown";

export type SeveritySource = "score" | "result" | "rule" | "format_default" | "rank" | "nothing" | "person";

export type Snippet = { 
/**
 * The text, as the report carries it.
 */
text: string, 
/**
 * The line number of the text's first line, if known.
 */
start_line: number | null, };

export type Sort = { 
/**
 * By what.
 */
key: SortKey, 
/**
 * Largest first instead of smallest first.
 */
descending: boolean, };

export type SortKey = "severity" | "title" | "rule" | "application" | "place" | "tool" | "status" | "first_seen" | "last_seen";

export type StateReason = "completed" | "not_planned" | "duplicate" | "reopened";

export type Status = "active" | "closed" | "false_positive" | "risk_accepted";

export type StatusSource = "import" | "person" | "tracker";

export type Step = { 
/**
 * Position in the plan, from 0.
 */
index: number, 
/**
 * The group.
 */
group: Group, 
/**
 * What to do.
 */
action: Action, 
/**
 * Why, for people.
 */
why: string, 
/**
 * Things to know before applying (shortened text, shared label, …).
 */
warnings: Array<string>, 
/**
 * The rendered issue, for steps that write one.
 */
draft: IssueDraft | null, 
/**
 * The group's marker.
 */
marker: Marker, 
/**
 * The issue: the existing one before, the created one after.
 */
issue: IssueRef | null, 
/**
 * How an issue of people is attached, for [`Action::Attach`] and what follows it.
 */
attach: AttachAs | null, 
/**
 * Findings that leave the issue with this step, and where they go.
 */
leaves: Array<Departure>, 
/**
 * How far it is.
 */
state: StepState, 
/**
 * What the tracker dropped or changed silently.
 */
dropped: Array<string>, 
/**
 * Why it failed or is uncertain.
 */
problem: Problem | null, 
/**
 * When its request was about to leave.
 */
sent_at: Timestamp | null, 
/**
 * When it ended.
 */
ended_at: Timestamp | null, };

export type StepGuard = { 
/**
 *Each find once for each part of the issue.
 */
taken: Array<Taken>, };

export type StepOf = { 
/**
 *Plan.
 */
id: PlanId, 
/**
 *Its number, from 0.
 */
step: number, };

export type StepPage = { 
/**
 *Steps.
 */
steps: Array<StepView>, 
/**
 *How many there are.
 */
total: number, };

export type StepState = "planned" | "sending" | "uncertain" | "done" | "skipped" | "failed";

export type StepView = { 
/**
 *The step.
 */
step: Step, 
/**
 *First members as (severity, title, place).
 */
members: Array<MemberLine>, };

export type Suppression = { 
/**
 * Decision; absent in the report means accepted (SARIF 3.35.3 leaves it open, peers agree).
 */
status: SuppressionStatus, 
/**
 * `inSource`, `external`, or the tool's word.
 */
kind: string, 
/**
 * The given reason.
 */
justification: string | null, };

export type SuppressionStatus = "accepted" | "under_review" | "rejected";

export type TakeBack = { 
/**
 * The import.
 */
import: Import, 
/**
 * It found these first: they go, with everything about them.
 */
removed: number, 
/**
 * It found these first too, but a person judged them or they are in an issue: they stay as
 * they are. `judged` and `in_issues` together.
 */
kept: number, 
/**
 * Of those that stay: judged, commented on or moved by a person, and in no issue.
 */
judged: number, 
/**
 * Of those that stay: in an issue, or on their way into one.
 */
in_issues: number, 
/**
 * It changed what is said about these: they say again what they said before.
 */
restored: number, 
/**
 * It did not find these any more: they are open again, unless a person decided otherwise.
 */
opened: number, 
/**
 * It found these again after they were closed: they are closed again.
 */
closed: number, 
/**
 * Suggestions that came with it and wait for an answer: they go.
 */
proposals: number, 
/**
 * It changed these, but they went to another application since: they stay as they are.
 * Known only once it is done.
 */
left_alone: number, 
/**
 * Why it cannot be taken back at all.
 */
obstacle: Problem | null, };

export type Taken = { 
/**
 * What kind of thing it is.
 */
class: LeakClass, 
/**
 * The rule that found it («GitHub token»), or the name of the person's own pattern.
 */
rule: string, 
/**
 * In which part of the issue.
 */
place: LeakPlace, 
/**
 * The line before it.
 */
lead: string, 
/**
 * What stood there. Never logged, never stored.
 */
found: string, 
/**
 * What is sent instead.
 */
put: string, 
/**
 * The line behind it.
 */
tail: string, 
/**
 * How often it stands in this part.
 */
times: number, };

export type Target = { 
/**
 * What it is called in the tracker (`acme/shop`).
 */
key: string, 
/**
 * The tracker's id that survives renames.
 */
stable_id: string | null, 
/**
 * Readable name.
 */
name: string, 
/**
 * Web address.
 */
url: string | null, 
/**
 * Not visible to the public.
 */
private: boolean, 
/**
 * Why issues cannot be created there («archived», «issues are switched off»), if so.
 */
closed: string | null, };

export type TargetFields = { 
/**
 * The target itself.
 */
target: Target, 
/**
 * Existing labels.
 */
labels: Array<Choice>, 
/**
 * Open milestones.
 */
milestones: Array<Choice>, 
/**
 * People who can be assigned.
 */
assignees: Array<Choice>, 
/**
 * The account may set labels, assignees and milestones.
 */
may_set_fields: boolean, 
/**
 * Lists that go on beyond what is here; what is not here is found by searching.
 */
longer: Array<ChoiceList>, 
/**
 * The kind's own mapping fields, in the order in which a person fills them in.
 */
fields: Array<MappingField>, 
/**
 * Fields that the severity can be mapped to.
 */
severity: Array<ValueField>, 
/**
 * Fields that the status can be mapped to.
 */
status: Array<ValueField>, };

export type TargetPage = { 
/**
 *Rows.
 */
targets: Array<Target>, 
/**
 *Token of the next page.
 */
next: string | null, 
/**
 *What is missing from the list and why, in words.
 */
hidden: string | null, };

export type Template = { 
/**
 * The title's template; empty: Docket's own title.
 */
title: string, 
/**
 * The text's template, Markdown; empty: Docket's own text.
 */
body: string, };

export type TemplateIssue = { 
/**
 * How many findings, or groups, there are to try it on.
 */
of: number, 
/**
 * Which one this is, from 0.
 */
at: number, 
/**
 * How many findings the issue is about.
 */
findings: number, 
/**
 * The highest severity among them.
 */
severity: Severity, 
/**
 * Title.
 */
title: string, 
/**
 * Text as the tracker gets it.
 */
body: string, 
/**
 * Comments that follow.
 */
follow_ups: Array<string>, 
/**
 * What was cut, blacked out or left out.
 */
warnings: Array<string>, 
/**
 * How the text is marked up.
 */
flavour: Flavour, 
/**
 * Characters that a text may have.
 */
limit: number, };

export type TemplateName = { 
/**
 *What is written (`finding.title`).
 */
name: string, 
/**
 *What it stands for.
 */
says: string, };

export type TemplateNames = { 
/**
 *Names, with what holds them.
 */
names: Array<TemplateName>, 
/**
 *Filters.
 */
filters: Array<TemplateName>, };

export type TemplateTried = { 
/**
 * What is wrong with it; Docket's own form stands in for what could not be run.
 */
faults: Array<Fault>, 
/**
 * The issue; nothing when there is no open finding to try it on.
 */
issue: TemplateIssue | null, };

export type TemplateTry = { 
/**
 * The template.
 */
template: Template, 
/**
 * Through which connection the issue would go: its tracker's limits and markup count.
 */
connection: ConnectionId, 
/**
 * Where it would go.
 */
target: string, 
/**
 * Whose findings.
 */
application: ApplicationId, 
/**
 * What to group them by; empty: one finding.
 */
group_by: Array<GroupKey>, 
/**
 * How many findings or groups to leave out first.
 */
skip: number, 
/**
 * What must not leave this computer; left out: everything that is looked for.
 */
guard: Guard | null, };

export type Timestamp = string;

export type TrackerKindCard = { 
/**
 * Stable id (`github`).
 */
id: string, 
/**
 * Name (`GitHub`).
 */
name: string, 
/**
 * One sentence: which products and hosts.
 */
about: string, 
/**
 * Form fields beyond label, sign-in and network.
 */
fields: Array<Field>, 
/**
 * Ways of signing in, the usual one first.
 */
auth: Array<AuthKind>, 
/**
 * What one issue target is called («Repository»).
 */
target_label: string, 
/**
 * An example target (`owner/repository`).
 */
target_example: string, 
/**
 * Issues there take files, so that a mapping may add the findings as one.
 */
takes_files: boolean, 
/**
 * What a new mapping starts with.
 */
defaults: MappingDefaults, };

export type Understood = { 
/**
 * In words, to be shown under the field.
 */
words: string, 
/**
 * API base address, once known without asking the server.
 */
api: string | null, 
/**
 * Web base address.
 */
web: string | null, 
/**
 * Target key found in the address (`acme/shop`), if any.
 */
target: string | null, 
/**
 * Owner or organisation found in the address.
 */
owner: string | null, 
/**
 * Page where a token is made, with the scopes ticked where the vendor allows it.
 */
token_page: string | null, 
/**
 * Cautions («the address is not encrypted»).
 */
cautions: Array<string>, };

export type ValueField = { 
/**
 * Its name, as [`ValueMap::field`](crate::ValueMap::field) holds it.
 */
id: string, 
/**
 * What people read.
 */
label: string, 
/**
 * More about it; may be empty.
 */
note: string, 
/**
 * The values that exist.
 */
values: Array<Choice>, 
/**
 * Values that do not exist yet are made by using them (labels).
 */
open: boolean, 
/**
 * The value that fits each of Docket's words, as [`ValueMap::values`](crate::ValueMap::values)
 * holds them: offered in place of values that do not exist. Empty where the tracker does
 * not say what its values mean.
 */
fitting: { [key in string]: string }, };

export type ValueMap = { 
/**
 * The tracker's name of the field (`Priority`, `/fields/System.State`).
 */
field: string, 
/**
 * The tracker's value for each of Docket's words; what is missing or empty is not set.
 */
values: { [key in string]: string }, };

export type Warning = { 
/**
 * What was wrong and what was done about it.
 */
message: string, 
/**
 * Where.
 */
place: Place, };

export type WatchAdd = { 
/**
 * Folder on this computer.
 */
folder: string, 
/**
 * Which of its files, and where they go: `{app}/{branch}/*.sarif`.
 */
pattern: string, 
/**
 * Into this application; none: the pattern says which.
 */
application: ApplicationId | null, 
/**
 * Into this branch; none: the pattern says which, or the report.
 */
branch: string | null, 
/**
 * Add applications that do not exist yet.
 */
add_applications: boolean, 
/**
 * Look every so many seconds; none: when the system tells of a change.
 */
poll_seconds: number | null, 
/**
 * Import what lies there already.
 */
take_existing: boolean, };

export type WatchFileList = { 
/**
 *Rows.
 */
files: Array<WatchedFile>, 
/**
 *How many there are.
 */
total: number, };

export type WatchFileOf = { 
/**
 *The folder.
 */
id: WatchId, 
/**
 *Its path below the folder.
 */
path: string, };

export type WatchFileState = "imported" | "known" | "asks" | "failed" | "other" | "before";

export type WatchFiles = { 
/**
 *Which.
 */
id: WatchId, 
/**
 *Also files that are no reports.
 */
all: boolean, 
/**
 *Rows to pass over.
 */
offset: number, 
/**
 *Rows wanted.
 */
limit: number, };

export type WatchId = string;

export type WatchList = { 
/**
 *By folder.
 */
folders: Array<WatchedFolder>, };

export type WatchOf = { 
/**
 *Which.
 */
id: WatchId, };

export type WatchPause = { 
/**
 *Which.
 */
id: WatchId, 
/**
 *Paused.
 */
paused: boolean, };

export type WatchTried = { 
/**
 * The first that the pattern matches.
 */
files: Array<WatchTriedFile>, 
/**
 * How many it matches.
 */
matched: number, 
/**
 * The first that it leaves alone.
 */
others: Array<string>, 
/**
 * How many it leaves alone.
 */
left_alone: number, 
/**
 * Hidden files, links and what cannot be read.
 */
passed: number, };

export type WatchTriedFile = { 
/**
 * Its path below the folder.
 */
path: string, 
/**
 * Size in bytes.
 */
bytes: number, 
/**
 * The application's name.
 */
application: string, 
/**
 * There is no application of this name yet.
 */
is_new: boolean, 
/**
 * The branch; none: as the report says.
 */
branch: string | null, };

export type WatchedBy = "here" | "elsewhere" | "nobody";

export type WatchedFile = { 
/**
 * Its path below the folder, with `/` between the parts.
 */
path: string, 
/**
 * What became of it.
 */
state: WatchFileState, 
/**
 * Its size in bytes then.
 */
bytes: number, 
/**
 * When it had been changed last then.
 */
modified: Timestamp, 
/**
 * The application's name that it went to, or would have.
 */
application: string | null, 
/**
 * The branch that was chosen; none: as the report said.
 */
branch: string | null, 
/**
 * The import.
 */
import: ImportId | null, 
/**
 * What the import changed.
 */
delta: Delta | null, 
/**
 * What it did not close, and why.
 */
held_back: string | null, 
/**
 * Why it could not be imported.
 */
problem: Problem | null, 
/**
 * When that was found out.
 */
at: Timestamp, };

export type WatchedFolder = { 
/**
 * Row id.
 */
id: WatchId, 
/**
 * The folder on this computer, absolute.
 */
folder: string, 
/**
 * Which of its files are reports and where they go: see [`Pattern`].
 */
pattern: string, 
/**
 * Into this application; none: the pattern says which.
 */
application: ApplicationId | null, 
/**
 * Its name.
 */
application_name: string | null, 
/**
 * Into this branch; none: the pattern says which, or else the report.
 */
branch: string | null, 
/**
 * Applications that the pattern names and that do not exist yet are added.
 */
add_applications: boolean, 
/**
 * Looked at every so many seconds, for network folders; none: the system tells.
 */
poll_seconds: number | null, 
/**
 * Nothing is imported until it goes on.
 */
paused: boolean, 
/**
 * When it was added.
 */
created: Timestamp, 
/**
 * Who looks at it.
 */
by: WatchedBy, 
/**
 * Why it cannot be looked at now.
 */
problem: Problem | null, 
/**
 * Files that were imported.
 */
imported: number, 
/**
 * Files about which a person is asked.
 */
asks: number, 
/**
 * Files that could not be imported.
 */
failed: number, 
/**
 * When a file was imported last.
 */
last: Timestamp | null, };

export interface Queries {
  app_status: { request: Nothing; response: AppStatus };
  settings_show: { request: Nothing; response: Settings };
  application_list: { request: Nothing; response: ApplicationList };
  owners_show: { request: ApplicationOf; response: Ownership };
  owners_try: { request: OwnersText; response: Ownership };
  finding_page: { request: FindingPageRequest; response: FindingPage };
  finding_facets: { request: FindingQuery; response: FacetList };
  finding_detail: { request: FindingOf; response: FindingDetail };
  finding_raw: { request: FindingOf; response: FindingRaw };
  finding_count: { request: SelectionOf; response: SelectionCount };
  finding_copy: { request: FindingCopy; response: Copied };
  query_check: { request: QueryCheckRequest; response: QueryCheck };
  query_toggle: { request: QueryToggle; response: QueryText };
  format_list: { request: Nothing; response: FormatList };
  import_list: { request: ImportListRequest; response: ImportList };
  import_detail: { request: ImportOf; response: ImportDetail };
  import_gather: { request: ImportGather; response: Gathered };
  import_recognise: { request: ImportRecognise; response: RecognisedList };
  watch_list: { request: Nothing; response: WatchList };
  watch_files: { request: WatchFiles; response: WatchFileList };
  watch_try: { request: WatchAdd; response: WatchTried };
  import_undo_look: { request: ImportOf; response: TakeBack };
  connection_kinds: { request: Nothing; response: KindList };
  connection_list: { request: Nothing; response: ConnectionList };
  connection_understand: { request: ConnectionUnderstand; response: Understood };
  connection_targets: { request: ConnectionTargets; response: TargetPage };
  connection_fields: { request: ConnectionFields; response: TargetFields };
  connection_choices: { request: ConnectionChoices; response: ChoicePage };
  connection_exchanges: { request: ConnectionExchanges; response: ExchangeList };
  mapping_list: { request: Nothing; response: MappingList };
  template_try: { request: TemplateTry; response: TemplateTried };
  template_names: { request: Nothing; response: TemplateNames };
  guard_try: { request: GuardTry; response: GuardTried };
  group_preview: { request: GroupPreviewRequest; response: GroupPreview };
  plan_list: { request: Nothing; response: PlanList };
  plan_show: { request: PlanOf; response: Plan };
  plan_steps: { request: PlanSteps; response: StepPage };
  step_exchanges: { request: StepOf; response: ExchangeList };
  plan_difference: { request: StepOf; response: Difference };
  plan_step_guard: { request: PlanStepOf; response: StepGuard };
  issue_page: { request: IssuePageRequest; response: IssuePage };
  issue_find: { request: IssueFind; response: IssueSeen };
  job_list: { request: Nothing; response: JobList };
  practice_status: { request: Nothing; response: PracticeStatus };
}

export interface Commands {
  settings_save: { request: SettingsSave; response: Settings };
  application_add: { request: ApplicationAdd; response: Application };
  application_rename: { request: ApplicationRename; response: Application };
  proposal_settle: { request: ProposalSettle; response: Changed };
  watch_add: { request: WatchAdd; response: WatchedFolder };
  watch_pause: { request: WatchPause; response: WatchedFolder };
  watch_remove: { request: WatchOf; response: Changed };
  watch_retry: { request: WatchFileOf; response: Changed };
  watch_leave_open: { request: WatchFileOf; response: Changed };
  connection_save: { request: ConnectionSave; response: Connection };
  connection_remove: { request: ConnectionOf; response: Changed };
  mapping_save: { request: MappingSave; response: Mapping };
  mapping_remove: { request: MappingOf; response: Changed };
  plan_export: { request: PlanExport; response: Changed };
  plan_rename: { request: PlanRename; response: Plan };
  plan_remove: { request: PlanOf; response: Changed };
  plan_pause: { request: PlanOf; response: Changed };
  plan_cancel: { request: PlanOf; response: Changed };
  plan_retry: { request: PlanOf; response: Changed };
  job_cancel: { request: JobOf; response: Changed };
  practice_stop: { request: Nothing; response: Changed };
}

export interface Jobs {
  application_remove: { request: ApplicationOf; response: Changed };
  owners_save: { request: OwnersText; response: Changed };
  finding_assess: { request: FindingAssess; response: Changed };
  finding_set_severity: { request: FindingSetSeverity; response: Changed };
  finding_comment: { request: FindingComment; response: Changed };
  finding_move: { request: FindingMove; response: Changed };
  proposals_settle: { request: ProposalsSettle; response: Changed };
  import_run: { request: ImportRun; response: Import };
  import_look: { request: ImportLook; response: Preview };
  watch_close_anyway: { request: WatchFileOf; response: Import };
  import_undo: { request: ImportUndo; response: TakeBack };
  connection_test: { request: ConnectionTest; response: CheckReport };
  connection_sign_in: { request: ConnectionOf; response: Connection };
  mapping_verify: { request: MappingOf; response: CheckReport };
  mapping_repair: { request: MappingRepair; response: MappingRepaired };
  plan_make: { request: PlanMake; response: Plan };
  plan_again: { request: PlanOf; response: Plan };
  plan_apply: { request: PlanApply; response: Plan };
  plan_undo: { request: PlanUndo; response: Plan };
  issue_search: { request: IssueFind; response: IssueMatches };
  practice_begin: { request: Nothing; response: PracticeReady };
}

export type Tag = "Applications" | "Connections" | "Exchanges" | "Findings" | "Imports" | "Issues" | "Jobs" | "Mappings" | "Plans" | "Practice" | "Settings" | "Trackers" | "Watches";

export const provides: { readonly [K in keyof Queries]: readonly Tag[] } = {
  app_status: ["Applications", "Findings", "Imports", "Connections", "Plans", "Issues", "Jobs"],
  settings_show: ["Settings"],
  application_list: ["Applications", "Findings"],
  owners_show: ["Applications", "Findings"],
  owners_try: ["Applications", "Findings"],
  finding_page: ["Findings"],
  finding_facets: ["Findings"],
  finding_detail: ["Findings", "Issues"],
  finding_raw: ["Findings"],
  finding_count: ["Findings"],
  finding_copy: ["Findings"],
  query_check: ["Findings"],
  query_toggle: [],
  format_list: [],
  import_list: ["Imports"],
  import_detail: ["Imports"],
  import_gather: [],
  import_recognise: [],
  watch_list: ["Watches"],
  watch_files: ["Watches"],
  watch_try: ["Applications"],
  import_undo_look: ["Imports", "Findings", "Issues"],
  connection_kinds: [],
  connection_list: ["Connections"],
  connection_understand: [],
  connection_targets: ["Trackers"],
  connection_fields: ["Trackers"],
  connection_choices: ["Trackers"],
  connection_exchanges: ["Exchanges"],
  mapping_list: ["Mappings", "Connections"],
  template_try: ["Findings", "Mappings", "Connections"],
  template_names: [],
  guard_try: [],
  group_preview: ["Findings", "Issues"],
  plan_list: ["Plans"],
  plan_show: ["Plans"],
  plan_steps: ["Plans"],
  step_exchanges: ["Plans", "Exchanges"],
  plan_difference: ["Plans", "Trackers"],
  plan_step_guard: ["Plans", "Findings", "Mappings"],
  issue_page: ["Issues"],
  issue_find: ["Trackers"],
  job_list: ["Jobs"],
  practice_status: ["Practice"],
};

export const staleAfterCommand: { readonly [K in keyof Commands]: readonly Tag[] } = {
  settings_save: ["Settings"],
  application_add: ["Applications"],
  application_rename: ["Applications", "Findings"],
  proposal_settle: ["Findings"],
  watch_add: ["Watches"],
  watch_pause: ["Watches"],
  watch_remove: ["Watches"],
  watch_retry: ["Watches"],
  watch_leave_open: ["Watches"],
  connection_save: ["Connections", "Mappings", "Trackers"],
  connection_remove: ["Connections", "Mappings", "Issues", "Findings"],
  mapping_save: ["Mappings"],
  mapping_remove: ["Mappings"],
  plan_export: [],
  plan_rename: ["Plans"],
  plan_remove: ["Plans"],
  plan_pause: ["Plans"],
  plan_cancel: ["Plans"],
  plan_retry: ["Plans"],
  job_cancel: ["Jobs"],
  practice_stop: ["Practice"],
};

export const staleAfterJob: { readonly [K in keyof Jobs]: readonly Tag[] } = {
  application_remove: ["Applications", "Findings", "Imports", "Mappings", "Issues", "Jobs"],
  owners_save: ["Applications", "Findings", "Jobs"],
  finding_assess: ["Findings", "Jobs"],
  finding_set_severity: ["Findings", "Jobs"],
  finding_comment: ["Findings", "Jobs"],
  finding_move: ["Findings", "Applications", "Jobs"],
  proposals_settle: ["Findings", "Jobs"],
  import_run: ["Imports", "Findings", "Applications", "Jobs"],
  import_look: ["Jobs"],
  watch_close_anyway: ["Watches", "Imports", "Findings", "Applications", "Jobs"],
  import_undo: ["Imports", "Findings", "Applications", "Jobs"],
  connection_test: ["Connections", "Trackers", "Exchanges", "Jobs"],
  connection_sign_in: ["Connections", "Trackers", "Jobs"],
  mapping_verify: ["Mappings", "Connections", "Trackers", "Jobs"],
  mapping_repair: ["Mappings", "Connections", "Trackers", "Jobs"],
  plan_make: ["Plans", "Issues", "Findings", "Jobs"],
  plan_again: ["Plans", "Issues", "Findings", "Jobs"],
  plan_apply: ["Plans", "Issues", "Findings", "Jobs"],
  plan_undo: ["Plans", "Jobs"],
  issue_search: ["Jobs"],
  practice_begin: ["Practice", "Applications", "Findings", "Imports", "Connections", "Mappings", "Jobs"],
};

export const statusLabels = {
  active: "Active",
  closed: "Closed",
  false_positive: "False positive",
  risk_accepted: "Risk accepted",
} as const;

export const reasonLabels = {
  resolved: "Resolved",
  mitigated: "Mitigated",
  duplicate: "Duplicate",
  out_of_scope: "Out of scope",
  not_affected: "Not affected",
  in_review: "In review",
} as const;

export const severityLabels = {
  critical: "Critical",
  high: "High",
  medium: "Medium",
  low: "Low",
  info: "Info",
  unknown: "Unknown",
} as const;

export const facetLabels = {
  severity: "Severity",
  status: "Status",
  tool: "Tool",
  app: "Application",
  rule: "Rule",
  cwe: "CWE",
  component: "Component",
  branch: "Branch",
  owner: "Owner",
  linked: "In an issue",
} as const;

export const groupKeyLabels = {
  rule: "Rule",
  severity: "Severity",
  component: "Component",
  fixed_version: "Fixed version",
  package_manager: "Package manager",
  file: "File",
  directory: "Directory",
  cve: "CVE",
  cwe: "CWE",
  tool: "Tool",
  application: "Application",
  owner: "Owner",
  import: "Import",
  query: "Query",
  all: "All in one",
} as const;

export const heldLabels = {
  stay: "Stay where they are",
  also: "Get this issue as well",
  move: "Move here",
} as const;

export const attachAsLabels = {
  section: "Docket's own part in its text",
  comment: "A comment",
} as const;

export const actionLabels = {
  create: "Create",
  recreate: "Create again",
  update: "Update",
  attach: "Attach",
  adopt: "Adopt",
  close: "Close",
  reopen: "Reopen",
  skip: "Skip",
} as const;

export const leakClassLabels = {
  credential: "Tokens, keys and passwords",
  random: "Random-looking values",
  own: "Own patterns",
  mail: "E-mail addresses",
  host: "Internal host names",
  address: "Internal addresses",
  home: "User names in paths",
} as const;

export const leakPlaceLabels = {
  title: "Title",
  heading: "Heading",
  text: "Text",
  line: "Line",
  snippet: "Code",
  link: "Link",
  attachment: "Attachment",
} as const;

export const watchFileLabels = {
  imported: "Imported",
  known: "Imported before",
  asks: "Asks you",
  failed: "Failed",
  other: "Not a report",
  before: "Was there before",
} as const;

export const watchedByLabels = {
  here: "Watching",
  elsewhere: "Watched by another Docket",
  nobody: "Not watched now",
} as const;

export const codeLabels = {
  bad_input: "Not understood",
  not_found: "Not found",
  conflict: "Changed meanwhile",
  public_target: "Public place",
  report: "Report not readable",
  mismatch: "Another application?",
  keychain: "Keychain",
  store: "Data folder",
  store_newer: "Newer data folder",
  busy: "Busy",
  network: "Network",
  tls: "Certificate",
  proxy: "Proxy",
  unauthorized: "Not signed in",
  forbidden: "Not allowed",
  target_missing: "Not visible",
  rate_limited: "Waiting for the tracker",
  refused: "Refused by the tracker",
  tracker_trouble: "Tracker trouble",
  uncertain: "Outcome unknown",
  cancelled: "Cancelled",
  internal: "Defect in Docket",
} as const;


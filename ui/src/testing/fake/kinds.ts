/**
 * Made-up cards of tracker kinds: one that looks like a known vendor's, and two that no window
 * has ever heard of, with other ways to sign in and other fields.
 */
import type { AuthKind, Field, MappingDefaults, TrackerKindCard, ValueMap } from "../../wire/contract";

export const PRIORITY: ValueMap = {
  field: "Priority",
  values: { info: "P0", low: "P1", medium: "P2", high: "P3", critical: "P4" },
};
export const STATUS: ValueMap = {
  field: "Status",
  values: { active: "In Progress", closed: "Done", false_positive: "Done", risk_accepted: "Done" },
};

function field(over: Partial<Field> & Pick<Field, "id" | "label">): Field {
  return {
    kind: "text",
    help: "",
    example: null,
    required: false,
    choices: [],
    only_with: [],
    ...over,
  };
}

function auth(over: Partial<AuthKind> & Pick<AuthKind, "id" | "label">): AuthKind {
  return {
    secret_label: "Token",
    scopes: [],
    help: "",
    needs_username: false,
    device: false,
    ...over,
  };
}

const DEFAULTS: MappingDefaults = {
  labels: ["security"],
  severity_label: true,
  severity: PRIORITY,
  status: STATUS,
  settings: {},
  values_need: "project",
};

export const CARD: TrackerKindCard = {
  id: "github",
  name: "GitHub",
  about: "github.com, GitHub with data residency (*.ghe.com) and GitHub Enterprise Server.",
  fields: [
    field({
      id: "location",
      label: "Address",
      kind: "url",
      help: "Paste any address of your GitHub: of the server, of an organisation, or of a repository.",
      example: "https://github.com/acme/shop",
      required: true,
    }),
    field({
      id: "username",
      label: "User name",
      help: "The login name that the token belongs to; it is compared.",
      required: true,
      only_with: ["basic"],
    }),
  ],
  auth: [
    auth({
      id: "pat",
      label: "Personal access token",
      scopes: ["repo", "read:org"],
      help: "Classic: tick the whole of «repo», and «read:org» under «admin:org». Fine-grained: choose the organisation as resource owner and give «Issues: read and write». If your organisation uses single sign-on, authorise the token for it («Configure SSO»). Only when issues are to be put on a Project board: also tick «project» (classic), or give the organisation permission «Projects: read and write» (fine-grained; boards of a person need a classic token). Leave everything else out; «admin:org_hook» is for programs that measure the cycle times of issues by webhook. Copy the token at once; it is shown only once.",
    }),
    auth({
      id: "basic",
      label: "User name and token",
      scopes: ["repo", "read:org"],
      help: "Account passwords are no longer accepted here: enter a token in place of the password.",
      needs_username: true,
    }),
  ],
  target_label: "Repository",
  target_example: "acme/shop",
  takes_files: false,
  defaults: DEFAULTS,
};

/** Signs in with a code in the browser, or with a key. */
export const ACME: TrackerKindCard = {
  id: "acme-tracker",
  name: "Acme Tracker",
  about: "Acme's own tracker, in their cloud and on servers of your own.",
  fields: [
    field({
      id: "location",
      label: "Server",
      kind: "url",
      help: "The address that you open it under.",
      example: "https://tracker.example.com/team",
      required: true,
    }),
    field({
      id: "client_id",
      label: "Client id",
      help: "On your tracker choose your picture, Edit profile, Applications, Add new application (an administrator can do the same for everybody). Name: Docket. Redirect URI: http://127.0.0.1 (it is not used). Take the tick from «Confidential», save, and copy the client id. Needs version 17.9 or later.",
      example: "0b7c6f1e",
      required: true,
      only_with: ["device"],
    }),
    field({
      id: "region",
      label: "Region",
      kind: "choice",
      help: "Where the data lies.",
      choices: [
        ["eu", "Europe"],
        ["us", "America"],
      ],
      required: true,
    }),
    field({ id: "archived", label: "List archived projects too", kind: "switch" }),
  ],
  auth: [
    auth({
      id: "device",
      label: "Sign in with the browser",
      secret_label: "Session",
      scopes: ["issues:write", "projects:read"],
      help: "You confirm a short code in the browser; nothing has to be copied here. Register an app once: 1. Open https://tracker.example.com/admin, «Applications», «New». 2. Name it Docket; leave the redirect URI empty. 3. Allow «Device sign-in» and save. 4. Copy the «Client id» into the form. Your company may forbid signing in with a code; then use a robot's key.",
      device: true,
    }),
    auth({ id: "key", label: "Key of a robot", secret_label: "Key", help: "Robots cannot be assigned." }),
  ],
  target_label: "Project",
  target_example: "team/project",
  takes_files: true,
  defaults: {
    labels: ["security"],
    severity_label: false,
    severity: {
      field: "Urgency",
      values: { info: "5", low: "4", medium: "3", high: "2", critical: "1" },
    },
    status: { field: "State", values: { active: "open", closed: "closed" } },
    settings: {},
    values_need: null,
  },
};

/** Fields that depend on each other, required ones, every way to enter one. */
export const BOARDS: TrackerKindCard = {
  id: "example-boards",
  name: "Example Boards",
  about: "Boards with fields of the team's own.",
  fields: [
    field({ id: "location", label: "Workspace address", kind: "url", required: true }),
    field({ id: "username", label: "E-mail address", required: true }),
  ],
  auth: [auth({ id: "password", label: "Password", secret_label: "Password", needs_username: true })],
  target_label: "Workspace",
  target_example: "research",
  takes_files: true,
  defaults: {
    ...DEFAULTS,
    severity_label: false,
    settings: { board: "web", confidential: "true" },
    values_need: null,
  },
};

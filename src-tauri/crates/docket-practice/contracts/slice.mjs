// Cuts the vendor's contracts down to what the practice server offers.
//
//   npm i --prefix DIR --ignore-scripts @octokit/openapi@23.0.2 @octokit/graphql-schema@15.26.1 graphql@16
//   node slice.mjs DIR/node_modules          writes the files beside this script
//   node slice.mjs DIR/node_modules --check  writes nothing, fails when a committed file differs
//
// See README.md in this folder for sources, versions and licences.
import fs from "node:fs";
import path from "node:path";
import { createHash } from "node:crypto";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { graphqlKeep, graphqlPatches, openApiPatches } from "./patches.mjs";

const here = path.dirname(fileURLToPath(import.meta.url));
const modules = process.argv[2];
const check = process.argv.includes("--check");
if (!modules) throw new Error("Say where the packages are: node slice.mjs DIR/node_modules");

const R = "/repos/{owner}/{repo}";
const operations = {
  "/": "get", "/meta": "get", "/versions": "get", "/rate_limit": "get",
  "/user": "get", "/user/orgs": "get", "/user/repos": "get", "/users/{username}": "get",
  "/orgs/{org}": "get", "/orgs/{org}/repos": "get",
  [R]: "get",
  [`${R}/issues`]: "get post",
  [`${R}/issues/{issue_number}`]: "get patch",
  [`${R}/issues/{issue_number}/comments`]: "get post",
  [`${R}/issues/comments`]: "get",
  [`${R}/issues/comments/{comment_id}`]: "get patch delete",
  [`${R}/issues/{issue_number}/labels`]: "get post put delete",
  [`${R}/issues/{issue_number}/labels/{name}`]: "delete",
  [`${R}/issues/{issue_number}/assignees`]: "post delete",
  [`${R}/issues/{issue_number}/timeline`]: "get",
  [`${R}/issues/{issue_number}/events`]: "get",
  [`${R}/issues/events`]: "get",
  [`${R}/labels`]: "get post", [`${R}/labels/{name}`]: "get",
  [`${R}/assignees`]: "get", [`${R}/assignees/{assignee}`]: "get",
  [`${R}/milestones`]: "get post", [`${R}/milestones/{milestone_number}`]: "get",
};
// What Enterprise Server does not have.
const cloudOnly = { "/orgs/{org}/issue-types": "get", [`${R}/issue-types`]: "get" };
for (const owner of ["/orgs/{org}", "/users/{username}"]) {
  const project = `${owner}/projectsV2/{project_number}`;
  Object.assign(cloudOnly, {
    [`${owner}/projectsV2`]: "get", [project]: "get", [`${project}/fields`]: "get",
    [`${project}/items`]: "get post", [`${project}/items/{item_id}`]: "get patch",
  });
}
Object.assign(operations, cloudOnly);
// Operations that a document lacks on purpose; any other absence stops the script.
const absent = {
  "ghes-3.19": [
    "get /versions",
    ...Object.entries(cloudOnly).flatMap(([p, methods]) => methods.split(" ").map((m) => `${m} ${p}`)),
  ],
};

const escape = (s) => s.replaceAll("~", "~0").replaceAll("/", "~1");
const unescape = (s) => s.replaceAll("~1", "/").replaceAll("~0", "~");
const at = (doc, pointer) =>
  pointer.split("/").slice(1).map(unescape).reduce((n, k) => (n === undefined ? n : n[k]), doc);

function applyOpenApiPatches(doc, name) {
  for (const p of openApiPatches.filter((p) => p.documents.includes(name))) {
    const cut = p.path.lastIndexOf("/");
    const parent = at(doc, p.path.slice(0, cut));
    const key = unescape(p.path.slice(cut + 1));
    if (parent === undefined) throw new Error(`${name}: patch ${p.path}: its parent is gone`);
    const found = parent[key];
    if (p.op === "add" && found !== undefined) throw new Error(`${name}: patch ${p.path}: already there; drop the patch`);
    if (p.op !== "add" && found === undefined) throw new Error(`${name}: patch ${p.path}: nothing to ${p.op}`);
    if (p.op === "replace" && JSON.stringify(found) !== JSON.stringify(p.was)) {
      throw new Error(`${name}: patch ${p.path}: the vendor's text changed to ${JSON.stringify(found)}`);
    }
    if (p.op === "remove") delete parent[key];
    else parent[key] = p.value;
  }
}

// RFC 7396.
function mergePatch(target, patch) {
  if (patch === null || typeof patch !== "object" || Array.isArray(patch)) return patch;
  const out = target && typeof target === "object" && !Array.isArray(target) ? target : {};
  for (const [k, v] of Object.entries(patch)) {
    if (v === null) delete out[k];
    else out[k] = mergePatch(out[k], v);
  }
  return out;
}

// RFC 6902, the three operations that the vendor uses.
function jsonPatch(target, steps) {
  for (const { op, path: pointer, value } of steps) {
    const cut = pointer.lastIndexOf("/");
    const parent = at(target, pointer.slice(0, cut));
    const key = unescape(pointer.slice(cut + 1));
    if (parent?.[key] === undefined && op !== "add") throw new Error(`vendor patch ${pointer} does not apply`);
    if (op === "remove") Array.isArray(parent) ? parent.splice(Number(key), 1) : delete parent[key];
    else parent[key] = value;
  }
  return target;
}

function applyBreakingChanges(node, version, count = { n: 0 }) {
  if (!node || typeof node !== "object") return count;
  const changes = node["x-github-breaking-changes"];
  if (changes) {
    delete node["x-github-breaking-changes"];
    for (const c of changes.filter((c) => c.version === version)) {
      Array.isArray(c.patch) ? jsonPatch(node, c.patch) : mergePatch(node, c.patch);
      count.n += 1;
    }
  }
  for (const v of Object.values(node)) applyBreakingChanges(v, version, count);
  return count;
}

// Prose and samples are not needed to check a message; a property may be *called* description,
// so the names below are dropped everywhere except directly inside `properties`.
const prose = new Set(["description", "summary", "example", "examples", "externalDocs", "tags", "title"]);
function slim(node, insideProperties = false) {
  if (Array.isArray(node)) return node.map((n) => slim(n));
  if (!node || typeof node !== "object") return node;
  const out = {};
  for (const [k, v] of Object.entries(node)) {
    if (!insideProperties && (prose.has(k) || k.startsWith("x-"))) continue;
    out[k] = slim(v, !insideProperties && k === "properties");
  }
  return out;
}

function cut(doc, name) {
  const paths = {};
  for (const [p, methods] of Object.entries(operations)) {
    for (const m of methods.split(" ")) {
      const found = doc.paths[p]?.[m];
      if (!found) {
        if (absent[name.split("@")[0]]?.includes(`${m} ${p}`)) continue;
        throw new Error(`${name}: no operation ${m} ${p}`);
      }
      (paths[p] ??= {})[m] = found;
    }
  }
  const out = { paths, components: { schemas: {} } };
  // Errors that every operation can give, whether it lists them or not.
  const queue = [paths, ...["basic-error", "validation-error", "validation-error-simple"].map((s) => ({ $ref: `#/components/schemas/${s}` }))];
  const seen = new Set();
  while (queue.length) {
    const node = queue.pop();
    if (!node || typeof node !== "object") continue;
    if (typeof node.$ref === "string" && !seen.has(node.$ref)) {
      seen.add(node.$ref);
      const [, , kind, key] = node.$ref.split("/");
      if (kind === "examples") continue;
      const target = at(doc, node.$ref.slice(1));
      if (target === undefined) throw new Error(`${name}: broken reference ${node.$ref}`);
      (out.components[kind] ??= {})[unescape(key)] = target;
      queue.push(target);
    }
    for (const [k, v] of Object.entries(node)) if (k !== "examples") queue.push(v);
  }
  out.components = Object.fromEntries(
    Object.entries(out.components).map(([k, v]) => [k, Object.fromEntries(Object.entries(v).sort(([a], [b]) => (a < b ? -1 : 1)))]),
  );
  return slim(out);
}

const packageOf = (n) => JSON.parse(fs.readFileSync(path.join(modules, n, "package.json")));
const stale = [];
function write(file, text) {
  const target = path.join(here, file);
  if (check) {
    if (!fs.existsSync(target) || fs.readFileSync(target, "utf8") !== text) stale.push(file);
  } else {
    fs.writeFileSync(target, text);
    console.log(`${file}: ${text.length} bytes`);
  }
}

function openApi(file, name, versions) {
  const raw = fs.readFileSync(path.join(modules, "@octokit/openapi/generated", file));
  const { version } = packageOf("@octokit/openapi");
  for (const api of versions) {
    const doc = JSON.parse(raw);
    applyOpenApiPatches(doc, name);
    const changes = api.patched ? applyBreakingChanges(doc, api.version).n : 0;
    if (api.patched && changes === 0) throw new Error(`${name}: no breaking changes found for ${api.version}`);
    const slice = cut(doc, `${name}@${api.version}`);
    const source = {
      package: "@octokit/openapi", version, licence: "MIT", file: `generated/${file}`, apiVersion: api.version,
      sha256: createHash("sha256").update(raw).digest("hex"),
    };
    write(api.out, `${JSON.stringify({ source, ...slice })}\n`);
  }
}

// `patched` is the schema of today's github.com; the other one is what the package says.
function graphql(out, patched) {
  const require = createRequire(path.join(path.resolve(modules), "x.js"));
  const { parse, print, visit, Kind } = require("graphql");
  const raw = fs.readFileSync(path.join(modules, "@octokit/graphql-schema/schema.graphql"), "utf8");
  const { version } = packageOf("@octokit/graphql-schema");
  const all = new Map();
  for (const d of parse(raw).definitions) if (d.name) all.set(d.name.value, d);
  const kept = new Map();
  const named = (t) => (t.type ? named(t.type) : t.name.value);
  const bare = (n) => visit(n, { enter: (x) => (x.description ? { ...x, description: undefined } : undefined) });
  const directives = (n) => ({ ...n, directives: (n.directives ?? []).filter((d) => d.name.value === "deprecated") });
  const pull = (name) => {
    if (kept.has(name) || ["String", "Int", "Float", "Boolean", "ID"].includes(name)) return;
    const d = all.get(name);
    if (!d) throw new Error(`GraphQL: no type ${name}`);
    kept.set(name, null);
    if (d.kind === Kind.OBJECT_TYPE_DEFINITION || d.kind === Kind.INTERFACE_TYPE_DEFINITION) {
      const wanted = graphqlKeep[name];
      if (!wanted) throw new Error(`GraphQL: ${name} is reached but has no keep-list`);
      const have = d.fields.map((f) => f.name.value);
      for (const f of wanted) if (!have.includes(f)) throw new Error(`GraphQL: ${name}.${f} no longer exists`);
      const fields = d.fields.filter((f) => wanted.includes(f.name.value)).map((f) => directives(f));
      const interfaces = (d.interfaces ?? []).filter(
        (i) => graphqlKeep[i.name.value] && graphqlKeep[i.name.value].every((f) => wanted.includes(f)),
      );
      kept.set(name, bare({ ...directives(d), fields, interfaces }));
      for (const f of fields) for (const t of [f.type, ...(f.arguments ?? []).map((a) => a.type)]) pull(named(t));
      for (const i of interfaces) pull(i.name.value);
    } else {
      const wanted = graphqlKeep[name];
      const types = d.types?.filter((t) => !wanted || wanted.includes(t.name.value));
      for (const t of (d.types && wanted) || []) {
        if (!types.some((x) => x.name.value === t)) throw new Error(`GraphQL: ${name} no longer has ${t}`);
      }
      const added = patched ? graphqlPatches.filter((p) => p.type === name) : [];
      for (const p of added) {
        if (d.fields.some((f) => f.name.value === p.field)) throw new Error(`GraphQL: ${name}.${p.field} is there now; drop the patch`);
      }
      const more = added.map((p) => parse(`input X { ${p.field}: ${p.value} }`, { noLocation: true }).definitions[0].fields[0]);
      const fields = d.fields && [...d.fields, ...more].sort((a, b) => (a.name.value < b.name.value ? -1 : 1));
      kept.set(name, bare({ ...directives(d), ...(types && { types }), ...(fields && { fields }) }));
      for (const f of d.fields ?? []) pull(named(f.type));
      for (const t of types ?? []) pull(t.name.value);
    }
  };
  for (const name of Object.keys(graphqlKeep)) pull(name);
  const body = [...kept.keys()].sort().map((n) => print(kept.get(n))).join("\n\n");
  write(out, `# Cut from @octokit/graphql-schema ${version} (MIT), schema.graphql. Do not edit: see slice.mjs.\n\n${body}\n`);
}

openApi("api.github.com.json", "cloud", [
  { version: "2022-11-28", out: "github-2022-11-28.json" },
  { version: "2026-03-10", patched: true, out: "github-2026-03-10.json" },
]);
openApi("ghes-3.19.json", "ghes-3.19", [{ version: "2022-11-28", out: "ghes-3.19.json" }]);
graphql("github.graphql", true);
graphql("ghes.graphql", false);
if (stale.length) {
  console.error(`Out of date: ${stale.join(", ")}. Run slice.mjs without --check.`);
  process.exit(1);
}

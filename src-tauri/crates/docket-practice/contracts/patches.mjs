// Corrections to the vendor's documents, as data. Each says where, what and why.
// `slice.mjs` stops when one of them no longer applies, so that a stale patch cannot linger.
//
// op: "add" needs the key to be absent, "replace" needs `was` to be found there, "remove" needs the key.

export const openApiPatches = [
  {
    documents: ["cloud", "ghes-3.19"],
    op: "add",
    path: "/components/schemas/validation-error/properties/status",
    value: { type: "string" },
    reason: "Real 422 answers carry `status` beside `message`; the vendor's schema lists it for basic-error only.",
  },
  {
    documents: ["cloud", "ghes-3.19"],
    op: "add",
    path: "/components/schemas/validation-error-simple/properties/status",
    value: { type: "string" },
    reason: "As for validation-error.",
  },
];

// The keep-list of the GraphQL schema: type -> fields. Everything else is cut.
// A field that is listed here must be answered by src/graphql/; a test holds the two together.
export const graphqlKeep = {
  Query: ["viewer", "rateLimit", "repository", "repositoryOwner", "organization", "user", "node", "nodes"],
  RateLimit: ["cost", "limit", "nodeCount", "remaining", "resetAt", "used"],
  User: ["id", "databaseId", "login", "name", "url", "avatarUrl", "isViewer", "organizations", "repository"],
  Organization: ["id", "databaseId", "login", "name", "url", "avatarUrl", "repository"],
  Bot: ["id", "databaseId", "login", "url", "avatarUrl"],
  Repository: [
    "id", "databaseId", "name", "nameWithOwner", "owner", "url", "isPrivate", "isArchived", "isDisabled",
    "hasIssuesEnabled", "viewerPermission", "issue", "issues", "label", "labels", "milestone", "milestones",
    "assignableUsers", "createdAt", "updatedAt",
  ],
  Issue: [
    "id", "databaseId", "fullDatabaseId", "number", "title", "body", "bodyText", "state", "stateReason", "closed",
    "closedAt", "createdAt", "updatedAt", "url", "locked", "author", "assignees", "labels", "milestone",
    "repository", "comments", "viewerDidAuthor", "viewerCanUpdate",
  ],
  PullRequest: ["id", "databaseId", "number", "title", "url", "repository", "createdAt", "updatedAt"],
  IssueComment: ["id", "databaseId", "body", "url", "author", "createdAt", "updatedAt"],
  Label: ["id", "name", "color", "description", "isDefault", "url"],
  Milestone: ["id", "number", "title", "description", "state", "url", "dueOn"],
  IssueConnection: ["nodes", "edges", "pageInfo", "totalCount"],
  IssueEdge: ["cursor", "node"],
  IssueCommentConnection: ["nodes", "pageInfo", "totalCount"],
  LabelConnection: ["nodes", "pageInfo", "totalCount"],
  MilestoneConnection: ["nodes", "pageInfo", "totalCount"],
  UserConnection: ["nodes", "pageInfo", "totalCount"],
  OrganizationConnection: ["nodes", "pageInfo", "totalCount"],
  PageInfo: ["endCursor", "hasNextPage", "hasPreviousPage", "startCursor"],
  // Interfaces.
  Node: ["id"],
  Actor: ["avatarUrl", "login", "url"],
  RepositoryOwner: ["avatarUrl", "id", "login", "repository", "url"],
};

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
  {
    documents: ["cloud"],
    op: "remove",
    path: "/components/schemas/projects-v2-item-simple/properties/content/oneOf",
    reason:
      "An issue also satisfies the vendor's schema of a draft issue, which is open, so that `oneOf` refuses every issue.",
  },
  {
    documents: ["cloud"],
    op: "add",
    path: "/components/schemas/projects-v2-item-simple/properties/content/anyOf",
    value: ["issue", "pull-request-simple", "projects-v2-draft-issue"].map((name) => ({ $ref: `#/components/schemas/${name}` })),
    reason: "The same three, any of which may apply.",
  },
];

// Input fields that github.com has and the package lacks.
export const graphqlPatches = [
  {
    type: "ProjectV2SingleSelectFieldOptionInput",
    field: "id",
    value: "String",
    reason:
      "github.com takes the id of an option that is to stay the same one (seen in types that others generated from its " +
      "schema, whose comment says that values of items are cleared without it). The package's schema is older.",
  },
];

// The keep-list of the GraphQL schema: type -> fields. Everything else is cut.
// A field that is listed here must be answered by src/graphql/; a test holds the two together.
export const graphqlKeep = {
  Query: ["viewer", "rateLimit", "repository", "repositoryOwner", "organization", "user", "node", "nodes"],
  Mutation: ["addProjectV2ItemById", "updateProjectV2ItemFieldValue", "updateProjectV2Field"],
  RateLimit: ["cost", "limit", "nodeCount", "remaining", "resetAt", "used"],
  User: ["id", "databaseId", "login", "name", "url", "avatarUrl", "isViewer", "organizations", "repository",
    "projectV2", "projectsV2"],
  Organization: ["id", "databaseId", "login", "name", "url", "avatarUrl", "repository", "projectV2", "projectsV2"],
  Bot: ["id", "databaseId", "login", "url", "avatarUrl"],
  Repository: [
    "id", "databaseId", "name", "nameWithOwner", "owner", "url", "isPrivate", "isArchived", "isDisabled",
    "hasIssuesEnabled", "viewerPermission", "issue", "issues", "label", "labels", "milestone", "milestones",
    "assignableUsers", "createdAt", "updatedAt",
  ],
  Issue: [
    "id", "databaseId", "fullDatabaseId", "number", "title", "body", "bodyText", "state", "stateReason", "closed",
    "closedAt", "createdAt", "updatedAt", "url", "locked", "author", "assignees", "labels", "milestone",
    "repository", "comments", "viewerDidAuthor", "viewerCanUpdate", "projectItems",
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
  ProjectV2: ["id", "fullDatabaseId", "number", "title", "url", "shortDescription", "closed", "public", "fields",
    "viewerCanUpdate"],
  ProjectV2Field: ["id", "databaseId", "name", "dataType"],
  ProjectV2IterationField: ["id", "databaseId", "name", "dataType"],
  ProjectV2SingleSelectField: ["id", "databaseId", "name", "dataType", "options"],
  ProjectV2SingleSelectFieldOption: ["id", "name", "color", "description"],
  ProjectV2Item: ["id", "fullDatabaseId", "isArchived", "content", "fieldValueByName", "project"],
  ProjectV2ItemFieldSingleSelectValue: ["id", "name", "optionId"],
  ProjectV2ItemFieldTextValue: ["id", "text"],
  ProjectV2ItemFieldIterationValue: ["id", "iterationId", "title"],
  ProjectV2Connection: ["nodes", "pageInfo", "totalCount"],
  ProjectV2FieldConfigurationConnection: ["nodes", "pageInfo", "totalCount"],
  ProjectV2ItemConnection: ["nodes", "pageInfo", "totalCount"],
  AddProjectV2ItemByIdPayload: ["clientMutationId", "item"],
  UpdateProjectV2ItemFieldValuePayload: ["clientMutationId", "projectV2Item"],
  UpdateProjectV2FieldPayload: ["clientMutationId", "projectV2Field"],
  // Unions, with those of their members that can be met here.
  ProjectV2ItemContent: ["Issue", "PullRequest"],
  ProjectV2ItemFieldValue: ["ProjectV2ItemFieldIterationValue", "ProjectV2ItemFieldSingleSelectValue", "ProjectV2ItemFieldTextValue"],
  // Interfaces.
  Node: ["id"],
  ProjectV2FieldCommon: ["id", "databaseId", "name", "dataType"],
  ProjectV2Owner: ["id", "projectV2", "projectsV2"],
  Actor: ["avatarUrl", "login", "url"],
  RepositoryOwner: ["avatarUrl", "id", "login", "repository", "url"],
};

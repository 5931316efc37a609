-- The ground: everything of the first journey, from a report to an issue.
-- Kinds, states and reasons are TEXT (the domain's spelling), times INTEGER milliseconds
-- since 1970, structured values that are never searched JSON. Booleans are 0 and 1.

-- Counts of committed changes, by which a process notices another one's writes.
CREATE TABLE change (
    topic TEXT PRIMARY KEY,              -- 'findings' or 'all'
    n     INTEGER NOT NULL
) WITHOUT ROWID;
INSERT INTO change VALUES ('all', 0), ('findings', 0);

CREATE TABLE setting (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;

-- Exclusive work, across processes. A holder that stops renewing loses it at `until`.
CREATE TABLE lease (
    name   TEXT PRIMARY KEY,
    holder TEXT NOT NULL,
    until  INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE application (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    name    TEXT NOT NULL COLLATE NOCASE UNIQUE,
    created INTEGER NOT NULL
);

CREATE TABLE import (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    application   INTEGER NOT NULL REFERENCES application ON DELETE CASCADE,
    file          TEXT NOT NULL,
    bytes         INTEGER NOT NULL,
    sha256        TEXT NOT NULL,
    format        TEXT NOT NULL,
    branch        TEXT,                  -- the person's choice at import; NULL: as the report says
    state         TEXT NOT NULL,
    started       INTEGER NOT NULL,
    ended         INTEGER,
    delta         TEXT NOT NULL,         -- JSON Delta
    warning_count INTEGER NOT NULL DEFAULT 0,
    same_as       INTEGER,
    problem       TEXT                   -- JSON Problem
);
CREATE INDEX import_by_application ON import (application, id);
CREATE INDEX import_by_bytes ON import (sha256, application);

CREATE TABLE import_run (
    import       INTEGER NOT NULL REFERENCES import ON DELETE CASCADE,
    ordinal      INTEGER NOT NULL,
    tool         TEXT NOT NULL,
    version      TEXT,
    branch       TEXT NOT NULL,
    category     TEXT,
    revision     TEXT,
    repository   TEXT,
    started      INTEGER,
    completeness TEXT NOT NULL,          -- JSON Completeness
    delta        TEXT NOT NULL,          -- JSON Delta
    held_back    TEXT,
    PRIMARY KEY (import, ordinal)
) WITHOUT ROWID;

CREATE TABLE import_warning (
    import  INTEGER NOT NULL REFERENCES import ON DELETE CASCADE,
    ordinal INTEGER NOT NULL,
    message TEXT NOT NULL,
    place   TEXT NOT NULL,               -- JSON Place
    PRIMARY KEY (import, ordinal)
) WITHOUT ROWID;

-- What is known about a tool's rule, as the last report told it.
CREATE TABLE rule (
    tool TEXT NOT NULL,
    id   TEXT NOT NULL,
    body TEXT NOT NULL,                  -- JSON Rule
    PRIMARY KEY (tool, id)
) WITHOUT ROWID;

-- Within a scope, what a complete report does not name is gone.
CREATE TABLE scope (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    application INTEGER NOT NULL REFERENCES application ON DELETE CASCADE,
    tool        TEXT NOT NULL,
    branch      TEXT NOT NULL,
    category    TEXT NOT NULL,
    UNIQUE (application, tool, branch, category)
);

CREATE TABLE finding (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    application     INTEGER NOT NULL REFERENCES application ON DELETE CASCADE,
    scope           INTEGER NOT NULL REFERENCES scope ON DELETE CASCADE,
    tool            TEXT NOT NULL,
    branch          TEXT NOT NULL,
    kind            TEXT NOT NULL,
    rule            TEXT NOT NULL,
    title           TEXT NOT NULL,
    path            TEXT NOT NULL,       -- first place; '' when there is none
    line            INTEGER NOT NULL,    -- first line; 0 when there is none
    place           TEXT,                -- as a row shows it
    spot            TEXT NOT NULL,       -- by what the place sorts, before the line
    component       TEXT NOT NULL,       -- name; '' when there is none
    purl            TEXT NOT NULL,
    severity        INTEGER NOT NULL,    -- in force; 0 critical … 5 unknown
    report_severity INTEGER NOT NULL,
    own_severity    INTEGER,             -- a person's
    status          TEXT NOT NULL,       -- in force
    reason          TEXT,
    present         INTEGER NOT NULL,
    needs_review    INTEGER NOT NULL,
    decision        INTEGER REFERENCES decision,   -- in force
    first_seen      INTEGER NOT NULL,
    last_seen       INTEGER NOT NULL,
    first_import    INTEGER NOT NULL,
    last_import     INTEGER NOT NULL,
    issues          INTEGER NOT NULL DEFAULT 0,    -- linked issues
    proposals       INTEGER NOT NULL DEFAULT 0,    -- open proposals
    identity        BLOB NOT NULL,
    key_version     INTEGER NOT NULL,
    content         BLOB NOT NULL,
    names           INTEGER NOT NULL
);
-- One for each column that the table sorts by. The last columns let the common filters
-- and the counts run on the index alone.
CREATE INDEX finding_by_severity ON finding (severity, id, application, status);
CREATE INDEX finding_by_title ON finding (title COLLATE NOCASE, id, application, status, severity);
CREATE INDEX finding_by_rule ON finding (rule COLLATE NOCASE, id, application, status, severity);
CREATE INDEX finding_by_application ON finding (application, id, status, severity);
CREATE INDEX finding_by_spot ON finding (spot, line, id, application, status, severity);
CREATE INDEX finding_by_tool ON finding (tool COLLATE NOCASE, id, application, status, severity);
CREATE INDEX finding_by_status ON finding (status, id, application, severity);
CREATE INDEX finding_by_first ON finding (first_seen, id, application, status, severity);
CREATE INDEX finding_by_last ON finding (last_seen, id, application, status, severity);
CREATE INDEX finding_by_branch ON finding (branch COLLATE NOCASE, application, status, severity);
CREATE INDEX finding_by_component ON finding (component COLLATE NOCASE, application, status, severity) WHERE component <> '';
CREATE INDEX finding_by_path ON finding (path, application, status, severity);
CREATE INDEX finding_by_scope ON finding (scope, present, status, last_import);
CREATE UNIQUE INDEX finding_by_identity ON finding (identity, scope);
CREATE INDEX finding_linked ON finding (application, status, severity) WHERE issues > 0;
CREATE INDEX finding_proposed ON finding (application, status, severity) WHERE proposals > 0;
CREATE INDEX finding_by_decision ON finding (decision) WHERE decision IS NOT NULL;

-- What is shown of one finding only, and never searched.
CREATE TABLE finding_body (
    finding INTEGER PRIMARY KEY REFERENCES finding ON DELETE CASCADE,
    body    TEXT NOT NULL,               -- JSON Found without what the row holds
    keys    BLOB NOT NULL                -- its rows in finding_key: stage (1 byte), key (16), …
);

-- Places after the first.
CREATE TABLE location (
    finding INTEGER NOT NULL REFERENCES finding ON DELETE CASCADE,
    ordinal INTEGER NOT NULL,
    path    TEXT NOT NULL,
    line    INTEGER NOT NULL,
    PRIMARY KEY (finding, ordinal)
) WITHOUT ROWID;
CREATE INDEX location_by_path ON location (path, finding);

CREATE TABLE identifier (
    scheme  TEXT NOT NULL,
    value   TEXT NOT NULL,
    finding INTEGER NOT NULL REFERENCES finding ON DELETE CASCADE,
    PRIMARY KEY (scheme, value, finding)
) WITHOUT ROWID;
CREATE INDEX identifier_by_finding ON identifier (finding);

-- Identity: matching merges a scope's keys, stage by stage, with those of a report.
CREATE TABLE finding_key (
    scope   INTEGER NOT NULL REFERENCES scope ON DELETE CASCADE,
    stage   INTEGER NOT NULL,
    key     BLOB NOT NULL,
    finding INTEGER NOT NULL,
    PRIMARY KEY (scope, stage, key, finding)
) WITHOUT ROWID;

CREATE VIRTUAL TABLE finding_text USING fts5 (
    title, rule, place, component, identifiers, description,
    content = '', contentless_delete = 1, tokenize = "unicode61 remove_diacritics 2"
);

-- One act of judging; it may cover many findings.
CREATE TABLE decision (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    status  TEXT NOT NULL,
    reason  TEXT,
    comment TEXT,
    source  TEXT NOT NULL,
    author  TEXT,
    at      INTEGER NOT NULL
);

-- What happened to a finding, beyond being new and being seen, which its row tells.
CREATE TABLE event (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    finding  INTEGER NOT NULL REFERENCES finding ON DELETE CASCADE,
    at       INTEGER NOT NULL,
    event    TEXT NOT NULL,
    text     TEXT NOT NULL,
    source   TEXT NOT NULL,
    author   TEXT,
    import   INTEGER,
    decision INTEGER REFERENCES decision
);
CREATE INDEX event_by_finding ON event (finding, id);
CREATE INDEX event_by_decision ON event (decision) WHERE decision IS NOT NULL;

CREATE TABLE proposal (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    finding     INTEGER NOT NULL REFERENCES finding ON DELETE CASCADE,
    status      TEXT NOT NULL,
    reason      TEXT,
    why         TEXT NOT NULL,
    suppression TEXT,                    -- JSON Suppression
    origin      BLOB NOT NULL,           -- hash of what it rests on: asked once, never again
    state       TEXT NOT NULL,
    at          INTEGER NOT NULL,
    settled     INTEGER,
    author      TEXT,
    UNIQUE (finding, origin)
);
CREATE INDEX proposal_open ON proposal (id) WHERE state = 'open';

CREATE TABLE connection (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    label        TEXT NOT NULL COLLATE NOCASE UNIQUE,
    kind         TEXT NOT NULL,
    location     TEXT NOT NULL,
    auth         TEXT NOT NULL,
    username     TEXT,
    secret       TEXT NOT NULL,          -- JSON SecretRef: where the secret is, never what it is
    proxy_secret TEXT NOT NULL,
    network      TEXT NOT NULL,          -- JSON Network
    settings     TEXT NOT NULL,          -- JSON map
    created      INTEGER NOT NULL,
    changed      INTEGER NOT NULL,
    last_test    TEXT                    -- JSON LastTest
);

CREATE TABLE mapping (
    id               INTEGER PRIMARY KEY AUTOINCREMENT,
    label            TEXT NOT NULL COLLATE NOCASE UNIQUE,
    connection       INTEGER NOT NULL REFERENCES connection ON DELETE CASCADE,
    target           TEXT NOT NULL,
    target_stable_id TEXT,
    labels           TEXT NOT NULL,      -- JSON list
    severity_label   INTEGER NOT NULL,
    assignees        TEXT NOT NULL,      -- JSON list
    milestone        TEXT,
    active           INTEGER NOT NULL,
    created          INTEGER NOT NULL
);
CREATE INDEX mapping_by_connection ON mapping (connection);

CREATE TABLE mapping_application (
    mapping     INTEGER NOT NULL REFERENCES mapping ON DELETE CASCADE,
    application INTEGER NOT NULL REFERENCES application ON DELETE CASCADE,
    PRIMARY KEY (mapping, application)
) WITHOUT ROWID;
CREATE INDEX mapping_application_by_application ON mapping_application (application);

-- Plans outlive their mapping, as a record of what was done: no foreign key.
CREATE TABLE plan (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    mapping       INTEGER NOT NULL,
    mapping_label TEXT NOT NULL,
    connection    INTEGER NOT NULL,
    target        TEXT NOT NULL,
    group_by      TEXT NOT NULL,         -- JSON list
    selection     TEXT NOT NULL,
    state         TEXT NOT NULL,
    applied_by    TEXT,                  -- the process that applies it now
    findings      INTEGER NOT NULL,
    warnings      TEXT NOT NULL,         -- JSON list
    estimate_ms   INTEGER NOT NULL,
    created       INTEGER NOT NULL,
    started       INTEGER,
    ended         INTEGER
);
CREATE INDEX plan_by_mapping ON plan (mapping);

CREATE TABLE step (
    plan         INTEGER NOT NULL REFERENCES plan ON DELETE CASCADE,
    idx          INTEGER NOT NULL,
    group_values TEXT NOT NULL,          -- JSON list
    applications TEXT NOT NULL,          -- JSON list of names
    group_title  TEXT NOT NULL,
    severity     INTEGER NOT NULL,
    action       TEXT NOT NULL,
    why          TEXT NOT NULL,
    warnings     TEXT NOT NULL,          -- JSON list
    draft        TEXT,                   -- JSON IssueDraft
    marker       TEXT NOT NULL,
    issue        TEXT,                   -- JSON IssueRef
    state        TEXT NOT NULL,
    dropped      TEXT NOT NULL,          -- JSON list
    problem      TEXT,                   -- JSON Problem
    sent_at      INTEGER,
    sent_by      TEXT,                   -- the process that was about to send
    ended_at     INTEGER,
    members      INTEGER NOT NULL,
    PRIMARY KEY (plan, idx)
);
CREATE INDEX step_by_state ON step (state, plan, idx, action, members);
CREATE INDEX step_by_plan ON step (plan, state, action, members);
CREATE INDEX step_by_marker ON step (marker);

CREATE TABLE step_finding (
    plan    INTEGER NOT NULL,
    idx     INTEGER NOT NULL,
    ordinal INTEGER NOT NULL,
    finding INTEGER NOT NULL,
    PRIMARY KEY (plan, idx, ordinal),
    FOREIGN KEY (plan, idx) REFERENCES step ON DELETE CASCADE
) WITHOUT ROWID;

-- Issues that Docket wrote or took over.
CREATE TABLE issue (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    connection INTEGER NOT NULL REFERENCES connection ON DELETE CASCADE,
    mapping    INTEGER,
    target     TEXT NOT NULL,
    number     TEXT NOT NULL,
    stable_id  TEXT,
    url        TEXT NOT NULL,
    marker     TEXT NOT NULL,
    title      TEXT NOT NULL,
    state      TEXT NOT NULL,            -- JSON IssueState
    sent       TEXT,                     -- JSON IssueDraft as last sent
    body_hash  TEXT,                     -- SHA-256 of the body as last sent, hex
    linked     INTEGER NOT NULL,
    seen       INTEGER NOT NULL,
    UNIQUE (connection, target, number)
);
CREATE INDEX issue_by_marker ON issue (connection, marker);

CREATE TABLE link (
    finding INTEGER NOT NULL REFERENCES finding ON DELETE CASCADE,
    issue   INTEGER NOT NULL REFERENCES issue ON DELETE CASCADE,
    at      INTEGER NOT NULL,
    PRIMARY KEY (finding, issue)
) WITHOUT ROWID;
CREATE INDEX link_by_issue ON link (issue);
CREATE TRIGGER link_made AFTER INSERT ON link BEGIN
    UPDATE finding SET issues = issues + 1 WHERE id = NEW.finding;
END;
CREATE TRIGGER link_gone AFTER DELETE ON link BEGIN
    UPDATE finding SET issues = issues - 1 WHERE id = OLD.finding;
END;

-- Markers seen in a target's issues, so that issues which this database does not know can be adopted.
CREATE TABLE target_marker (
    connection INTEGER NOT NULL REFERENCES connection ON DELETE CASCADE,
    target     TEXT NOT NULL,
    marker     TEXT NOT NULL,
    number     TEXT NOT NULL,
    issue      TEXT NOT NULL,            -- JSON IssueRef
    state      TEXT NOT NULL,            -- JSON IssueState
    seen       INTEGER NOT NULL,
    PRIMARY KEY (connection, target, marker, number)
) WITHOUT ROWID;

CREATE TABLE target_scan (
    connection INTEGER NOT NULL REFERENCES connection ON DELETE CASCADE,
    target     TEXT NOT NULL,
    cursor     TEXT,
    at         INTEGER NOT NULL,
    PRIMARY KEY (connection, target)
) WITHOUT ROWID;

CREATE TABLE exchange (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    connection INTEGER REFERENCES connection ON DELETE CASCADE,   -- NULL: a connection being typed
    at         INTEGER NOT NULL,
    method     TEXT NOT NULL,
    url        TEXT NOT NULL,
    status     INTEGER,
    ms         INTEGER NOT NULL,
    request    TEXT,
    response   TEXT,
    headers    TEXT NOT NULL,            -- JSON map
    error      TEXT
);
CREATE INDEX exchange_by_connection ON exchange (connection, id);

CREATE TABLE job (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    kind     TEXT NOT NULL,
    title    TEXT NOT NULL,
    state    TEXT NOT NULL,
    progress TEXT,                       -- JSON Progress
    problem  TEXT,                       -- JSON Problem
    holder   TEXT NOT NULL,              -- the process that runs it
    started  INTEGER NOT NULL,
    ended    INTEGER
);
CREATE INDEX job_by_state ON job (state, id);

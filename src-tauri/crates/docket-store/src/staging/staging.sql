-- A report laid aside. This file lives only while the report is read.
CREATE TABLE scope (
    id       INTEGER PRIMARY KEY,
    tool     TEXT NOT NULL,
    branch   TEXT NOT NULL,
    category TEXT NOT NULL,
    UNIQUE (tool, branch, category)
);
CREATE TABLE run (
    id           INTEGER PRIMARY KEY,
    scope        INTEGER NOT NULL,
    tool         TEXT NOT NULL,
    version      TEXT,
    branch       TEXT NOT NULL,
    category     TEXT,
    revision     TEXT,
    repository   TEXT,
    started      INTEGER,
    completeness TEXT NOT NULL,
    records      INTEGER NOT NULL DEFAULT 0,
    repeated     INTEGER NOT NULL DEFAULT 0,
    lost         INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE rule (
    tool TEXT NOT NULL,
    id   TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (tool, id)
) WITHOUT ROWID;
CREATE TABLE warning (
    id      INTEGER PRIMARY KEY,
    message TEXT NOT NULL,
    place   TEXT NOT NULL
);
CREATE TABLE record (
    id           INTEGER PRIMARY KEY,
    run          INTEGER NOT NULL,
    scope        INTEGER NOT NULL,
    absent       INTEGER NOT NULL,
    line         INTEGER NOT NULL,
    names        INTEGER NOT NULL,
    content      BLOB NOT NULL,
    kind         TEXT NOT NULL,
    rule         TEXT NOT NULL,
    title        TEXT NOT NULL,
    path         TEXT NOT NULL,
    place        TEXT,
    spot         TEXT NOT NULL,
    component    TEXT NOT NULL,
    purl         TEXT NOT NULL,
    severity     INTEGER NOT NULL,
    needs_review INTEGER NOT NULL,
    identifiers  TEXT NOT NULL,
    prose        TEXT NOT NULL,
    body         TEXT NOT NULL,
    suppressions TEXT,
    raw_block    INTEGER,
    raw_at       INTEGER,
    raw_length   INTEGER,
    UNIQUE (content, scope)
);
CREATE TABLE raw_block (
    id     INTEGER PRIMARY KEY,
    form   TEXT NOT NULL,
    length INTEGER NOT NULL,
    bytes  BLOB NOT NULL
);
-- In the order of the records, a record's keys in the order of their stages.
CREATE TABLE key (
    record    INTEGER NOT NULL,
    scope     INTEGER NOT NULL,
    stage     INTEGER NOT NULL,
    key       BLOB NOT NULL,
    name      INTEGER NOT NULL,
    value     BLOB,
    rule_path BLOB
);
CREATE TABLE identifier (
    record INTEGER NOT NULL,
    scheme TEXT NOT NULL,
    value  TEXT NOT NULL,
    PRIMARY KEY (record, scheme, value)
) WITHOUT ROWID;
CREATE TABLE location (
    record  INTEGER NOT NULL,
    ordinal INTEGER NOT NULL,
    path    TEXT NOT NULL,
    line    INTEGER NOT NULL,
    PRIMARY KEY (record, ordinal)
) WITHOUT ROWID;

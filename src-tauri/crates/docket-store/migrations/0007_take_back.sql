-- What is needed to take an import back whole: how things were before it. Kept for the last imports
-- of each scope; a first import leaves next to nothing here, because what it found is simply removed.

-- One row for each import that can be taken back. Rows that it added have ids in these ranges.
CREATE TABLE take_back (
    import        INTEGER PRIMARY KEY REFERENCES import ON DELETE CASCADE,
    finding_from  INTEGER NOT NULL,
    finding_to    INTEGER NOT NULL,
    event_from    INTEGER NOT NULL,
    event_to      INTEGER NOT NULL,
    proposal_from INTEGER NOT NULL,
    proposal_to   INTEGER NOT NULL
);

-- The scopes in which it counted.
CREATE TABLE take_back_scope (
    import    INTEGER NOT NULL REFERENCES import ON DELETE CASCADE,
    scope     INTEGER NOT NULL REFERENCES scope ON DELETE CASCADE,
    made      INTEGER NOT NULL,          -- 1: the scope is there because of this import
    sightings BLOB NOT NULL,             -- packed: when its findings were last seen before, by runs of ids
    PRIMARY KEY (import, scope)
);
CREATE INDEX take_back_by_scope ON take_back_scope (scope, import);

-- Findings that it changed, as they were: packed rows, some hundred in each part.
CREATE TABLE take_back_part (
    import  INTEGER NOT NULL REFERENCES import ON DELETE CASCADE,
    ordinal INTEGER NOT NULL,
    rows    BLOB NOT NULL,
    PRIMARY KEY (import, ordinal)
);

-- Rules that it told anew or differently. All applications share a tool's rules.
CREATE TABLE take_back_rule (
    import INTEGER NOT NULL REFERENCES import ON DELETE CASCADE,
    tool   TEXT NOT NULL,
    id     TEXT NOT NULL,
    former TEXT,                         -- JSON Rule; NULL: nothing was known of it
    PRIMARY KEY (import, tool, id)
) WITHOUT ROWID;
CREATE INDEX take_back_rule_by_rule ON take_back_rule (tool, id, import);

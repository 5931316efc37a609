-- Folders whose new reports are imported as they land, and what became of each file in them.
CREATE TABLE watch (
    id               INTEGER PRIMARY KEY AUTOINCREMENT,
    folder           TEXT NOT NULL,
    pattern          TEXT NOT NULL,
    application      INTEGER REFERENCES application ON DELETE SET NULL,   -- NULL: the pattern says which
    fixed            INTEGER NOT NULL,   -- an application was chosen; with none above it is gone
    branch           TEXT,               -- NULL: the pattern says which, or the report
    add_applications INTEGER NOT NULL,
    poll_seconds     INTEGER,            -- NULL: the system tells of changes
    paused           INTEGER NOT NULL DEFAULT 0,
    created          INTEGER NOT NULL,
    problem          TEXT,               -- JSON Problem: why the folder cannot be looked at
    UNIQUE (folder, pattern)
);

-- As a file was when it was looked at last: it is looked at again only when size or time differ.
CREATE TABLE watch_file (
    watch       INTEGER NOT NULL REFERENCES watch ON DELETE CASCADE,
    path        TEXT NOT NULL,           -- below the folder, parts separated by /
    state       TEXT NOT NULL,
    bytes       INTEGER NOT NULL,
    modified    INTEGER NOT NULL,
    sha256      TEXT NOT NULL,           -- '' when it was not read
    application TEXT,                    -- its name then
    branch      TEXT,
    import      INTEGER,
    held_back   TEXT,
    problem     TEXT,                    -- JSON Problem
    at          INTEGER NOT NULL,
    PRIMARY KEY (watch, path)
) WITHOUT ROWID;
CREATE INDEX watch_file_by_state ON watch_file (watch, state, at);

-- Plans that are named, taken back and refused when they are stale; issues that people wrote or
-- Docket closed; findings that move between issues.
ALTER TABLE plan ADD COLUMN name   TEXT;                      -- a person's own
ALTER TABLE plan ADD COLUMN undoes INTEGER;                   -- the plan that this one takes back
ALTER TABLE plan ADD COLUMN basis  TEXT;                      -- digest of the mapping that it was made with
ALTER TABLE plan ADD COLUMN chosen TEXT;                      -- JSON Selection, to plan again

ALTER TABLE step ADD COLUMN attach    TEXT;                   -- how an issue of people is attached
ALTER TABLE step ADD COLUMN leaves    TEXT NOT NULL DEFAULT '[]';  -- JSON list of Departure
ALTER TABLE step ADD COLUMN basis     TEXT;                   -- digest of the findings that it was made from
ALTER TABLE step ADD COLUMN footprint TEXT;                   -- JSON Footprint: what it did to an issue that was there
ALTER TABLE step ADD COLUMN linked    TEXT NOT NULL DEFAULT '[]';  -- JSON list of the findings that it linked
ALTER TABLE step ADD COLUMN undoes    INTEGER;                -- the step of the other plan that this one takes back
ALTER TABLE step ADD COLUMN template  TEXT;                   -- JSON Template: the group's own

ALTER TABLE issue ADD COLUMN ours     INTEGER NOT NULL DEFAULT 0;  -- Docket closed it, and nobody touched that since
ALTER TABLE issue ADD COLUMN attached TEXT;                   -- people wrote it: how it is attached
ALTER TABLE issue ADD COLUMN facts    TEXT;                   -- digest of its findings when its text was written
ALTER TABLE issue ADD COLUMN template TEXT;                   -- JSON Template: its own, instead of the mapping's

-- Every issue of a target that was seen, by title: what findings can be put into. Listed anew from
-- the beginning once, because until now only markers were kept.
CREATE TABLE target_issue (
    connection INTEGER NOT NULL REFERENCES connection ON DELETE CASCADE,
    target     TEXT NOT NULL,
    number     TEXT NOT NULL,
    title      TEXT NOT NULL,
    issue      TEXT NOT NULL,            -- JSON IssueRef
    state      TEXT NOT NULL,            -- JSON IssueState
    updated    INTEGER NOT NULL,
    PRIMARY KEY (connection, target, number)
) WITHOUT ROWID;
DELETE FROM target_scan;

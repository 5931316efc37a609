-- When new issues, comments and the like were made through a connection, for an hour: trackers
-- count them beyond the life of a process.
CREATE TABLE content_made (
    connection INTEGER NOT NULL REFERENCES connection ON DELETE CASCADE,
    at         INTEGER NOT NULL,
    PRIMARY KEY (connection, at)
) WITHOUT ROWID;

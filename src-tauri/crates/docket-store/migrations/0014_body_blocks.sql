-- Bodies of findings that come in together lie together: packed alone, a body is three times as
-- long. `finding_body.body` then says where: in which block, from which byte, and how long.
CREATE TABLE body_block (
    id    INTEGER PRIMARY KEY AUTOINCREMENT,
    first INTEGER NOT NULL,              -- the findings whose bodies are in it have these ids
    last  INTEGER NOT NULL,
    bytes BLOB NOT NULL                  -- packed like a body, but without a dictionary
);

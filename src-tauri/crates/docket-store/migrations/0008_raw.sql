-- What findings were made of, as their reports had it, for audit. Records lie together in packed
-- blocks, because one alone packs badly. A block goes with the import that brought it, or with the
-- last finding that points into it.
CREATE TABLE raw_block (
    id     INTEGER PRIMARY KEY AUTOINCREMENT,
    import INTEGER NOT NULL REFERENCES import ON DELETE CASCADE,
    form   TEXT NOT NULL,
    length INTEGER NOT NULL,             -- unpacked, bytes
    bytes  BLOB NOT NULL                 -- Zstandard
);
CREATE INDEX raw_block_by_import ON raw_block (import);

-- How many findings point into a block. Apart from it, so that counting moves no bytes.
CREATE TABLE raw_use (
    block    INTEGER PRIMARY KEY REFERENCES raw_block ON DELETE CASCADE,
    findings INTEGER NOT NULL
);

-- The newest that is there counts; the one before it stays for when its import is taken back. A row
-- whose block is gone says nothing.
CREATE TABLE finding_raw (
    finding INTEGER NOT NULL,
    block   INTEGER NOT NULL,
    at      INTEGER NOT NULL,
    length  INTEGER NOT NULL,
    PRIMARY KEY (finding, block)
) WITHOUT ROWID;

CREATE TRIGGER finding_raw_gone AFTER DELETE ON finding BEGIN
    DELETE FROM finding_raw WHERE finding = OLD.id;
END;
CREATE TRIGGER raw_unused AFTER DELETE ON finding_raw BEGIN
    UPDATE raw_use SET findings = findings - 1 WHERE block = OLD.block;
    DELETE FROM raw_block WHERE id = OLD.block
        AND NOT EXISTS (SELECT 1 FROM raw_use WHERE block = OLD.block AND findings > 0);
END;
CREATE TRIGGER raw_taken_back AFTER UPDATE OF state ON import WHEN NEW.state = 'taken_back' BEGIN
    DELETE FROM raw_block WHERE import = NEW.id;
END;

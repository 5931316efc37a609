-- What a mapping keeps on this computer: classes that are not looked for, texts that are allowed,
-- and patterns of the person's own.
ALTER TABLE mapping ADD COLUMN guard TEXT NOT NULL DEFAULT '{}';  -- JSON: off, allowed, patterns

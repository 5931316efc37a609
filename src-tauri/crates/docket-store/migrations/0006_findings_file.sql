-- Whether issues get their findings as a file, where the tracker takes files.
ALTER TABLE mapping ADD COLUMN findings_file INTEGER NOT NULL DEFAULT 0;

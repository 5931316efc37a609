-- Who owns which file, as a CODEOWNERS file says.
CREATE TABLE owner_rules (
    application INTEGER PRIMARY KEY REFERENCES application ON DELETE CASCADE,
    text        TEXT NOT NULL,
    changed     INTEGER NOT NULL
);

-- Who owns the file of a finding's first place, by its application's rules; '' when nobody does.
ALTER TABLE finding ADD COLUMN owner TEXT NOT NULL DEFAULT '';
CREATE INDEX finding_by_owner ON finding (owner COLLATE NOCASE, application, status, severity) WHERE owner <> '';

-- A suggestion that another tool's finding is the same flaw names that finding. It may go: ids are
-- never given twice, and a suggestion outlives what it named.
ALTER TABLE proposal ADD COLUMN other INTEGER;
CREATE INDEX proposal_by_other ON proposal (other) WHERE other IS NOT NULL;

-- A finding's keys lie with its body. Matching reads those of the findings that are still without a
-- record, and sorts them: an index of all keys took a tenth of each import and was asked seldom.
DROP TABLE finding_key;

-- Which reader read it, and as what: the same bytes read by the same reader say the same again.
ALTER TABLE import ADD COLUMN reader TEXT NOT NULL DEFAULT '';

-- Full text is gathered in memory up to 8 MB before it is written: with 1 MB, half of an import's time
-- for it went into merging the pieces.
INSERT INTO finding_text (finding_text, rank) VALUES ('hashsize', 8388608);

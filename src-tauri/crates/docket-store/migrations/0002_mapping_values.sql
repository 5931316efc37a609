-- What a mapping chooses beyond labels: the tracker's fields for severity and status with their
-- values, the kind's own fields, and how the issues are written.
ALTER TABLE mapping ADD COLUMN severity TEXT NOT NULL DEFAULT '{"field":"","values":{}}';  -- JSON: field, values by severity
ALTER TABLE mapping ADD COLUMN status   TEXT NOT NULL DEFAULT '{"field":"","values":{}}';  -- JSON: field, values by status or reason
ALTER TABLE mapping ADD COLUMN settings TEXT NOT NULL DEFAULT '{}';                        -- JSON object of texts
ALTER TABLE mapping ADD COLUMN template TEXT NOT NULL DEFAULT '{}';                        -- JSON: title, heading

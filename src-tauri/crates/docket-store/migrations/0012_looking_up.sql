-- Two look-ups that went through everything there was of a connection.

-- The markers of an issue, each time it is seen.
CREATE INDEX target_marker_by_number ON target_marker (connection, target, number);

-- The oldest exchanges that read, or that write, each time one is recorded.
CREATE INDEX exchange_by_kind ON exchange (connection, method IN ('GET', 'HEAD'), id);

//! Docket's SQLite file: the only crate that knows SQL.

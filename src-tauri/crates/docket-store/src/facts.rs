//! What is known about findings, as a digest: whether a plan, or an issue's text, still says what
//! is so.

use docket_domain::{FindingId, Problem};
use rusqlite::OptionalExtension;
use sha2::{Digest, Sha256};

use crate::access::Read;
use crate::fault::sql;

/// A digest of everything that an issue says about findings: identity, status, severity, and
/// what the report says. The order does not matter; a finding that is gone changes it.
pub fn of(read: &Read<'_>, findings: &[FindingId]) -> Result<String, Problem> {
    let mut statement = read
        .conn
        .prepare_cached(
            "SELECT identity, status, coalesce(reason, ''), severity, content FROM finding WHERE id = ?1",
        )
        .map_err(sql)?;
    let mut parts: Vec<Vec<u8>> = Vec::with_capacity(findings.len());
    for finding in findings {
        let part = statement
            .query_row([finding.0], |row| {
                let mut part: Vec<u8> = row.get(0)?;
                let (status, reason): (String, String) = (row.get(1)?, row.get(2)?);
                part.extend(format!("\0{status}\0{reason}\0{}\0", row.get::<_, i64>(3)?).into_bytes());
                part.extend(row.get::<_, Vec<u8>>(4)?);
                Ok(part)
            })
            .optional()
            .map_err(sql)?;
        parts.push(part.unwrap_or_else(|| b"gone".to_vec()));
    }
    parts.sort_unstable();
    let mut hash = Sha256::new();
    hash.update(b"docket facts 1");
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    Ok(docket_domain::identity::hex(&hash.finalize()))
}

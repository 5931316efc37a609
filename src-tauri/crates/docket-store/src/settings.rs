//! Settings of the product, by name.

use docket_domain::Problem;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::access::{Read, Tx, from_json, json};

/// A setting's value; none when it was never set.
pub fn get<T: DeserializeOwned>(read: &Read<'_>, name: &str) -> Result<Option<T>, Problem> {
    read.first("SELECT value FROM setting WHERE name = ?1", [name], |row| from_json(row, "value"))
}

/// Sets a setting. Never a secret: the file is not encrypted.
pub fn set<T: Serialize>(tx: &Tx<'_>, name: &str, value: &T) -> Result<(), Problem> {
    tx.execute(
        "INSERT INTO setting VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        (name, json(value)?),
    )
    .map(drop)
}

/// Removes a setting; true when it was there.
pub fn unset(tx: &Tx<'_>, name: &str) -> Result<bool, Problem> {
    Ok(tx.execute("DELETE FROM setting WHERE name = ?1", [name])? > 0)
}

//! Where secrets are kept: the operating system's keychain, an environment variable in
//! headless use, or memory in tests. Nothing is ever written in plain.

use std::collections::HashMap;
use std::sync::Mutex;

use crate::parts;
use docket_domain::text::leak;
use docket_domain::{Code, Problem, Secret, SecretRef};

/// The keychain's service name under which every entry of Docket is found.
pub const SERVICE: &str = "Docket";

/// A place that keeps secrets. Calls may block (the keychain may ask the person).
pub trait SecretStore: Send + Sync {
    /// What people call it.
    fn name(&self) -> &'static str;
    /// Whether it can be used now.
    fn status(&self) -> Result<(), Problem>;
    /// Keeps `secret` under `entry`, replacing what was there.
    fn put(&self, entry: &str, secret: &Secret) -> Result<(), Problem>;
    /// The secret under `entry`.
    fn get(&self, entry: &str) -> Result<Secret, Problem>;
    /// Forgets `entry`; fine when there is none.
    fn remove(&self, entry: &str) -> Result<(), Problem>;
}

/// The operating system's keychain: Keychain Services, Credential Manager, Secret Service.
#[derive(Debug, Default)]
pub struct Keychain;

/// Its entries as they are, each as long as the system allows.
struct Entries;

/// Longest entry, characters. Windows keeps 2,560 bytes, two for each character.
const LONGEST_ENTRY: usize = if cfg!(windows) { 1_200 } else { usize::MAX };

const NAME: &str = if cfg!(target_os = "macos") {
    "Keychain"
} else if cfg!(windows) {
    "Credential Manager"
} else {
    "Secret Service"
};

fn remedy() -> &'static str {
    if cfg!(target_os = "macos") {
        "Unlock the login keychain in Keychain Access, then start Docket again."
    } else if cfg!(windows) {
        "Check in «Credential Manager» that you may store generic credentials, then start Docket again."
    } else {
        "Start and unlock a keyring (GNOME Keyring, KWallet or KeePassXC with Secret Service), then start Docket again. \
         Without a desktop, add the connection with `--secret-from-env NAME`: then the token stays in that variable."
    }
}

impl Entries {
    fn entry(entry: &str) -> Result<keyring::Entry, Problem> {
        keyring::Entry::new(SERVICE, entry).map_err(|error| problem(&error, "open"))
    }
}

/// Words for a keychain failure. The error's `Debug` may hold the secret's bytes, so only
/// its kind is used.
fn problem(error: &keyring::Error, doing: &str) -> Problem {
    use keyring::Error as E;
    let words = match error {
        E::NoEntry => {
            return Problem::new(
                Code::Keychain,
                "The keychain no longer holds the secret of this connection.",
            )
            .hint("Open the connection and enter its token again; all other settings are kept.");
        }
        E::NoDefaultStore | E::PlatformFailure(_) => "There is no keychain that Docket could use",
        E::NoStorageAccess(_) => "The keychain is locked or refused access",
        E::TooLong(..) => "The keychain cannot hold a secret of this length",
        E::BadEncoding(_) | E::BadDataFormat(..) | E::BadStoreFormat(_) => "The keychain's entry is damaged",
        E::Ambiguous(_) => "The keychain holds several entries of this name",
        _ => "The keychain refused",
    };
    let cause = match error {
        E::PlatformFailure(cause) | E::NoStorageAccess(cause) => cause.to_string(),
        E::NoDefaultStore => match keyring::Entry::store_status() {
            Err(cause) => cause.to_string(),
            Ok(()) => "no default store".to_owned(),
        },
        _ => words.to_owned(),
    };
    Problem::new(Code::Keychain, format!("{words}; nothing was written."))
        .hint(remedy())
        .with("keychain", NAME)
        .because(format!("{doing}: {cause}"))
}

impl SecretStore for Keychain {
    fn name(&self) -> &'static str {
        NAME
    }

    fn status(&self) -> Result<(), Problem> {
        Entries.status()
    }

    fn put(&self, entry: &str, secret: &Secret) -> Result<(), Problem> {
        // Without a limit there are no parts, and no look-up before each write.
        if LONGEST_ENTRY == usize::MAX {
            return Entries.put(entry, secret);
        }
        parts::put(&Entries, LONGEST_ENTRY, entry, secret)
    }

    fn get(&self, entry: &str) -> Result<Secret, Problem> {
        parts::get(&Entries, entry)
    }

    fn remove(&self, entry: &str) -> Result<(), Problem> {
        if LONGEST_ENTRY == usize::MAX {
            return Entries.remove(entry);
        }
        parts::remove(&Entries, entry)
    }
}

impl SecretStore for Entries {
    fn name(&self) -> &'static str {
        NAME
    }

    fn status(&self) -> Result<(), Problem> {
        // Looking up an entry that does not exist touches the daemon without asking anybody.
        match Self::entry("status")?.get_password() {
            Ok(_) | Err(keyring::Error::NoEntry) => Ok(()),
            Err(error) => Err(problem(&error, "look")),
        }
    }

    fn put(&self, entry: &str, secret: &Secret) -> Result<(), Problem> {
        Self::entry(entry)?.set_password(secret.expose()).map_err(|error| problem(&error, "write"))
    }

    fn get(&self, entry: &str) -> Result<Secret, Problem> {
        Self::entry(entry)?.get_password().map(Secret::new).map_err(|error| problem(&error, "read"))
    }

    fn remove(&self, entry: &str) -> Result<(), Problem> {
        match Self::entry(entry)?.delete_credential() {
            Ok(()) | Err(keyring::Error::NoEntry) => Ok(()),
            Err(error) => Err(problem(&error, "remove")),
        }
    }
}

/// Secrets in memory: for tests, and for what ends with the process anyway.
#[derive(Default)]
pub struct Memory(Mutex<HashMap<String, Secret>>);

impl Memory {
    fn map(&self) -> std::sync::MutexGuard<'_, HashMap<String, Secret>> {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl SecretStore for Memory {
    fn name(&self) -> &'static str {
        "memory"
    }
    fn status(&self) -> Result<(), Problem> {
        Ok(())
    }
    fn put(&self, entry: &str, secret: &Secret) -> Result<(), Problem> {
        self.map().insert(entry.to_owned(), secret.clone());
        Ok(())
    }
    fn get(&self, entry: &str) -> Result<Secret, Problem> {
        self.map().get(entry).cloned().ok_or_else(|| problem(&keyring::Error::NoEntry, "read"))
    }
    fn remove(&self, entry: &str) -> Result<(), Problem> {
        self.map().remove(entry);
        Ok(())
    }
}

/// The secret that `at` names, from `store`, this process's memory or the environment.
pub fn resolve(store: &dyn SecretStore, session: &Memory, at: &SecretRef) -> Result<Option<Secret>, Problem> {
    match at {
        SecretRef::None => Ok(None),
        SecretRef::Session { entry } => session.get(entry).map(Some).map_err(|_| {
            Problem::new(Code::Keychain, "The practice tracker ended when Docket was last closed.")
                .hint("Start it again with «Try it with practice data».")
        }),
        SecretRef::Keychain { entry } => store.get(entry).map(Some),
        SecretRef::Env { name } => match std::env::var(name) {
            Ok(value) if !value.trim().is_empty() => Ok(Some(Secret::new(value))),
            _ => Err(Problem::new(
                Code::Keychain,
                format!("The environment variable {name}, which should hold the token, is not set."),
            )
            .hint(format!("Set {name} and start Docket again, or enter a token for the keychain."))),
        },
    }
}

/// Whether `name` can be the name of an environment variable.
pub fn env_name(name: &str) -> Result<(), Problem> {
    let good = !name.is_empty()
        && !name.starts_with(|c: char| c.is_ascii_digit())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    // Many tokens could be names by their letters; their vendors' prefixes give them away.
    let is_token = leak::without_credentials(name) != name;
    if good && !is_token {
        Ok(())
    } else {
        Err(Problem::bad_input("That is not the name of an environment variable.")
            .hint("Give the variable's name (letters, digits, underscore), never the token itself."))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_is_read_by_name_only() {
        assert!(env_name("DOCKET_TOKEN").is_ok(), "an ordinary name");
        assert!(env_name("ghp-abc").is_err(), "a token pasted by mistake is refused");
        assert!(
            env_name(&format!("ghp_{}", "aB3d".repeat(9))).is_err(),
            "also one whose letters would do for a name"
        );
        let missing = resolve(
            &Memory::default(),
            &Memory::default(),
            &SecretRef::Env { name: "DOCKET_TEST_SURELY_UNSET".into() },
        );
        let problem = missing.unwrap_err();
        assert_eq!(problem.code, Code::Keychain, "a missing variable is a problem with the secret's place");
        assert!(problem.message.contains("DOCKET_TEST_SURELY_UNSET"), "the variable is named: {problem}");
    }

    #[test]
    fn memory_keeps_and_forgets() {
        let store = Memory::default();
        store.put("a", &Secret::new("s")).unwrap();
        assert_eq!(store.get("a").unwrap().expose(), "s", "kept");
        store.remove("a").unwrap();
        assert!(store.get("a").is_err(), "forgotten");
    }
}

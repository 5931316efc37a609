//! Removes secrets from texts that leave this crate.
//!
//! Invariant: no output of [`Redactor::clean`] contains a secret the redactor was made with,
//! in any of the spellings in which it travels (plain, percent-encoded, inside JSON, as the
//! Base64 of a login), nor anything that looks like a tracker's token.

use std::sync::{Arc, LazyLock, PoisonError, RwLock};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use docket_domain::Secret;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

/// What stands where a secret was. No letter, digit or sign of it can be part of a secret.
const MASK: &str = "▒▒▒";

/// How tokens begin that say what they are, of every registered kind.
static TOKEN_HEADS: LazyLock<Vec<&'static str>> =
    LazyLock::new(|| crate::kinds().iter().flat_map(|kind| kind.token_heads()).copied().collect());

/// Knows secrets and removes them. Clones share what they know: a token that is renewed is
/// learned once, and every text that is cleaned from then on lacks it.
#[derive(Clone, Default)]
pub struct Redactor {
    spellings: Arc<RwLock<Vec<Secret>>>,
}

impl std::fmt::Debug for Redactor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Redactor({} spellings)", self.known().len())
    }
}

impl Redactor {
    /// A redactor for these secrets, each with the login name it is used with, if any.
    pub fn new<'a>(secrets: impl IntoIterator<Item = (Option<&'a str>, &'a Secret)>) -> Self {
        let redactor = Self::default();
        redactor.also(secrets.into_iter().flat_map(|(login, secret)| spellings(login, secret)));
        redactor
    }

    /// Learns a further secret, in all its spellings. Quick when it is known already.
    pub fn learn(&self, secret: &Secret) {
        if !self.known().contains(secret) {
            self.also(spellings(None, secret));
        }
    }

    /// Learns further secrets, taken literally.
    pub(crate) fn also(&self, secrets: impl IntoIterator<Item = Secret>) {
        let mut known = self.spellings.write().unwrap_or_else(PoisonError::into_inner);
        known.extend(secrets.into_iter().filter(|secret| !secret.is_empty()));
        // Longer ones first: a spelling may be part of another.
        known.sort_by_key(|spelling| std::cmp::Reverse(spelling.expose().len()));
        known.dedup();
    }

    fn known(&self) -> std::sync::RwLockReadGuard<'_, Vec<Secret>> {
        self.spellings.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// `text` without secrets.
    pub fn clean(&self, text: &str) -> String {
        let mut clean = text.to_owned();
        for spelling in self.known().iter() {
            if !spelling.is_empty() && clean.contains(spelling.expose()) {
                clean = clean.replace(spelling.expose(), MASK);
            }
        }
        mask_tokens(&clean)
    }

    /// A web address without login, and without the values of parameters that carry secrets.
    pub fn clean_url(&self, url: &url::Url) -> String {
        let mut url = url.clone();
        // Both fail only for addresses that cannot hold a login in the first place.
        let _ = url.set_username("");
        let _ = url.set_password(None);
        if url.query().is_some() {
            let kept: Vec<(String, String)> = url
                .query_pairs()
                .map(|(key, value)| {
                    let lower = key.to_ascii_lowercase();
                    let secret = ["token", "secret", "password", "authorization", "client_secret", "code"]
                        .iter()
                        .any(|word| lower.contains(word));
                    (key.into_owned(), if secret { "(removed)".to_owned() } else { value.into_owned() })
                })
                .collect();
            url.query_pairs_mut().clear().extend_pairs(kept);
        }
        self.clean(url.as_str())
    }

    /// `text` without secrets, cut to about `most` bytes with a note of what was cut.
    pub fn clean_cut(&self, text: &str, most: usize) -> String {
        let clean = self.clean(text);
        if clean.len() <= most {
            return clean;
        }
        let mut end = most;
        while !clean.is_char_boundary(end) {
            end -= 1;
        }
        format!("{}… ({} bytes in all)", &clean[..end], clean.len())
    }
}

/// Every form in which a secret travels.
fn spellings(login: Option<&str>, secret: &Secret) -> Vec<Secret> {
    let plain = secret.expose();
    if plain.is_empty() {
        return Vec::new();
    }
    let mut spellings = vec![
        plain.to_owned(),
        utf8_percent_encode(plain, NON_ALPHANUMERIC).to_string(),
        url::form_urlencoded::byte_serialize(plain.as_bytes()).collect(),
        STANDARD.encode(format!("{}:{plain}", login.unwrap_or_default())),
        STANDARD.encode(plain),
    ];
    if let Ok(quoted) = serde_json::to_string(plain) {
        spellings.push(quoted.trim_matches('"').to_owned());
    }
    spellings.into_iter().map(Secret::new).collect()
}

/// Masks whatever looks like a token, whoever's it is.
fn mask_tokens(text: &str) -> String {
    if !TOKEN_HEADS.iter().any(|head| text.contains(head)) {
        return text.to_owned();
    }
    let mut clean = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((at, head)) = TOKEN_HEADS
        .iter()
        .filter_map(|head| rest.find(head).map(|at| (at, *head)))
        .min_by_key(|(at, head)| (*at, std::cmp::Reverse(head.len())))
    {
        let after = &rest[at + head.len()..];
        let length = after.bytes().take_while(|b| is_of_token(*b)).count();
        clean.push_str(&rest[..at]);
        if length >= 16 {
            clean.push_str(MASK);
        } else {
            clean.push_str(&rest[at..at + head.len() + length]);
        }
        rest = &after[length..];
    }
    clean.push_str(rest);
    clean
}

fn is_of_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn no_spelling_of_a_secret_survives(secret in "[!-~]{4,60}", login in "[a-z]{1,8}", before in ".{0,40}", after in ".{0,40}") {
            let secret = Secret::new(secret);
            let redactor = Redactor::new([(Some(login.as_str()), &secret)]);
            let plain = secret.expose();
            let texts = [
                format!("{before}{plain}{after}"),
                format!("{before}{plain}{plain}{after}"),
                format!("Authorization: Basic {}", STANDARD.encode(format!("{login}:{plain}"))),
                serde_json::json!({ "message": format!("{before}{plain}") }).to_string(),
                format!("https://h.example/?q={}", utf8_percent_encode(plain, NON_ALPHANUMERIC)),
            ];
            for text in texts {
                let clean = redactor.clean(&text);
                prop_assert!(!clean.contains(plain), "the secret is still in {clean}");
                prop_assert!(!clean.contains(&STANDARD.encode(format!("{login}:{plain}"))), "its Base64 is still in {clean}");
            }
        }
    }

    #[test]
    fn tokens_of_other_people_are_masked_too() {
        let clean = Redactor::default()
            .clean("saw ghp_0123456789abcdefABCDEF and ghp_ alone and github_pat_11AAAAAAA0123456789_x, glpat-0123456789abcdef-XYZ");
        assert_eq!(clean, "saw ▒▒▒ and ghp_ alone and ▒▒▒, ▒▒▒", "whole tokens go, mere words stay");
    }

    #[test]
    fn addresses_lose_logins_and_secret_parameters() {
        let url = url::Url::parse("https://me:pw@h.example/x?access_token=abc&page=2").unwrap();
        let clean = Redactor::default().clean_url(&url);
        assert!(!clean.contains("pw") && !clean.contains("abc"), "a secret is left in {clean}");
        assert!(clean.contains("page=2"), "harmless parameters stay in {clean}");
    }
}

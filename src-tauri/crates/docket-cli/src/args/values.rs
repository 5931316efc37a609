//! Values that need more than `FromStr`.

use docket_domain::{GroupKey, Sort, SortKey};

/// Keys by which findings are grouped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Keys(pub Vec<GroupKey>);

/// `none`, `all`, or keys separated by commas.
pub(crate) fn keys(text: &str) -> Result<Keys, String> {
    match text.trim() {
        "none" => return Ok(Keys(Vec::new())),
        "" => return Err("name at least one key, or `none` for one issue each".to_owned()),
        _ => {}
    }
    let mut keys: Vec<GroupKey> = Vec::new();
    for word in text.split(',') {
        let key: GroupKey = word.parse().map_err(|_| {
            let known: Vec<&str> = GroupKey::ALL.iter().map(|key| key.as_str()).collect();
            format!("«{}» is not a key; use none, or one or more of {}", word.trim(), known.join(", "))
        })?;
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    if keys.len() > 1 && keys.contains(&GroupKey::All) {
        return Err("`all` puts everything into one issue and goes with no other key".to_owned());
    }
    Ok(Keys(keys))
}

/// One sort key; a leading `-` turns it round.
pub(crate) fn sort(text: &str) -> Result<Sort, String> {
    let (descending, word) = match text.trim().strip_prefix('-') {
        Some(word) => (true, word),
        None => (false, text.trim()),
    };
    let key: SortKey = word.parse().map_err(|_| {
        let known: Vec<&str> = SortKey::ALL.iter().map(|key| key.as_str()).collect();
        format!("«{word}» is not a column to sort by; use {}", known.join(", "))
    })?;
    Ok(Sort { key, descending })
}

/// `key=value`.
pub(crate) fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.trim().is_empty() => Ok((key.trim().to_owned(), value.trim().to_owned())),
        _ => Err("write key=value".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_in_order_and_all_stands_alone() {
        assert_eq!(
            keys("rule,severity,rule").unwrap().0,
            [GroupKey::Rule, GroupKey::Severity],
            "in order, each once"
        );
        assert_eq!(keys("none").unwrap().0, [], "one issue each");
        assert_eq!(keys("all").unwrap().0, [GroupKey::All], "one issue for everything");
        assert!(keys("all,rule").is_err(), "all and another key contradict each other");
        assert!(keys("colour").unwrap_err().contains("component"), "the known keys are named");
    }

    #[test]
    fn a_minus_turns_the_order_round() {
        assert_eq!(
            sort("-last-seen").unwrap(),
            Sort { key: SortKey::LastSeen, descending: true },
            "newest first"
        );
        assert_eq!(
            sort("severity").unwrap(),
            Sort { key: SortKey::Severity, descending: false },
            "most severe first"
        );
    }
}

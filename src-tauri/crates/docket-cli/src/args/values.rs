//! Values that need more than `FromStr`.

use docket_domain::{FindingId, GroupKey, Sort, SortKey};

/// Keys by which findings are grouped, and to how many folders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Keys(pub Vec<GroupKey>, pub Option<u32>);

/// `none`, `all`, or keys separated by commas; `directory:2` counts two folders.
pub(crate) fn keys(text: &str) -> Result<Keys, String> {
    match text.trim() {
        "none" => return Ok(Keys(Vec::new(), None)),
        "" => return Err("name at least one key, or `none` for one issue each".to_owned()),
        _ => {}
    }
    let mut keys: Vec<GroupKey> = Vec::new();
    let mut depth = None;
    for word in text.split(',') {
        let word = match word.trim().split_once(':') {
            Some(("directory", folders)) => {
                let folders: u32 = folders
                    .parse()
                    .ok()
                    .filter(|n| *n > 0)
                    .ok_or_else(|| format!("«{word}»: how many folders?"))?;
                depth = Some(folders);
                "directory"
            }
            _ => word,
        };
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
    Ok(Keys(keys, depth))
}

/// A group by the beginning of its name, or every group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Named {
    /// All of them.
    Every,
    /// The one whose name begins so.
    One(String),
}

fn name(text: &str) -> Result<String, String> {
    let text = text.trim();
    if text.len() >= 4 && text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Ok(text.to_ascii_lowercase());
    }
    Err(format!("«{text}» is no group; use the first letters of its name, as `docket group` shows it"))
}

fn ids(text: &str) -> Result<Vec<FindingId>, String> {
    text.split(',')
        .map(|id| id.trim().parse().map_err(|_| format!("«{id}» is no finding's number")))
        .collect()
}

/// `1,2=NAME`, `1,2=new`.
pub(crate) fn moved(text: &str) -> Result<(Vec<FindingId>, Option<String>), String> {
    let (findings, to) =
        text.split_once('=').ok_or("write FINDING,FINDING=GROUP, or =new for a new group")?;
    let to = if to.trim() == "new" { None } else { Some(name(to)?) };
    Ok((ids(findings)?, to))
}

/// `NAME=NAME`.
pub(crate) fn merged(text: &str) -> Result<(String, String), String> {
    let (from, into) = text.split_once('=').ok_or("write GROUP=GROUP: the first goes into the second")?;
    Ok((name(from)?, name(into)?))
}

/// `1,2`.
pub(crate) fn findings(text: &str) -> Result<Vec<FindingId>, String> {
    ids(text)
}

/// `NAME=ISSUE`, or `ISSUE` for every group.
pub(crate) fn attached(text: &str) -> Result<(Named, String), String> {
    match text.split_once('=') {
        // An address may have a `=` of its own.
        Some((group, issue)) if name(group).is_ok() => {
            Ok((Named::One(name(group)?), issue.trim().to_owned()))
        }
        _ => Ok((Named::Every, text.trim().to_owned())),
    }
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
        assert_eq!(keys("rule,directory:2").unwrap().1, Some(2), "a depth");
        assert!(keys("directory:0").is_err(), "no folder at all");
        assert!(keys("all,rule").is_err(), "all and another key contradict each other");
        assert!(keys("colour").unwrap_err().contains("component"), "the known keys are named");
    }

    #[test]
    fn changes_by_hand_are_read() {
        assert_eq!(moved("1,2=new").unwrap(), (vec![FindingId(1), FindingId(2)], None), "a new group");
        assert_eq!(moved("3=AB12").unwrap().1.as_deref(), Some("ab12"), "a group by its beginning");
        assert!(moved("1").is_err() && moved("x=new").is_err(), "what is missing is said");
        assert_eq!(merged("abcd=ef01").unwrap(), ("abcd".into(), "ef01".into()), "one into another");
        let address = "https://t.example/a?x=1";
        assert_eq!(attached(address).unwrap(), (Named::Every, address.to_owned()), "an address with a «=»");
        assert_eq!(attached("abcd=#12").unwrap(), (Named::One("abcd".into()), "#12".to_owned()), "one group");
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

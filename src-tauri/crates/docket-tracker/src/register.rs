//! The trackers there are. One folder and one line here make a new one.

use crate::waist::TrackerKind;

macro_rules! register {
    ($($kind:expr),+ $(,)?) => {
        /// Every kind of tracker, in the order in which a person is offered them.
        pub fn kinds() -> &'static [&'static dyn TrackerKind] {
            const KINDS: &[&dyn TrackerKind] = &[$(&$kind),+];
            KINDS
        }
    };
}

register! {
    crate::github::GitHub,
    crate::gitlab::GitLab,
    crate::azure::Azure,
}

/// The kind with this id.
pub fn by_id(id: &str) -> Option<&'static dyn TrackerKind> {
    kinds().iter().copied().find(|kind| kind.card().id == id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_found_by_its_own_id_and_only_once() {
        let mut ids: Vec<String> = kinds().iter().map(|kind| kind.card().id).collect();
        for id in &ids {
            assert!(by_id(id).is_some(), "«{id}» is listed, so it must be found");
        }
        let listed = ids.len();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), listed, "two kinds share an id");
        assert!(by_id("nobody").is_none(), "an unknown id finds nothing");
    }

    #[test]
    fn every_card_is_complete_enough_for_a_form() {
        for kind in kinds() {
            let card = kind.card();
            assert!(!card.auth.is_empty(), "{}: there must be a way to sign in", card.id);
            assert!(
                card.fields.iter().any(|field| field.id == "location"),
                "{}: an address is asked for",
                card.id
            );
            for auth in &card.auth {
                assert!(!auth.help.is_empty(), "{}/{}: what to tick must be said", card.id, auth.id);
            }
        }
    }
}

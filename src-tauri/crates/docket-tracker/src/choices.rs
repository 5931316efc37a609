//! Lists that a person looks through: sifted on the way page by page, or cut into pages when the
//! tracker only gives them whole.
//!
//! Never for questions whose answer decides something («is it there?»): a search may end early.

use docket_domain::{Choice, ChoiceList, ChoicePage, Problem};
use serde_json::Value;
use url::Url;

use crate::error::TrackerError;
use crate::http::Http;
use crate::talk::{self, Asking, shape};

/// Entries of one list that come with everything else that a target offers.
pub(crate) const AT_ONCE: usize = 300;
/// Entries of a list that must be known whole: whether a name is there is decided by it.
pub(crate) const WHOLE: usize = 20_000;
/// Pages of the tracker's that one search reads before it hands back what it has.
const PAGES_PER_SEARCH: usize = 10;
/// Entries of a page that is cut from a whole list.
const PAGE: usize = 100;

/// What fits the search, from the first of the tracker's pages on, or from `page`.
pub(crate) async fn sifted(
    http: &Http,
    first: Url,
    page: Option<&str>,
    search: &str,
    choice: impl Fn(&Value) -> Option<Choice>,
    about: impl Asking,
) -> Result<ChoicePage, TrackerError> {
    let mut url = page.map_or(Ok(first), |page| talk::page(http, page))?;
    let mut found = ChoicePage::default();
    for _ in 0..PAGES_PER_SEARCH {
        let here = url.clone();
        let answer = talk::read(http, crate::http::Call::get(url), about).await?;
        let entries: Vec<Value> = shape(&answer, about)?;
        for fitting in entries.iter().filter_map(&choice).filter(|choice| choice.fits(search)) {
            if !found.choices.iter().any(|known| known.value == fitting.value) {
                found.choices.push(fitting);
            }
        }
        found.next = talk::other_page(&answer, &here);
        let Some(next) = &found.next else { break };
        if !found.choices.is_empty() {
            break;
        }
        url = talk::page(http, next)?;
    }
    Ok(found)
}

/// A page of a whole list. Its token is the number of entries before it.
pub(crate) fn cut(
    whole: impl IntoIterator<Item = Choice>,
    search: &str,
    page: Option<&str>,
) -> Result<ChoicePage, Problem> {
    let before = match page {
        None => 0,
        Some(token) => {
            token.parse().map_err(|_| Problem::bad_input("This page of the list is not understood."))?
        }
    };
    let mut fitting = whole.into_iter().filter(|choice| choice.fits(search)).skip(before);
    let choices: Vec<Choice> = fitting.by_ref().take(PAGE).collect();
    let next = fitting.next().map(|_| (before + choices.len()).to_string());
    Ok(ChoicePage { choices, next })
}

/// The tracker has no such list.
pub(crate) fn no_such_list(vendor: &str, list: &ChoiceList) -> TrackerError {
    let name = match list {
        ChoiceList::Labels => "labels",
        ChoiceList::Milestones => "milestones",
        ChoiceList::Assignees => "people",
        ChoiceList::Field { id } => id.as_str(),
    };
    Problem::bad_input(format!("{vendor} has no list «{name}» that could be searched."))
        .hint("What the target offers stands beside its fields.")
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choices(count: usize) -> Vec<Choice> {
        let choice = |at| Choice { value: format!("value-{at}"), label: format!("Label {at}"), note: None };
        (0..count).map(choice).collect()
    }

    #[test]
    fn a_whole_list_is_cut_into_pages_without_gap_or_overlap() {
        let (mut seen, mut page) = (Vec::new(), None);
        loop {
            let cut = cut(choices(250), "", page.as_deref()).unwrap();
            seen.extend(cut.choices);
            page = cut.next;
            if page.is_none() {
                break;
            }
        }
        assert_eq!(seen, choices(250), "every one once, in order");
        let found = cut(choices(250), " LABEL 249 ", None).unwrap();
        assert_eq!(found.choices.len(), 1, "by what people read, in whatever case");
        assert!(cut(choices(200), "", Some("100")).unwrap().next.is_none(), "no empty page at the end");
        assert!(cut(choices(1), "", Some("x")).is_err());
    }
}

//! Issues that findings are linked to, and issues that they could be put into.

use docket_domain::{Code, IssueLink, IssueRef, IssueSeen, MappingId, Problem};
use docket_store as store;
use docket_store::push::TitledIssue;

use crate::engine::Engine;
use crate::events::JobListener;
use crate::trackers::Bar;

/// Issues that a search yields at most.
pub const MATCHES: u32 = 20;

/// Words of a search that count.
const WORDS: usize = 20;

impl Engine {
    /// A page of the linked issues, newest first, and how many there are.
    pub async fn issue_page(&self, offset: u64, limit: u32) -> Result<(Vec<IssueLink>, u64), Problem> {
        self.issue_page_of("", offset, limit).await
    }

    /// As [`Engine::issue_page`], of those with every word of `search` in number, title, target or
    /// the name of their connection.
    pub async fn issue_page_of(
        &self,
        search: &str,
        offset: u64,
        limit: u32,
    ) -> Result<(Vec<IssueLink>, u64), Problem> {
        let words: Vec<String> = search.split_whitespace().take(WORDS).map(str::to_owned).collect();
        self.read(move |r| {
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            store::links::page(r, &words, offset, limit.min(500))
        })
        .await
    }

    /// Issues of a mapping's target whose titles have these words in them, at most
    /// [`MATCHES`]; open ones first. The list of the target's issues is brought up to date before:
    /// the first time that takes as long as making a plan.
    ///
    /// # Errors
    /// No word is given, the tracker cannot be reached, or a person cancels.
    pub async fn issue_search(
        &self,
        mapping: MappingId,
        text: &str,
        listener: JobListener,
    ) -> Result<Vec<TitledIssue>, Problem> {
        let words: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
        if words.is_empty() {
            return Err(Problem::bad_input("No word of a title is given.")
                .hint("Type a word of the issue's title, its number, or paste its address.")
                .with("field", "issue"));
        }
        self.run_job("issue_search", "Looking for an issue", listener, |run| async move {
            let bar = Bar::default();
            let route = self.route(mapping, Some((&run, &bar))).await?;
            self.refresh_markers(&route, &run, Some(&bar)).await?;
            let (connection, target) = (route.connection.id, route.mapping.target.clone());
            self.read(move |r| {
                let words: Vec<&str> = words.iter().map(String::as_str).collect();
                store::push::titled(r, connection, &target, &words, MATCHES)
            })
            .await
        })
        .await
    }

    /// The issue of a mapping's target that a person means by a number (`12`, `#12`) or by a
    /// pasted address, as it is in the tracker right now.
    ///
    /// # Errors
    /// No number is in it, the address is of another project, or there is no such issue.
    pub async fn issue_find(&self, mapping: MappingId, text: &str) -> Result<IssueSeen, Problem> {
        let text = text.trim();
        let number = number_in(text).ok_or_else(|| {
            Problem::bad_input(format!("«{text}» names no issue."))
                .hint("Paste the issue's address, or type its number.")
                .with("field", "issue")
        })?;
        let route = self.route(mapping, None).await?;
        let target = route.mapping.target.clone();
        let issue =
            IssueRef { target: target.clone(), number: number.clone(), stable_id: None, url: String::new() };
        let read = route.look(&issue).await?;
        let Some(seen) = read.seen else {
            return Err(Problem::new(Code::TargetMissing, format!("{target} has no issue {number}."))
                .hint("Look whether the number is right, and whether the connection's account may see it.")
                .with("field", "issue"));
        };
        if is_address(text) && !same_page(text, &seen.issue.url) {
            return Err(Problem::bad_input(format!(
                "That address is not of {target}, where the mapping «{}» goes. Its issue {number} is {}.",
                route.mapping.label, seen.issue.url
            ))
            .hint("Choose a mapping to the project of that address, or type the number alone.")
            .with("field", "issue"));
        }
        Ok(seen)
    }
}

fn is_address(text: &str) -> bool {
    text.contains("://") || text.contains('/')
}

/// The number of an issue: what was typed, or the last part of an address that is one.
fn number_in(text: &str) -> Option<String> {
    let digits = |part: &str| !part.is_empty() && part.len() < 19 && part.bytes().all(|b| b.is_ascii_digit());
    let plain = text.trim_start_matches('#');
    if digits(plain) {
        return Some(plain.to_owned());
    }
    if !is_address(text) {
        // `acme/shop#12` has a slash; `shop#12` has none.
        return text.rsplit_once('#').map(|(_, number)| number).filter(|n| digits(n)).map(str::to_owned);
    }
    let path = text.split(['?']).next().unwrap_or(text);
    let (path, anchor) = path.split_once('#').unwrap_or((path, ""));
    let last = path.split('/').rev().find(|part| digits(part));
    last.or_else(|| Some(anchor).filter(|anchor| digits(anchor))).map(str::to_owned)
}

/// Whether two addresses are of one issue, whatever page of it they open.
fn same_page(typed: &str, url: &str) -> bool {
    let project = |address: &str| -> String {
        let address = address.split(['?', '#']).next().unwrap_or(address).to_lowercase();
        let bare = address.split_once("://").map_or(address.as_str(), |(_, rest)| rest).to_owned();
        // Up to what the vendors put between project and number.
        let ends = ["/issues/", "/work_items/", "/_workitems/", "/-/"];
        let end = ends.iter().filter_map(|word| bare.find(word)).min().unwrap_or(bare.len());
        bare[..end].trim_end_matches('/').to_owned()
    };
    let (typed, url) = (project(typed), project(url));
    typed == url || url.ends_with(&format!("/{typed}"))
}

#[cfg(test)]
mod tests {
    use super::{number_in, same_page};

    #[test]
    fn a_number_is_found_in_whatever_is_pasted() {
        for (text, number) in [
            ("12", Some("12")),
            ("#12", Some("12")),
            ("shop#12", Some("12")),
            ("acme/shop#12", Some("12")),
            ("https://github.example/acme/shop/issues/12", Some("12")),
            ("https://github.example/acme/shop/issues/12#issuecomment-99", Some("12")),
            ("https://gitlab.example/acme/2024/shop/-/issues/12?tab=notes", Some("12")),
            ("https://gitlab.example/acme/shop/-/work_items/12", Some("12")),
            ("https://dev.azure.example/acme/Shop/_workitems/edit/12/", Some("12")),
            ("login page", None),
            ("https://github.example/acme/shop", None),
        ] {
            assert_eq!(number_in(text).as_deref(), number, "in «{text}»");
        }
    }

    #[test]
    fn an_address_of_another_project_is_not_taken() {
        let url = "https://gitlab.example/acme/shop/-/issues/12";
        assert!(
            same_page("https://GitLab.example/Acme/shop/-/work_items/12#note_1", url),
            "another page of it"
        );
        assert!(same_page("acme/shop#12", url), "its short name");
        assert!(!same_page("https://gitlab.example/acme/till/-/issues/12", url), "another project");
        assert!(!same_page("https://other.example/acme/shop/-/issues/12", url), "another server");
    }
}

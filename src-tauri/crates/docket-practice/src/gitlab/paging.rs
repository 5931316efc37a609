//! Pages of a list: by number with the vendor's headers, or by keyset where the vendor has it.

use super::refusal::error;
use crate::reply::Answer;
use crate::text::percent_encoded;

/// Above this many rows the vendor stops counting.
const COUNTED: usize = 10_000;
/// The furthest offset that is served by page number.
const FURTHEST: usize = 50_000;

pub(super) fn value<'q>(query: &'q [(String, String)], name: &str) -> Option<&'q str> {
    query.iter().rev().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
}

fn number(query: &[(String, String)], name: &str, default: usize) -> usize {
    value(query, name).and_then(|v| v.parse().ok()).filter(|n| *n > 0).unwrap_or(default)
}

/// The address with some parameters of the query replaced.
fn address(base: &str, query: &[(String, String)], changed: &[(&str, String)]) -> String {
    let mut pairs: Vec<String> = query
        .iter()
        .filter(|(n, _)| !changed.iter().any(|(c, _)| c == n))
        .map(|(n, v)| format!("{}={}", percent_encoded(n), percent_encoded(v)))
        .collect();
    pairs.extend(changed.iter().filter(|(_, v)| !v.is_empty()).map(|(n, v)| format!("{n}={v}")));
    format!("{base}?{}", pairs.join("&"))
}

/// The asked part of a list, and the headers that lead through it.
#[derive(Debug)]
pub(super) struct Page<T> {
    pub items: Vec<T>,
    headers: Vec<(&'static str, String)>,
}

impl<T> Page<T> {
    pub fn on(self, mut answer: Answer) -> Answer {
        answer.headers.extend(self.headers);
        answer
    }
}

/// Cuts one page by number. `base` is the request's own address without its query.
pub(super) fn page<T>(items: Vec<T>, query: &[(String, String)], base: &str) -> Result<Page<T>, Box<Answer>> {
    if value(query, "pagination") == Some("keyset") {
        return Err(error(405, "Keyset pagination is not yet available for this type of request"));
    }
    let size = number(query, "per_page", 20).min(100);
    let wanted = number(query, "page", 1);
    if (wanted - 1).saturating_mul(size) >= FURTHEST {
        let text = format!(
            "Offset pagination has a maximum allowed offset of {FURTHEST} for requests that return objects of this type. \
             Remaining records can be retrieved using keyset pagination."
        );
        return Err(error(405, &text));
    }
    let total = items.len();
    let last = total.div_ceil(size).max(1);
    let counted = total <= COUNTED;
    let link = |page: usize, rel: &str| {
        let to = address(base, query, &[("page", page.to_string()), ("per_page", size.to_string())]);
        format!("<{to}>; rel=\"{rel}\"")
    };
    let mut links = Vec::new();
    if wanted > 1 {
        links.push(link(wanted - 1, "prev"));
    }
    if wanted < last {
        links.push(link(wanted + 1, "next"));
    }
    links.push(link(1, "first"));
    if counted {
        links.push(link(last, "last"));
    }
    let beside = |yes: bool, page: usize| if yes { page.to_string() } else { String::new() };
    let mut headers = vec![
        ("link", links.join(", ")),
        ("x-next-page", beside(wanted < last, wanted + 1)),
        ("x-page", wanted.to_string()),
        ("x-per-page", size.to_string()),
        ("x-prev-page", beside(wanted > 1, wanted.saturating_sub(1))),
    ];
    if counted {
        headers.push(("x-total", total.to_string()));
        headers.push(("x-total-pages", last.to_string()));
    }
    let items = items.into_iter().skip((wanted - 1) * size).take(size).collect();
    Ok(Page { items, headers })
}

/// Cuts the next part of a list that is sorted by id; only `Link` tells how to go on.
pub(super) fn keyset<T>(
    items: Vec<T>,
    query: &[(String, String)],
    base: &str,
    id: impl Fn(&T) -> u64,
    ascending: bool,
) -> Page<T> {
    let size = number(query, "per_page", 20).min(100);
    let bound = if ascending { "id_after" } else { "id_before" };
    let total = items.len();
    let items: Vec<T> = items.into_iter().take(size).collect();
    let next = items.last().filter(|_| total > size).map(|i| {
        let to = address(base, query, &[(bound, id(i).to_string())]);
        ("link", format!("<{to}>; rel=\"next\""))
    });
    Page { items, headers: next.into_iter().collect() }
}

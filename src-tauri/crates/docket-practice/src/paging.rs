//! Pages of a list and the `Link` header that leads through them.
//!
//! With opaque cursors on, the next page is told by the header only; `page=` beyond the first is refused, so that a
//! client which builds addresses on its own is found out.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::reply::{Answer, fault_in, invalid};
use crate::text::percent_encoded;

/// The part of a list that a query asks for, and where the rest is.
#[derive(Debug)]
pub(crate) struct Page<T> {
    pub items: Vec<T>,
    pub link: Option<String>,
}

fn number(query: &[(String, String)], name: &str, default: usize) -> usize {
    query
        .iter()
        .find(|(n, _)| n == name)
        .and_then(|(_, v)| v.parse().ok())
        .filter(|n| *n > 0)
        .unwrap_or(default)
}

/// Cuts one page. `address` is the request's own address without its query.
pub(crate) fn page<T>(
    items: Vec<T>,
    query: &[(String, String)],
    address: &str,
    opaque: bool,
) -> Result<Page<T>, Box<Answer>> {
    let size = number(query, "per_page", 30).min(100);
    let wanted = if opaque { opaque_page(query)? } else { number(query, "page", 1) };
    let last = items.len().div_ceil(size).max(1);
    let address_of = |page: usize| {
        let mut pairs: Vec<String> = query
            .iter()
            .filter(|(n, _)| n != "page" && n != "after")
            .map(|(n, v)| format!("{}={}", percent_encoded(n), percent_encoded(v)))
            .collect();
        pairs.push(if opaque {
            format!("after={}", URL_SAFE_NO_PAD.encode(format!("practice:{page}")))
        } else {
            format!("page={page}")
        });
        format!("<{address}?{}>", pairs.join("&"))
    };
    let mut links = Vec::new();
    if wanted > 1 {
        links.push(format!("{}; rel=\"prev\"", address_of((wanted - 1).min(last))));
    }
    if wanted < last {
        links.push(format!("{}; rel=\"next\"", address_of(wanted + 1)));
        if !opaque {
            links.push(format!("{}; rel=\"last\"", address_of(last)));
        }
    }
    if wanted > 1 {
        links.push(format!("{}; rel=\"first\"", address_of(1)));
    }
    let link = (!links.is_empty()).then(|| links.join(", "));
    Ok(Page { items: items.into_iter().skip((wanted - 1).saturating_mul(size)).take(size).collect(), link })
}

fn opaque_page(query: &[(String, String)]) -> Result<usize, Box<Answer>> {
    if number(query, "page", 1) > 1 {
        return Err(invalid(&[fault_in("Issue", "page", "invalid")]));
    }
    let Some((_, cursor)) = query.iter().find(|(n, _)| n == "after") else { return Ok(1) };
    URL_SAFE_NO_PAD
        .decode(cursor)
        .ok()
        .and_then(|b| String::from_utf8(b).ok())
        .and_then(|t| t.strip_prefix("practice:").and_then(|n| n.parse().ok()))
        .filter(|n| *n > 0)
        .ok_or_else(|| invalid(&[fault_in("Issue", "after", "invalid")]))
}

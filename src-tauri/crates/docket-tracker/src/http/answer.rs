//! What came back.

use std::sync::Arc;

use docket_domain::Timestamp;
use reqwest::header::HeaderMap;
use serde_json::Value;
use url::Url;

/// Clocks that differ by less are taken to agree, milliseconds.
const CLOCKS_AGREE_MS: i64 = 3_000;

/// The text of an answer.
#[derive(Debug, Clone)]
pub(crate) enum Body {
    /// Nothing.
    Empty,
    /// JSON.
    Json(Arc<Value>),
    /// Something else, or JSON that does not parse: its beginning, cleaned.
    Other { content_type: String, start: String },
}

/// An answer, whatever its status.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Body,
    /// Where it came from in the end.
    pub url: Url,
    /// The tracker sent us on to another path of its own.
    pub redirected: bool,
    /// The tracker points to another host (or scheme); not followed.
    pub elsewhere: Option<Url>,
    pub request_id: Option<String>,
    /// Until it was read, milliseconds.
    pub ms: u64,
}

impl Answer {
    /// A header's text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// A header's number.
    pub fn number(&self, name: &str) -> Option<i64> {
        self.header(name)?.trim().parse().ok()
    }

    /// The JSON, if it is JSON.
    pub fn json(&self) -> Option<&Value> {
        match &self.body {
            Body::Json(value) => Some(value),
            Body::Empty | Body::Other { .. } => None,
        }
    }

    /// The answer is a web page.
    pub fn is_html(&self) -> bool {
        matches!(&self.body, Body::Other { content_type, start }
            if content_type.contains("html") || start.trim_start().to_ascii_lowercase().starts_with("<!doctype html"))
    }

    /// `message` of a JSON answer.
    pub fn message(&self) -> &str {
        self.json().and_then(|json| json.get("message")).and_then(Value::as_str).unwrap_or_default()
    }

    /// The text of the answer, whatever it is, for looking for words in it.
    pub fn text(&self) -> String {
        match &self.body {
            Body::Empty => String::new(),
            Body::Json(value) => value.to_string(),
            Body::Other { start, .. } => start.clone(),
        }
    }

    /// Status 2xx.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The server's clock.
    pub fn date(&self) -> Option<Timestamp> {
        http_date(self.header("date")?)
    }

    /// The page after this one (`Link: <…>; rel="next"`).
    pub fn next_page(&self) -> Option<String> {
        for part in self.header("link")?.split(',') {
            let mut pieces = part.split(';');
            let target = pieces.next()?.trim();
            let is_next = pieces.any(|piece| matches!(piece.trim(), "rel=\"next\"" | "rel=next"));
            if is_next {
                return target.strip_prefix('<')?.strip_suffix('>').map(str::to_owned);
            }
        }
        None
    }

    /// A moment of the server's clock, seconds since 1970 in a header, by this computer's clock.
    pub fn moment(&self, name: &str, now: Timestamp) -> Option<Timestamp> {
        let theirs = Timestamp(self.number(name)?.saturating_mul(1000));
        // The header is exact to a second, and so is a moment: a second of grace for both.
        let ahead = self.date().map_or(0, |date| date.millis_since(now));
        let ahead = if ahead.abs() < CLOCKS_AGREE_MS { 0 } else { ahead };
        Some(theirs.plus_millis(1_000 - ahead))
    }

    /// How long the server asks to wait: seconds or a date in `Retry-After`.
    pub fn retry_after(&self, now: Timestamp) -> Option<Timestamp> {
        let text = self.header("retry-after")?.trim();
        match text.parse::<i64>() {
            Ok(seconds) => Some(now.plus_millis(seconds.max(0).saturating_mul(1000))),
            Err(_) => http_date(text),
        }
    }
}

/// `Sat, 21 Nov 2026 10:00:00 GMT`.
fn http_date(text: &str) -> Option<Timestamp> {
    let instant = jiff::fmt::rfc2822::parse(text).ok()?;
    Some(Timestamp(instant.timestamp().as_millisecond()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(headers: &[(&'static str, &'static str)]) -> Answer {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(*name, value.parse().unwrap());
        }
        Answer {
            status: 200,
            headers: map,
            body: Body::Empty,
            url: "https://h.example/".parse().unwrap(),
            redirected: false,
            elsewhere: None,
            request_id: None,
            ms: 0,
        }
    }

    #[test]
    fn the_next_page_is_read_from_the_link_header_only() {
        let link = r#"<https://h/x?page=1>; rel="prev", <https://h/x?after=abc%3D>; rel="next", <https://h/x?page=9>; rel="last""#;
        let next = answer(&[("link", link)]).next_page();
        assert_eq!(next.as_deref(), Some("https://h/x?after=abc%3D"), "taken as it stands, never built");
        assert_eq!(answer(&[]).next_page(), None, "no header, no further page");
    }

    #[test]
    fn both_spellings_of_retry_after_are_understood() {
        let now = Timestamp(1_000);
        assert_eq!(answer(&[("retry-after", "7")]).retry_after(now), Some(Timestamp(8_000)), "seconds");
        let date = answer(&[("retry-after", "Thu, 01 Jan 1970 00:01:00 GMT")]).retry_after(now);
        assert_eq!(date, Some(Timestamp(60_000)), "a date");
    }
}

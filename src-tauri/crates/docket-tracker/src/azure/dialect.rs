//! What Azure DevOps' answers say in their headers, and which versions of its API there are.

use docket_domain::Timestamp;
use reqwest::header::{ACCEPT, HeaderMap, HeaderValue};

use crate::http::{Answer, Dialect, Throttle};
use crate::pace::{Told, WaitReason};

/// The one dialect.
pub(super) static AZURE: AzureDialect = AzureDialect;

/// Azure DevOps' ways.
pub(super) struct AzureDialect;

/// Versions of the API that Docket speaks, the newest first: Services and Server 2022 with
/// Update 1; Server 2022, 2020, 2019; TFS 2018 with Update 2.
///
/// TFS 2018 before that (4.0) is deliberately absent: no document says that it knows
/// `validateOnly`, and a server that overlooks it would store what was only to be judged.
pub(super) const VERSIONS: [&str; 5] = ["7.1", "7.0", "6.0", "5.0", "4.1"];
/// The version in which long texts may be Markdown; the service only.
pub(super) const NEWEST: &str = "7.2-preview";

/// Headers of every request, besides sign-in and user agent.
pub(super) fn headers() -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    // Without it a browser's sign-in page may come in place of a status.
    headers.insert("x-tfs-fedauthredirect", HeaderValue::from_static("Suppress"));
    headers
}

impl Dialect for AzureDialect {
    fn vendor(&self) -> &'static str {
        "Azure DevOps"
    }

    fn telling_headers(&self) -> &'static [&'static str] {
        &[
            "activityid",
            "content-type",
            "date",
            "location",
            "retry-after",
            "server",
            "www-authenticate",
            "x-ms-continuationtoken",
            "x-ratelimit-delay",
            "x-ratelimit-limit",
            "x-ratelimit-remaining",
            "x-ratelimit-reset",
            "x-ratelimit-resource",
            "x-tfs-processid",
            "x-vss-e2eid",
            "x-vss-userdata",
        ]
    }

    /// The service asks for a pause with 429 or 503, and already before that with a success:
    /// that one is only remembered for the next request.
    fn throttled(&self, answer: &Answer, now: Timestamp) -> Option<Throttle> {
        let asked = answer.retry_after(now);
        let blocked = answer.status == 429 || (answer.status == 503 && asked.is_some());
        let warned = answer.is_success() && asked.is_some();
        if !blocked && !warned {
            return None;
        }
        Some(Throttle {
            until: asked,
            refused: blocked,
            reason: WaitReason::TrackerAsked,
            words: "Azure DevOps asks us to slow down. Nothing is lost.".to_owned(),
        })
    }

    /// Told only when little is left. The rest may have a fraction; it is taken as the whole below.
    fn told(&self, answer: &Answer, now: Timestamp) -> Option<Told> {
        let units = |name: &str| {
            let units: f64 = answer.header(name)?.trim().parse().ok()?;
            (units.is_finite() && units >= 0.0).then_some(units.floor() as i64)
        };
        Some(Told {
            limit: units("x-ratelimit-limit").filter(|limit| *limit > 0)?,
            left: units("x-ratelimit-remaining")?,
            renewed: answer.moment("x-ratelimit-reset", now)?,
        })
    }

    fn request_id(&self, headers: &HeaderMap) -> Option<String> {
        let id = headers.get("x-vss-e2eid").or_else(|| headers.get("activityid"))?;
        id.to_str().ok().map(str::to_owned)
    }
}

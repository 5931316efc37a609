//! What a dynamic test sent and got (3.46, 3.47): proof.

use docket_domain::{Evidence, Found};

use super::run::RunFacts;
use crate::evidence;
use crate::json::Json;

/// Most headers of one message.
const HEADERS: usize = 200;

/// Adds request and response of a result, its own or those that several results share.
pub(super) fn prove(found: &mut Found, result: &Json, facts: &RunFacts) {
    let request = shared(result.get("webRequest"), &facts.web_requests, "target");
    let response = shared(result.get("webResponse"), &facts.web_responses, "statusCode");
    if !request.is_map() && !response.is_map() {
        return;
    }
    let (method, target) = (request.line("method"), request.line("target"));
    let sent = (method.is_some() || target.is_some()).then(|| {
        let first = [method.clone(), target.clone(), protocol(request)];
        message(&first.into_iter().flatten().collect::<Vec<_>>().join(" "), request)
    });
    let got = response.line("statusCode").map(|code| {
        let first = [protocol(response), Some(code), response.line("reasonPhrase")];
        message(&first.into_iter().flatten().collect::<Vec<_>>().join(" "), response)
    });
    let url = target.filter(|target| crate::path::is_web(target));
    evidence::add(found, Evidence { method, url, request: sent, response: got, ..Evidence::empty() });
}

/// The value, or the one that it names among those of the run, unless it says something itself.
fn shared<'a>(own: &'a Json, all: &'a [Json], says: &str) -> &'a Json {
    let other = own.get("index").index().and_then(|index| all.get(index));
    other.filter(|_| own.get(says).is_null()).unwrap_or(own)
}

fn protocol(message: &Json) -> Option<String> {
    let name = message.line("protocol")?.to_ascii_uppercase();
    Some(message.line("version").map_or_else(|| name.clone(), |version| format!("{name}/{version}")))
}

fn message(first: &str, of: &Json) -> String {
    let mut text = first.to_owned();
    for (name, value) in of.get("headers").fields().iter().take(HEADERS) {
        text.extend(["\n", name, ": ", &value.as_text_or_empty()]);
    }
    if let Some(body) = of.get("body").get("text").some_text() {
        text.extend(["\n\n", body]);
    }
    text
}

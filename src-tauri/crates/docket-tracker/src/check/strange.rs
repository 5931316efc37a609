//! Words for what answers where a tracker's API should be.

use docket_domain::Code;

use super::course::Tested;
use super::{Finding, network, product};
use crate::error::TrackerError;
use crate::http::Answer;
use crate::in_front::InFront;

/// The connection stood, and still no answer came.
pub(crate) async fn no_answer(tested: &impl Tested, error: &TrackerError) -> Finding {
    let http = tested.http();
    if !http.is_encrypted() && error.code() == Code::Network && network::speaks_tls(http).await {
        return use_https(tested);
    }
    Finding::problem(&error.problem)
}

/// A server that was asked without encryption and says so.
pub(crate) fn told_to_use_https(tested: &impl Tested, answer: &Answer) -> Option<Finding> {
    let text = answer.text().to_ascii_lowercase();
    let says = text.contains("plain http request") || text.contains("http request to an https server");
    says.then(|| use_https(tested))
}

fn use_https(tested: &impl Tested) -> Finding {
    let https = tested.understood().shown.replacen("http://", "https://", 1);
    Finding::failed(
        format!("This address speaks https on port {}, not http.", tested.http().port()),
        format!("Use {https} as the address."),
    )
}

/// The network, or a server that stumbles, before any vendor's marks could show.
pub(crate) fn is_on_the_way(answer: &Answer) -> bool {
    let way =
        matches!(InFront::of(answer), Some(InFront::CaptivePortal | InFront::Elsewhere { https: true, .. }));
    way || answer.status >= 500
}

/// Another product's marks.
pub(crate) fn other_product(tested: &impl Tested, answer: &Answer) -> Option<Finding> {
    let wanted = tested.names().server;
    let product = product::of(answer).filter(|product| *product != wanted)?;
    Some(Finding::failed(
        format!("This looks like {product}, not {wanted}."),
        format!("Choose {product} as the kind of tracker, or correct the address."),
    ))
}

/// A gateway that sends everybody to its own host first.
pub(crate) fn sent_on(answer: &Answer) -> Option<Finding> {
    let host = answer.elsewhere.as_ref()?.host_str().unwrap_or_default();
    let finding = Finding::failed(
        format!("A sign-in page of {host} is in front of the API."),
        "Access to the API must bypass it, or go through the company VPN. Ask your network administrator.",
    );
    Some(finding.saw(format!("sent on to {host}")))
}

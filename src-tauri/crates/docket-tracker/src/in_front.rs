//! What may stand between this computer and a tracker and answer in its place: the log-in of a
//! guest network, another host, a sign-in page. It is the same in front of every vendor, so it is
//! recognised and worded once.
//!
//! Deliberately absent: a vendor's own sign-in pages and hosts, which mean that it does not
//! accept the token. A vendor that has such looks for them first.

use docket_domain::Code;

use crate::error::Outcome;
use crate::http::Answer;

/// Something in front of a tracker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum InFront {
    /// The network wants a person to log in first.
    CaptivePortal,
    /// The answer points to another host, or from http to https.
    Elsewhere {
        /// Where it points to.
        host: String,
        /// The same host, through https.
        https: bool,
    },
    /// A web page came in place of an answer.
    SignInPage {
        /// Who sent it.
        host: String,
    },
}

impl InFront {
    /// Recognises it in an answer.
    pub fn of(answer: &Answer) -> Option<Self> {
        if answer.status == 511 {
            return Some(Self::CaptivePortal);
        }
        let asked = answer.url.host_str().unwrap_or_default();
        if let Some(elsewhere) = &answer.elsewhere {
            let host = elsewhere.host_str().unwrap_or_default().to_owned();
            let https = asked == host && answer.url.scheme() == "http" && elsewhere.scheme() == "https";
            return Some(Self::Elsewhere { host, https });
        }
        let page = answer.is_html() && (answer.is_success() || matches!(answer.status, 401 | 403));
        page.then(|| Self::SignInPage { host: asked.to_owned() })
    }

    /// What it means for a write: a page may have come after the tracker stored it.
    pub fn outcome(&self) -> Outcome {
        match self {
            Self::CaptivePortal => Outcome::NotSent,
            Self::Elsewhere { .. } => Outcome::Refused,
            Self::SignInPage { .. } => Outcome::Unknown,
        }
    }

    /// The code of such a problem.
    pub fn code(&self) -> Code {
        match self {
            Self::CaptivePortal => Code::Network,
            Self::Elsewhere { .. } | Self::SignInPage { .. } => Code::TrackerTrouble,
        }
    }

    /// What went wrong. `vendor` is who should have answered.
    pub fn what_happened(&self, vendor: &str) -> String {
        match self {
            Self::CaptivePortal => {
                "This network wants you to log in first (as in a hotel or a guest network).".to_owned()
            }
            Self::Elsewhere { https: true, host } => format!("{host} wants to be reached through https."),
            Self::Elsewhere { host, .. } => {
                format!("The server pointed to another host, {host}. The token was not sent there.")
            }
            Self::SignInPage { host } => {
                let whose = if vendor.ends_with('s') { "'" } else { "'s" };
                format!(
                    "A web page came back from {host} in place of {vendor}{whose} answer: a sign-in page is in front of the API."
                )
            }
        }
    }

    /// What a person can do about it.
    pub fn next_step(&self) -> String {
        match self {
            Self::CaptivePortal => {
                "Open any page in your browser, log in to the network, and try again.".to_owned()
            }
            Self::Elsewhere { https: true, host } => {
                format!("Write https://{host} as the address of the connection.")
            }
            Self::Elsewhere { .. } => {
                "Check the address of the connection; a sign-in gateway may be in front of the API.".to_owned()
            }
            Self::SignInPage { .. } => "Access to the API must bypass the sign-in page, or go through the company VPN. Ask your network administrator.".to_owned(),
        }
    }
}

//! What a practice server of any kind gives to the sockets, and what it gets from them.
//!
//! The layer of sockets (`serve`, `running`, `faults`, `log`, `tls`, `proxy`) knows no vendor. A new site
//! 1. keeps a [`Front`] beside its world and returns it from [`Site::front`],
//! 2. implements [`Site`]: it answers an arrived request, applying those faults that only it can word
//!    (`strike::neutral` words the rest), and names its credentials for the log,
//! 3. starts with [`Door::open`](crate::running::Door::open), builds itself with the origin that the door tells, and goes
//!    through [`Door::admit_to`](crate::running::Door::admit_to).
//!
//! The layer does by itself: reading bodies, the log's lines, delays, cuts, silence, slow and broken bodies, the skewed
//! clock, and a `Link` header whose next page is the page itself.

use std::fmt::Debug;
use std::sync::Mutex;
use std::sync::atomic::AtomicUsize;

use hyper::HeaderMap;
use hyper::body::Bytes;
use serde_json::Value;

use crate::clock::Clock;
use crate::faults::{Fault, FaultPlan, FaultRule};
use crate::locked;
use crate::log::{Credential, Logged, Violation};
use crate::reply::Answer;

/// What a practice server keeps of uploaded files in memory, unless its setup says otherwise: 256 MiB.
pub(crate) const ROOM_FOR_FILES: usize = 256 * 1024 * 1024;

/// A request that was read to its end. It holds the credential, so it cannot be printed.
pub(crate) struct Arrived {
    /// Its place in the log.
    pub index: usize,
    pub method: String,
    /// As sent: percent-escapes are still in it.
    pub path: String,
    pub query_text: String,
    /// Decoded.
    pub query: Vec<(String, String)>,
    pub headers: HeaderMap,
    /// Empty while the head is judged, and when it was larger than [`Site::file_limit`].
    pub body: Bytes,
    /// The body was larger than [`Site::file_limit`]; it was read to its end and thrown away.
    pub too_large: bool,
    /// Scheme and host under which the server was asked, without a trailing slash. Links lead back there.
    pub origin: String,
}

impl Arrived {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|v| v.to_str().ok())
    }
}

/// What every site keeps for the sockets and for those who look inside.
#[derive(Debug)]
pub(crate) struct Front {
    pub clock: Clock,
    /// `http://127.0.0.1:PORT`.
    pub origin: String,
    pub faults: FaultPlan,
    pub log: Mutex<Vec<Logged>>,
    pub violations: Mutex<Vec<Violation>>,
    /// Requests that are being answered now.
    pub in_flight: AtomicUsize,
}

impl Front {
    pub fn new(clock: Clock, origin: String, faults: Vec<FaultRule>) -> Self {
        Self {
            clock,
            origin,
            faults: FaultPlan::new(faults),
            log: Mutex::default(),
            violations: Mutex::default(),
            in_flight: AtomicUsize::new(0),
        }
    }

    /// Writes a disagreement with the contract down: 597 our own answer, 598 the request, 599 no such operation.
    pub fn violate(&self, arrived: &Arrived, code: u16, problems: Vec<String>) {
        let request = format!("{} {}", arrived.method, arrived.path);
        tracing::warn!(code, request, ?problems, "the contract was broken");
        locked(&self.violations).push(Violation { code, index: arrived.index, request, problems });
    }

    /// Tells the log which of the vendor's operations a request was.
    pub fn name_operation(&self, index: usize, operation: &str) {
        if let Some(entry) = locked(&self.log).get_mut(index) {
            entry.operation = Some(operation.to_owned());
        }
    }
}

/// A practice server of one kind.
pub(crate) trait Site: Debug + Send + Sync + 'static {
    fn front(&self) -> &Front;

    /// The kind of the credential and its shortened digest, for the log.
    fn credential(&self, arrived: &Arrived) -> (Credential, Option<String>);

    /// Faults do not strike here: pages for people.
    fn spared(&self, arrived: &Arrived) -> bool;

    /// The answer, with the fault's part that is not on the wire.
    fn answer(&self, arrived: &Arrived, fault: Option<&Fault>) -> Answer;

    /// A refusal in the vendor's shape, for a request that reached no operation.
    fn refusal(&self, status: u16, message: &str) -> Answer;

    /// Headers that every answer carries.
    fn headers(&self, arrived: &Arrived) -> Vec<(&'static str, String)>;

    /// The largest body of a request that brings a file, in bytes; `None` for all others, whose connection is cut beyond a
    /// few megabytes. The log keeps no files.
    fn file_limit(&self, _arrived: &Arrived) -> Option<usize> {
        None
    }

    /// The JSON body as the log may keep it. A site whose bodies carry secrets takes them out.
    fn loggable(&self, _arrived: &Arrived, body: Value) -> Option<Value> {
        Some(body)
    }
}

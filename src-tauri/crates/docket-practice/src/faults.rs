//! Faults that can be switched on: by plan from code, by name from the command line, or per request by a header.
//!
//! A plan is a list of rules. A rule names a fault, which requests it concerns, and which of those it strikes. Every
//! rule counts its own matching requests from 1; the first rule that strikes wins.

use std::fmt;
use std::str::FromStr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::locked;

/// Something that goes wrong on purpose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// The answer comes late.
    Delay(Duration),
    /// The answer's body comes in small pieces with this pause between them.
    SlowBody(Duration),
    /// The connection is cut before the request's body is read.
    CutBeforeReading,
    /// The connection is cut after the body was read and before anything is stored.
    CutBeforeStoring,
    /// The request is carried out, then the connection is cut without an answer.
    StoreThenCut,
    /// The request is carried out, then no answer ever comes.
    StoreThenSilence,
    /// The request is carried out; the answer's head and half of its body come, then the connection is cut.
    CutInAnswer,
    /// The connection is cut at once, and the request is carried out so much later, though nobody waits for it.
    StoreLate(Duration),
    /// The request is carried out, then the answer is 500.
    StoreThenError,
    /// This status (500, 502, 503), nothing is stored.
    ServerError(u16),
    /// A proxy's 502 page in HTML.
    ProxyPage,
    /// 401 `Bad credentials`.
    BadCredentials,
    /// 403, the hourly allowance is used up.
    PrimaryLimit,
    /// 403, the secondary limit, with or without `Retry-After` (seconds).
    SecondaryLimit(Option<u32>),
    /// Refused for so many seconds, in the vendor's words and with `Retry-After`; nothing is stored.
    Throttled(u32),
    /// 403, too many failed logins.
    TooManyLogins,
    /// 403 with `X-GitHub-SSO: required`.
    SsoRequired,
    /// The answer is given with `X-GitHub-SSO: partial-results`; lists of organisations and repositories are empty.
    SsoPartial,
    /// 403, the fine-grained token lacks `issues=write`.
    PermissionMissing,
    /// 403, the organisation forbids classic tokens.
    ClassicForbidden,
    /// 403, the organisation has an IP allow list.
    IpAllowList,
    /// 403, the organisation restricts OAuth apps.
    OAuthRestricted,
    /// 200 with a sign-in page in HTML.
    SignInPage,
    /// 302 to a sign-in page on another host.
    ForeignRedirect,
    /// 511 from a captive portal.
    CaptivePortal,
    /// 410, issues are switched off.
    IssuesDisabled,
    /// 301 to another repository address on this server.
    RepoMoved,
    /// 403, the repository is archived.
    Archived,
    /// The `Date` header is off by this many seconds.
    ClockSkew(i64),
    /// Labels are dropped silently.
    DropLabels,
    /// Assignees are dropped silently.
    DropAssignees,
    /// The milestone is dropped silently.
    DropMilestone,
    /// Fields of a project's item are dropped silently.
    DropProjectFields,
    /// The answer's JSON breaks off in the middle.
    InvalidJson,
    /// The answer says gzip and ends too early.
    TruncatedGzip,
    /// The request is carried out twice; the second answer is sent.
    HandledTwice,
    /// The token that made the request ends now: 401 from here on.
    TokenEnds,
    /// The list's answer names itself as its next page.
    RepeatedPage,
    /// Every page of a list is its first one, and each names a further page.
    EndlessList,
    /// 400 on the practice GitLab: the text is taken for spam; nothing is stored.
    SpamCheck,
}

/// Name, one line, and the fault with its usual argument. An argument follows the name as `name=NUMBER`.
pub const FAULTS: &[(&str, &str, Fault)] = &[
    ("delay", "the answer comes late (=milliseconds)", Fault::Delay(Duration::from_secs(2))),
    (
        "slow-body",
        "the body drips out (=milliseconds between pieces)",
        Fault::SlowBody(Duration::from_millis(50)),
    ),
    ("cut-before-reading", "the connection is cut before the body is read", Fault::CutBeforeReading),
    ("cut-before-storing", "the connection is cut, nothing is stored", Fault::CutBeforeStoring),
    ("store-then-cut", "stored, then the connection is cut without an answer", Fault::StoreThenCut),
    ("store-then-silence", "stored, then no answer ever comes", Fault::StoreThenSilence),
    ("cut-in-answer", "stored, then the connection is cut in the middle of the answer", Fault::CutInAnswer),
    (
        "store-late",
        "the connection is cut, stored afterwards (=milliseconds)",
        Fault::StoreLate(Duration::from_millis(250)),
    ),
    ("store-then-500", "stored, then the answer is 500", Fault::StoreThenError),
    ("server-error", "500 (=502, =503), nothing is stored", Fault::ServerError(500)),
    ("proxy-page", "502 with a proxy's HTML page", Fault::ProxyPage),
    ("bad-credentials", "401 as for a wrong token", Fault::BadCredentials),
    ("primary-limit", "403, the hourly allowance is used up", Fault::PrimaryLimit),
    ("secondary-limit", "403, secondary limit with Retry-After (=seconds)", Fault::SecondaryLimit(Some(60))),
    ("secondary-limit-bare", "403, secondary limit without Retry-After", Fault::SecondaryLimit(None)),
    ("throttled", "refused with Retry-After, in the vendor's words (=seconds)", Fault::Throttled(1)),
    ("too-many-logins", "403, too many failed logins", Fault::TooManyLogins),
    ("sso-required", "403, the token is not authorised for single sign-on", Fault::SsoRequired),
    ("sso-partial", "200, lists lack organisations because of single sign-on", Fault::SsoPartial),
    ("permission-missing", "403, the fine-grained token lacks issues=write", Fault::PermissionMissing),
    ("classic-forbidden", "403, the organisation forbids classic tokens", Fault::ClassicForbidden),
    ("ip-allow-list", "403, the organisation has an IP allow list", Fault::IpAllowList),
    ("oauth-restricted", "403, the organisation restricts OAuth apps", Fault::OAuthRestricted),
    ("sign-in-page", "200 with a sign-in page instead of JSON", Fault::SignInPage),
    ("foreign-redirect", "302 to a sign-in page on another host", Fault::ForeignRedirect),
    ("captive-portal", "511 from a guest network", Fault::CaptivePortal),
    ("issues-disabled", "410, issues are switched off", Fault::IssuesDisabled),
    ("repo-moved", "301, the repository has another name", Fault::RepoMoved),
    ("archived", "403, the repository is read-only", Fault::Archived),
    ("clock-skew", "the Date header is off (=seconds)", Fault::ClockSkew(-900)),
    ("drop-labels", "labels are dropped silently", Fault::DropLabels),
    ("drop-assignees", "assignees are dropped silently", Fault::DropAssignees),
    ("drop-milestone", "the milestone is dropped silently", Fault::DropMilestone),
    ("drop-project-fields", "fields of a project's item are dropped silently", Fault::DropProjectFields),
    ("invalid-json", "the JSON breaks off in the middle", Fault::InvalidJson),
    ("truncated-gzip", "the compressed body ends too early", Fault::TruncatedGzip),
    ("handled-twice", "the request is carried out twice", Fault::HandledTwice),
    ("token-ends", "the token ends with this request", Fault::TokenEnds),
    ("repeated-page", "a list names the same page as its next one", Fault::RepeatedPage),
    ("endless-list", "every page of a list is the first, each names a further one", Fault::EndlessList),
    ("spam-check", "400, the text is taken for spam (GitLab only)", Fault::SpamCheck),
];

/// A fault's text was not understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct FaultSyntax(String);

impl Fault {
    /// The name used on the command line and in the log.
    pub fn name(&self) -> &'static str {
        let same = |f: &Fault| {
            std::mem::discriminant(f) == std::mem::discriminant(self)
                && !matches!((f, self), (Fault::SecondaryLimit(a), Fault::SecondaryLimit(b)) if a.is_some() != b.is_some())
        };
        FAULTS.iter().find(|(_, _, f)| same(f)).map_or("unnamed", |(name, _, _)| name)
    }

    fn with(self, argument: &str) -> Result<Self, FaultSyntax> {
        let number: i64 = argument.parse().map_err(|_| {
            FaultSyntax(format!("'{argument}' is not a whole number (in the fault '{}')", self.name()))
        })?;
        let positive = number.unsigned_abs();
        Ok(match self {
            Fault::Delay(_) => Fault::Delay(Duration::from_millis(positive)),
            Fault::SlowBody(_) => Fault::SlowBody(Duration::from_millis(positive)),
            Fault::StoreLate(_) => Fault::StoreLate(Duration::from_millis(positive)),
            Fault::Throttled(_) => Fault::Throttled(u32::try_from(positive).unwrap_or(u32::MAX)),
            Fault::ClockSkew(_) => Fault::ClockSkew(number),
            Fault::SecondaryLimit(_) => {
                Fault::SecondaryLimit(Some(u32::try_from(positive).unwrap_or(u32::MAX)))
            }
            Fault::ServerError(_) if matches!(number, 500 | 502 | 503) => Fault::ServerError(positive as u16),
            Fault::ServerError(_) => {
                return Err(FaultSyntax("server-error takes 500, 502 or 503".to_owned()));
            }
            other => return Err(FaultSyntax(format!("the fault '{}' takes no number", other.name()))),
        })
    }
}

impl FromStr for Fault {
    type Err = FaultSyntax;

    fn from_str(text: &str) -> Result<Self, FaultSyntax> {
        let (name, argument) = text.split_once('=').map_or((text, None), |(n, a)| (n, Some(a)));
        let found =
            FAULTS.iter().find(|(n, _, _)| *n == name).map(|(_, _, f)| f.clone()).ok_or_else(|| {
                let known: Vec<&str> = FAULTS.iter().map(|(n, _, _)| *n).collect();
                FaultSyntax(format!("there is no fault called '{name}'; the faults are {}", known.join(", ")))
            })?;
        argument.map_or(Ok(found.clone()), |a| found.with(a))
    }
}

/// Which requests a rule concerns: a method (`*` for any) and the end of the path, in which `*` stands for anything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matching {
    method: String,
    path: String,
    spared: Option<String>,
}

/// `matching("POST", "/issues")` concerns every creation of an issue; `matching("*", "")` every request.
#[must_use]
pub fn matching(method: &str, path: &str) -> Matching {
    Matching { method: method.to_uppercase(), path: path.to_owned(), spared: None }
}

impl Matching {
    /// Spares requests whose query contains this, and does not count them.
    #[must_use]
    pub fn unless(mut self, query: &str) -> Self {
        self.spared = Some(query.to_owned());
        self
    }

    fn takes(&self, method: &str, path: &str, query: &str) -> bool {
        let spared = self.spared.as_ref().is_some_and(|spared| query.contains(spared));
        (self.method == "*" || self.method == method) && ends_like(path, &self.path) && !spared
    }
}

/// Whether `text` ends as `pattern` says.
fn ends_like(text: &str, pattern: &str) -> bool {
    let mut rest = text;
    let mut parts = pattern.rsplit('*');
    let Some(last) = parts.next() else { return true };
    let Some(before) = rest.strip_suffix(last) else { return false };
    rest = before;
    for part in parts {
        let Some(at) = rest.rfind(part) else { return false };
        rest = &rest[..at];
    }
    true
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Strikes {
    Nth(u64),
    From(u64),
}

/// One line of a plan.
#[derive(Debug, Clone)]
pub struct FaultRule {
    fault: Fault,
    concerns: Matching,
    strikes: Strikes,
    seen: u64,
}

impl FaultRule {
    /// Strikes the `n`th matching request (from 1) and no other.
    #[must_use]
    pub fn nth(n: u64, concerns: Matching, fault: Fault) -> Self {
        Self { fault, concerns, strikes: Strikes::Nth(n), seen: 0 }
    }

    /// Strikes the `n`th matching request (from 1) and all after it.
    #[must_use]
    pub fn from_nth(n: u64, concerns: Matching, fault: Fault) -> Self {
        Self { fault, concerns, strikes: Strikes::From(n), seen: 0 }
    }
}

/// `NAME[=NUMBER][@METHOD:PATH-END][#N|#N+]`: the fault, the requests (all API requests unless said), and which of them
/// (all unless said; `#2` the second only, `#2+` the second and later ones).
impl FromStr for FaultRule {
    type Err = FaultSyntax;

    fn from_str(text: &str) -> Result<Self, FaultSyntax> {
        let (head, count) = text.rsplit_once('#').map_or((text, None), |(h, c)| (h, Some(c)));
        let (fault, place) = head.split_once('@').map_or((head, None), |(f, p)| (f, Some(p)));
        let concerns = match place {
            None => matching("*", ""),
            Some(p) => p.split_once(':').map(|(m, p)| matching(m, p)).ok_or_else(|| {
                FaultSyntax(format!("'{p}' should be METHOD:PATH, for example POST:/issues (in '{text}')"))
            })?,
        };
        let number = |n: &str| {
            n.parse::<u64>().ok().filter(|n| *n > 0).ok_or_else(|| {
                FaultSyntax(format!("'{n}' should be a request's number, from 1 (in '{text}')"))
            })
        };
        let strikes = match count {
            None => Strikes::From(1),
            Some(c) => match c.strip_suffix('+') {
                Some(n) => Strikes::From(number(n)?),
                None => Strikes::Nth(number(c)?),
            },
        };
        Ok(Self { fault: fault.parse()?, concerns, strikes, seen: 0 })
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The plan of a running server. Cloning shares it.
#[derive(Debug, Clone, Default)]
pub struct FaultPlan(Arc<Mutex<Vec<FaultRule>>>);

impl FaultPlan {
    pub(crate) fn new(rules: Vec<FaultRule>) -> Self {
        Self(Arc::new(Mutex::new(rules)))
    }

    /// Strikes the next matching request and no other.
    pub fn next(&self, concerns: Matching, fault: Fault) {
        self.add(FaultRule::nth(1, concerns, fault));
    }

    /// Strikes the `n`th matching request from now (from 1) and no other.
    pub fn nth(&self, n: u64, concerns: Matching, fault: Fault) {
        self.add(FaultRule::nth(n, concerns, fault));
    }

    /// Strikes the `n`th matching request from now (from 1) and all after it.
    pub fn from_nth(&self, n: u64, concerns: Matching, fault: Fault) {
        self.add(FaultRule::from_nth(n, concerns, fault));
    }

    /// Strikes every matching request.
    pub fn always(&self, concerns: Matching, fault: Fault) {
        self.add(FaultRule::from_nth(1, concerns, fault));
    }

    /// Adds a rule.
    pub fn add(&self, rule: FaultRule) {
        locked(&self.0).push(rule);
    }

    /// Forgets all rules.
    pub fn clear(&self) {
        locked(&self.0).clear();
    }

    /// Counts the request in every rule and returns the fault that strikes it.
    pub(crate) fn strike(&self, method: &str, path: &str, query: &str) -> Option<Fault> {
        let mut struck = None;
        for rule in locked(&self.0).iter_mut().filter(|r| r.concerns.takes(method, path, query)) {
            rule.seen += 1;
            let hit = match rule.strikes {
                Strikes::Nth(n) => rule.seen == n,
                Strikes::From(n) => rule.seen >= n,
            };
            if hit && struck.is_none() {
                struck = Some(rule.fault.clone());
            }
        }
        struck
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_has_a_name_that_reads_back() {
        for (name, line, fault) in FAULTS {
            assert_eq!(fault.name(), *name, "the name of {fault:?}");
            assert_eq!(name.parse::<Fault>().unwrap(), *fault, "reading '{name}' back");
            assert!(!line.is_empty() && !line.ends_with('.'), "the line of '{name}' is one phrase");
        }
    }

    #[test]
    fn a_rule_spares_what_only_asks() {
        let plan = FaultPlan::default();
        plan.next(matching("POST", "/$Issue").unless("validateOnly=true"), Fault::ProxyPage);
        assert_eq!(
            plan.strike("POST", "/a/$Issue", "x=1&validateOnly=true"),
            None,
            "spared, and not counted"
        );
        assert_eq!(plan.strike("POST", "/a/$Issue", "x=1"), Some(Fault::ProxyPage), "the first that counts");
    }

    #[test]
    fn a_rule_reads_its_place_and_its_count() {
        let plan = FaultPlan::new(vec!["store-then-cut@POST:/issues#2".parse().unwrap()]);
        assert_eq!(plan.strike("POST", "/repos/a/b/issues", ""), None, "the first is spared");
        assert_eq!(plan.strike("GET", "/repos/a/b/issues", ""), None, "another method does not count");
        assert_eq!(
            plan.strike("POST", "/repos/a/b/issues", ""),
            Some(Fault::StoreThenCut),
            "the second is struck"
        );
        assert_eq!(plan.strike("POST", "/repos/a/b/issues", ""), None, "the third is spared");
        assert!("store-then-cut@POST#x".parse::<FaultRule>().is_err(), "a place needs method and path");
        let error = "stor".parse::<Fault>().unwrap_err().to_string();
        assert!(error.contains("store-then-cut"), "the error lists what there is: {error}");
    }

    #[test]
    fn a_star_stands_for_anything() {
        assert!(ends_like("/repos/a/b/issues/7/comments", "/issues/*/comments"), "a number in the middle");
        assert!(!ends_like("/repos/a/b/issues/7", "/issues/*/comments"), "the end differs");
        assert!(ends_like("/anything", ""), "the empty pattern takes all");
        assert_eq!(
            "delay=1500".parse::<Fault>().unwrap(),
            Fault::Delay(Duration::from_millis(1500)),
            "milliseconds"
        );
    }
}

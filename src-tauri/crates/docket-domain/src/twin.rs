//! When findings of two tools are likely the same flaw.
//!
//! Two tools share no fingerprint, and each words a flaw its own way. What they do share is where it is
//! and what it is called outside of them: the same vulnerability in the same version of a package, the
//! same weakness (CWE) at the same line or address, a credential at the same place. Findings that say
//! such a thing alike are suggested as duplicates, never joined: a person answers, and a wrong
//! suggestion costs one click.
//!
//! Deliberately absent: titles and rule names, which only look alike; lines that are merely near; cloud
//! resources, where nothing names the check outside of its tool.

use crate::component::FindingKind;

/// What of a finding is compared, as its row has it.
#[derive(Debug, Clone, Copy)]
pub struct Traits<'a> {
    /// Broad kind.
    pub kind: FindingKind,
    /// First path, empty when there is none.
    pub path: &'a str,
    /// First line, 0 when there is none.
    pub line: u32,
    /// Where it is, as a row shows it: a package with its version, an address, a place in a file.
    pub place: &'a str,
}

/// An identifier: its scheme and value («CVE», «CVE-2021-23337»).
pub type Id<'a> = (&'a str, &'a str);

impl Traits<'_> {
    /// Where it is, for comparing with other tools': findings that differ here are no twins, whatever
    /// they are called. None when it does not say where.
    pub fn spot(&self) -> Option<String> {
        let in_file = || {
            let path = self.path.trim_start_matches("./").trim_start_matches('/');
            (!path.is_empty() && self.line > 0).then(|| format!("{path}\n{}", self.line))
        };
        let at = match self.kind {
            FindingKind::Dependency => package(self.place),
            FindingKind::Web => address(self.place),
            FindingKind::Host => Some(self.place.to_ascii_lowercase()).filter(|host| !host.is_empty()),
            FindingKind::Code | FindingKind::Secret | FindingKind::Iac => in_file(),
            FindingKind::Cloud | FindingKind::Other => None,
        }?;
        Some(format!("{}\n{at}", group(self.kind)))
    }

    /// What it is called outside of its tool: names that two tools can share at one spot. A credential
    /// needs none, its place says it all.
    pub fn names<'i>(&self, ids: &[Id<'i>]) -> Vec<&'i str> {
        let weakness = |(scheme, _): &&Id<'i>| scheme.eq_ignore_ascii_case("CWE");
        let values = |ids: Vec<&Id<'i>>| ids.into_iter().map(|(_, value)| *value).collect();
        match self.kind {
            FindingKind::Secret => vec![""],
            FindingKind::Dependency | FindingKind::Host => {
                values(ids.iter().filter(|id| !weakness(id)).collect())
            }
            _ => values(ids.iter().filter(weakness).collect()),
        }
    }
}

/// Kinds that are compared with each other: some tools call a flaw in a configuration code.
fn group(kind: FindingKind) -> &'static str {
    match kind {
        FindingKind::Code | FindingKind::Iac => "code",
        other => other.as_str(),
    }
}

/// A package's own name with its version: tools differ in what they put before it (a scope, a
/// group, a registry). None without a version.
fn package(place: &str) -> Option<String> {
    let (name, version) = place.rsplit_once(' ')?;
    let own = name.rsplit(['/', ':']).next().unwrap_or(name).trim();
    let version = version.trim().trim_start_matches(['v', 'V']);
    (!own.is_empty() && !version.is_empty()).then(|| format!("{own} {version}").to_ascii_lowercase())
}

/// An address without its query.
fn address(place: &str) -> Option<String> {
    let route = place.split(['?', '#']).next().unwrap_or_default();
    let (scheme, rest) = route.split_once("://").unwrap_or(("", route));
    let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let host = match scheme {
        "http" => host.trim_end_matches(":80"),
        "https" => host.trim_end_matches(":443"),
        _ => host,
    };
    (!host.is_empty()).then(|| format!("{}{}", host.to_ascii_lowercase(), path.trim_end_matches('/')))
}

/// The reason that a person reads: which tool says the same, and in what.
pub fn why(tool: &str, name: &str, place: &str) -> String {
    let what = match (name.is_empty(), place.is_empty()) {
        (false, false) => format!(": {name} in {place}"),
        (false, true) => format!(": {name}"),
        (true, false) => format!(" in {place}"),
        (true, true) => String::new(),
    };
    format!("{tool} reports the same{what}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(kind: FindingKind, path: &str, line: u32, place: &str) -> Option<String> {
        Traits { kind, path, line, place }.spot()
    }

    #[test]
    fn packages_are_the_same_whatever_stands_before_their_name() {
        let spot = |place| at(FindingKind::Dependency, "", 0, place);
        assert_eq!(spot("org.apache.logging.log4j:log4j-core 2.14.1"), spot("log4j-core 2.14.1"));
        assert_eq!(spot("github.com/gin-gonic/gin v1.6.0"), spot("gin 1.6.0"));
        assert_ne!(spot("lodash 4.17.20"), spot("lodash 4.17.21"), "another version");
        assert_ne!(spot("lodash 4.17.20"), spot("lodash.merge 4.17.20"), "another package");
        assert_eq!(spot("lodash"), None, "no version, no package to speak of");
        assert_eq!(spot(""), None);
    }

    #[test]
    fn places_in_files_need_a_line_and_kinds_do_not_mix() {
        use FindingKind::{Code, Iac, Other, Secret};
        assert_eq!(at(Code, "./src/a.py", 7, ""), at(Code, "src/a.py", 7, "elsewhere"));
        assert_eq!(at(Code, "main.tf", 7, ""), at(Iac, "/main.tf", 7, ""), "one calls configuration code");
        assert_ne!(at(Code, "src/a.py", 7, ""), at(Code, "src/a.py", 8, ""));
        assert_ne!(at(Code, "src/a.py", 7, ""), at(Secret, "src/a.py", 7, ""), "a credential is no weakness");
        assert_eq!(at(Code, "src/a.py", 0, ""), None, "somewhere in a file is too little");
        assert_eq!(at(Other, "src/a.py", 7, ""), None);
    }

    #[test]
    fn addresses_are_compared_without_query_and_usual_port() {
        let spot = |place| at(FindingKind::Web, "", 0, place);
        assert_eq!(spot("https://Shop.example:443/cart/?id=1"), spot("https://shop.example/cart#top"));
        assert_ne!(spot("https://shop.example/cart"), spot("https://shop.example/card"));
        assert_ne!(spot("https://shop.example/A"), spot("https://shop.example/a"), "paths have capitals");
        assert_eq!(spot("https:///"), None);
    }

    #[test]
    fn a_flaw_is_named_by_what_both_tools_can_know() {
        let ids = [("CVE", "CVE-2021-1"), ("GHSA", "GHSA-x"), ("CWE", "CWE-79")];
        let names = |kind| Traits { kind, path: "", line: 0, place: "" }.names(&ids);
        assert_eq!(names(FindingKind::Dependency), ["CVE-2021-1", "GHSA-x"]);
        assert_eq!(names(FindingKind::Host), ["CVE-2021-1", "GHSA-x"]);
        assert_eq!(names(FindingKind::Code), ["CWE-79"]);
        assert_eq!(names(FindingKind::Web), ["CWE-79"]);
        assert_eq!(names(FindingKind::Secret), [""], "its place says it all");
    }

    #[test]
    fn the_reason_says_who_and_what() {
        assert_eq!(
            why("Trivy", "CVE-2021-1", "lodash 4.17.20"),
            "Trivy reports the same: CVE-2021-1 in lodash 4.17.20"
        );
        assert_eq!(why("Gitleaks", "", "src/a.py:7"), "Gitleaks reports the same in src/a.py:7");
    }
}

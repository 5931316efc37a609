//! Findings to try a template on before any real one: of one everything is known, of the other
//! hardly anything.

use super::context::Whole;
use crate::assessment::Status;
use crate::component::{Component, Cvss, Identifier, Reference};
use crate::evidence::Evidence;
use crate::exploit::{Epss, KnownExploited};
use crate::id::{ApplicationId, FindingId};
use crate::location::{Location, Snippet};
use crate::member::Member;
use crate::plan::Group;
use crate::severity::Severity;
use crate::time::Timestamp;

/// A finding of which everything is known, one of which little is, and both as a group.
pub(super) fn all() -> Vec<Whole> {
    let (full, bare) = (full(), bare());
    [vec![&full], vec![&bare], vec![&full, &bare]].into_iter().map(|members| whole(&members)).collect()
}

fn whole(members: &[&Member]) -> Whole {
    let group = Group {
        values: Vec::new(),
        title: "SQL injection".to_owned(),
        findings: members.iter().map(|member| member.id).collect(),
        severity: Severity::High,
        applications: vec!["shop".to_owned()],
        template: None,
    };
    Whole::new(&group, members, members.len(), group.title.clone(), "acme/shop")
}

fn bare() -> Member {
    Member {
        id: FindingId(1),
        identity: "0".repeat(32),
        severity: Severity::Unknown,
        status: Status::Closed,
        title: "Something".to_owned(),
        rule: String::new(),
        about_rule: None,
        tool: String::new(),
        application: ApplicationId(1),
        application_name: "shop".to_owned(),
        branch: String::new(),
        owner: String::new(),
        place: None,
        further: Vec::new(),
        further_count: 0,
        flow: None,
        component: None,
        endpoint: None,
        identifiers: Vec::new(),
        cvss: None,
        epss: None,
        known_exploited: None,
        evidence: Vec::new(),
        description: String::new(),
        remediation: None,
        references: Vec::new(),
        first_seen: Timestamp(0),
    }
}

fn full() -> Member {
    let identifier = |scheme: &str, value: &str| Identifier { scheme: scheme.into(), value: value.into() };
    Member {
        id: FindingId(2),
        identity: "1".repeat(32),
        severity: Severity::High,
        status: Status::Active,
        title: "SQL injection".to_owned(),
        rule: "sqli".to_owned(),
        tool: "Semgrep".to_owned(),
        branch: "main".to_owned(),
        owner: "@acme/web".to_owned(),
        place: Some(Location {
            path: Some("src/orders.py".to_owned()),
            start_line: Some(42),
            snippet: Some(Snippet { text: "execute(query)".to_owned(), start_line: Some(42) }),
            ..Location::nowhere()
        }),
        component: Some(Component {
            purl: Some("pkg:pypi/orders@1.0".to_owned()),
            name: "orders".to_owned(),
            version: Some("1.0".to_owned()),
            fixed_version: Some("1.1".to_owned()),
        }),
        identifiers: vec![identifier("CVE", "CVE-2024-1"), identifier("CWE", "CWE-89")],
        cvss: Some(Cvss { version: "3.1".into(), vector: None, score: Some(9.8), source: None }),
        epss: Some(Epss { score: 0.94, percentile: Some(0.99), date: Some("2026-01-31".into()) }),
        known_exploited: Some(KnownExploited {
            source: Some("CISA".into()),
            added: Some("2026-01-15".into()),
            due: None,
            ransomware: false,
        }),
        evidence: vec![Evidence {
            method: Some("GET".into()),
            url: Some("https://shop.example/orders?id=1%27".into()),
            request: Some("GET /orders?id=1%27 HTTP/1.1".into()),
            response: Some("HTTP/1.1 500 Internal Server Error".into()),
            payload: Some("1'".into()),
            ..Evidence::empty()
        }],
        description: "A query is put together from what a user sends.".to_owned(),
        remediation: Some("Use placeholders.".to_owned()),
        references: vec![Reference { label: Some("OWASP".into()), url: "https://owasp.example/sqli".into() }],
        ..bare()
    }
}

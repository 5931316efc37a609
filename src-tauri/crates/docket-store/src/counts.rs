//! The numbers in the rail.

use docket_domain::Problem;

use crate::access::Read;

/// How many there are of each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Active findings.
    pub findings: u64,
    /// Findings of any status.
    pub all_findings: u64,
    /// Plans that are not finished.
    pub plans: u64,
    /// Linked issues.
    pub issues: u64,
    /// Imports.
    pub imports: u64,
    /// Connections.
    pub connections: u64,
    /// Open triage proposals.
    pub proposals: u64,
    /// Applications.
    pub applications: u64,
}

/// Counts everything. The counts of findings are remembered until findings change.
pub fn counts(read: &Read<'_>) -> Result<Counts, Problem> {
    let count = |text: &str| read.number(text, []).map(|n| n as u64);
    let findings = |query: &str| crate::findings::count(read, &crate::findings::parse(query)?, None);
    Ok(Counts {
        findings: findings("status:active")?,
        all_findings: findings("")?,
        plans: count("SELECT count(*) FROM plan WHERE state IN ('ready', 'applying', 'paused')")?,
        issues: count("SELECT count(*) FROM issue")?,
        imports: count("SELECT count(*) FROM import")?,
        connections: count("SELECT count(*) FROM connection")?,
        proposals: count("SELECT count(*) FROM proposal WHERE state = 'open'")?,
        applications: count("SELECT count(*) FROM application")?,
    })
}

//! Which column holds what.

use std::collections::BTreeMap;

use csv::ByteRecord;
use docket_domain::Problem;

use crate::clean;

/// Declares the fields: variant, name for people and mappings, header spellings (letters and
/// digits only, lower-case).
macro_rules! fields {
    ($($variant:ident = $name:literal: [$($spelling:literal),*];)+) => {
        /// What a column can hold.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) enum Field { $($variant,)+ }

        const FIELDS: &[(Field, &str, &[&str])] = &[$((Field::$variant, $name, &[$($spelling),*]),)+];
    };
}

fields! {
    Title = "title": ["title", "summary", "name", "finding", "issue", "vulnerability", "findingtitle", "vulnerabilityname", "issuename", "pluginname", "message", "titel", "headline", "issuetext"];
    Description = "description": ["description", "details", "detail", "desc", "synopsis", "beschreibung", "text", "explanation"];
    Severity = "severity": ["severity", "risk", "risklevel", "level", "criticality", "priority", "risikostufe", "schweregrad", "severitylevel", "threat", "impactlevel", "issueseverity"];
    Rule = "rule": ["rule", "ruleid", "check", "checkid", "pluginid", "plugin", "testid", "querytitle", "queryname", "policy", "vulnidfromtool", "detectorid", "signature"];
    Path = "path": ["path", "file", "filepath", "filename", "location", "sourcefile", "datei", "resource", "artifact", "asset"];
    Line = "line": ["line", "startline", "linenumber", "lineno", "zeile", "linestart", "beginline"];
    EndLine = "end_line": ["endline", "lineend", "linesto"];
    Column = "column": ["column", "startcolumn", "col"];
    Logical = "logical": ["logical", "function", "methodname", "class", "symbol", "object"];
    Component = "component": ["component", "componentname", "package", "packagename", "library", "dependency", "product", "artifactid", "module"];
    Version = "version": ["version", "componentversion", "packageversion", "installedversion", "currentversion"];
    FixedVersion = "fixed_version": ["fixedversion", "fixversion", "fixedin", "fixedinversion", "patchedversion", "patchedin"];
    Purl = "purl": ["purl", "packageurl"];
    Url = "url": ["url", "uri", "endpoint", "target", "address", "matchedat", "affectedurl"];
    Method = "method": ["method", "httpmethod", "requestmethod", "verb"];
    Host = "host": ["host", "hostname", "ip", "ipaddress", "server", "fqdn"];
    Port = "port": ["port"];
    Parameter = "parameter": ["parameter", "param", "affectedparameter"];
    Cwe = "cwe": ["cwe", "cweid", "cwes", "cweids", "weakness", "issuecwe"];
    Identifiers = "identifiers": ["identifiers", "cve", "cveid", "cves", "cveids", "vulnerabilityid", "vulnerabilityids", "vulnid", "ghsa", "ghsaid", "advisory", "advisories", "ids"];
    Cvss = "cvss": ["cvss", "cvssvector", "cvssv3", "cvssv3vector", "cvss3vector", "vector", "cvssv31vector"];
    CvssV4 = "cvss4": ["cvssv4", "cvssv4vector", "cvss4vector"];
    Score = "score": ["score", "cvssscore", "cvssv3score", "cvss3score", "cvssbasescore", "basescore", "cvssv3basescore", "cvss30basescore"];
    ScoreV4 = "score4": ["cvssv4score", "cvss4score", "cvssv4basescore"];
    Remediation = "remediation": ["remediation", "mitigation", "solution", "recommendation", "fix", "howtofix", "stepstofix", "empfehlung", "massnahme"];
    References = "references": ["references", "reference", "links", "link", "seealso", "moreinfo"];
    Tags = "tags": ["tags", "tag", "labels", "label", "categories", "category"];
    Kind = "kind": ["kind", "findingtype"];
    Tool = "tool": ["tool", "scanner", "source", "toolname", "scannername", "engine"];
    Fingerprint = "fingerprint": ["fingerprint", "uniqueid", "uniqueidfromtool", "hash", "findinghash", "stableid"];
    Status = "status": ["status", "state", "resolution", "findingstatus"];
    Justification = "justification": ["justification", "reason", "statusreason", "comment", "comments"];
    FalsePositive = "false_positive": ["falsepositive", "falsep", "isfalsepositive", "fp"];
    RiskAccepted = "risk_accepted": ["riskaccepted", "isriskaccepted", "accepted"];
    Duplicate = "duplicate": ["duplicate", "isduplicate"];
    OutOfScope = "out_of_scope": ["outofscope", "isoutofscope"];
    Mitigated = "mitigated": ["ismitigated", "mitigated", "fixed", "isfixed", "resolved"];
    Impact = "impact": ["impact", "consequence", "consequences", "auswirkung", "auswirkungen"];
    Steps = "steps": ["stepstoreproduce", "steps", "reproduction", "proofofconcept", "poc"];
    Request = "request": ["request", "httprequest", "rawrequest"];
    Response = "response": ["response", "httpresponse", "rawresponse"];
    Payload = "payload": ["payload", "attack"];
    Evidence = "evidence": ["evidence", "proof", "output", "pluginoutput"];
    Epss = "epss": ["epss", "epssscore", "epssprobability"];
    EpssPercentile = "epss_percentile": ["epsspercentile"];
    EpssDate = "epss_date": ["epssdate"];
    KnownExploited = "known_exploited": ["knownexploited", "kev", "cisakev", "inkev", "iskev"];
    KevDate = "kev_date": ["kevdate", "kevdateadded"];
    KevDue = "kev_due": ["kevdue", "kevduedate"];
    Ransomware = "ransomware": ["ransomwareused", "ransomware", "knownransomware"];
    Issue = "issue": ["issueurl", "ticket", "ticketurl", "trackedin", "jira", "jiraurl"];
}

/// The column of each field.
#[derive(Debug)]
pub(super) struct Columns {
    at: Vec<Option<usize>>,
    /// Further columns of fields that hold sets: a table may have `CVE` and `Vulnerability Id`.
    more: Vec<(Field, usize)>,
}

/// Fields whose further columns count too.
const SETS: [Field; 3] = [Field::Cwe, Field::Identifiers, Field::References];

/// Letters and digits only, lower-case.
fn key(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

impl Columns {
    /// Told from the header alone. Earlier spellings are better; a column serves one field.
    pub(super) fn guess(header: &[String]) -> Self {
        let keys: Vec<String> = header.iter().map(|cell| key(cell)).collect();
        let mut taken = vec![false; keys.len()];
        let mut at = Vec::with_capacity(FIELDS.len());
        for (_, _, spellings) in FIELDS {
            let found = spellings.iter().find_map(|spelling| {
                keys.iter().enumerate().position(|(nth, key)| key == spelling && !taken[nth])
            });
            if let Some(nth) = found {
                taken[nth] = true;
            }
            at.push(found);
        }
        let mut more = Vec::new();
        for (field, _, spellings) in FIELDS.iter().filter(|(field, ..)| SETS.contains(field)) {
            for (nth, key) in keys.iter().enumerate() {
                if !taken[nth] && spellings.contains(&key.as_str()) {
                    taken[nth] = true;
                    more.push((*field, nth));
                }
            }
        }
        Self { at, more }
    }

    /// Guessed, then overruled by what the person said.
    pub(super) fn resolve(header: &[String], said: &BTreeMap<String, String>) -> Result<Self, Problem> {
        let mut columns = Self::guess(header);
        let shown = || header.iter().map(|cell| clean::title(cell)).collect::<Vec<_>>().join(", ");
        for (field, column) in said {
            let Some(nth) = FIELDS.iter().position(|(_, name, _)| key(name) == key(field)) else {
                let known: Vec<&str> = FIELDS.iter().map(|(_, name, _)| *name).collect();
                return Err(Problem::bad_input(format!("«{field}» is no field of a finding."))
                    .hint(format!("Fields are: {}.", known.join(", "))));
            };
            let place = header
                .iter()
                .position(|cell| cell == column)
                .or_else(|| header.iter().position(|cell| key(cell) == key(column)));
            if place.is_none() && !column.is_empty() {
                return Err(Problem::bad_input(format!("The table has no column «{column}»."))
                    .hint(format!("Its columns are: {}.", shown())));
            }
            // A column that a person gives away no longer serves what was guessed.
            for other in &mut columns.at {
                if place.is_some() && *other == place {
                    *other = None;
                }
            }
            columns.more.retain(|(field, at)| *field as usize != nth && Some(*at) != place);
            columns.at[nth] = place;
        }
        if !columns.has(Field::Title) && !columns.has(Field::Description) && !columns.has(Field::Rule) {
            return Err(Problem::new(
                docket_domain::Code::Report,
                format!("The table has no column that says what is wrong. Its columns are: {}.", shown()),
            )
            .hint("Name one: title=Column. A header row is needed; other columns are severity, description, path, line."));
        }
        Ok(columns)
    }

    pub(super) fn has(&self, field: Field) -> bool {
        self.at.get(field as usize).is_some_and(Option::is_some)
    }

    /// How many fields have a column.
    pub(super) fn count(&self) -> usize {
        self.at.iter().flatten().count()
    }

    /// The cell of a field as text; `None` when there is no such column or the cell is empty.
    pub(super) fn text(&self, record: &ByteRecord, field: Field) -> Option<String> {
        let text = super::cell(record.get((*self.at.get(field as usize)?)?)?);
        let trimmed = text.trim();
        (!trimmed.is_empty()).then(|| trimmed.to_owned())
    }

    /// The cells of a field that holds a set, each on its line.
    pub(super) fn all(&self, record: &ByteRecord, field: Field) -> String {
        let more = self.more.iter().filter(|(of, _)| *of == field);
        let more = more.filter_map(|(_, at)| Some(super::cell(record.get(*at)?).trim().to_owned()));
        let all: Vec<String> = self.text(record, field).into_iter().chain(more).collect();
        all.join("\n")
    }

    /// The cell as one line.
    pub(super) fn line(&self, record: &ByteRecord, field: Field) -> Option<String> {
        clean::some_line(&self.text(record, field)?)
    }

    /// The cell as yes or no.
    pub(super) fn flag(&self, record: &ByteRecord, field: Field) -> bool {
        self.text(record, field).is_some_and(|text| {
            matches!(text.to_ascii_lowercase().as_str(), "true" | "t" | "yes" | "y" | "1" | "x" | "ja")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(text: &str) -> Vec<String> {
        text.split(',').map(|cell| cell.trim().to_owned()).collect()
    }

    #[test]
    fn headers_of_real_tables_are_understood() {
        let columns =
            Columns::guess(&header("Date,Title,CweId,Url,Severity,Description,Mitigation,Impact,References"));
        for field in
            [Field::Title, Field::Cwe, Field::Url, Field::Severity, Field::Remediation, Field::References]
        {
            assert!(columns.has(field), "{field:?} has a column");
        }
        assert!(!columns.has(Field::Path), "nothing names a file");
    }

    #[test]
    fn sets_may_have_several_columns() {
        let columns = Columns::guess(&header("Title,CVE,CweId,Vulnerability Id,CweIds"));
        let row = ByteRecord::from(vec!["a", "CVE-2024-1", "79", "GHSA-aaaa-bbbb-cccc", ""]);
        assert_eq!(columns.all(&row, Field::Identifiers), "CVE-2024-1\nGHSA-aaaa-bbbb-cccc", "both columns");
        let said = BTreeMap::from([("identifiers".to_owned(), "CVE".to_owned())]);
        let columns = Columns::resolve(&header("Title,CVE,Vulnerability Id"), &said).unwrap();
        assert_eq!(columns.all(&row, Field::Identifiers), "CVE-2024-1", "what a person says is all");
    }

    #[test]
    fn a_person_overrules_the_guess() {
        let said = BTreeMap::from([("title".to_owned(), "Risk".to_owned())]);
        let columns = Columns::resolve(&header("Name,Risk"), &said).unwrap();
        assert_eq!(columns.at[Field::Title as usize], Some(1), "title comes from Risk");
        assert!(!columns.has(Field::Severity), "the column is given away");
        let wrong = BTreeMap::from([("title".to_owned(), "Nope".to_owned())]);
        let problem = Columns::resolve(&header("Name,Risk"), &wrong).unwrap_err();
        assert!(problem.to_string().contains("Name, Risk"), "the error lists the columns: {problem}");
        let field = BTreeMap::from([("colour".to_owned(), "Risk".to_owned())]);
        assert!(Columns::resolve(&header("Name,Risk"), &field).is_err(), "unknown fields are refused");
        assert!(Columns::resolve(&header("a,b,c"), &BTreeMap::new()).is_err(), "a table needs a title");
    }

    #[test]
    fn the_list_of_fields_is_in_the_order_of_the_enum() {
        for (nth, (field, name, _)) in FIELDS.iter().enumerate() {
            assert_eq!(*field as usize, nth, "{name} is found by its number");
        }
    }
}

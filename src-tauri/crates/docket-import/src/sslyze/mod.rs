//! `SSLyze`'s JSON: what it tells about a server that the tool itself names a weakness. It states
//! no severities.

use docket_domain::{Completeness, FindingKind, Problem, Run};

use crate::format::{Confidence, Head, ReadOptions};
use crate::json::Json;
use crate::make;
use crate::report::json::{At, Cover, JsonReport, Reads};
use crate::report::{Card, Out, not_such_a_report, web};

/// The format.
pub(crate) static SSLYZE: Reads<Sslyze> = Reads(Sslyze);

static CARD: Card = Card {
    id: "sslyze",
    label: "SSLyze JSON",
    about: "What SSLyze writes with `--json_out`.",
    extensions: &["json"],
    tool: "SSLyze",
    versions: "3 to 6",
    example: include_str!("example.json"),
};

/// Answers that are weaknesses: of which command, which field, what it is when it is bad, the
/// rule, the title, public ids.
const ANSWERS: [(&str, &str, bool, &str, &str, &str); 6] = [
    (
        "heartbleed",
        "is_vulnerable_to_heartbleed",
        true,
        "heartbleed",
        "Vulnerable to Heartbleed",
        "CVE-2014-0160",
    ),
    (
        "openssl_ccs_injection",
        "is_vulnerable_to_ccs_injection",
        true,
        "ccs-injection",
        "Vulnerable to OpenSSL's CCS injection",
        "CVE-2014-0224",
    ),
    (
        "tls_compression",
        "supports_compression",
        true,
        "compression",
        "TLS compression is offered (CRIME)",
        "CVE-2012-4929",
    ),
    (
        "session_renegotiation",
        "is_vulnerable_to_client_renegotiation_dos",
        true,
        "client-renegotiation",
        "Clients may renegotiate, which costs the server more than them",
        "CVE-2011-1473",
    ),
    (
        "session_renegotiation",
        "supports_secure_renegotiation",
        false,
        "secure-renegotiation",
        "Secure renegotiation is not supported",
        "CVE-2009-3555",
    ),
    (
        "tls_fallback_scsv",
        "supports_fallback_scsv",
        false,
        "fallback-scsv",
        "TLS_FALLBACK_SCSV is not supported",
        "",
    ),
];

/// Versions of the protocol that RFC 6176, RFC 7568 and RFC 8996 forbid.
const OLD: [(&str, &str); 4] = [
    ("ssl_2_0_cipher_suites", "SSL 2.0"),
    ("ssl_3_0_cipher_suites", "SSL 3.0"),
    ("tls_1_0_cipher_suites", "TLS 1.0"),
    ("tls_1_1_cipher_suites", "TLS 1.1"),
];

/// Reads it.
pub(crate) struct Sslyze;

impl JsonReport for Sslyze {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn sniff(&self, head: &Head) -> Confidence {
        let outline = head.outline();
        let fits = outline.has(&["server_scan_results"])
            && (outline.text("sslyze_version").is_some()
                || head.text.contains("\"server_location\"")
                || head.text.contains("\"scan_commands"));
        if fits { Confidence::Certain } else { Confidence::No }
    }

    fn lists(&self) -> &'static [&'static str] {
        &["server_scan_results"]
    }

    fn run(&self, cover: &Cover, options: &ReadOptions) -> Result<Run, Problem> {
        if !cover.has("server_scan_results") {
            return Err(not_such_a_report(CARD.label, "it has no «server_scan_results»"));
        }
        let mut run = CARD.run(options);
        run.tool.version = cover.top.line("sslyze_version");
        run.started = cover.top.line("date_scans_started").and_then(|at| at.parse().ok());
        let unreached = cover.top.get("server_connectivity_errors").items().len()
            + cover.top.get("invalid_server_strings").items().len();
        if unreached > 0 {
            run.completeness =
                Completeness::Partial { reason: format!("{unreached} servers were not reached") };
        }
        Ok(run)
    }

    fn record(&self, _: &At<'_>, record: &Json, out: &mut Out) -> Result<(), String> {
        let location = record.get("server_location");
        let location = if location.is_null() { record.at("server_info.server_location") } else { location };
        let server = Server {
            host: location
                .line("hostname")
                .or_else(|| location.line("ip_address"))
                .ok_or("it names no server")?,
            address: location.line("ip_address"),
            port: location.line("port").and_then(|port| port.parse().ok()),
        };
        let results = record.get("scan_result");
        let results = if results.is_null() { record.get("scan_commands_results") } else { results };
        if !results.is_map() {
            return Err("the server was not reached".to_owned());
        }
        let result = |command: &str| {
            let attempt = results.get(command);
            let inner = attempt.get("result");
            if inner.is_map() || attempt.get("status").text().is_some() { inner } else { attempt }
        };
        for (command, field, bad, rule, title, ids) in ANSWERS {
            match result(command).get(field).bool() {
                Some(said) if said == bad => server.tell(rule, title, None, ids, out),
                Some(_) => out.passed(),
                None => {}
            }
        }
        match result("robot").get("robot_result").text() {
            Some(said) if said.starts_with("VULNERABLE") => {
                server.tell("robot", "Vulnerable to ROBOT", Some(said.to_owned()), "", out);
            }
            Some(_) => out.passed(),
            None => {}
        }
        for (command, name) in OLD {
            let accepted = result(command).get("accepted_cipher_suites").items();
            if !accepted.is_empty() {
                let suites = accepted.iter().filter_map(|suite| suite.line("cipher_suite.name"));
                server.tell(command, &format!("{name} is offered"), web::listed(suites), "", out);
            } else if result(command).is_map() {
                out.passed();
            }
        }
        for deployment in out.objects(result("certificate_info").get("certificate_deployments")) {
            certificate(deployment, &server, out);
        }
        Ok(())
    }
}

fn certificate(deployment: &Json, server: &Server, out: &mut Out) {
    let subject = deployment.get("received_certificate_chain").items().first();
    let subject = subject.and_then(|leaf| leaf.line("subject.rfc4514_string"));
    let failed = deployment.get("path_validation_results").items().iter().filter(|path| {
        let said = path.get("was_validation_successful").bool();
        // Up to version 5 a chain that was not verified is absent.
        said == Some(false) || (said.is_none() && path.get("verified_certificate_chain").is_null())
    });
    let stores = failed.map(|path| {
        let why = path.line("validation_error").or_else(|| path.line("openssl_error_string"));
        format!("{}: {}", path.line("trust_store.name").unwrap_or_default(), why.unwrap_or_default())
    });
    if let Some(stores) = web::listed(stores) {
        let about = make::described([("Certificate", subject.clone()), ("Not trusted by", Some(stores))]);
        server.tell("certificate-untrusted", "The certificate is not trusted", Some(about), "", out);
    }
    let bad = |field: &str, bad: bool| deployment.get(field).bool() == Some(bad);
    if bad("leaf_certificate_subject_matches_hostname", false) {
        server.tell("certificate-name", "The certificate is of another name", subject.clone(), "", out);
    }
    if bad("verified_chain_has_sha1_signature", true) {
        server.tell("certificate-sha1", "The certificate's chain is signed with SHA-1", subject, "", out);
    }
}

struct Server {
    host: String,
    address: Option<String>,
    port: Option<u16>,
}

impl Server {
    fn tell(&self, rule: &str, title: &str, about: Option<String>, ids: &str, out: &mut Out) {
        let mut found = make::found(rule, title);
        found.kind = FindingKind::Host;
        found.description = make::described([("", about)]);
        found.endpoint = make::endpoint(None, Some(&self.host), self.port);
        if let Some(address) = self.address.as_ref().filter(|address| **address != self.host) {
            web::also_known_as(&mut found, address, None);
        }
        make::identifiers(&mut found, [ids], []);
        out.finding(found);
    }
}

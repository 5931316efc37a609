//! Scanner reports in, findings out.
//!
//! A report is taken in as bytes ([`Intake`]: plain, gzip or zip; UTF-8 or UTF-16), its format is
//! guessed or named ([`detect`]), and [`read()`] streams it into a [`Sink`]. Memory does not grow
//! with the number of findings: a format may read its input twice, but keeps only what all
//! records share (rules, artefacts, runs).
//!
//! A record that cannot be read costs that record and becomes a warning with its place; a file
//! that cannot be read is one [`Problem`](docket_domain::Problem) with the place, and the caller
//! throws away what the sink got so far. A run whose silence must not close anything says so in
//! its [`Completeness`](docket_domain::Completeness).
//!
//! Adding a format is one folder and one line in `register!`. Deliberately absent: SQL, HTTP,
//! identity of findings.

mod clean;
mod cvss;
mod evidence;
mod exploit;
mod fields;
mod format;
mod identifiers;
mod intake;
mod json;
mod make;
mod mask;
mod path;
mod read;
mod report;
mod sink;
mod words;

/// Changes whenever the readers do: what was read under the same name was read alike.
pub const READER: &str = env!("DOCKET_READER");

pub use format::{Confidence, Format, Guess, Head, ReadOptions, detect};
pub use intake::{Input, Intake, from_bytes, from_reader, open, open_while};
pub use read::{ReadSummary, Recognised, read, recognise};
pub use sink::{Collected, CollectedRun, RawText, Sink, Stop};

/// Declares the formats: each is a folder of its own with a value that is a [`Format`], or with
/// several (`folder::ONE + OTHER`) where one product writes several.
/// The order is the order in which people see them.
macro_rules! register {
    ($($module:ident :: $format:ident $(+ $more:ident)*),+ $(,)?) => {
        $(mod $module;)+
        static FORMATS: &[&dyn Format] = &[$(&$module::$format, $(&$module::$more,)*)+];
    };
}

register! {
    sarif::Sarif,
    generic_json::GenericJson,
    // Packages: composition analysis, bills of materials, advisories.
    trivy::TRIVY,
    cyclonedx::CYCLONEDX + CYCLONEDX_XML,
    spdx::SPDX + SPDX_TAGS,
    csaf::CSAF,
    openvex::OPENVEX,
    grype::GRYPE,
    anchore::ANCHORE,
    snyk::SNYK + SNYK_API,
    dependency_check::DEPENDENCY_CHECK + DEPENDENCY_CHECK_JSON,
    dependency_track::DEPENDENCY_TRACK,
    osv_scanner::OSV_SCANNER,
    govulncheck::GOVULNCHECK,
    npm_audit::NPM_AUDIT_7 + NPM_AUDIT,
    yarn_audit::YARN_AUDIT,
    ossindex::AUDITJS,
    retirejs::RETIREJS,
    pip_audit::PIP_AUDIT,
    bundler_audit::BUNDLER_AUDIT + BUNDLER_AUDIT_TEXT,
    cargo_audit::CARGO_AUDIT,
    jfrog_xray::JFROG_XRAY + JFROG_XRAY_ISSUES,
    mend::MEND,
    sonatype::SONATYPE,
    blackduck::BLACKDUCK,
    veracode_sca::VERACODE_SCA + VERACODE_SCA_CSV,
    checkmarx_osa::CHECKMARX_OSA,
    // Code and secrets: static analysis, its platforms, leaked credentials.
    semgrep::SEMGREP,
    sonarqube::SONARQUBE + SONARQUBE_HTML,
    gitlab::GITLAB,
    github::DEPENDABOT + CODE + SECRETS,
    gitleaks::GITLEAKS + GITLEAKS_CSV,
    trufflehog::TRUFFLEHOG + TRUFFLEHOG3,
    detect_secrets::DETECT_SECRETS,
    noseyparker::NOSEYPARKER,
    ggshield::GGSHIELD,
    bandit::BANDIT,
    gosec::GOSEC,
    brakeman::BRAKEMAN,
    eslint::ESLINT,
    njsscan::NJSSCAN,
    horusec::HORUSEC,
    bearer::BEARER,
    coverity::COVERITY_API + COVERITY_SCAN,
    contrast::CONTRAST,
    spotbugs::SPOTBUGS,
    checkmarx::CHECKMARX + CHECKMARX_ONE + CHECKMARX_REPORT,
    veracode::VERACODE + VERACODE_JSON + VERACODE_PIPELINE,
    fortify::FORTIFY + FORTIFY_XML,
    pmd::PMD + PMD_JSON + PMD_CSV,
    // Clouds, containers and infrastructure as code.
    trivy_operator::TRIVY_OPERATOR,
    asff::ASFF,
    aws_inspector2::AWS_INSPECTOR2,
    prowler::PROWLER + PROWLER_CSV + PROWLER_V2_CSV,
    ocsf::OCSF,
    twistlock::TWISTLOCK + TWISTLOCK_CSV,
    aqua::AQUA,
    wiz::WIZ_CLI + WIZ_ISSUES + WIZ_VULNERABILITIES,
    checkov::CHECKOV,
    kics::KICS,
    tfsec::TFSEC,
    terrascan::TERRASCAN,
    snyk_iac::SNYK_IAC,
    kubescape::KUBESCAPE,
    kube_bench::KUBE_BENCH,
    azure_defender::AZURE_DEFENDER,
    hadolint::HADOLINT,
    dockle::DOCKLE,
    testssl::TESTSSL + TESTSSL_CSV,
    secobserve::SECOBSERVE,
    defectdojo::DEFECTDOJO,
    // Web and hosts: dynamic tests, scans of networks.
    nessus::NESSUS,
    nessus_csv::NESSUS_CSV + TENABLE_SC + TENABLE_VM,
    zap::ZAP + ZAP_XML,
    nuclei::NUCLEI,
    burp::BURP + BURP_API + BURP_DAST,
    openvas::OPENVAS + OPENVAS_CSV,
    qualys::QUALYS + QUALYS_CSV + QUALYS_PCI + QUALYS_VMDR,
    qualys_was::QUALYS_WAS,
    acunetix::ACUNETIX,
    invicti::INVICTI + INVICTI_XML,
    webinspect::WEBINSPECT,
    nikto::NIKTO + NIKTO_XML,
    nmap::NMAP,
    wpscan::WPSCAN,
    stackhawk::STACKHAWK,
    drheader::DRHEADER,
    wapiti::WAPITI + WAPITI_XML,
    sslyze::SSLYZE,
    // Tables of any kind come last: whatever has a header of its own goes first.
    generic_csv::GenericCsv,
}

/// Every format that Docket reads.
pub fn formats() -> &'static [&'static dyn Format] {
    FORMATS
}

/// The format with this id, if there is one. Case does not matter.
pub fn by_id(id: &str) -> Option<&'static dyn Format> {
    FORMATS.iter().copied().find(|format| format.id().eq_ignore_ascii_case(id.trim()))
}

//! Credentials that are known by their shape: tokens that vendors made recognisable, private
//! keys, signed tokens, assignments of passwords, credentials inside addresses.

use std::sync::LazyLock;

use regex::Regex;

use super::LeakClass;
use super::span::Span;

/// A shape. Only what its group `cut` matches goes, or everything when it has none.
struct Shape {
    /// For people.
    name: &'static str,
    /// Words without which it cannot apply: looked for first, it is cheap.
    needs: &'static [&'static str],
    /// Whether it may also stand in code that only names a variable ([`is_code`]).
    assigns: bool,
    regex: LazyLock<Option<Regex>>,
}

macro_rules! shape {
    ($name:literal, $needs:expr, $regex:expr) => {
        shape!($name, $needs, $regex, false)
    };
    ($name:literal, $needs:expr, $regex:expr, $assigns:literal) => {
        // A shape that does not compile would be found by the tests, which try each.
        Shape {
            name: $name,
            needs: &$needs,
            assigns: $assigns,
            regex: LazyLock::new(|| Regex::new($regex).ok()),
        }
    };
}

static SHAPES: [Shape; 50] = [
    shape!(
        "private key",
        ["PRIVATE KEY"],
        r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----(?s:.*?)(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|\z)"
    ),
    shape!(
        "PuTTY private key",
        ["Private-Lines:"],
        r"Private-Lines: \d{1,4}\s(?:[A-Za-z0-9+/=]{1,80}\s?){1,200}"
    ),
    shape!("age private key", ["AGE-SECRET-KEY-"], r"AGE-SECRET-KEY-1[0-9A-Z]{50,80}"),
    shape!("GitHub token", ["ghp_", "gho_", "ghu_", "ghs_", "ghr_"], r"gh[pousr]_[A-Za-z0-9]{20,255}"),
    shape!("GitHub token", ["github_pat_"], r"github_pat_[A-Za-z0-9_]{20,255}"),
    shape!(
        "GitLab token",
        [
            "glpat-", "gldt-", "glrt-", "glptt-", "glcbt-", "gloas-", "glsoat-", "glffct-", "glagent-",
            "glimt-", "glft-"
        ],
        r"gl(?:pat|dt|rt|ptt|cbt|oas|soat|ffct|agent|imt|ft)-[A-Za-z0-9_.\-]{16,300}"
    ),
    shape!("AWS access key", ["AKIA", "ASIA", "ABIA", "ACCA"], r"\b(?:AKIA|ASIA|ABIA|ACCA)[0-9A-Z]{16}\b"),
    shape!(
        "Azure storage key",
        ["AccountKey=", "SharedAccessKey="],
        r"(?:AccountKey|SharedAccessKey)=(?<cut>[A-Za-z0-9+/]{32,120}={0,2})"
    ),
    shape!("Azure signature", ["sig="], r"[?&]sig=(?<cut>[A-Za-z0-9%+/]{32,120}={0,2})"),
    shape!("Azure application secret", ["Q~"], r"[A-Za-z0-9_~.\-]{3}\dQ~[A-Za-z0-9_~.\-]{31,34}"),
    shape!("Azure DevOps token", ["AZDO"], r"\b[A-Za-z0-9]{76}AZDO[A-Za-z0-9]{4}\b"),
    shape!("Slack token", ["xox", "xapp-"], r"(?:xox[abceoprs]|xapp)-[A-Za-z0-9\-]{10,300}"),
    shape!(
        "Slack address",
        ["hooks.slack.com"],
        r"https://hooks\.slack\.com/(?:services|workflows|triggers)/[A-Za-z0-9/]{20,120}"
    ),
    shape!(
        "Discord address",
        ["api/webhooks/"],
        r"https://(?:\w+\.)?discord(?:app)?\.com/api/webhooks/[0-9]{15,22}/[A-Za-z0-9_\-]{40,100}"
    ),
    shape!(
        "Teams address",
        [".webhook.office.com/"],
        r"https://[a-z0-9\-]{1,60}\.webhook\.office\.com/webhookb2/[A-Za-z0-9@/\-]{40,300}"
    ),
    shape!("Telegram token", [":AA"], r"\b[0-9]{8,10}:AA[A-Za-z0-9_\-]{33}\b"),
    shape!("npm token", ["npm_"], r"npm_[A-Za-z0-9]{36}"),
    shape!("PyPI token", ["pypi-"], r"pypi-[A-Za-z0-9_\-]{40,400}"),
    shape!("RubyGems token", ["rubygems_"], r"rubygems_[0-9a-f]{48}"),
    shape!("NuGet key", ["oy2"], r"\boy2[a-z0-9]{43}\b"),
    shape!("Docker token", ["dckr_"], r"dckr_(?:pat|oat)_[A-Za-z0-9_\-]{20,60}"),
    shape!("Google key", ["AIza"], r"AIza[0-9A-Za-z_\-]{35}"),
    shape!("Google token", ["ya29."], r"ya29\.[0-9A-Za-z_\-]{20,400}"),
    shape!("Google client secret", ["GOCSPX-"], r"GOCSPX-[A-Za-z0-9_\-]{28}"),
    shape!(
        "Stripe key",
        ["k_live_", "k_test_", "whsec_"],
        r"(?:[srp]k_(?:live|test)|whsec)_[A-Za-z0-9]{16,250}"
    ),
    shape!("SendGrid key", ["SG."], r"SG\.[A-Za-z0-9_\-]{16,40}\.[A-Za-z0-9_\-]{30,60}"),
    shape!("Twilio key", ["SK"], r"\bSK[0-9a-f]{32}\b"),
    shape!("OpenAI or Anthropic key", ["sk-"], r"\bsk-(?:ant-|proj-|svcacct-)?[A-Za-z0-9_\-]{32,300}"),
    shape!("Hugging Face token", ["hf_"], r"\bhf_[A-Za-z]{34}\b"),
    shape!("Vault token", ["hvs.", "hvb.", "hvr."], r"\bhv[sbr]\.[A-Za-z0-9_\-]{24,300}"),
    shape!("Terraform token", [".atlasv1."], r"[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_\-=]{60,80}"),
    shape!("DigitalOcean token", ["_v1_"], r"do[opr]_v1_[0-9a-f]{64}"),
    shape!("Databricks token", ["dapi"], r"\bdapi[0-9a-f]{32}(?:-\d)?\b"),
    shape!("Atlassian token", ["ATATT3", "ATCTT3"], r"AT[AC]TT3[A-Za-z0-9_\-=]{60,400}"),
    shape!("Shopify token", ["shp"], r"shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}"),
    shape!("Square token", ["sq0"], r"sq0[a-z]{3}-[0-9A-Za-z_\-]{22,60}"),
    shape!("Sentry token", ["sntry"], r"sntry[su]_[A-Za-z0-9+/=_\-]{40,300}"),
    shape!("Sonar token", ["sqp_", "squ_", "sqa_"], r"\bsq[pua]_[0-9a-f]{40}\b"),
    shape!("Grafana token", ["glsa_", "glc_"], r"\bgl(?:sa|c)_[A-Za-z0-9+/=_]{32,400}"),
    shape!("New Relic key", ["NRAK-", "NRJS-"], r"NR(?:AK|JS)-[A-Z0-9a-f]{19,40}"),
    shape!(
        "Linear or Postman key",
        ["lin_api_", "PMAK-"],
        r"(?:lin_api_[A-Za-z0-9]{40}|PMAK-[0-9a-f]{24}-[0-9a-f]{34})"
    ),
    shape!(
        "Pulumi or PlanetScale token",
        ["pul-", "pscale_"],
        r"(?:\bpul-[0-9a-f]{40}|pscale_(?:tkn|pw|oauth)_[A-Za-z0-9_\-.]{32,64})"
    ),
    shape!(
        "Supabase or Fly token",
        ["sbp_", "fm2_", "fo1_"],
        r"(?:\bsbp_[0-9a-f]{40}|\bfm2_[A-Za-z0-9+/=]{40,800}|\bfo1_[A-Za-z0-9_\-]{40,60})"
    ),
    shape!("Artifactory key", ["AKCp"], r"\bAKCp[0-9A-Za-z]{60,80}"),
    shape!("Notion token", ["ntn_"], r"\bntn_[0-9]{11}[A-Za-z0-9]{32,40}"),
    shape!(
        "signed token",
        ["eyJ"],
        r"eyJ[A-Za-z0-9_\-]{8,5000}\.eyJ[A-Za-z0-9_\-]{8,20000}\.[A-Za-z0-9_\-]{0,2000}"
    ),
    shape!(
        "password in an address",
        ["://"],
        r"[A-Za-z][A-Za-z0-9+.\-]{0,20}://[^\s/:@<>\x22']{0,100}:(?<cut>[^\s/@<>\x22']{1,200})@"
    ),
    shape!(
        "authorization header",
        ["earer ", "asic ", "EARER ", "ASIC "],
        r"(?i:bearer|authorization:\s*basic)\s+(?<cut>[A-Za-z0-9_\-.~+/]{16,2000}=*)"
    ),
    shape!(
        "password in an assignment",
        [
            "assw",
            "ASSW",
            "pwd",
            "PWD",
            "Pwd",
            "ecret",
            "ECRET",
            "oken",
            "OKEN",
            "api",
            "API",
            "Api",
            "assphrase",
            "ASSPHRASE"
        ],
        r#"(?i:password|passwd|passphrase|pwd|secret|client_secret|api[_\-]?key|access[_\-]?token|auth[_\-]?token|secret[_\-]?key|secret[_\-]?access[_\-]?key)["']?\s{0,3}(?:=>|=|:=|:)\s{0,3}(?<cut>"[^"\n]{3,200}"|'[^'\n]{3,200}'|[^\s"'<>(){}\[\],;&|`$*]{4,200})"#,
        true
    ),
    shape!(
        "password on a command line",
        ["--pass", "--token", "--secret", " -p"],
        r#"(?:--(?:password|passwd|pass|token|secret|api-key)(?:=|\s{1,2})|\bmysql\s[^\n]{0,80}-p)(?<cut>"[^"\n]{3,200}"|'[^'\n]{3,200}'|[^\s"'<>(){}\[\],;&|`$*\-][^\s"'<>(){}\[\],;&|`$*]{5,200})"#,
        true
    ),
];

/// Looks for every shape.
pub(super) fn find(text: &str, spans: &mut Vec<Span>) {
    for shape in &SHAPES {
        if !shape.needs.iter().any(|word| text.contains(word)) {
            continue;
        }
        let Some(regex) = shape.regex.as_ref() else { continue };
        let mut from = 0;
        while let Some(found) = regex.captures_at(text, from) {
            let Some(whole) = found.get(0) else { break };
            let cut = found.name("cut").unwrap_or(whole);
            let keep = &text[whole.start()..cut.start()];
            if shape.assigns && is_code(keep, cut.as_str(), &text[cut.end()..]) {
                // What looks like a value may itself be assigned something.
                from = cut.start();
                continue;
            }
            spans.push(Span::new(LeakClass::Credential, shape.name, cut.range()));
            from = whole.end().max(from + 1);
        }
    }
}

/// `password = read_line()`, `password=settings.PASSWORD` and «the password: required» name no
/// credential: an unquoted value counts when it touches its `=`, or when it holds a digit, and
/// never when it is called or taken from somewhere.
fn is_code(keep: &str, value: &str, behind: &str) -> bool {
    if value.starts_with(['"', '\'']) {
        return false;
    }
    let digits = value.bytes().any(|b| b.is_ascii_digit());
    let assigned = value.ends_with('=') && behind.starts_with(['"', '\'']);
    assigned || behind.starts_with(['(', '[']) || is_path_of_names(value) || !(keep.ends_with('=') || digits)
}

/// `settings.DB_PASSWORD`, `request.form.password`.
fn is_path_of_names(value: &str) -> bool {
    value.contains('.')
        && value.split('.').all(|name| {
            name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
                && name.bytes().all(|b| b.is_ascii_alphabetic() || b == b'_')
        })
}

#[cfg(test)]
pub(super) fn every_shape_compiles() {
    for shape in &SHAPES {
        assert!(shape.regex.is_some(), "the shape of a {} is a valid pattern", shape.name);
    }
}

//! Public names of flaws inside texts: `CVE-2024-1`, `external/cwe/cwe-079`, `GHSA-…`.

use docket_domain::Identifier;

/// How many one text or record can have; a hostile one does not get to compare millions.
const MOST: usize = 1000;

/// A set of identifiers that keeps the order in which they came.
#[derive(Debug, Default, Clone)]
pub(crate) struct Identifiers(Vec<Identifier>);

/// How long the rest of an identifier is, when the text behind its prefix is one.
type Rest = fn(&str) -> Option<usize>;

/// Schemes whose names are a prefix and something that the function accepts.
const SCHEMES: &[(&str, Rest)] = &[
    ("CVE", year_and_number),
    ("GHSA", ghsa),
    ("RUSTSEC", year_and_number),
    ("PYSEC", year_and_number),
    ("GO", year_and_number),
    ("CAPEC", number),
    ("MAL", year_and_number),
];

impl Identifiers {
    /// Adds every identifier that stands in the text.
    pub(crate) fn scan(&mut self, text: &str) {
        let begins = Begins::of(text);
        if !begins.is_nothing() {
            self.scan_for(text, &begins);
        }
    }

    fn scan_for(&mut self, text: &str, begins: &Begins) {
        let upper = text.to_ascii_uppercase();
        let weaknesses = begins.cwe.then(|| upper.match_indices("CWE"));
        for (at, _) in weaknesses.into_iter().flatten() {
            if is_word_start(&upper, at)
                && let Some(number) = cwe_number(&upper[at + 3..])
            {
                self.add("CWE", format!("CWE-{number}"));
            }
        }
        for ((scheme, rest), _) in SCHEMES.iter().zip(begins.schemes).filter(|(_, begins)| *begins) {
            for (at, _) in upper.match_indices(scheme) {
                let Some(tail) = upper[at + scheme.len()..].strip_prefix('-') else { continue };
                if is_word_start(&upper, at)
                    && let Some(length) = rest(tail)
                {
                    self.add(scheme, format!("{scheme}-{}", &tail[..length]));
                }
            }
        }
        if let Some(rest) = upper.strip_prefix("SNYK-")
            && !rest.is_empty()
            && rest.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_'))
        {
            self.add("SNYK", upper.clone());
        }
    }

    /// Adds a weakness given as a bare number, by its address, or as anything that names one.
    pub(crate) fn cwe(&mut self, text: &str) {
        match text.trim().parse::<u32>() {
            Ok(0) => {}
            Ok(number) => self.add("CWE", format!("CWE-{number}")),
            Err(_) => {
                match text.split_once("cwe.mitre.org/data/definitions/").and_then(|(_, at)| cwe_number(at)) {
                    Some(number) => self.add("CWE", format!("CWE-{number}")),
                    None => self.scan(text),
                }
            }
        }
    }

    /// Adds what another set holds.
    pub(crate) fn extend(&mut self, other: &Identifiers) {
        for identifier in &other.0 {
            self.add(&identifier.scheme, identifier.value.clone());
        }
    }

    fn add(&mut self, scheme: &str, value: String) {
        if self.0.len() < MOST && !self.0.iter().any(|known| known.value == value) {
            self.0.push(Identifier { scheme: scheme.to_owned(), value });
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn into_vec(self) -> Vec<Identifier> {
        self.0
    }
}

/// What words of a text begin like.
#[derive(Default)]
struct Begins {
    cwe: bool,
    snyk: bool,
    schemes: [bool; SCHEMES.len()],
}

impl Begins {
    fn of(text: &str) -> Self {
        let mut begins = Self::default();
        let mut in_word = false;
        for (at, byte) in text.bytes().enumerate() {
            let is_start = !in_word;
            in_word = byte.is_ascii_alphanumeric();
            // The first letters of all of them.
            if is_start && matches!(byte | 0x20, b'c' | b'g' | b'm' | b'p' | b'r' | b's') {
                begins.look(&text.as_bytes()[at..]);
            }
        }
        begins
    }

    fn look(&mut self, word: &[u8]) {
        let is = |prefix: &str| {
            word.get(..prefix.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(prefix.as_bytes()))
        };
        self.cwe |= is("CWE");
        self.snyk |= is("SNYK-");
        for (begins, (scheme, _)) in self.schemes.iter_mut().zip(SCHEMES) {
            *begins |= is(scheme);
        }
    }

    /// Whether there is nothing to look for.
    fn is_nothing(&self) -> bool {
        !self.cwe && !self.snyk && !self.schemes.contains(&true)
    }
}

fn is_word_start(text: &str, at: usize) -> bool {
    !text[..at].ends_with(|c: char| c.is_ascii_alphanumeric())
}

/// The number behind `CWE`: `-079`, ` 79`, `: 79`, `/79`, `79`.
fn cwe_number(rest: &str) -> Option<u32> {
    let digits = rest.trim_start_matches(['-', '_', ' ', '/', ':']);
    let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
    let digits = digits[..end].trim_start_matches('0');
    (digits.len() <= 5).then(|| digits.parse().ok()).flatten()
}

fn number(rest: &str) -> Option<usize> {
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    (end > 0).then_some(end)
}

/// `2024-1234`.
fn year_and_number(rest: &str) -> Option<usize> {
    let (year, tail) = (rest.get(..4)?, rest.get(4..)?.strip_prefix('-')?);
    year.bytes().all(|b| b.is_ascii_digit()).then_some(())?;
    number(tail).map(|length| 5 + length)
}

/// Three groups of four.
fn ghsa(rest: &str) -> Option<usize> {
    let bytes = rest.as_bytes().get(..14)?;
    let fits = bytes.iter().enumerate().all(|(at, byte)| match at {
        4 | 9 => *byte == b'-',
        _ => byte.is_ascii_alphanumeric(),
    });
    // Only what fits is known to end between two characters.
    let ends =
        || rest.get(14..).is_some_and(|behind| !behind.starts_with(|c: char| c.is_ascii_alphanumeric()));
    (fits && ends()).then_some(14)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(text: &str) -> Vec<String> {
        let mut found = Identifiers::default();
        found.scan(text);
        found.into_vec().into_iter().map(|id| id.value).collect()
    }

    #[test]
    fn names_of_flaws_are_found_in_the_spellings_of_real_tools() {
        for (text, want) in [
            ("external/cwe/cwe-079", vec!["CWE-79"]),
            ("CWE-89: SQL Injection", vec!["CWE-89"]),
            ("CWE: 0022", vec!["CWE-22"]),
            ("cwe_327", vec!["CWE-327"]),
            ("BDSA-2020-1001 (CVE-2020-11022)", vec!["CVE-2020-11022"]),
            ("ghsa-5mrr-rgp6-x4gr", vec!["GHSA-5MRR-RGP6-X4GR"]),
            ("GO-2026-4864", vec!["GO-2026-4864"]),
            ("RUSTSEC-2020-0071", vec!["RUSTSEC-2020-0071"]),
            ("SNYK-JS-LODASH-567746", vec!["SNYK-JS-LODASH-567746"]),
            ("CWE-79 and CWE-79 and CWE-80", vec!["CWE-79", "CWE-80"]),
            ("security", vec![]),
            ("notacwe", vec![]),
            ("CARGO-2024-1", vec![]),
            ("CVE-20-1", vec![]),
            ("CWE-0", vec![]),
        ] {
            assert_eq!(values(text), want, "identifiers in {text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn what_words_begin_like_misses_nothing(
            text in "(?i)(CWE|CVE|GHSA|RUSTSEC|PYSEC|GO|CAPEC|MAL|SNYK|x|é|-|[ :/_.]|2024-1|abcd-efgh-ijkl|[0-9]{1,3}){0,12}"
        ) {
            let all = Begins { cwe: true, snyk: true, schemes: [true; SCHEMES.len()] };
            let mut want = Identifiers::default();
            want.scan_for(&text, &all);
            let want: Vec<String> = want.into_vec().into_iter().map(|id| id.value).collect();
            proptest::prop_assert_eq!(values(&text), want);
        }
    }

    #[test]
    fn a_bare_number_is_a_weakness_only_where_one_is_expected() {
        let mut found = Identifiers::default();
        found.cwe("79");
        found.cwe("0");
        found.cwe("CWE-80");
        found.cwe("https://cwe.mitre.org/data/definitions/703.html");
        let values: Vec<String> = found.into_vec().into_iter().map(|id| id.value).collect();
        assert_eq!(values, ["CWE-79", "CWE-80", "CWE-703"], "0 is how tools say «none»");
    }
}

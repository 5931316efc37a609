//! A pattern of the language held against a value, as the database would: capitals of ASCII do not
//! matter, `*` stands for any characters, `?` for one.

/// A pattern with small letters.
pub(super) struct Wanted {
    text: String,
    wild: bool,
}

impl Wanted {
    pub fn new(pattern: &str) -> Self {
        Self { text: pattern.to_ascii_lowercase(), wild: pattern.contains(['*', '?']) }
    }

    pub fn is_wild(&self) -> bool {
        self.wild
    }

    /// Equal, or as the wildcards say.
    pub fn fits(&self, value: &str) -> bool {
        if self.wild { like(&self.text, value) } else { self.text.eq_ignore_ascii_case(value) }
    }

    /// Fits the value, or what stands before its version.
    pub fn fits_package(&self, purl: &str) -> bool {
        self.fits(purl) || purl.match_indices('@').any(|(at, _)| self.fits(&purl[..at]))
    }

    /// Whether these owners (with blanks between them) are meant, together or one of them.
    pub fn owns(&self, owners: &str) -> bool {
        if self.text.is_empty() || owners.is_empty() {
            return self.text.is_empty() && owners.is_empty();
        }
        self.fits(owners) || (!self.wild && format!(" {owners} ").contains(&format!(" {} ", self.text)))
    }
}

/// The pattern has small letters. With one place to come back to: behind the last `*`, where it may take
/// one character more.
fn like(pattern: &str, value: &str) -> bool {
    let (mut pattern, mut value) = (pattern.chars(), value.chars());
    let mut star = None;
    loop {
        let rest = value.clone();
        let fits = match (pattern.next(), value.next()) {
            (None, None) => return true,
            (Some('*'), _) => {
                star = Some((pattern.clone(), rest.clone()));
                value = rest;
                true
            }
            (Some('?'), Some(_)) => true,
            (wanted, found) => wanted == found.map(|found| found.to_ascii_lowercase()),
        };
        if !fits {
            let Some((behind, taken)) = &mut star else { return false };
            if taken.next().is_none() {
                return false;
            }
            (pattern, value) = (behind.clone(), taken.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_stand_for_what_they_say() {
        for (pattern, value, fits) in [
            ("*", "", true),
            ("?", "", false),
            ("a*c", "abbc", true),
            ("a*c", "abbcd", false),
            ("*.py", "src/x.py", true),
            ("a?c", "aéc", true),
            ("*a*b", "xaxbxb", true),
            ("A*", "abc", true),
            ("%", "x", false),
        ] {
            assert_eq!(Wanted::new(pattern).fits(value), fits, "«{pattern}» against «{value}»");
        }
    }

    #[test]
    fn an_owner_is_found_among_others() {
        let wanted = Wanted::new("@Acme/Shop");
        assert!(wanted.owns("@acme/shop") && wanted.owns("@kim @acme/shop"));
        assert!(!wanted.owns("@acme/shopping") && !wanted.owns(""));
        assert!(Wanted::new("").owns("") && !Wanted::new("").owns("@kim"));
    }
}

//! How bad a finding is, and who said so.

words! {
    /// How bad a finding is. `Unknown` is a value of its own: Docket never invents one.
    pub enum Severity {
        /// Act now.
        Critical = "critical", "Critical";
        /// Act soon.
        High = "high", "High";
        /// Plan it.
        Medium = "medium", "Medium";
        /// When convenient.
        Low = "low", "Low";
        /// Worth knowing.
        Info = "info", "Info";
        /// The report does not say.
        Unknown = "unknown", "Unknown";
    }
}

words! {
    /// Which statement of a report the severity was read from.
    pub enum SeveritySource {
        /// A numeric score (SARIF `security-severity`, CVSS): 9 / 7 / 4 / 0.1 bands.
        Score = "score", "score";
        /// The result's own level or severity word.
        Result = "result", "result";
        /// The rule's default, or the run's override of it.
        Rule = "rule", "rule";
        /// The format's own default (SARIF: `warning`).
        FormatDefault = "format_default", "default of the format";
        /// The result's rank (0 to 100).
        Rank = "rank", "rank";
        /// The report says nothing.
        Nothing = "nothing", "not stated";
        /// A person set it.
        Person = "person", "set by hand";
    }
}

impl Severity {
    /// 0 is the most severe. The order in which lists show them.
    pub fn rank(self) -> u8 {
        self as u8
    }

    /// The reverse of [`Severity::rank`]; unknown numbers are `Unknown`.
    pub fn from_rank(rank: u8) -> Self {
        Self::ALL.get(usize::from(rank)).copied().unwrap_or(Self::Unknown)
    }

    /// The band of a 0–10 score as GitHub and CVSS v3 draw them: 9 critical, 7 high,
    /// 4 medium, 0.1 low; 0 says that the finding has no security impact: info.
    pub fn from_score(score: f64) -> Self {
        match score {
            s if s.is_nan() => Self::Unknown,
            s if s >= 9.0 => Self::Critical,
            s if s >= 7.0 => Self::High,
            s if s >= 4.0 => Self::Medium,
            s if s >= 0.1 => Self::Low,
            _ => Self::Info,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_fall_into_the_published_bands() {
        for (score, band) in [
            (10.0, Severity::Critical),
            (9.0, Severity::Critical),
            (8.9, Severity::High),
            (7.0, Severity::High),
            (6.9, Severity::Medium),
            (4.0, Severity::Medium),
            (3.9, Severity::Low),
            (0.1, Severity::Low),
            (0.0, Severity::Info),
        ] {
            assert_eq!(Severity::from_score(score), band, "{score} belongs to {band}");
        }
        assert_eq!(Severity::from_score(f64::NAN), Severity::Unknown, "not a number says nothing");
    }
}

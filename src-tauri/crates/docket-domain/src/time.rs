//! Points in time and where they come from.

use std::fmt;
use std::str::FromStr;

use crate::problem::Problem;

/// A point in time: milliseconds since 1970-01-01T00:00:00Z. On the wire and in `--json`
/// an RFC 3339 text with milliseconds; in the database the number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "ts", ts(type = "string"))]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// This instant plus `millis` milliseconds (may be negative); stops at the ends of the range.
    #[must_use]
    pub fn plus_millis(self, millis: i64) -> Self {
        Self(self.0.saturating_add(millis))
    }

    /// Milliseconds from `earlier` to this instant; negative when `earlier` is later.
    pub fn millis_since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// Whole seconds since the epoch.
    pub fn seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_millisecond(self.0) {
            Ok(instant) => write!(f, "{instant:.3}"),
            Err(_) => write!(f, "{}ms", self.0),
        }
    }
}

impl FromStr for Timestamp {
    type Err = Problem;
    /// Reads RFC 3339 (`2026-11-21T10:00:00Z`, any offset).
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.trim().parse::<jiff::Timestamp>().map(|instant| Self(instant.as_millisecond())).map_err(|_| {
            Problem::bad_input(format!("«{text}» is not a point in time like 2026-11-21T10:00:00Z."))
        })
    }
}

impl serde::Serialize for Timestamp {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Timestamp {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(|problem: Problem| serde::de::Error::custom(problem.message))
    }
}

/// Where «now» comes from: the system's clock in the product, a hand-moved one in tests.
pub trait Clock: Send + Sync {
    /// The present moment.
    fn now(&self) -> Timestamp;
}

/// The computer's own clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp(jiff::Timestamp::now().as_millisecond())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timestamp_survives_its_own_spelling() {
        let t = Timestamp(1_795_255_200_123);
        assert_eq!(t.to_string().parse::<Timestamp>().unwrap(), t, "the wire must not lose milliseconds");
        assert!("yesterday".parse::<Timestamp>().is_err(), "prose is not a point in time");
    }
}

//! Row ids, one type each so that they cannot be mixed up. On the wire they are strings:
//! JavaScript numbers cannot hold every 64-bit integer.

macro_rules! id {
    ($($(#[$meta:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[cfg_attr(feature = "ts", derive(ts_rs::TS))]
        #[cfg_attr(feature = "ts", ts(type = "string"))]
        pub struct $name(pub i64);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { self.0.fmt(f) }
        }
        impl std::str::FromStr for $name {
            type Err = crate::problem::Problem;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.trim().parse().map($name).map_err(|_| {
                    crate::problem::Problem::bad_input(format!("«{text}» is not an id: ids are whole numbers."))
                })
            }
        }
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> { s.collect_str(&self.0) }
        }
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                let text = String::deserialize(d)?;
                text.parse().map($name).map_err(serde::de::Error::custom)
            }
        }
    )+};
}

id! {
    /// What findings belong to.
    ApplicationId,
    /// One report read into one application.
    ImportId,
    /// One finding in one application, branch and tool.
    FindingId,
    /// A triage proposal on a finding.
    ProposalId,
    /// A configured issue tracker.
    ConnectionId,
    /// Applications bound to one project of one connection.
    MappingId,
    /// A stored push plan.
    PlanId,
    /// A long-running piece of work.
    JobId,
    /// A folder whose new reports are imported.
    WatchId,
    /// One redacted HTTP request and its answer.
    ExchangeId,
}

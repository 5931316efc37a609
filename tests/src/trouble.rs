//! Everything that can go wrong with a push, as it is drawn and named.

use std::fmt;
use std::time::Duration;

use docket_practice::Fault;

use crate::draw::Draw;

/// Something that goes wrong once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// `kill -9` at one of the engine's own places.
    KilledAt {
        /// `planned`, `sending` or `answered`.
        place: &'static str,
        /// The how manieth time.
        nth: u64,
    },
    /// `kill -9` after a while, wherever it is then.
    KilledAfter {
        /// From its start, milliseconds.
        millis: u64,
    },
    /// `kill -9` while the tracker has stored and not answered.
    KilledUnanswered {
        /// At the how manieth write.
        nth: u64,
    },
    /// A write goes wrong on the wire or at the tracker.
    Write {
        /// How.
        fault: Fault,
        /// The how manieth write.
        nth: u64,
    },
    /// A write goes wrong so that nobody knows, and the look-up that follows goes wrong as well.
    LookUp {
        /// How the look-up goes wrong.
        fault: Fault,
        /// The how manieth write.
        nth: u64,
    },
    /// The same creation reaches the tracker twice.
    Twice {
        /// The how manieth write.
        nth: u64,
    },
    /// The token ends.
    TokenEnds {
        /// With the how manieth write.
        nth: u64,
    },
    /// The disk takes no more than so many bytes.
    DiskFull {
        /// Bytes.
        room: u64,
    },
    /// Another process holds the database for a while.
    Locked {
        /// For so long, milliseconds.
        millis: u64,
        /// Whether that is longer than a write waits.
        beyond: bool,
    },
    /// The clock jumps between two requests.
    ClockJumps {
        /// At the how manieth write.
        nth: u64,
        /// By so much, milliseconds.
        by: i64,
    },
    /// The computer sleeps in the middle of a request, and its clock goes on.
    Sleeps {
        /// At the how manieth write.
        nth: u64,
        /// Whether somebody else pushes the same findings meanwhile.
        meanwhile: bool,
    },
    /// Two processes apply the same plan.
    TwoProcesses,
    /// Another data folder pushes the same findings.
    SecondFolder,
    /// The database is lost and built again from the tracker.
    DatabaseLost,
}

impl Trouble {
    /// What it is counted under.
    pub fn name(&self) -> &'static str {
        match self {
            Self::KilledAt { place: "planned", .. } => "killed before the intent was stored",
            Self::KilledAt { place: "sending", .. } => "killed before the request left",
            Self::KilledAt { .. } => "killed before the answer was noted",
            Self::KilledAfter { .. } => "killed at any moment",
            Self::KilledUnanswered { .. } => "killed while no answer came",
            Self::Write { fault, .. } => match fault {
                Fault::CutBeforeReading => "cut before the request was read",
                Fault::CutBeforeStoring => "cut before it was stored",
                Fault::StoreThenCut => "cut after it was stored",
                Fault::CutInAnswer => "cut in the middle of the answer",
                Fault::StoreLate(_) => "cut, and stored afterwards",
                Fault::StoreThenSilence => "time-out after it was stored",
                Fault::StoreThenError => "500 after it was stored",
                Fault::ServerError(_) => "an error of the server",
                Fault::ProxyPage => "502 from a proxy",
                Fault::Throttled(_) => "a limit in the middle",
                _ => "another fault of a write",
            },
            Self::LookUp { .. } => "trouble while looking up",
            Self::Twice { .. } => "delivered twice",
            Self::TokenEnds { .. } => "the token ends",
            Self::DiskFull { .. } => "disk full",
            Self::Locked { beyond: false, .. } => "database locked for a while",
            Self::Locked { .. } => "database locked for too long",
            Self::ClockJumps { .. } => "the clock jumps",
            Self::Sleeps { meanwhile: false, .. } => "the computer sleeps",
            Self::Sleeps { .. } => "it sleeps while another pushes",
            Self::TwoProcesses => "two processes, one plan",
            Self::SecondFolder => "a second data folder",
            Self::DatabaseLost => "the database is lost",
        }
    }

    /// At the how manieth write of a process it strikes.
    pub fn nth(&self) -> u64 {
        match self {
            Self::KilledAt { nth, .. }
            | Self::KilledUnanswered { nth }
            | Self::Write { nth, .. }
            | Self::LookUp { nth, .. }
            | Self::Twice { nth }
            | Self::TokenEnds { nth }
            | Self::ClockJumps { nth, .. }
            | Self::Sleeps { nth, .. } => *nth,
            _ => 1,
        }
    }

    /// Draws one that strikes at one of the first writes. `creating`: issues are created, not changed.
    pub fn draw(draw: &mut Draw, writes: u64, creating: bool) -> Self {
        let nth = draw.within(1, writes);
        match draw.within(0, 20) {
            0..=2 => Self::KilledAt { place: draw.one_of(&["planned", "sending", "answered"]), nth },
            3 => Self::KilledAfter { millis: draw.within(1, 400) },
            4 => Self::KilledUnanswered { nth },
            5..=9 => Self::Write { fault: write_fault(draw), nth },
            10 => {
                let fault = draw.one_of(&[
                    Fault::BadCredentials,
                    Fault::CutBeforeStoring,
                    Fault::ServerError(500),
                    Fault::ProxyPage,
                    Fault::InvalidJson,
                ]);
                Self::LookUp { fault, nth }
            }
            11 if creating => Self::Twice { nth },
            11 | 12 => Self::TokenEnds { nth },
            13 => Self::DiskFull { room: draw.within(0, 240) * 1_024 },
            14 => Self::Locked { millis: draw.within(50, 400), beyond: draw.once_in(3) },
            15 => {
                let hours = draw.one_of(&[-26, -3, -1, 1, 3, 26]);
                Self::ClockJumps { nth, by: hours * 3_600_000 }
            }
            16 => Self::Sleeps { nth, meanwhile: false },
            17 => Self::Sleeps { nth, meanwhile: true },
            18 => Self::TwoProcesses,
            19 => Self::SecondFolder,
            _ => Self::DatabaseLost,
        }
    }
}

fn write_fault(draw: &mut Draw) -> Fault {
    draw.one_of(&[
        Fault::CutBeforeReading,
        Fault::CutBeforeStoring,
        Fault::StoreThenCut,
        Fault::CutInAnswer,
        Fault::StoreLate(Duration::from_millis(150)),
        Fault::StoreThenSilence,
        Fault::StoreThenError,
        Fault::ServerError(500),
        Fault::ServerError(502),
        Fault::ServerError(503),
        Fault::ProxyPage,
        Fault::Throttled(1),
    ])
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())?;
        match self {
            Self::KilledAt { nth, .. }
            | Self::KilledUnanswered { nth }
            | Self::Twice { nth }
            | Self::TokenEnds { nth }
            | Self::Sleeps { nth, .. } => write!(f, " #{nth}"),
            Self::Write { fault, nth } | Self::LookUp { fault, nth } => write!(f, " #{nth} ({fault})"),
            Self::KilledAfter { millis } | Self::Locked { millis, .. } => write!(f, " ({millis} ms)"),
            Self::DiskFull { room } => write!(f, " ({room} bytes)"),
            Self::ClockJumps { nth, by } => write!(f, " #{nth} ({} h)", by / 3_600_000),
            Self::TwoProcesses | Self::SecondFolder | Self::DatabaseLost => Ok(()),
        }
    }
}

//! What a vendor allows one account, and what a request takes of it.

use url::Url;

use crate::ports::ConnectSettings;

/// Most of something within any minute and any hour; zero: no such limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Most {
    pub minute: usize,
    pub hour: usize,
}

/// The allowances of one account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Allowances {
    /// Least time from the start of one write to the start of the next.
    pub spacing_ms: i64,
    /// New issues.
    pub issues: Most,
    /// Other new content ([`Makes::Beside`]).
    pub beside: Most,
    /// Both kinds of content are counted as one, against `issues`.
    pub together: bool,
    pub points_per_minute: u32,
    /// What a write takes of the points; a read takes one.
    pub write_points: u32,
    /// Reads at once.
    pub readers: usize,
    /// How long after its use every part returns of the allowance that the tracker tells in its
    /// headers; zero: all of it is renewed at once, at the time that it tells.
    pub slides_ms: i64,
}

impl Allowances {
    /// What holds at a server: these, or next to none where one practises on this computer.
    pub fn at(self, server: &Url, settings: &ConnectSettings) -> Self {
        if !settings.practises(server) {
            return self;
        }
        Self {
            spacing_ms: 0,
            issues: Most::default(),
            beside: Most::default(),
            points_per_minute: 1_000_000,
            ..self
        }
    }

    /// What holds for a kind of content.
    pub fn of(&self, makes: Makes) -> Most {
        match makes {
            Makes::Nothing => Most::default(),
            Makes::Beside if !self.together => self.beside,
            Makes::Issue | Makes::Beside => self.issues,
        }
    }

    /// The two are counted as one.
    pub fn same(&self, one: Makes, other: Makes) -> bool {
        one == other || (self.together && one != Makes::Nothing && other != Makes::Nothing)
    }

    /// Some limit lasts an hour: what was made counts beyond the life of a process.
    pub fn lasts(&self) -> bool {
        self.issues.hour > 0 || (!self.together && self.beside.hour > 0)
    }

    pub fn points(&self, weight: Weight) -> u32 {
        match weight {
            Weight::Read => 1,
            Weight::Write { .. } => self.write_points,
            Weight::Bulk { parts } => parts.max(self.write_points),
        }
    }
}

/// What a write makes that vendors count as new content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Makes {
    /// Nothing of the kind: it changes what is there.
    Nothing,
    /// An issue.
    Issue,
    /// Something beside an issue: a comment, a label, a place on a board.
    Beside,
}

/// What a request weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Weight {
    Read,
    Write {
        makes: Makes,
    },
    /// So many changes in one request.
    Bulk {
        parts: u32,
    },
}

impl Weight {
    pub fn is_write(self) -> bool {
        self != Self::Read
    }

    pub fn makes(self) -> Makes {
        match self {
            Self::Write { makes } => makes,
            Self::Read | Self::Bulk { .. } => Makes::Nothing,
        }
    }
}

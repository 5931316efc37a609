//! The fluent description of a practice GitLab's world: groups, projects, issues. Tokens are in `tokens`.

/// What a member may do, least first; [`Access::level`] is the vendor's number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Access {
    /// 10: sees the project and opens issues.
    Guest,
    /// 15: also plans: labels, assignees, milestones, closing.
    Planner,
    /// 20: also reads code.
    Reporter,
    /// 30.
    Developer,
    /// 40.
    Maintainer,
    /// 50: also deletes issues and chooses dates of creation.
    Owner,
}

impl Access {
    /// The vendor's number.
    pub fn level(self) -> u64 {
        match self {
            Self::Guest => 10,
            Self::Planner => 15,
            Self::Reporter => 20,
            Self::Developer => 30,
            Self::Maintainer => 40,
            Self::Owner => 50,
        }
    }
}

/// The edition that is paid for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tier {
    /// One assignee, no weight, no status, scoped labels are plain text.
    Free,
    /// Several assignees, weight, status, scoped labels exclude each other.
    Premium,
    /// As Premium for all that is practised here.
    Ultimate,
}

/// Who sees a group or a project.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Visibility {
    /// Everybody.
    Public,
    /// Everybody who is signed in.
    Internal,
    /// Members.
    Private,
}

impl Visibility {
    /// The vendor's word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Internal => "internal",
            Self::Private => "private",
        }
    }
}

/// Who may see a project's issues.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Issues {
    /// Everybody who sees the project.
    Enabled,
    /// Members of the project only.
    Private,
    /// Nobody: issues are switched off.
    Disabled,
}

impl Issues {
    /// The vendor's `issues_access_level`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Enabled => "enabled",
            Self::Private => "private",
            Self::Disabled => "disabled",
        }
    }
}

#[derive(Debug, Clone)]
pub(crate) struct PersonSeed {
    pub username: String,
    pub blocked: bool,
}

/// A group or subgroup. Its parent must be described before it.
#[derive(Debug, Clone)]
pub struct GroupSeed {
    pub(crate) full_path: String,
    pub(crate) visibility: Visibility,
    pub(crate) members: Vec<(String, Access)>,
    pub(crate) labels: Vec<(String, String)>,
    pub(crate) milestones: Vec<String>,
}

impl GroupSeed {
    /// A public group at `acme` or `acme/platform`.
    pub fn new(full_path: &str) -> Self {
        Self {
            full_path: full_path.to_owned(),
            visibility: Visibility::Public,
            members: Vec::new(),
            labels: Vec::new(),
            milestones: Vec::new(),
        }
    }

    /// Who sees it.
    #[must_use]
    pub fn visibility(mut self, visibility: Visibility) -> Self {
        self.visibility = visibility;
        self
    }

    /// A member, also of everything below.
    #[must_use]
    pub fn member(mut self, username: &str, access: Access) -> Self {
        self.members.push((username.to_owned(), access));
        self
    }

    /// A label that all projects below can use. The colour is `#rrggbb`.
    #[must_use]
    pub fn label(mut self, name: &str, color: &str) -> Self {
        self.labels.push((name.to_owned(), color.to_owned()));
        self
    }

    /// A milestone that all projects below can use.
    #[must_use]
    pub fn milestone(mut self, title: &str) -> Self {
        self.milestones.push(title.to_owned());
        self
    }
}

/// A project. Its namespace (group or person) must be described.
#[derive(Debug, Clone)]
pub struct ProjectSeed {
    pub(crate) full_path: String,
    pub(crate) description: Option<String>,
    pub(crate) visibility: Visibility,
    pub(crate) archived: bool,
    pub(crate) issues_access: Issues,
    pub(crate) members: Vec<(String, Access)>,
    pub(crate) labels: Vec<(String, String)>,
    pub(crate) milestones: Vec<(String, bool)>,
    pub(crate) issues: Vec<IssueSeed>,
}

impl ProjectSeed {
    /// A private project at `acme/shop`, `acme/platform/api` or `robin/notes`.
    pub fn new(full_path: &str) -> Self {
        Self {
            full_path: full_path.to_owned(),
            description: None,
            visibility: Visibility::Private,
            archived: false,
            issues_access: Issues::Enabled,
            members: Vec::new(),
            labels: Vec::new(),
            milestones: Vec::new(),
            issues: Vec::new(),
        }
    }

    /// One line about it.
    #[must_use]
    pub fn description(mut self, text: &str) -> Self {
        self.description = Some(text.to_owned());
        self
    }

    /// Who sees it.
    #[must_use]
    pub fn visibility(mut self, visibility: Visibility) -> Self {
        self.visibility = visibility;
        self
    }

    /// Read-only.
    #[must_use]
    pub fn archived(mut self) -> Self {
        self.archived = true;
        self
    }

    /// Who sees its issues.
    #[must_use]
    pub fn issues_for(mut self, access: Issues) -> Self {
        self.issues_access = access;
        self
    }

    /// A direct member.
    #[must_use]
    pub fn member(mut self, username: &str, access: Access) -> Self {
        self.members.push((username.to_owned(), access));
        self
    }

    /// A label; the colour is `#rrggbb`.
    #[must_use]
    pub fn label(mut self, name: &str, color: &str) -> Self {
        self.labels.push((name.to_owned(), color.to_owned()));
        self
    }

    /// An active milestone.
    #[must_use]
    pub fn milestone(mut self, title: &str) -> Self {
        self.milestones.push((title.to_owned(), true));
        self
    }

    /// A closed milestone.
    #[must_use]
    pub fn closed_milestone(mut self, title: &str) -> Self {
        self.milestones.push((title.to_owned(), false));
        self
    }

    /// An issue; they are numbered from 1 in the order given.
    #[must_use]
    pub fn issue(mut self, issue: IssueSeed) -> Self {
        self.issues.push(issue);
        self
    }
}

/// An issue that is there from the start.
#[derive(Debug, Clone)]
pub struct IssueSeed {
    pub(crate) title: String,
    pub(crate) description: Option<String>,
    pub(crate) author: Option<String>,
    pub(crate) labels: Vec<String>,
    pub(crate) assignees: Vec<String>,
    pub(crate) milestone: Option<String>,
    pub(crate) due_date: Option<String>,
    pub(crate) weight: Option<i64>,
    pub(crate) confidential: bool,
    pub(crate) closed: bool,
    pub(crate) notes: Vec<(String, String)>,
}

impl IssueSeed {
    /// An open issue by the project's first member.
    pub fn new(title: &str) -> Self {
        Self {
            title: title.to_owned(),
            description: None,
            author: None,
            labels: Vec::new(),
            assignees: Vec::new(),
            milestone: None,
            due_date: None,
            weight: None,
            confidential: false,
            closed: false,
            notes: Vec::new(),
        }
    }

    /// Its Markdown text. Quick actions in it are not carried out: it is as if written long ago.
    #[must_use]
    pub fn description(mut self, text: &str) -> Self {
        self.description = Some(text.to_owned());
        self
    }

    /// Who wrote it.
    #[must_use]
    pub fn by(mut self, username: &str) -> Self {
        self.author = Some(username.to_owned());
        self
    }

    /// A label, made if the project has none of that name.
    #[must_use]
    pub fn label(mut self, name: &str) -> Self {
        self.labels.push(name.to_owned());
        self
    }

    /// An assignee.
    #[must_use]
    pub fn assigned_to(mut self, username: &str) -> Self {
        self.assignees.push(username.to_owned());
        self
    }

    /// The title of one of the project's or its groups' milestones.
    #[must_use]
    pub fn milestone(mut self, title: &str) -> Self {
        self.milestone = Some(title.to_owned());
        self
    }

    /// `2026-12-24`.
    #[must_use]
    pub fn due(mut self, date: &str) -> Self {
        self.due_date = Some(date.to_owned());
        self
    }

    /// Its weight; shown on paid tiers only.
    #[must_use]
    pub fn weight(mut self, weight: i64) -> Self {
        self.weight = Some(weight);
        self
    }

    /// Hidden from guests and outsiders.
    #[must_use]
    pub fn confidential(mut self) -> Self {
        self.confidential = true;
        self
    }

    /// Closed from the start.
    #[must_use]
    pub fn closed(mut self) -> Self {
        self.closed = true;
        self
    }

    /// A note by someone.
    #[must_use]
    pub fn note(mut self, username: &str, body: &str) -> Self {
        self.notes.push((username.to_owned(), body.to_owned()));
        self
    }
}

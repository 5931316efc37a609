//! The practice world that a person meets first: the organisation `acme` with three repositories.

use crate::board_seed::BoardSeed;
use crate::seed::{IssueSeed, RepoSeed, Role, TokenSeed};
use crate::setup::Setup;

impl Setup {
    /// Organisation `acme` (`shop`, `billing`, `archive`), the people `robin`, `kim` and `sam`, and a classic token of
    /// `robin` with the scopes `repo`, `read:org` and `project`, and the project «Security board» (number 1). The token's value is drawn anew at every start.
    #[must_use]
    pub fn demo() -> Self {
        Self::new()
            .person("robin")
            .person("kim")
            .person("sam")
            .organisation("acme", &["robin", "kim", "sam"])
            .repo(shop())
            .repo(
                team(RepoSeed::new("acme/billing").private().description("Invoices and payments"))
                    .label("bug", "d73a4a")
                    .label("security", "b60205")
                    .milestone("Audit"),
            )
            .repo(
                team(
                    RepoSeed::new("acme/archive").archived().description("The old shop, kept for reference"),
                )
                .label("bug", "d73a4a")
                .issue(IssueSeed::new("Move to the new shop").by("kim").closed("completed")),
            )
            .project(
                BoardSeed::new("acme", 1, "Security board")
                    .select("Priority", &["P0", "P1", "P2", "P3", "P4"])
                    .text("Notes")
                    .iteration("Sprint", "Sprint 1"),
            )
            .issue_types("acme", &["Task", "Bug", "Feature"])
            .token(TokenSeed::classic("robin", &["repo", "read:org", "project"]))
            .oauth_app("practice-client")
    }
}

fn team(repo: RepoSeed) -> RepoSeed {
    repo.role("robin", Role::Write).role("kim", Role::Maintain).role("sam", Role::Triage)
}

fn shop() -> RepoSeed {
    team(RepoSeed::new("acme/shop").private().description("The web shop"))
        .label("bug", "d73a4a")
        .label("documentation", "0075ca")
        .label("enhancement", "a2eeef")
        .label("security", "b60205")
        .label("severity: critical", "7f1d1d")
        .label("severity: high", "d93f0b")
        .label("severity: medium", "fbca04")
        .label("severity: low", "0e8a16")
        .label("triage", "c5def5")
        .milestone("2.0")
        .milestone("2.1")
        .closed_milestone("1.9")
        .issue(
            IssueSeed::new("Checkout button hidden on narrow screens")
                .body("On phones the button slides under the footer.\n\n- [ ] reproduce\n- [ ] fix the grid")
                .by("kim")
                .label("bug")
                .assigned_to("sam")
                .milestone(1)
                .comment("sam", "Seen on two phones. The footer is `position: fixed`."),
        )
        .issue(IssueSeed::new("Explain voucher codes in the handbook").by("sam").label("documentation"))
        .issue(
            IssueSeed::new("Show prices without tax to business customers")
                .body("Asked for by **three** customers this month.")
                .by("kim")
                .label("enhancement")
                .milestone(2),
        )
        .issue(IssueSeed::pull_request("Shrink product pictures on upload").by("sam").label("enhancement"))
        .issue(
            IssueSeed::new("Search forgets the chosen language").by("robin").label("bug").closed("completed"),
        )
        .issue(IssueSeed::new("Support the fax order form").by("sam").closed("not_planned"))
}

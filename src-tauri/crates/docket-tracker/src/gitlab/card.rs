//! What the kind says about itself: everything a form needs.

use docket_domain::{AuthKind, Field, FieldKind, MappingDefaults, TrackerKindCard, ValueMap};

use super::fields::{CONFIDENTIAL, ISSUE_TYPE};

/// The steps that register an application on a GitLab.
const REGISTER: &str = "On your GitLab choose your picture, Edit profile, Applications, Add new application (an administrator can do the same for everybody under Admin, Applications). Name: Docket. Redirect URI: http://127.0.0.1 (it is not used). Take the tick from «Confidential», tick the scope «api», save, and copy the Application ID. Needs GitLab 17.9 or later. If your GitLab lies under a path, give its API address above (https://host/path/api/v4).";

/// The card of the kind.
pub(super) fn card() -> TrackerKindCard {
    let field = |id: &str, label: &str, kind: FieldKind, help: &str| Field {
        id: id.to_owned(),
        label: label.to_owned(),
        kind,
        help: help.to_owned(),
        example: None,
        required: true,
        choices: Vec::new(),
        only_with: Vec::new(),
    };
    TrackerKindCard {
        id: "gitlab".to_owned(),
        name: "GitLab".to_owned(),
        about: "gitlab.com and GitLab on a server of your own, also under a path of it.".to_owned(),
        fields: vec![
            Field {
                example: Some("https://gitlab.com/acme/shop".to_owned()),
                ..field(
                    "location",
                    "Address",
                    FieldKind::Url,
                    "Paste any address of your GitLab: of the server, of a group, or of a project.",
                )
            },
            Field {
                only_with: vec!["device".to_owned()],
                ..field("client_id", "Application ID", FieldKind::Text, REGISTER)
            },
        ],
        auth: ways(),
        target_label: "Project".to_owned(),
        target_example: "acme/shop".to_owned(),
        takes_files: true,
        defaults: defaults(),
    }
}

fn ways() -> Vec<AuthKind> {
    vec![
        AuthKind {
            id: "pat".to_owned(),
            label: "Access token (personal, project or group)".to_owned(),
            secret_label: "Token".to_owned(),
            scopes: vec!["api".to_owned()],
            help: "Tick «api» («read_api» can only read). A project or group token also needs a role: Planner, Reporter or higher. Copy the token at once; it is shown only once.".to_owned(),
            needs_username: false,
            device: false,
        },
        AuthKind {
            id: "device".to_owned(),
            label: "Sign in with a code in the browser".to_owned(),
            secret_label: "Token".to_owned(),
            scopes: vec!["api".to_owned()],
            help: "Docket shows a code, which you enter on your GitLab.".to_owned(),
            needs_username: false,
            device: true,
        },
    ]
}

fn defaults() -> MappingDefaults {
    MappingDefaults {
        labels: vec!["security".to_owned()],
        severity_label: false,
        severity: ValueMap::new(
            "Priority",
            &[("info", "1"), ("low", "2"), ("medium", "3"), ("high", "4"), ("critical", "5")],
        ),
        status: ValueMap::new(
            "Status",
            &[
                ("active", "opened"),
                ("closed", "closed"),
                ("false_positive", "closed"),
                ("risk_accepted", "closed"),
            ],
        ),
        settings: [(CONFIDENTIAL.to_owned(), "true".to_owned()), (ISSUE_TYPE.to_owned(), "issue".to_owned())]
            .into(),
        values_need: None,
    }
}

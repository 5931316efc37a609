//! What a form for Azure DevOps asks, and what a new mapping starts with.

use docket_domain::{AuthKind, Field, FieldKind, MappingDefaults, TrackerKindCard, ValueMap};

use super::chosen::BESIDE;
use super::words::GLOBAL_TOKENS_END;

/// A personal access token.
pub(super) const PAT: &str = "pat";
/// A code in the browser, through Microsoft Entra.
pub(super) const ENTRA: &str = "entra";
/// Fields beside the address.
pub(super) const CLIENT: &str = "client_id";
pub(super) const TENANT: &str = "tenant";
pub(super) const MARKDOWN: &str = "markdown";

/// How to register an app for signing in, step by step.
const REGISTER: &str = "Register an app once: 1. Open https://entra.microsoft.com, «App registrations», «New registration». 2. Name it Docket, choose «Accounts in this organizational directory only», leave the redirect URI empty. 3. Under «Authentication» set «Allow public client flows» to Yes. 4. Under «API permissions» add «Azure DevOps», «user_impersonation». 5. Copy «Application (client) ID» and «Directory (tenant) ID» into the form.";

fn field(id: &str, label: &str, kind: FieldKind, help: &str) -> Field {
    Field {
        id: id.to_owned(),
        label: label.to_owned(),
        kind,
        help: help.to_owned(),
        example: None,
        required: false,
        choices: Vec::new(),
        only_with: Vec::new(),
    }
}

/// Everything a form needs.
pub(super) fn card() -> TrackerKindCard {
    TrackerKindCard {
        id: "azure-devops".to_owned(),
        name: "Azure DevOps Boards".to_owned(),
        about: "Azure DevOps Services (dev.azure.com, *.visualstudio.com), Azure DevOps Server, and TFS 2018 from Update 2 on."
            .to_owned(),
        fields: vec![
            Field {
                example: Some("https://dev.azure.com/acme".to_owned()),
                required: true,
                ..field(
                    "location",
                    "Address",
                    FieldKind::Url,
                    "Paste any address of your Azure DevOps: of the organisation, a project, a board, a work item, or of a collection on your own server.",
                )
            },
            Field {
                only_with: vec![ENTRA.to_owned()],
                required: true,
                example: Some("6f1b2c3d-0000-0000-0000-000000000000".to_owned()),
                ..field(
                    CLIENT,
                    "Client id",
                    FieldKind::Text,
                    "«Application (client) ID» of the app that was registered in Microsoft Entra.",
                )
            },
            Field {
                only_with: vec![ENTRA.to_owned()],
                example: Some("contoso.onmicrosoft.com".to_owned()),
                ..field(
                    TENANT,
                    "Tenant",
                    FieldKind::Text,
                    "«Directory (tenant) ID» or its domain; empty: any work or school account.",
                )
            },
            field(
                MARKDOWN,
                "Write Markdown",
                FieldKind::Switch,
                "Long texts as Markdown in place of HTML. Only Azure DevOps Services has it, as a preview; a text that is Markdown once cannot become HTML again.",
            ),
        ],
        auth: vec![
            AuthKind {
                id: PAT.to_owned(),
                label: "Personal access token".to_owned(),
                secret_label: "Token".to_owned(),
                scopes: vec![
                    "Work Items: Read, write, & manage".to_owned(),
                    "Project and Team: Read".to_owned(),
                ],
                help: format!(
                    "Choose your organisation itself, not «All accessible organizations»: tokens for all of them stop working on {GLOBAL_TOKENS_END}. Under «Custom defined» tick «Work Items: Read, write, & manage» and «Project and Team: Read». Copy the token at once; it is shown only once."
                ),
                needs_username: false,
                device: false,
            },
            AuthKind {
                id: ENTRA.to_owned(),
                label: "Microsoft Entra (code in the browser)".to_owned(),
                secret_label: "Sign-in".to_owned(),
                scopes: vec!["Azure DevOps: user_impersonation".to_owned()],
                help: format!(
                    "For Azure DevOps Services. {REGISTER} Your company may forbid signing in with a code; then use a personal access token."
                ),
                needs_username: false,
                device: true,
            },
        ],
        target_label: "Project".to_owned(),
        target_example: "Shop".to_owned(),
        takes_files: true,
        defaults: MappingDefaults {
            labels: vec!["security".to_owned()],
            severity_label: true,
            severity: ValueMap::new(
                "/fields/Microsoft.VSTS.Common.Priority",
                &[("info", "4"), ("low", "4"), ("medium", "3"), ("high", "2"), ("critical", "1")],
            ),
            status: ValueMap::new(
                "/fields/System.State",
                &[
                    ("active", "To Do"),
                    ("closed", "Done"),
                    ("false_positive", "Done"),
                    ("risk_accepted", "Done"),
                ],
            ),
            settings: [(BESIDE.to_owned(), "true".to_owned())].into(),
            values_need: None,
        },
    }
}

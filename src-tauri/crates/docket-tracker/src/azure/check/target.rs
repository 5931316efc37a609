//! The project: is it visible, and may the account create work items in it?

use docket_domain::Destination;
use serde_json::json;

use super::super::api::{Api, Ask, good};
use super::super::chosen::Chosen;
use super::super::document::set;
use super::super::shapes::{AREA, Project, TITLE};
use super::super::words::{self, Refusal};
use super::Test;
use super::sign_in::{ask, refused};
use crate::check::Finding;
use crate::check::course::Place;
use crate::pace::Makes;
use crate::talk::shape;

impl Place for Test<'_> {
    type Target = Project;

    async fn target(&self, to: &Destination, (): &()) -> (Option<Project>, Finding) {
        // Somebody tests, and wants to see what is there now.
        self.api.known.forget();
        match Chosen::read(to) {
            Ok(chosen) => visible(self.api, chosen).await,
            Err(problem) => (None, Finding::problem(&problem)),
        }
    }

    async fn writable(&self, project: &Project, to: &Destination) -> Finding {
        match Chosen::read(to) {
            Ok(chosen) => writable(self.api, chosen, project).await,
            Err(problem) => Finding::problem(&problem),
        }
    }
}

/// Can the account see it, and is it still called that?
async fn visible(api: &Api, chosen: Chosen<'_>) -> (Option<Project>, Finding) {
    let doing = "look at the project";
    let path = format!("/_apis/projects/{}", super::super::address::part(chosen.project()));
    let (answer, evidence) = match ask(api, Ask::get(path).with("includeCapabilities", "true")).await {
        Ok(answered) => answered,
        Err(finding) => return (None, finding),
    };
    if !good(&answer) {
        return (None, refused(api, &answer, doing, Some(chosen.name())).saw(evidence));
    }
    let project: Project = match shape(&answer, api.about(doing, Some(chosen.name()))) {
        Ok(project) => project,
        Err(error) => return (None, Finding::problem(&error.problem).saw(evidence)),
    };
    let process = project.process().map(|name| format!(", process {name}")).unwrap_or_default();
    let kind = if project.visibility.as_deref() == Some("public") { "public" } else { "private" };
    let same =
        project.name.eq_ignore_ascii_case(chosen.name()) || project.id.eq_ignore_ascii_case(chosen.name());
    let finding = if same {
        Finding::ok(format!("{} is visible ({kind}{process})", project.name))
    } else {
        Finding::warning(
            format!("The project {} is now called {}.", chosen.name(), project.name),
            format!("Choose {} in the mapping.", project.name),
        )
    };
    (Some(project), finding.saw(evidence))
}

/// May the account create work items there? Tried with one that is only judged.
async fn writable(api: &Api, chosen: Chosen<'_>, project: &Project) -> Finding {
    let name = &project.name;
    if let Some(why) = project.closed() {
        return Finding::failed(
            format!("Work items cannot be created in {name}: it is {why}."),
            "Choose another project.",
        );
    }
    let model = match chosen.model(api).await {
        Ok(model) => model,
        // A type that is missing is the mapping's matter.
        Err(error) if error.status.is_none() => {
            return Finding::ok("Not tried: the work item type of the mapping does not exist");
        }
        Err(error) => return Finding::problem(&error.problem),
    };
    let mut steps = vec![set(TITLE, "Docket looks whether it may create this")];
    steps.extend(chosen.area().map(|area| set(AREA, area)));
    let document = json!(steps);
    let below = format!("/_apis/wit/workitems/${}", super::super::address::part(&model.kind.name));
    let question = Ask::write(reqwest::Method::POST, chosen.path(&below), &document, Makes::Nothing)
        .patch()
        .only_judged();
    let (answer, evidence) = match ask(api, question).await {
        Ok(answered) => answered,
        Err(finding) => return finding,
    };
    let evidence = format!("{evidence} (validateOnly: nothing was stored)");
    if good(&answer) {
        return Finding::ok(format!("The account may create work items in {name}")).saw(evidence);
    }
    match words::refusal(&answer) {
        // It may; what else the process asks for is looked at with the mapping.
        Refusal::Rules { .. } | Refusal::BadPath { .. } | Refusal::Invalid { .. } => {
            Finding::ok(format!("The account may create work items in {name}")).saw(evidence)
        }
        _ => refused(api, &answer, "create work items", Some(name)).saw(evidence),
    }
}

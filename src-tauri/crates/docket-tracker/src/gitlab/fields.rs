//! What a project offers, and the look-ups that creating an issue needs.

use std::collections::BTreeMap;

use docket_domain::offer::{Choice, MappingField, MappingFieldKind, ValueField};
use docket_domain::{ChoiceList, ChoicePage, Destination, TargetFields};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::api::Api;
use super::place::{INCIDENT, SEVERITIES, STATES, WEIGHT, WORK_ITEM};
use super::shapes::{Label, Milestone, Project, User};
use super::statuses::{self, Status};
use crate::choices::{AT_ONCE, WHOLE, no_such_list, sifted};
use crate::error::TrackerError;
use crate::talk::{BELIEVED_MS, shape};

/// Labels that are read at once: their scopes are fields that values are mapped to.
const LABELS: usize = 1_000;

/// Own fields of a mapping, by id.
pub(crate) const CONFIDENTIAL: &str = "confidential";
pub(crate) const ISSUE_TYPE: &str = "issue_type";
pub(crate) const DUE_IN_DAYS: &str = "due_in_days";

/// Types of issues that Docket makes.
pub(crate) const TYPES: [&str; 3] = ["issue", "incident", "task"];

/// Only members see the issue. On unless somebody switched it off: these are security findings.
pub(crate) fn is_confidential(to: &Destination) -> bool {
    to.settings.get(CONFIDENTIAL).is_none_or(|value| value.trim().eq_ignore_ascii_case("true"))
}

/// Labels, milestones and people; see [`crate::Tracker::fields_of`].
pub(super) async fn fields_of(api: &Api, to: &Destination) -> Result<TargetFields, TrackerError> {
    let project = api.project_of(to).await?.project;
    let name = project.path_with_namespace.as_str();
    let list = async |list: ChoiceList, most: usize| {
        let Some(List { path, query, doing, choice, .. }) = List::of(&list) else {
            return Ok((Vec::new(), None));
        };
        if list == ChoiceList::Milestones && project.issues_off() {
            return Ok((Vec::new(), None));
        }
        let (entries, more) = api.all(&project.path(path), query, most, api.about(doing, Some(name))).await?;
        // A member of both the project and its group is listed twice.
        let mut choices: Vec<Choice> = Vec::new();
        for choice in entries.iter().filter_map(choice) {
            if !choices.iter().any(|known| known.value == choice.value) {
                choices.push(choice);
            }
        }
        Ok::<_, TrackerError>((choices, more.then_some(list)))
    };
    let (labels, milestones, people, statuses, weight) = tokio::try_join!(
        list(ChoiceList::Labels, LABELS),
        list(ChoiceList::Milestones, AT_ONCE),
        list(ChoiceList::Assignees, AT_ONCE),
        statuses::allowed(api, &project),
        has_weight(api, &project),
    )?;
    let names: Vec<&str> = labels.0.iter().map(|label| label.value.as_str()).collect();
    Ok(TargetFields {
        target: project.target(),
        may_set_fields: project.may_plan(),
        fields: own_fields(),
        severity: severity_fields(&names, to, weight),
        status: status_fields(&names, &statuses),
        longer: [labels.1, milestones.1, people.1].into_iter().flatten().collect(),
        labels: labels.0,
        milestones: milestones.0,
        assignees: people.0,
    })
}

/// A list of the project: where it is, by which word it is searched, and how an entry becomes a choice.
struct List {
    path: &'static str,
    query: &'static [(&'static str, &'static str)],
    search: &'static str,
    doing: &'static str,
    choice: fn(&Value) -> Option<Choice>,
}

const OPEN_MILESTONES: &[(&str, &str)] =
    &[("state", "active"), ("include_ancestors", "true"), ("per_page", "100")];

impl List {
    fn of(list: &ChoiceList) -> Option<Self> {
        const HUNDRED: &[(&str, &str)] = &[("per_page", "100")];
        let of = |path, query, search, doing, choice| Some(Self { path, query, search, doing, choice });
        match list {
            ChoiceList::Labels => of("/labels", HUNDRED, "search", "list labels", label_choice),
            ChoiceList::Milestones => {
                of("/milestones", OPEN_MILESTONES, "search", "list milestones", milestone_choice)
            }
            ChoiceList::Assignees => of("/members/all", HUNDRED, "query", "list people", person_choice),
            ChoiceList::Field { .. } => None,
        }
    }
}

fn label_choice(entry: &Value) -> Option<Choice> {
    let label = Label::deserialize(entry).ok()?;
    let note = label.description.filter(|text| !text.is_empty());
    Some(Choice { value: label.name.clone(), label: label.name, note })
}

fn milestone_choice(entry: &Value) -> Option<Choice> {
    let milestone = Milestone::deserialize(entry).ok()?;
    let note = milestone.due_date.map(|due| format!("due {due}"));
    Some(Choice { value: milestone.title.clone(), label: milestone.title, note })
}

fn person_choice(entry: &Value) -> Option<Choice> {
    let user = User::deserialize(entry).ok()?;
    let active = user.state.as_deref().is_none_or(|state| state == "active");
    active.then(|| Choice { value: user.username.clone(), label: user.username, note: user.name })
}

/// One list, searched by the server; see [`crate::Tracker::choices`].
pub(super) async fn choices(
    api: &Api,
    to: &Destination,
    list: &ChoiceList,
    search: &str,
    page: Option<&str>,
) -> Result<ChoicePage, TrackerError> {
    let project = api.project_of(to).await?.project;
    let list = List::of(list).ok_or_else(|| no_such_list("GitLab", list))?;
    let (search, mut query) = (search.trim(), list.query.to_vec());
    if !search.is_empty() {
        query.push((list.search, search));
    }
    let about = api.about(list.doing, Some(&project.path_with_namespace));
    // What it finds it finds by its own rules; nothing of it is sifted out here.
    sifted(&api.http, api.url(&project.path(list.path), &query).await?, page, "", list.choice, about).await
}

fn shapes<T: DeserializeOwned>(entries: &[Value]) -> impl Iterator<Item = T> + '_ {
    entries.iter().filter_map(|entry| T::deserialize(entry).ok())
}

fn own_fields() -> Vec<MappingField> {
    let field = |id: &str, label: &str, kind, help: &str| MappingField {
        id: id.to_owned(),
        label: label.to_owned(),
        kind,
        help: help.to_owned(),
        required: false,
        choices: Vec::new(),
        default: None,
        reloads: false,
    };
    vec![
        MappingField {
            default: Some("true".to_owned()),
            ..field(
                CONFIDENTIAL,
                "Confidential",
                MappingFieldKind::Switch,
                "Only members with the role Planner, Reporter or higher, the author and the assignees see the issue.",
            )
        },
        MappingField {
            default: Some("issue".to_owned()),
            choices: TYPES.iter().map(|kind| choice(kind)).collect(),
            reloads: true,
            ..field(ISSUE_TYPE, "Type", MappingFieldKind::Choice, "An incident has a severity of its own.")
        },
        field(
            DUE_IN_DAYS,
            "Due in days",
            MappingFieldKind::Number,
            "The due date, counted from the day on which the issue is created. Empty: none.",
        ),
    ]
}

fn choice(value: &str) -> Choice {
    Choice { value: value.to_owned(), label: value.to_owned(), note: None }
}

/// A field made of the labels of one scope.
fn scope_field(scope: &str, names: &[&str], first: &[&str]) -> ValueField {
    let of_scope = names.iter().filter_map(|name| name.rsplit_once("::")).filter(|(own, _)| *own == scope);
    let mut values: Vec<Choice> = first.iter().map(|value| choice(value)).collect();
    values.extend(of_scope.map(|(_, value)| choice(value)));
    ValueField {
        id: scope.to_owned(),
        label: format!("Label {scope}::…"),
        note: "A scoped label, made when it is first used. On the free tier it is a plain label.".to_owned(),
        values,
        open: true,
        fitting: BTreeMap::new(),
    }
}

/// Scopes of the labels that are there, `first` before all others.
fn scopes<'a>(names: &[&'a str], first: &'a str) -> Vec<&'a str> {
    let mut scopes = vec![first];
    for (scope, _) in names.iter().filter_map(|name| name.rsplit_once("::")) {
        if !scopes.contains(&scope) {
            scopes.push(scope);
        }
    }
    scopes
}

fn severity_fields(names: &[&str], to: &Destination, weight: Option<bool>) -> Vec<ValueField> {
    let mut fields: Vec<ValueField> =
        scopes(names, "Priority").into_iter().map(|scope| scope_field(scope, names, &[])).collect();
    if weight != Some(false) {
        fields.push(ValueField {
            id: WEIGHT.to_owned(),
            label: "Weight of the issue".to_owned(),
            note: "A whole number; GitLab Premium and Ultimate only.".to_owned(),
            values: ["1", "2", "3", "4", "5"].iter().map(|value| choice(value)).collect(),
            open: true,
            fitting: BTreeMap::new(),
        });
    }
    if to.setting(ISSUE_TYPE) == Some("incident") {
        fields.push(ValueField {
            id: INCIDENT.to_owned(),
            label: "Severity of the incident".to_owned(),
            note: "GitLab keeps it for incidents only.".to_owned(),
            values: SEVERITIES.iter().map(|value| choice(value)).collect(),
            open: false,
            fitting: BTreeMap::new(),
        });
    }
    fields
}

fn status_fields(names: &[&str], statuses: &[Status]) -> Vec<ValueField> {
    let mut fields: Vec<ValueField> =
        scopes(names, "Status").into_iter().map(|scope| scope_field(scope, names, &STATES)).collect();
    if !statuses.is_empty() {
        fields.push(ValueField {
            id: WORK_ITEM.to_owned(),
            label: "Status of the work item".to_owned(),
            note: "Done and cancelled statuses close the issue.".to_owned(),
            values: statuses
                .iter()
                .map(|status| Choice {
                    note: Some(if status.closes() { "closes the issue" } else { "keeps it open" }.to_owned()),
                    ..choice(&status.name)
                })
                .collect(),
            open: false,
            fitting: fitting(statuses),
        });
    }
    fields
}

/// What is dismissed is cancelled where the server tells that from done.
fn fitting(statuses: &[Status]) -> BTreeMap<String, String> {
    let of = |wanted: &[&str]| {
        let categories = wanted.iter();
        let mut found = categories.filter_map(|category| {
            statuses.iter().find(|status| status.category.eq_ignore_ascii_case(category))
        });
        found.next().map(|status| status.name.clone())
    };
    let dismissed = of(&["canceled", "done"]);
    [
        ("active", of(&["to_do", "triage", "in_progress"])),
        ("closed", of(&["done", "canceled"])),
        ("false_positive", dismissed.clone()),
        ("risk_accepted", dismissed),
    ]
    .into_iter()
    .filter_map(|(word, status)| Some((word.to_owned(), status?)))
    .collect()
}

/// Issues of the project have a weight; nothing when there is no issue to look at.
pub(crate) async fn has_weight(api: &Api, project: &Project) -> Result<Option<bool>, TrackerError> {
    if project.issues_off() {
        return Ok(None);
    }
    let about = api.about("look at an issue", Some(&project.path_with_namespace));
    let query = [("scope", "all"), ("per_page", "1")];
    let answer = api.get(&project.path("/issues"), &query, about).await?;
    let issues: Vec<Value> = shape(&answer, about)?;
    Ok(issues.first().map(|issue| issue.get("weight").is_some()))
}

/// Open milestones of the project and of the groups above it.
async fn milestones(api: &Api, project: &Project) -> Result<Vec<Milestone>, TrackerError> {
    if project.issues_off() {
        return Ok(Vec::new());
    }
    let about = api.about("list milestones", Some(&project.path_with_namespace));
    let (entries, _) = api.all(&project.path("/milestones"), OPEN_MILESTONES, WHOLE, about).await?;
    Ok(shapes(&entries).collect())
}

/// The id of the open milestone with this title, if there is one, and the titles that exist.
pub(crate) async fn milestone(
    api: &Api,
    project: &Project,
    title: &str,
) -> Result<Result<u64, Vec<String>>, TrackerError> {
    let now = api.http.ports.clock.now();
    let remembered = api
        .known()
        .milestones
        .get(&project.id)
        .filter(|(at, _)| now.millis_since(*at) < BELIEVED_MS)
        .map(|(_, list)| list.clone());
    let list = match remembered {
        Some(list) if list.iter().any(|milestone| milestone.title == title) => list,
        // Not in what is remembered: somebody may have made it meanwhile.
        _ => {
            let list = milestones(api, project).await?;
            api.known().milestones.insert(project.id, (now, list.clone()));
            list
        }
    };
    let found = list
        .iter()
        .find(|milestone| milestone.title == title)
        .or_else(|| list.iter().find(|milestone| milestone.title.trim().eq_ignore_ascii_case(title.trim())));
    Ok(match found {
        Some(milestone) => Ok(milestone.id),
        None => Err(list.into_iter().map(|milestone| milestone.title).collect()),
    })
}

/// The id of a member of the project (or of the groups above it) who can be assigned.
pub(crate) async fn member(api: &Api, project: &Project, login: &str) -> Result<Option<u64>, TrackerError> {
    let login = login.trim().trim_start_matches('@');
    let key = (project.id, login.to_lowercase());
    let now = api.http.ports.clock.now();
    if let Some((at, answer)) = api.known().members.get(&key)
        && now.millis_since(*at) < BELIEVED_MS
    {
        return Ok(*answer);
    }
    let about = api.about("see who can be assigned", Some(&project.path_with_namespace));
    let query = [("query", login), ("per_page", "100")];
    let (entries, _) = api.all(&project.path("/members/all"), &query, WHOLE, about).await?;
    let found = shapes::<User>(&entries)
        .find(|user| {
            user.username.eq_ignore_ascii_case(login)
                && user.state.as_deref().is_none_or(|state| state == "active")
        })
        .map(|user| user.id);
    api.known().members.insert(key, (now, found));
    Ok(found)
}

/// Names of the labels that the project can use.
pub(crate) async fn label_names(api: &Api, project: &Project) -> Result<Vec<String>, TrackerError> {
    let about = api.about("list labels", Some(&project.path_with_namespace));
    let (entries, _) = api.all(&project.path("/labels"), &[("per_page", "100")], WHOLE, about).await?;
    Ok(shapes::<Label>(&entries).map(|label| label.name).collect())
}

//! What a project offers: types, areas, iterations, required and own fields, tags, people, and
//! where severity and status can be mapped to. All of it live.

use std::collections::BTreeMap;

use docket_domain::offer::{Choice, MappingField, MappingFieldKind, ValueField};
use docket_domain::{ChoiceList, ChoicePage, Destination, Problem, Status, TargetFields};
use serde::Deserialize;
use serde_json::Value;

use super::address::part;
use super::api::{Api, Ask};
use super::chosen::{AREA, BESIDE, Chosen, FIELD, ITERATION, TYPE};
use super::list::project;
use super::model::{Kind, Model, TypeField, kinds, usual};
use super::shapes::{self, Identity, PRIORITY, SEVERITY, STATE};
use crate::choices::{AT_ONCE, cut, no_such_list};
use crate::error::TrackerError;

/// Most teams whose members are read for one page of people.
const TEAMS: usize = 20;
/// How often one search reads that many before it hands back what it has.
const ROUNDS_PER_SEARCH: usize = 5;
/// Members of a team in one answer, and the most answers for one team.
const MEMBERS: usize = 500;
const MEMBER_PAGES: usize = 20;

/// What the project offers; see [`crate::Tracker::fields_of`].
pub(super) async fn fields_of(api: &Api, to: &Destination) -> Result<TargetFields, TrackerError> {
    let chosen = Chosen::read(to)?;
    // Somebody looks, and wants to see what is there now.
    api.known.forget();
    let target = project(api, chosen.project()).await?;
    let kinds = kinds(api, chosen.project()).await?;
    // A type that is gone, or of another project: the usual one stands in until one is chosen.
    let model = match chosen.model(api).await {
        Ok(model) => Some(model),
        Err(error) if error.status.is_none() => match usual(&kinds) {
            Some(kind) => super::model::model(api, chosen.project(), &kind.name).await?,
            None => None,
        },
        Err(error) => return Err(error),
    };
    let ((areas, more_areas), (iterations, more_iterations), (people, more_people), (labels, more_labels)) =
        tokio::try_join!(
            async { paths(api, chosen, "areas").await.map(first) },
            async { paths(api, chosen, "iterations").await.map(first) },
            async {
                let (people, next) = people(api, chosen, 0).await?;
                let (people, more) = first(people);
                Ok::<_, TrackerError>((people, more || next.is_some()))
            },
            async { tags(api, chosen).await.map(first) },
        )?;
    let field = |id: &str| ChoiceList::Field { id: id.to_owned() };
    let longer = [
        (more_labels, ChoiceList::Labels),
        (more_people, ChoiceList::Assignees),
        (more_areas, field(AREA)),
        (more_iterations, field(ITERATION)),
    ];
    let mut fields = vec![
        type_field(&kinds),
        path_field(AREA, "Area", "Which part of the project; empty: the whole.", areas),
        path_field(ITERATION, "Iteration", "When it is to be done; empty: not planned.", iterations),
    ];
    if let Some(model) = &model {
        if model.has(SEVERITY) {
            fields.push(beside_field(model));
        }
        fields.extend(further(model).map(|field| own_field(model, field)));
    }
    Ok(TargetFields {
        target: target.target(&api.address),
        labels,
        milestones: Vec::new(),
        assignees: people,
        may_set_fields: true,
        longer: longer.into_iter().filter(|(more, _)| *more).map(|(_, list)| list).collect(),
        fields,
        severity: model.as_ref().map(severities).unwrap_or_default(),
        status: model.as_ref().map(|model| vec![states(model)]).unwrap_or_default(),
    })
}

/// The first entries of a whole list, and whether it goes on.
fn first(mut whole: Vec<Choice>) -> (Vec<Choice>, bool) {
    let more = whole.len() > AT_ONCE;
    whole.truncate(AT_ONCE);
    (whole, more)
}

/// One list, searched; see [`crate::Tracker::choices`]. The service gives its lists whole, people
/// team by team.
pub(super) async fn choices(
    api: &Api,
    to: &Destination,
    list: &ChoiceList,
    search: &str,
    page: Option<&str>,
) -> Result<ChoicePage, TrackerError> {
    let chosen = Chosen::read(to)?;
    let whole = match list {
        ChoiceList::Labels => tags(api, chosen).await?,
        ChoiceList::Field { id } if id == AREA => paths(api, chosen, "areas").await?,
        ChoiceList::Field { id } if id == ITERATION => paths(api, chosen, "iterations").await?,
        ChoiceList::Assignees => return searched_people(api, chosen, search, page).await,
        ChoiceList::Milestones | ChoiceList::Field { .. } => return Err(no_such_list("Azure DevOps", list)),
    };
    Ok(cut(whole, search, page)?)
}

/// People whose name fits, from as many teams as one page takes. The token of a page is the
/// number of teams before it.
async fn searched_people(
    api: &Api,
    chosen: Chosen<'_>,
    search: &str,
    page: Option<&str>,
) -> Result<ChoicePage, TrackerError> {
    let before = page.map_or(Ok(0), str::parse);
    let mut before: usize =
        before.map_err(|_| Problem::bad_input("This page of the list is not understood."))?;
    for _ in 0..ROUNDS_PER_SEARCH {
        let (people, next) = people(api, chosen, before).await?;
        let choices: Vec<Choice> = people.into_iter().filter(|person| person.fits(search)).collect();
        match next {
            Some(further) if choices.is_empty() => before = further,
            next => return Ok(ChoicePage { choices, next: next.map(|teams| teams.to_string()) }),
        }
    }
    Ok(ChoicePage { choices: Vec::new(), next: Some(before.to_string()) })
}

fn choice(value: impl Into<String>, note: Option<String>) -> Choice {
    let value = value.into();
    Choice { label: value.clone(), value, note }
}

fn type_field(kinds: &[Kind]) -> MappingField {
    let offered = kinds.iter().filter(|kind| kind.is_for_people());
    MappingField {
        id: TYPE.to_owned(),
        label: "Work item type".to_owned(),
        kind: MappingFieldKind::Choice,
        help: "What a finding becomes. States and fields depend on it.".to_owned(),
        required: true,
        choices: offered
            .map(|kind| {
                choice(kind.name.clone(), Some(format!("States: {}", kind.states_in_words().join(", "))))
            })
            .collect(),
        default: usual(kinds).map(|kind| kind.name.clone()),
        reloads: true,
    }
}

fn path_field(id: &str, label: &str, help: &str, choices: Vec<Choice>) -> MappingField {
    MappingField {
        id: id.to_owned(),
        label: label.to_owned(),
        kind: MappingFieldKind::Choice,
        help: help.to_owned(),
        required: false,
        choices,
        default: None,
        reloads: false,
    }
}

fn beside_field(model: &Model) -> MappingField {
    MappingField {
        id: BESIDE.to_owned(),
        label: "Also set Severity".to_owned(),
        kind: MappingFieldKind::Switch,
        help: format!("{} has a field «Severity» beside «Priority»; both are set to match.", model.kind.name),
        required: false,
        choices: Vec::new(),
        default: Some("true".to_owned()),
        reloads: false,
    }
}

/// Fields that the process demands, and those that somebody at the company made.
pub(super) fn further(model: &Model) -> impl Iterator<Item = &TypeField> {
    model.fields.iter().filter(|field| {
        let holds = model.holds(&field.reference_name);
        !holds.read_only && !holds.is_long() && (is_demanded(field) || field.is_own())
    })
}

/// Must be filled, and nobody fills it: neither the service nor Docket.
pub(super) fn is_demanded(field: &TypeField) -> bool {
    field.always_required
        && !field.has_default()
        && !field.reference_name.starts_with("System.")
        && !matches!(field.reference_name.as_str(), PRIORITY | SEVERITY | shapes::REPRO_STEPS)
}

fn own_field(model: &Model, field: &TypeField) -> MappingField {
    let holds = model.holds(&field.reference_name);
    let mut allowed = field.allowed();
    if allowed.is_empty() && holds.holds == "boolean" {
        allowed = vec!["true".to_owned(), "false".to_owned()];
    }
    let kind = match holds.holds.as_str() {
        _ if !allowed.is_empty() => MappingFieldKind::Choice,
        "integer" | "picklistInteger" => MappingFieldKind::Number,
        "dateTime" => MappingFieldKind::Date,
        _ => MappingFieldKind::Text,
    };
    MappingField {
        id: format!("{FIELD}{}", field.reference_name),
        label: if field.name.is_empty() { field.reference_name.clone() } else { field.name.clone() },
        kind,
        help: field.help_text.clone().unwrap_or_default(),
        required: is_demanded(field),
        choices: allowed.into_iter().map(|value| choice(value, None)).collect(),
        default: field.default_value.as_ref().and_then(shapes::plain),
        reloads: false,
    }
}

/// Fields with a list of values, the usual two first.
fn severities(model: &Model) -> Vec<ValueField> {
    let mut fields: Vec<&TypeField> = model
        .fields
        .iter()
        .filter(|field| !field.reference_name.starts_with("System.") && !field.allowed().is_empty())
        .filter(|field| !model.holds(&field.reference_name).read_only)
        .collect();
    let rank = |field: &&TypeField| match field.reference_name.as_str() {
        PRIORITY => 0,
        SEVERITY => 1,
        _ if field.is_own() => 2,
        _ => 3,
    };
    fields.sort_by_key(rank);
    fields
        .into_iter()
        .map(|field| ValueField {
            id: format!("/fields/{}", field.reference_name),
            label: field.name.clone(),
            note: field.help_text.clone().unwrap_or_default(),
            values: field.allowed().into_iter().map(|value| choice(value, None)).collect(),
            open: false,
            fitting: BTreeMap::new(),
        })
        .collect()
}

fn states(model: &Model) -> ValueField {
    ValueField {
        id: format!("/fields/{STATE}"),
        label: "State".to_owned(),
        note: format!(
            "The states of {}; new work items begin in «{}».",
            model.kind.name,
            model.kind.initial().unwrap_or_default()
        ),
        values: model
            .kind
            .states
            .iter()
            .map(|state| choice(state.name.clone(), Some(state.words()).filter(|words| *words != state.name)))
            .collect(),
        open: false,
        fitting: fitting(model),
    }
}

#[derive(Deserialize)]
struct Node {
    name: String,
    #[serde(default)]
    children: Vec<Node>,
    #[serde(default)]
    attributes: Option<Value>,
}

/// Every area or iteration, as the field holds it (`Shop\Web\Checkout`).
pub(super) async fn paths(api: &Api, chosen: Chosen<'_>, group: &str) -> Result<Vec<Choice>, TrackerError> {
    let about = api.about("list areas and iterations", Some(chosen.name()));
    let ask = Ask::get(chosen.path(&format!("/_apis/wit/classificationnodes/{group}"))).with("$depth", "14");
    let root: Node = crate::talk::shape(&api.ask(&ask, about).await?, about)?;
    let mut paths = Vec::new();
    collect(&root, "", &mut paths);
    Ok(paths)
}

fn collect(node: &Node, above: &str, paths: &mut Vec<Choice>) {
    let path = if above.is_empty() { node.name.clone() } else { format!("{above}\\{}", node.name) };
    let ends = node.attributes.as_ref().and_then(|it| it.get("finishDate")).and_then(Value::as_str);
    let until = ends.map(|day| format!("until {}", day.chars().take(10).collect::<String>()));
    paths.push(choice(path.clone(), until));
    for child in &node.children {
        collect(child, &path, paths);
    }
}

#[derive(Deserialize)]
struct Named {
    #[serde(default)]
    id: Option<String>,
    name: String,
}

/// The tags that the project knows. Old servers do not list them; any name makes a tag.
pub(super) async fn tags(api: &Api, chosen: Chosen<'_>) -> Result<Vec<Choice>, TrackerError> {
    let about = api.about("list tags", Some(chosen.name()));
    let tags: Vec<Named> = match api.list(&Ask::get(chosen.path("/_apis/wit/tags")), about).await {
        Ok(tags) => tags,
        Err(error) if matches!(error.status, Some(400 | 403 | 404)) => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let own = |name: &str| name.strip_prefix("docket-").is_some_and(|rest| rest.len() == 12);
    let names = tags.into_iter().map(|tag| tag.name).filter(|name| !own(name));
    Ok(names.map(|name| choice(name, None)).collect())
}

#[derive(Deserialize)]
struct Member {
    identity: Identity,
}

/// Members of some of the project's teams, and how many teams are before the next ones. A token
/// that may not see teams lists nobody.
async fn people(
    api: &Api,
    chosen: Chosen<'_>,
    before: usize,
) -> Result<(Vec<Choice>, Option<usize>), TrackerError> {
    let about = api.about("list people", Some(chosen.name()));
    let below = format!("/_apis/projects/{}/teams", part(chosen.project()));
    let unseen = |error: &TrackerError| matches!(error.status, Some(401 | 403 | 404));
    let (top, skip) = ((TEAMS + 1).to_string(), before.to_string());
    let ask = Ask::get(below.clone()).with("$top", &top).with("$skip", &skip);
    let teams: Vec<Named> = match api.list(&ask, about).await {
        Ok(teams) => teams,
        Err(error) if unseen(&error) => return Ok((Vec::new(), None)),
        Err(error) => return Err(error),
    };
    let next = (teams.len() > TEAMS).then_some(before + TEAMS);
    let of_team = async |team: &Named| {
        let path = format!("{below}/{}/members", part(team.id.as_deref().unwrap_or(&team.name)));
        let (top, mut members) = (MEMBERS.to_string(), Vec::new());
        for page in 0..MEMBER_PAGES {
            let skip = (page * MEMBERS).to_string();
            let mut ask = Ask::get(path.clone()).with("$top", &top);
            if page > 0 {
                ask = ask.with("$skip", &skip);
            }
            let found: Vec<Member> = match api.list(&ask, about).await {
                Err(error) if unseen(&error) => break,
                other => other?,
            };
            let last = found.len() < MEMBERS;
            members.extend(found);
            if last {
                break;
            }
        }
        Ok::<_, TrackerError>(members)
    };
    // Side by side; how many at once is the pace's to say.
    let teams = futures_util::future::try_join_all(teams.iter().take(TEAMS).map(of_team)).await?;
    let mut found: Vec<Choice> = Vec::new();
    for members in teams {
        for person in members.into_iter().map(|member| member.identity).filter(|person| !person.is_container)
        {
            let Some(login) = person.unique_name.or(person.id) else { continue };
            if !found.iter().any(|known| known.value.eq_ignore_ascii_case(&login)) {
                found.push(choice(login, person.display_name));
            }
        }
    }
    found.sort_by_key(|person| person.value.to_lowercase());
    Ok((found, next))
}

/// New work items begin in one state, and what is over ends in another.
fn fitting(model: &Model) -> BTreeMap<String, String> {
    let ends = [Status::Closed, Status::FalsePositive, Status::RiskAccepted];
    let ends = ends.into_iter().map(|status| (status, model.kind.closing()));
    let all = std::iter::once((Status::Active, model.kind.initial())).chain(ends);
    all.filter_map(|(status, state)| Some((status.as_str().to_owned(), state?.to_owned()))).collect()
}

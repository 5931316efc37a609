//! What a repository offers, and the look-ups that creating an issue needs. Severity and status
//! are fields of the chosen project; without one there is nothing to map them to.

use std::collections::BTreeMap;
use std::sync::PoisonError;

use docket_domain::offer::{Choice, MappingField, MappingFieldKind, ValueField};
use docket_domain::{ChoiceList, ChoicePage, Destination, TargetFields};

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::api::{Api, BELIEVED_MS, Known};
use super::list::{all, repository};
use super::project::{self, Chosen};
use super::shapes::{IssueType, Label, Milestone, User};
use super::target::Repo;
use super::words;
use crate::choices::{AT_ONCE, WHOLE, no_such_list, sifted};
use crate::error::TrackerError;
use crate::http::Call;

/// Labels, milestones and people; see [`crate::Tracker::fields_of`].
pub(super) async fn fields_of(api: &Api, to: &Destination) -> Result<TargetFields, TrackerError> {
    let target = to.target.as_str();
    let repo = Repo::parse(target)?;
    let found = repository(api, repo, "look at the repository").await?;
    let list = async |list: ChoiceList| {
        let Some(List { path, query, doing, choice }) = List::of(&list) else {
            return Ok((Vec::new(), None));
        };
        let (entries, more) =
            all(api, &repo.path(path), query, AT_ONCE, api.about(doing, Some(target))).await?;
        let choices: Vec<Choice> = entries.iter().filter_map(choice).collect();
        Ok::<_, TrackerError>((choices, more.then_some(list)))
    };
    let milestones = async {
        match found.has_issues {
            Some(false) => Ok((Vec::new(), None)),
            _ => list(ChoiceList::Milestones).await,
        }
    };
    let beside = async { Ok((project_field(api, repo, to).await, type_field(api, repo).await?)) };
    let (labels, milestones, people, ((project, values), kind)) =
        tokio::try_join!(list(ChoiceList::Labels), milestones, list(ChoiceList::Assignees), beside)?;
    let fields = std::iter::once(project).chain(kind).collect();
    Ok(TargetFields {
        target: found.target(),
        longer: [labels.1, milestones.1, people.1].into_iter().flatten().collect(),
        labels: labels.0,
        milestones: milestones.0,
        assignees: people.0,
        may_set_fields: found.may_set_fields(),
        fields,
        severity: values.clone(),
        status: values,
    })
}

/// A list of the repository: where it is, and how an entry becomes a choice.
struct List {
    path: &'static str,
    query: &'static [(&'static str, &'static str)],
    doing: &'static str,
    choice: fn(&Value) -> Option<Choice>,
}

impl List {
    fn of(list: &ChoiceList) -> Option<Self> {
        const HUNDRED: &[(&str, &str)] = &[("per_page", "100")];
        let of = |path, query, doing, choice| Some(Self { path, query, doing, choice });
        match list {
            ChoiceList::Labels => of("/labels", HUNDRED, "list labels", label_choice),
            ChoiceList::Milestones => of(
                "/milestones",
                &[("state", "open"), ("per_page", "100")],
                "list milestones",
                milestone_choice,
            ),
            ChoiceList::Assignees => of("/assignees", HUNDRED, "list people", person_choice),
            ChoiceList::Field { .. } => None,
        }
    }
}

fn label_choice(entry: &Value) -> Option<Choice> {
    let label = Label::deserialize(entry).ok()?;
    let name = label.name()?.to_owned();
    Some(Choice { value: name.clone(), label: name, note: label.description().map(str::to_owned) })
}

fn milestone_choice(entry: &Value) -> Option<Choice> {
    let milestone = Milestone::deserialize(entry).ok()?;
    let due = milestone.due_on.map(|due| format!("due {}", due.chars().take(10).collect::<String>()));
    Some(Choice { value: milestone.title.clone(), label: milestone.title, note: due })
}

fn person_choice(entry: &Value) -> Option<Choice> {
    let user = User::deserialize(entry).ok()?;
    Some(Choice { value: user.login.clone(), label: user.login, note: user.name })
}

/// One list, searched; see [`crate::Tracker::choices`]. GitHub looks for nothing itself here:
/// pages are gone through.
pub(super) async fn choices(
    api: &Api,
    to: &Destination,
    list: &ChoiceList,
    search: &str,
    page: Option<&str>,
) -> Result<ChoicePage, TrackerError> {
    let target = to.target.as_str();
    let repo = Repo::parse(target)?;
    let List { path, query, doing, choice } = List::of(list).ok_or_else(|| no_such_list("GitHub", list))?;
    let first = api.url(&repo.path(path), query).await?;
    sifted(&api.http, first, page, search, choice, api.about(doing, Some(target))).await
}

/// The choice of a project, and what severity and status can be mapped to in the chosen one.
/// A token that may not see projects still gets everything else; why is said beside the field.
async fn project_field(api: &Api, repo: Repo<'_>, to: &Destination) -> (MappingField, Vec<ValueField>) {
    let mut help = format!(
        "The number of a project (board) of {}; every issue is put on it, with priority and status. Needs the scope «project». Empty: issues only.",
        repo.owner
    );
    let mut choices = Vec::new();
    match project::list(api, repo.owner).await {
        Ok(found) => {
            choices.extend(found.into_iter().filter(|(_, _, closed)| !closed).map(|(number, title, _)| {
                Choice { value: number.to_string(), label: format!("{number} {title}"), note: None }
            }));
        }
        Err(error) => help = format!("{help} They cannot be listed: {}", error.problem.message),
    }
    let mut values = Vec::new();
    if let Ok(Some(chosen)) = Chosen::of(to) {
        match project::read(api, &chosen).await {
            Ok(found) => values.extend(found.fields.iter().map(|field| ValueField {
                id: field.name.clone(),
                label: field.name.clone(),
                note: format!("Field of {}", found.words()),
                values: field.options.iter().map(option).collect(),
                open: false,
                fitting: BTreeMap::new(),
            })),
            Err(error) => help = format!("{help} {}", error.problem.message),
        }
    }
    let board =
        api.address.board.as_ref().filter(|_| {
            api.address.owner.as_deref().is_some_and(|owner| owner.eq_ignore_ascii_case(repo.owner))
        });
    let field = MappingField {
        id: project::SETTING.to_owned(),
        label: "Project".to_owned(),
        kind: MappingFieldKind::Choice,
        help,
        required: false,
        choices,
        default: board.map(|board| board.number.to_string()),
        reloads: true,
    };
    (field, values)
}

fn option(option: &project::SelectOption) -> Choice {
    let note = Some(option.description.clone()).filter(|text| !text.is_empty());
    Choice { value: option.name.clone(), label: option.name.clone(), note }
}

/// The mapping field of the issue's type.
pub(super) const TYPE: &str = "type";

/// The choice of a type, where types are offered.
async fn type_field(api: &Api, repo: Repo<'_>) -> Result<Option<MappingField>, TrackerError> {
    let Some(types) = types(api, repo).await? else { return Ok(None) };
    let choices = types.into_iter().map(|kind| Choice {
        value: kind.name.clone(),
        label: kind.name,
        note: kind.description.filter(|text| !text.is_empty()),
    });
    Ok(Some(MappingField {
        id: TYPE.to_owned(),
        label: "Issue type".to_owned(),
        kind: MappingFieldKind::Choice,
        help: "Set on every issue; empty: none.".to_owned(),
        required: false,
        choices: choices.collect(),
        default: None,
        reloads: false,
    }))
}

/// The types of issue that are offered in a repository; none where the server or the owner has
/// no such thing.
pub(super) async fn types(api: &Api, repo: Repo<'_>) -> Result<Option<Vec<IssueType>>, TrackerError> {
    // Enterprise Server has no list of them.
    if !project::in_rest(api).await? {
        return Ok(None);
    }
    let name = format!("{}/{}", repo.owner, repo.name);
    let about = api.about("list issue types", Some(&name));
    match api.get(api.url(&repo.path("/issue-types"), &[]).await?, about).await {
        Ok(answer) => {
            let types: Vec<IssueType> = super::api::shape(&answer, about)?;
            Ok(Some(types.into_iter().filter(|kind| kind.is_enabled != Some(false)).collect()))
        }
        Err(error) if matches!(error.status, Some(403 | 404)) => Ok(None),
        Err(error) => Err(error),
    }
}

fn shapes<T: DeserializeOwned>(entries: &[Value]) -> impl Iterator<Item = T> + '_ {
    entries.iter().filter_map(|entry| T::deserialize(entry).ok())
}

/// The number of the open milestone with this title (or this number), if there is one, and
/// the titles that exist.
pub(crate) async fn milestone(
    api: &Api,
    repo: Repo<'_>,
    title: &str,
) -> Result<Result<u64, Vec<String>>, TrackerError> {
    let target = format!("{}/{}", repo.owner, repo.name);
    let now = api.http.ports.clock.now();
    let remembered = known(api)
        .milestones
        .get(&target)
        .filter(|(at, _)| now.millis_since(*at) < BELIEVED_MS)
        .map(|(_, list)| list.clone());
    let list = match remembered {
        Some(list) if list.iter().any(|milestone| milestone.title == title) => list,
        // Not in what is remembered: somebody may have made it meanwhile.
        _ => {
            let about = api.about("list milestones", Some(&target));
            let (entries, _) =
                all(api, &repo.path("/milestones"), &[("state", "open"), ("per_page", "100")], WHOLE, about)
                    .await?;
            let list: Vec<Milestone> = shapes(&entries).collect();
            known(api).milestones.insert(target, (now, list.clone()));
            list
        }
    };
    let found = list
        .iter()
        .find(|milestone| milestone.title == title)
        .or_else(|| list.iter().find(|milestone| milestone.title.trim().eq_ignore_ascii_case(title.trim())));
    Ok(match found {
        Some(milestone) => Ok(milestone.number),
        None => Err(list.into_iter().map(|milestone| milestone.title).collect()),
    })
}

/// `login` can be assigned in the repository.
pub(crate) async fn is_assignable(api: &Api, repo: Repo<'_>, login: &str) -> Result<bool, TrackerError> {
    let target = format!("{}/{}", repo.owner, repo.name);
    let key = (target.clone(), login.to_lowercase());
    let now = api.http.ports.clock.now();
    if let Some((at, answer)) = known(api).assignable.get(&key)
        && now.millis_since(*at) < BELIEVED_MS
    {
        return Ok(*answer);
    }
    if !super::address::is_owner(login.trim_end_matches("[bot]")) {
        return Ok(false);
    }
    let about = api.about("see who can be assigned", Some(&target));
    let url = api
        .url(&repo.path(&format!("/assignees/{}", login.replace('[', "%5B").replace(']', "%5D"))), &[])
        .await?;
    let answer = api.http.send(Call::get(url)).await?;
    let assignable = match answer.status {
        204 | 200 => true,
        404 => false,
        _ => return Err(words::error(&answer, about)),
    };
    known(api).assignable.insert(key, (now, assignable));
    Ok(assignable)
}

fn known(api: &Api) -> std::sync::MutexGuard<'_, Known> {
    api.known.lock().unwrap_or_else(PoisonError::into_inner)
}

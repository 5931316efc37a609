//! Where issues can go and what there is to choose there, for a person who types.

use docket_domain::{ChoiceList, ChoicePage, ConnectionId, Destination, Problem, Target, TargetFields};
use docket_tracker::{TargetPage, Tracker};

use crate::engine::Engine;
use crate::listings::{Listings, Lookup, MOST_PAGES, Whole};

/// The long lists that were read.
#[derive(Default)]
pub(crate) struct LongLists {
    targets: Listings<Target>,
    choices: Listings<docket_domain::Choice>,
}

impl LongLists {
    /// Forgets what was read through a connection.
    pub fn forget(&self, connection: ConnectionId) {
        self.targets.forget(connection);
        self.choices.forget(connection);
    }
}

impl Engine {
    /// Repositories (projects, …) that the connection reaches, a page at a time, straight from the tracker.
    pub async fn connection_targets(
        &self,
        id: ConnectionId,
        search: &str,
        page: Option<&str>,
    ) -> Result<TargetPage, Problem> {
        let connection = self.connection_show(id).await?;
        let tracker = self.connect(&connection, None).await?;
        Ok(tracker.targets(search, page).await?)
    }

    /// What a target offers: labels, milestones, people, and the kind's own fields as they are
    /// with what was chosen already.
    pub async fn connection_fields(
        &self,
        id: ConnectionId,
        to: &Destination,
    ) -> Result<TargetFields, Problem> {
        let connection = self.connection_show(id).await?;
        let tracker = self.connect(&connection, None).await?;
        Ok(tracker.fields_of(to).await?)
    }

    /// One list of a target, searched and read a page at a time, straight from the tracker.
    pub async fn connection_choices(
        &self,
        id: ConnectionId,
        to: &Destination,
        list: &ChoiceList,
        search: &str,
        page: Option<&str>,
    ) -> Result<ChoicePage, Problem> {
        let connection = self.connection_show(id).await?;
        let tracker = self.connect(&connection, None).await?;
        Ok(tracker.choices(to, list, search, page).await?)
    }

    /// As [`Engine::connection_targets`], for a person who types: answered from what was read
    /// before where that can be, and reading the rest behind the first answer.
    ///
    /// # Errors
    /// The tracker's; a page of a list that is gone.
    pub async fn connection_targets_typed(
        &self,
        id: ConnectionId,
        search: &str,
        page: Option<&str>,
    ) -> Result<TargetPage, Problem> {
        let connection = self.connection_show(id).await?;
        let (typed, now, list) = (search.trim().to_lowercase(), self.now(), id.to_string());
        let listings = &self.0.long_lists.targets;
        // All of one owner is asked for anew: it may have what the account does not belong to.
        let owner = typed.ends_with('/');
        let known = match listings.look(&connection, &list, &typed, typed.contains('/'), page, now)? {
            Lookup::Answer(found) if !owner => {
                return Ok(TargetPage {
                    owners: Vec::new(),
                    targets: found.entries,
                    next: found.next,
                    hidden: found.hidden,
                });
            }
            other => other,
        };
        let tracker = self.connect(&connection, None).await?;
        let answer = tracker.targets(search, page).await?;
        if page.is_none() && listings.begin(&connection, &list, matches!(known, Lookup::Missed), now) {
            let engine = self.clone();
            // With the tracker that answered: a token that is entered meanwhile is for its own server.
            tokio::spawn(async move {
                let wanted = || engine.0.long_lists.targets.wants(&list, now);
                let whole = told(all_targets(&*tracker, wanted).await);
                engine.0.long_lists.targets.end(&list, now, whole, engine.now());
            });
        }
        Ok(answer)
    }

    /// As [`Engine::connection_choices`], for a person who types.
    ///
    /// # Errors
    /// The tracker's; a page of a list that is gone.
    pub async fn connection_choices_typed(
        &self,
        id: ConnectionId,
        to: &Destination,
        list: &ChoiceList,
        search: &str,
        page: Option<&str>,
    ) -> Result<ChoicePage, Problem> {
        let connection = self.connection_show(id).await?;
        let (typed, now) = (search.trim().to_lowercase(), self.now());
        let name = serde_json::to_string(&(id, to, list)).map_err(Problem::internal)?;
        let listings = &self.0.long_lists.choices;
        let known = match listings.look(&connection, &name, &typed, false, page, now)? {
            Lookup::Answer(found) => return Ok(ChoicePage { choices: found.entries, next: found.next }),
            other => other,
        };
        let tracker = self.connect(&connection, None).await?;
        let answer = tracker.choices(to, list, search, page).await?;
        if page.is_none() && listings.begin(&connection, &name, matches!(known, Lookup::Missed), now) {
            let (engine, to, list) = (self.clone(), to.clone(), list.clone());
            tokio::spawn(async move {
                let wanted = || engine.0.long_lists.choices.wants(&name, now);
                let whole = told(all_choices(&*tracker, &to, &list, wanted).await);
                engine.0.long_lists.choices.end(&name, now, whole, engine.now());
            });
        }
        Ok(answer)
    }
}

/// None: there are more than are kept here, or nobody wants them any more.
async fn all_targets(
    tracker: &dyn Tracker,
    wanted: impl Fn() -> bool,
) -> Result<Option<Whole<Target>>, Problem> {
    let (mut targets, mut hidden, mut page): (Vec<Target>, _, Option<String>) = (Vec::new(), None, None);
    for _ in 0..MOST_PAGES {
        if !wanted() {
            break;
        }
        let answer = tracker.targets("", page.as_deref()).await?;
        targets.extend(answer.targets);
        hidden = hidden.or(answer.hidden);
        page = answer.next;
        if page.is_none() {
            return Ok(Some(Whole::new(targets, hidden)));
        }
    }
    Ok(None)
}

/// As [`all_targets`].
async fn all_choices(
    tracker: &dyn Tracker,
    to: &Destination,
    list: &ChoiceList,
    wanted: impl Fn() -> bool,
) -> Result<Option<Whole<docket_domain::Choice>>, Problem> {
    let (mut choices, mut page): (Vec<_>, Option<String>) = (Vec::new(), None);
    for _ in 0..MOST_PAGES {
        if !wanted() {
            break;
        }
        let answer = tracker.choices(to, list, "", page.as_deref()).await?;
        choices.extend(answer.choices);
        page = answer.next;
        if page.is_none() {
            return Ok(Some(Whole::new(choices, None)));
        }
    }
    Ok(None)
}

/// What goes wrong behind a person's back is told by their next question, which asks the tracker itself.
fn told<T>(read: Result<Option<T>, Problem>) -> Option<T> {
    read.unwrap_or_else(|problem| {
        tracing::info!(?problem, "a long list could not be read to its end");
        None
    })
}

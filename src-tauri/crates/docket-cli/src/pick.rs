//! Names and numbers of applications, connections and mappings, as people type them.

use docket_domain::{Application, Connection, Mapping, Problem};
use docket_engine::Engine;

/// Something that people call by a name or a number.
pub(crate) trait Named {
    /// What it is: `application`.
    const WHAT: &'static str;
    /// Its row id.
    fn number(&self) -> i64;
    /// Its name.
    fn name(&self) -> &str;
    /// Another word by which it is known, when that is unmistakable.
    fn alias(&self) -> Option<&str> {
        None
    }
}

impl Named for Application {
    const WHAT: &'static str = "application";
    fn number(&self) -> i64 {
        self.id.0
    }
    fn name(&self) -> &str {
        &self.name
    }
}

impl Named for Connection {
    const WHAT: &'static str = "connection";
    fn number(&self) -> i64 {
        self.id.0
    }
    fn name(&self) -> &str {
        &self.label
    }
}

impl Named for Mapping {
    const WHAT: &'static str = "mapping";
    fn number(&self) -> i64 {
        self.id.0
    }
    fn name(&self) -> &str {
        &self.label
    }
    fn alias(&self) -> Option<&str> {
        Some(&self.target)
    }
}

/// Names shown when none is near.
const SHOWN: usize = 10;
/// Names shown as near.
const NEAR: usize = 3;

/// The one that `wanted` names: by its name, by its name in another case, by its number, or
/// by its alias; the first of these that fits exactly one.
///
/// # Errors
/// None or several fit; the message lists which.
pub(crate) fn pick<T: Named>(wanted: &str, all: Vec<T>) -> Result<T, Problem> {
    let wanted = wanted.trim();
    let number: Option<i64> = wanted.parse().ok();
    let ways: [&dyn Fn(&T) -> bool; 4] = [
        &|one| one.name() == wanted,
        &|one| one.name().to_lowercase() == wanted.to_lowercase(),
        &|one| number == Some(one.number()),
        &|one| one.alias() == Some(wanted),
    ];
    for way in ways {
        let fit: Vec<usize> = all.iter().enumerate().filter(|(_, one)| way(one)).map(|(n, _)| n).collect();
        if fit.len() > 1 {
            let which: Vec<String> =
                fit.iter().map(|n| format!("{} ({})", all[*n].number(), all[*n].name())).collect();
            return Err(Problem::bad_input(format!("Several {}s are called «{wanted}».", T::WHAT))
                .hint(format!("Give the number: {}.", which.join(", "))));
        }
        if let Some(n) = fit.first() {
            return all.into_iter().nth(*n).ok_or_else(|| Problem::internal("a found entry is gone"));
        }
    }
    Err(unknown(wanted, &all))
}

fn unknown<T: Named>(wanted: &str, all: &[T]) -> Problem {
    let problem = Problem::not_found(format!("There is no {} called «{wanted}».", T::WHAT));
    if all.is_empty() {
        return problem.hint(format!(
            "There are no {}s yet; `docket {} add` makes one.",
            T::WHAT,
            short(T::WHAT)
        ));
    }
    let mut near: Vec<(f64, &str)> = all
        .iter()
        .map(|one| (strsim::jaro_winkler(&wanted.to_lowercase(), &one.name().to_lowercase()), one.name()))
        .filter(|(likeness, _)| *likeness > 0.75)
        .collect();
    near.sort_by(|a, b| b.0.total_cmp(&a.0));
    if near.is_empty() {
        let mut names: Vec<&str> = all.iter().take(SHOWN).map(Named::name).collect();
        if all.len() > SHOWN {
            names.push("…");
        }
        return problem.hint(format!("There are: {}.", names.join(", ")));
    }
    let names: Vec<&str> = near.iter().take(NEAR).map(|(_, name)| *name).collect();
    problem.hint(format!("Did you mean {}?", names.join(" or ")))
}

fn short(what: &'static str) -> &'static str {
    if what == "application" { "app" } else { what }
}

/// The application that `wanted` names.
pub(crate) async fn application(engine: &Engine, wanted: &str) -> Result<Application, Problem> {
    pick(wanted, engine.application_list().await?)
}

/// The connection that `wanted` names.
pub(crate) async fn connection(engine: &Engine, wanted: &str) -> Result<Connection, Problem> {
    pick(wanted, engine.connection_list().await?)
}

/// The mapping that `wanted` names.
pub(crate) async fn mapping(engine: &Engine, wanted: &str) -> Result<Mapping, Problem> {
    pick(wanted, engine.mapping_list().await?)
}

#[cfg(test)]
mod tests {
    use docket_domain::{ApplicationId, Code, Timestamp};

    use super::*;

    fn applications() -> Vec<Application> {
        [(1, "Shop"), (2, "1"), (3, "billing")]
            .map(|(id, name)| Application {
                id: ApplicationId(id),
                name: name.to_owned(),
                created: Timestamp(0),
                active: 0,
                findings: 0,
            })
            .into()
    }

    #[test]
    fn a_name_wins_over_a_number_and_case_is_forgiven() {
        assert_eq!(
            pick("1", applications()).unwrap().id.0,
            2,
            "an application called «1» is meant before number 1"
        );
        assert_eq!(pick("shop", applications()).unwrap().id.0, 1, "another case is no other name");
        assert_eq!(pick("3", applications()).unwrap().name, "billing", "numbers work too");
    }

    #[test]
    fn an_unknown_name_is_answered_with_the_near_ones() {
        let problem = pick("biling", applications()).unwrap_err();
        assert_eq!(problem.code, Code::NotFound, "it does not exist");
        assert_eq!(problem.hint.as_deref(), Some("Did you mean billing?"), "the near one alone is offered");
        let far = pick("zzz", applications()).unwrap_err();
        assert!(far.hint.unwrap_or_default().contains("Shop"), "without a near one all are listed");
    }
}

//! Labels that Docket gives by itself, and what is said about one that is taken.

use docket_domain::{Code, Problem};

/// The first of the wishes that is free; when none is, the last one with a number behind it.
pub(crate) fn first_free(
    wishes: &[String],
    taken: impl Fn(&str) -> Result<bool, Problem>,
) -> Result<String, Problem> {
    for wish in wishes {
        if !taken(wish)? {
            return Ok(wish.clone());
        }
    }
    let last = wishes.last().map_or("", String::as_str);
    for number in 2_u32.. {
        let numbered = format!("{last} {number}");
        if !taken(&numbered)? {
            return Ok(numbered);
        }
    }
    Err(Problem::internal("every label is taken"))
}

/// A person chose a label that another one has.
pub(crate) fn taken(what: &str, label: &str) -> Problem {
    Problem::new(Code::Conflict, format!("There is a {what} labelled «{label}» already."))
        .hint("Choose another label.")
        .with("field", "label")
}

//! Changing a query by clicking: a facet value toggled is an edit of the same text.

use super::{Condition, Field, Mistake, Pattern, Query, Term, parse};
use crate::page::Facet;

/// The field that a facet stands for.
pub fn facet_field(facet: Facet) -> Field {
    match facet {
        Facet::Severity => Field::Severity,
        Facet::Status => Field::Status,
        Facet::Tool => Field::Tool,
        Facet::Application => Field::App,
        Facet::Rule => Field::Rule,
        Facet::Cwe => Field::Cwe,
        Facet::Component => Field::Component,
        Facet::Branch => Field::Branch,
        Facet::Owner => Field::Owner,
        Facet::Linked => Field::Linked,
    }
}

impl Query {
    /// The query without any term on `field`.
    #[must_use]
    pub fn without(&self, field: Field) -> Self {
        Self { terms: self.terms.iter().filter(|t| t.condition.field() != Some(field)).cloned().collect() }
    }

    /// Whether a term that is not negated asks for `value` in `field`.
    pub fn asks_for(&self, field: Field, value: &str) -> bool {
        self.terms
            .iter()
            .filter(|t| !t.negated && t.condition.field() == Some(field))
            .any(|t| t.condition.values().iter().any(|v| v.eq_ignore_ascii_case(value)))
    }

    /// Adds `value` to the alternatives of `field`, or takes it away when it is among them.
    /// Refuses a value that the field cannot have.
    pub fn toggle(&self, field: Field, value: &str) -> Result<Self, Mistake> {
        let wanted = single(field, value)?;
        let spelt = wanted.values().concat();
        let mut out = self.clone();
        let one_only = matches!(wanted, Condition::Linked(_) | Condition::Proposal(_));
        let found = out.terms.iter().position(|t| !t.negated && t.condition.field() == Some(field));
        match found {
            None => out.terms.push(Term { negated: false, condition: wanted }),
            Some(at) => {
                let mut values = out.terms[at].condition.values();
                match values.iter().position(|v| v.eq_ignore_ascii_case(&spelt)) {
                    Some(known) => {
                        values.remove(known);
                    }
                    None if one_only => values = vec![spelt],
                    None => values.push(spelt),
                }
                if values.is_empty() {
                    out.terms.remove(at);
                } else {
                    out.terms[at].condition = several(field, &values)?;
                }
            }
        }
        Ok(out)
    }
}

impl Condition {
    /// The field it is about; none for free text.
    pub fn field(&self) -> Option<Field> {
        match self {
            Self::Severity(_) => Some(Field::Severity),
            Self::Status(_) => Some(Field::Status),
            Self::Reason(_) => Some(Field::Reason),
            Self::Kind(_) => Some(Field::Kind),
            Self::Text(field, _) | Self::Time(field, _) => Some(*field),
            Self::Linked(_) => Some(Field::Linked),
            Self::Proposal(_) => Some(Field::Proposal),
            Self::Id(_) => Some(Field::Id),
            Self::Free { .. } => None,
        }
    }

    /// Its values, unquoted.
    fn values(&self) -> Vec<String> {
        fn spell(values: &[impl std::fmt::Display]) -> Vec<String> {
            values.iter().map(ToString::to_string).collect()
        }
        match self {
            Self::Severity(values) => spell(values),
            Self::Status(values) => spell(values),
            Self::Reason(values) => spell(values),
            Self::Kind(values) => spell(values),
            Self::Text(_, values) => values.iter().map(|Pattern(text)| text.clone()).collect(),
            Self::Time(_, values) => spell(values),
            Self::Id(values) => spell(values),
            Self::Linked(yes) | Self::Proposal(yes) => vec![if *yes { "yes" } else { "no" }.to_owned()],
            Self::Free { text, .. } => vec![text.clone()],
        }
    }
}

fn single(field: Field, value: &str) -> Result<Condition, Mistake> {
    several(field, &[value.to_owned()])
}

fn several(field: Field, values: &[String]) -> Result<Condition, Mistake> {
    let spelt: Vec<String> = values.iter().map(|v| Pattern(v.clone()).to_string()).collect();
    let query = parse(&format!("{field}:{}", spelt.join(",")))?;
    query.terms.into_iter().next().map(|t| t.condition).ok_or_else(|| Mistake {
        from: 0,
        to: 0,
        message: format!("{field}: has no value."),
        suggestion: None,
    })
}

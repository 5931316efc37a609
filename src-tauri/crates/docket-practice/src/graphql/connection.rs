//! Connections: one page of a list, as the vendor pages it.

use apollo_compiler::resolvers::{FieldError, ResolveInfo, ResolvedValue};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::scene::{Scene, error};
use super::things::{Node, Thing};

#[derive(Clone)]
pub(super) struct Connection<'w> {
    kind: &'static str,
    edge: &'static str,
    items: Vec<Thing<'w>>,
    start: usize,
    total: usize,
}

fn cursor(position: usize) -> String {
    STANDARD.encode(format!("cursor:v2:{position}"))
}

fn position(arguments: &Value, name: &str) -> Result<Option<usize>, FieldError> {
    let Some(text) = arguments[name].as_str() else { return Ok(None) };
    let read = STANDARD.decode(text).ok().and_then(|b| String::from_utf8(b).ok());
    let at = read.as_deref().and_then(|t| t.strip_prefix("cursor:v2:")).and_then(|n| n.parse().ok());
    at.map(Some).ok_or_else(|| {
        error("INVALID_CURSOR_ARGUMENTS", &format!("`{text}` does not appear to be a valid cursor."))
    })
}

impl<'w> Connection<'w> {
    /// Cuts the page that `first`/`after` or `last`/`before` ask for; one of `first` and `last` is required, at most 100.
    pub fn page(
        kind: &'static str,
        edge: &'static str,
        field: &str,
        all: Vec<Thing<'w>>,
        arguments: &Value,
    ) -> Result<Self, FieldError> {
        let total = all.len();
        let from = position(arguments, "after")?.map_or(0, |at| at + 1).min(total);
        let to = position(arguments, "before")?.unwrap_or(total).clamp(from, total);
        let size = |name: &str| -> Result<Option<usize>, FieldError> {
            match arguments[name].as_i64() {
                None => Ok(None),
                Some(n @ 0..=100) => Ok(Some(n as usize)),
                Some(n) => Err(error(
                    "EXCESSIVE_PAGINATION",
                    &format!(
                        "Requesting {n} records on the `{field}` connection exceeds the `{name}` limit of 100 records."
                    ),
                )),
            }
        };
        let (start, end) = match (size("first")?, size("last")?) {
            (Some(n), _) => (from, (from + n).min(to)),
            (None, Some(n)) => (to.saturating_sub(n).max(from), to),
            (None, None) => {
                return Err(error(
                    "MISSING_PAGINATION_BOUNDARIES",
                    &format!(
                        "You must provide a `first` or `last` value to properly paginate the `{field}` connection."
                    ),
                ));
            }
        };
        let items = all.into_iter().skip(start).take(end - start).collect();
        Ok(Self { kind, edge, items, start, total })
    }

    pub fn type_name(&self) -> &'static str {
        self.kind
    }

    fn end(&self) -> usize {
        self.start + self.items.len()
    }

    pub fn resolve<'a>(
        &'a self,
        scene: &'a Scene<'a>,
        info: &ResolveInfo<'_>,
    ) -> Option<Result<ResolvedValue<'a>, FieldError>>
    where
        'w: 'a,
    {
        let node = move |thing: Thing<'a>| ResolvedValue::object(Node { thing, scene });
        Some(Ok(match info.field_name() {
            "totalCount" => ResolvedValue::leaf(json!(self.total)),
            "nodes" => ResolvedValue::list(self.items.iter().cloned().map(node)),
            "edges" => ResolvedValue::list(self.items.iter().cloned().enumerate().map(move |(i, thing)| {
                node(Thing::Edge(self.edge, cursor(self.start + i), Box::new(thing)))
            })),
            "pageInfo" => node(Thing::PageInfo(json!({
                "startCursor": (!self.items.is_empty()).then(|| cursor(self.start)),
                "endCursor": (!self.items.is_empty()).then(|| cursor(self.end() - 1)),
                "hasNextPage": self.end() < self.total,
                "hasPreviousPage": self.start > 0,
            }))),
            _ => return None,
        }))
    }
}

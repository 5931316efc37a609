//! The vendor's GraphQL schema, cut to the types that the practice server answers.

use std::sync::OnceLock;

use apollo_compiler::Schema;
use apollo_compiler::validation::Valid;

/// The schema, read once per process: github.com's of today, or the older one that Enterprise Server is given. The
/// error says what is wrong with our own file.
pub(crate) fn graphql_schema(cloud: bool) -> Result<&'static Valid<Schema>, String> {
    static KEPT: [OnceLock<Result<Valid<Schema>, String>>; 2] = [OnceLock::new(), OnceLock::new()];
    let (name, text) = if cloud {
        ("github.graphql", include_str!("../../contracts/github.graphql"))
    } else {
        ("ghes.graphql", include_str!("../../contracts/ghes.graphql"))
    };
    KEPT[usize::from(cloud)]
        .get_or_init(|| Schema::parse_and_validate(text, name).map_err(|e| format!("contracts/{name}: {e}")))
        .as_ref()
        .map_err(Clone::clone)
}

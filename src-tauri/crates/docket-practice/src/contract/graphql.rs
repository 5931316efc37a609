//! The vendor's GraphQL schema, cut to the types that the practice server answers.

use std::sync::OnceLock;

use apollo_compiler::Schema;
use apollo_compiler::validation::Valid;

/// The schema, read once per process. The error says what is wrong with our own file.
pub(crate) fn graphql_schema() -> Result<&'static Valid<Schema>, String> {
    static KEPT: OnceLock<Result<Valid<Schema>, String>> = OnceLock::new();
    KEPT.get_or_init(|| {
        Schema::parse_and_validate(include_str!("../../contracts/github.graphql"), "github.graphql")
            .map_err(|e| format!("contracts/github.graphql: {e}"))
    })
    .as_ref()
    .map_err(Clone::clone)
}

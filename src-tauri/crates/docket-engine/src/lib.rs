//! Docket's use cases: the whole product without a window.

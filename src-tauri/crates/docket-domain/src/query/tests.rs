//! The language as people use it.

//! The command line of Docket.

//! `docket template …`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueHint};

use super::values::{self, Keys};

/// `docket template …`
#[derive(Debug, Subcommand)]
pub(crate) enum TemplateCommand {
    /// Say what is wrong with a template, with line and column
    Check(TemplateFlags),
    /// Write the issue of a finding or group with a template; nothing is saved or sent
    Preview {
        /// The mapping's label or number: its connection, target and template
        #[arg(long, value_name = "LABEL")]
        mapping: String,
        /// Try it on a group: keys separated by commas, as for a push
        #[arg(long, value_name = "KEYS", value_parser = values::keys)]
        group_by: Option<Keys>,
        /// Not the first finding or group, but the one behind so many
        #[arg(long, value_name = "N", default_value_t = 0)]
        skip: u64,
        #[command(flatten)]
        flags: TemplateFlags,
    },
    /// Everything that a template can name
    Reference,
}

/// A template that is not saved.
#[derive(Debug, Args)]
pub(crate) struct TemplateFlags {
    /// The title's template
    #[arg(long, value_name = "TEMPLATE")]
    pub title: Option<String>,
    /// The text's template, a file; `-` for standard input
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub body: Option<PathBuf>,
}

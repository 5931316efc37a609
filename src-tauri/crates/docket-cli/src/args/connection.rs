//! `docket connection …`.

use clap::{Args, Subcommand, ValueHint};

use super::values;

/// `docket connection …`
#[derive(Debug, Subcommand)]
pub(crate) enum ConnectionCommand {
    /// Show what kinds of trackers there are, and what each asks for
    Kinds,
    /// Add a connection
    Add {
        /// The kind of tracker (see `docket connection kinds`)
        kind: String,
        #[command(flatten)]
        flags: Box<ConnectionFlags>,
    },
    /// Change a connection, for example give it a new token; what is not named stays
    Edit {
        /// Its label or number
        name: String,
        #[command(flatten)]
        flags: Box<ConnectionFlags>,
    },
    /// List connections
    List,
    /// Show one connection, and its latest requests
    Show {
        /// Its label or number
        name: String,
        /// Also this many of the latest requests and answers, without secrets
        #[arg(long, value_name = "N", default_value_t = 0)]
        exchanges: u32,
    },
    /// Test a connection stage by stage; nothing is written to the tracker
    Test {
        /// Its label or number
        name: String,
        /// Also test this project (owner/repository)
        #[arg(long, value_name = "TARGET")]
        target: Option<String>,
    },
    /// Sign a connection in with a code in the browser; Ctrl-C gives up
    SignIn {
        /// Its label or number
        name: String,
    },
    /// List the projects that a connection reaches
    Targets {
        /// Its label or number
        name: String,
        /// Only names with this in them; `owner/` lists one owner's
        #[arg(default_value = "", hide_default_value = true)]
        search: String,
    },
    /// Remove a connection with its mappings and its secret
    Remove {
        /// Its label or number
        name: String,
        /// Do not ask
        #[arg(short, long)]
        yes: bool,
    },
}

/// What a connection consists of.
#[derive(Debug, Args)]
pub(crate) struct ConnectionFlags {
    /// Your name for it; made from the address unless given
    #[arg(long, value_name = "TEXT")]
    pub label: Option<String>,
    /// Any address of the tracker: its home page, an organisation, a repository, the API
    #[arg(long, value_name = "URL", value_hint = ValueHint::Url)]
    pub location: Option<String>,
    /// The way of signing in (see `docket connection kinds`); the kind's usual one unless given
    #[arg(long, value_name = "WAY")]
    pub auth: Option<String>,
    /// The user name, where the way of signing in has one
    #[arg(long, value_name = "NAME")]
    pub username: Option<String>,
    #[command(flatten)]
    pub secret: NewSecretFlags,
    /// system, none, or the proxy's address (http://host:port)
    #[arg(long, value_name = "PROXY", help_heading = "Network")]
    pub proxy: Option<String>,
    /// The login name at the proxy
    #[arg(long, value_name = "NAME", help_heading = "Network")]
    pub proxy_username: Option<String>,
    /// A PEM file with further certificate authorities to trust
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "Network")]
    pub ca_file: Option<String>,
    /// Longest wait for an answer; connecting waits at most 10 s
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(1..=3600), help_heading = "Network")]
    pub timeout: Option<u32>,
    /// Allow unencrypted http to another computer
    #[arg(long, help_heading = "Network")]
    pub allow_plain_http: bool,
    /// One of the kind's further fields; may be repeated
    #[arg(long = "set", value_name = "KEY=VALUE", value_parser = values::pair)]
    pub settings: Vec<(String, String)>,
}

/// Where the secrets come from. Never from an argument: other users of the computer could
/// read it there, and the shell keeps it in its history.
#[derive(Debug, Args)]
pub(crate) struct NewSecretFlags {
    /// Read the token from standard input into the keychain
    #[arg(long, conflicts_with_all = ["secret_from_env", "proxy_password_stdin"], help_heading = "Secrets")]
    pub secret_stdin: bool,
    /// The token stays in this environment variable; only the variable's name is kept
    #[arg(long, value_name = "NAME", help_heading = "Secrets")]
    pub secret_from_env: Option<String>,
    /// Read the proxy's password from standard input into the keychain
    #[arg(long, help_heading = "Secrets")]
    pub proxy_password_stdin: bool,
}

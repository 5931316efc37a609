//! A configured issue tracker, and what a tracker kind asks for.

use std::collections::BTreeMap;

use crate::id::ConnectionId;
use crate::mapping::MappingDefaults;
use crate::time::Timestamp;

wire! {
    /// Where a connection's secret is kept. Never the secret itself.
    #[derive(Eq)]
    pub enum SecretRef {
        /// No secret yet.
        None,
        /// In the operating system's keychain under this entry.
        Keychain { /// Entry name.
            entry: String },
        /// In this process's memory, gone when it ends (the practice tracker's token, which
        /// is worth nothing afterwards).
        Session { /// Entry name.
            entry: String },
        /// In an environment variable of the process (headless use).
        Env { /// Variable name.
            name: String },
    }
}

wire! {
    /// How requests leave this computer.
    #[derive(Eq)]
    pub enum ProxySetting {
        /// As the operating system or the usual environment variables say.
        System,
        /// Directly, whatever the system says.
        Direct,
        /// Through this proxy.
        Explicit {
            /// `http://host:port`; no user name or password in it.
            url: String,
            /// Login name, if the proxy wants one; its password is a secret beside the token.
            username: Option<String>,
        },
    }
}

wire! {
    /// Network settings of one connection.
    #[derive(Eq)]
    pub struct Network {
        /// Proxy.
        pub proxy: ProxySetting,
        /// PEM file with additional certificate authorities.
        pub ca_file: Option<String>,
        /// Longest wait for a connection, milliseconds.
        pub connect_timeout_ms: u32,
        /// Longest wait for an answer, milliseconds.
        pub read_timeout_ms: u32,
        /// The person said yes to unencrypted HTTP to a host that is not this computer.
        pub allow_plain_http: bool,
    }
}

impl Default for Network {
    fn default() -> Self {
        Self {
            proxy: ProxySetting::System,
            ca_file: None,
            connect_timeout_ms: 10_000,
            read_timeout_ms: 30_000,
            allow_plain_http: false,
        }
    }
}

wire! {
    /// A configured issue tracker.
    #[derive(Eq)]
    pub struct Connection {
        /// Row id.
        pub id: ConnectionId,
        /// The person's name for it.
        pub label: String,
        /// Tracker kind id (`github`).
        pub kind: String,
        /// The address as the person gave it.
        pub location: String,
        /// How to sign in: one of the kind's [`AuthKind::id`].
        pub auth: String,
        /// User name, where the way of signing in has one.
        pub username: Option<String>,
        /// Where the secret is.
        pub secret: SecretRef,
        /// Where the proxy's password is.
        pub proxy_secret: SecretRef,
        /// Network settings.
        pub network: Network,
        /// Values of the kind's further fields, by field id.
        pub settings: BTreeMap<String, String>,
        /// When it was made.
        pub created: Timestamp,
        /// When it was last changed.
        pub changed: Timestamp,
        /// Result of the last test in one line, with its time.
        pub last_test: Option<LastTest>,
    }
}

wire! {
    /// Result of the last connection test.
    #[derive(Eq)]
    pub struct LastTest {
        /// When.
        pub at: Timestamp,
        /// Every stage passed (warnings allowed).
        pub ok: bool,
        /// In words.
        pub summary: String,
        /// When the token ends, if the tracker says.
        pub token_ends: Option<Timestamp>,
    }
}

words! {
    /// How a form field is entered.
    pub enum FieldKind {
        /// One line of text.
        Text = "text", "text";
        /// A web address.
        Url = "url", "address";
        /// A secret: entered, never shown again.
        Secret = "secret", "secret";
        /// One of a few choices.
        Choice = "choice", "choice";
        /// Yes or no.
        Switch = "switch", "switch";
    }
}

wire! {
    /// A field of a kind's form. The window and the command line render what the kind declares.
    #[derive(Eq)]
    pub struct Field {
        /// Stable id (`location`, `username`, …).
        pub id: String,
        /// Label.
        pub label: String,
        /// How it is entered.
        pub kind: FieldKind,
        /// One sentence of help.
        pub help: String,
        /// An example value.
        pub example: Option<String>,
        /// Must be filled.
        pub required: bool,
        /// Choices as (value, label), for [`FieldKind::Choice`].
        pub choices: Vec<(String, String)>,
        /// Shown only with these ways of signing in; empty: always.
        pub only_with: Vec<String>,
    }
}

wire! {
    /// One way of signing in.
    #[derive(Eq)]
    pub struct AuthKind {
        /// Stable id (`pat`, `basic`).
        pub id: String,
        /// Label.
        pub label: String,
        /// What the secret is called («Token», «Password or token»).
        pub secret_label: String,
        /// What it must be allowed to do, in the vendor's words.
        pub scopes: Vec<String>,
        /// One or two sentences: what to tick, traps.
        pub help: String,
        /// A user name is needed.
        pub needs_username: bool,
        /// The person signs in with a code in the browser (OAuth device flow) instead of
        /// entering a secret.
        #[serde(default)]
        pub device: bool,
    }
}

wire! {
    /// What a tracker kind says about itself: everything a form needs.
    #[derive(Eq)]
    pub struct TrackerKindCard {
        /// Stable id (`github`).
        pub id: String,
        /// Name (`GitHub`).
        pub name: String,
        /// One sentence: which products and hosts.
        pub about: String,
        /// Form fields beyond label, sign-in and network.
        pub fields: Vec<Field>,
        /// Ways of signing in, the usual one first.
        pub auth: Vec<AuthKind>,
        /// What one issue target is called («Repository»).
        pub target_label: String,
        /// An example target (`owner/repository`).
        pub target_example: String,
        /// Issues there take files, so that a mapping may add the findings as one.
        #[serde(default)]
        pub takes_files: bool,
        /// What a new mapping starts with.
        pub defaults: MappingDefaults,
    }
}

wire! {
    /// How a pasted address was understood.
    #[derive(Eq)]
    pub struct Understood {
        /// In words, to be shown under the field.
        pub words: String,
        /// API base address, once known without asking the server.
        pub api: Option<String>,
        /// Web base address.
        pub web: Option<String>,
        /// Target key found in the address (`acme/shop`), if any.
        pub target: Option<String>,
        /// Owner or organisation found in the address.
        pub owner: Option<String>,
        /// Page where a token is made, with the scopes ticked where the vendor allows it.
        pub token_page: Option<String>,
        /// Cautions («the address is not encrypted»).
        pub cautions: Vec<String>,
    }
}

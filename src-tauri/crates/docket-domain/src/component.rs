//! What a finding is about beyond source lines: packages, endpoints, identifiers, scores.

words! {
    /// The broad kind of thing that a finding is about.
    pub enum FindingKind {
        /// Source code (static analysis).
        Code = "code", "Code";
        /// A third-party package.
        Dependency = "dependency", "Dependency";
        /// A leaked credential.
        Secret = "secret", "Secret";
        /// Infrastructure as code, configuration.
        Iac = "iac", "Configuration";
        /// A web page or API.
        Web = "web", "Web";
        /// A host or service on a network.
        Host = "host", "Host";
        /// A cloud resource.
        Cloud = "cloud", "Cloud";
        /// None of the above.
        Other = "other", "Other";
    }
}

wire! {
    /// A package, image layer or other component.
    pub struct Component {
        /// Package URL (`pkg:npm/lodash@4.17.20`) when the report gives or implies one.
        pub purl: Option<String>,
        /// Name as the report spells it.
        pub name: String,
        /// Installed version.
        pub version: Option<String>,
        /// First version without the flaw.
        pub fixed_version: Option<String>,
    }
}

wire! {
    /// A web address or network service.
    pub struct Endpoint {
        /// The whole address when there is one.
        pub url: Option<String>,
        /// HTTP method.
        pub method: Option<String>,
        /// Host name or address.
        pub host: Option<String>,
        /// Port number.
        pub port: Option<u16>,
        /// Vulnerable parameter.
        pub parameter: Option<String>,
    }
}

wire! {
    /// A public name of a flaw: `CVE-2024-1`, `GHSA-…`, `CWE-79`, `RUSTSEC-…`. Spelt upper-case.
    pub struct Identifier {
        /// The scheme: `CVE`, `CWE`, `GHSA`, `OSV`, …
        pub scheme: String,
        /// The whole identifier including its scheme's prefix.
        pub value: String,
    }
}

wire! {
    /// One CVSS opinion.
    pub struct Cvss {
        /// `2.0`, `3.0`, `3.1` or `4.0`.
        pub version: String,
        /// The vector, if given.
        pub vector: Option<String>,
        /// The base score, 0 to 10, if given.
        pub score: Option<f64>,
        /// Who says so.
        pub source: Option<String>,
    }
}

wire! {
    /// A link for further reading.
    pub struct Reference {
        /// What it is.
        pub label: Option<String>,
        /// The address. Hostile input: only `http` and `https` become links.
        pub url: String,
    }
}

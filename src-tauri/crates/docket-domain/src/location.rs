//! Places in an artefact.

wire! {
    /// A piece of the artefact's text.
    pub struct Snippet {
        /// The text, as the report carries it.
        pub text: String,
        /// The line number of the text's first line, if known.
        pub start_line: Option<u32>,
    }
}

wire! {
    /// One place. Every part is optional: some reports know a file, some a class, some neither.
    pub struct Location {
        /// The path, resolved against the report's base and decoded, with `/` separators,
        /// relative where the base is a source root.
        pub path: Option<String>,
        /// The address as the report spells it, when it differs from `path`.
        pub uri: Option<String>,
        /// First line, counted from 1.
        pub start_line: Option<u32>,
        /// Last line, inclusive.
        pub end_line: Option<u32>,
        /// First column, counted from 1.
        pub start_column: Option<u32>,
        /// Column after the last character, counted from 1.
        pub end_column: Option<u32>,
        /// Fully qualified logical name (namespace, class, function, resource).
        pub logical: Option<String>,
        /// The marked text.
        pub snippet: Option<Snippet>,
        /// The text around it.
        pub context: Option<Snippet>,
        /// What the report says about this place.
        pub message: Option<String>,
    }
}

impl Location {
    /// A place with nothing known.
    pub fn nowhere() -> Self {
        Self {
            path: None,
            uri: None,
            start_line: None,
            end_line: None,
            start_column: None,
            end_column: None,
            logical: None,
            snippet: None,
            context: None,
            message: None,
        }
    }

    /// `src/a.rs:12`, or the logical name, or nothing.
    pub fn short(&self) -> Option<String> {
        match (&self.path, self.start_line) {
            (Some(path), Some(line)) => Some(format!("{path}:{line}")),
            (Some(path), None) => Some(path.clone()),
            (None, _) => self.logical.clone(),
        }
    }
}

wire! {
    /// One way along which a value travels through the code.
    pub struct Flow {
        /// What the report says about it.
        pub message: Option<String>,
        /// The steps in order.
        pub steps: Vec<Location>,
    }
}

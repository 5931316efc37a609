//! Two declarations that the nouns share: what crosses the wire, and closed lists of words.

/// A value that crosses the wire to the window (and appears in `--json`): serde in both
/// directions, and TypeScript behind the feature `ts`.
macro_rules! wire {
    ($(#[$meta:meta])* $vis:vis struct $name:ident { $($body:tt)* }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
        #[cfg_attr(feature = "ts", derive(ts_rs::TS))]
        $vis struct $name { $($body)* }
    };
    ($(#[$meta:meta])* $vis:vis enum $name:ident { $($body:tt)* }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
        #[cfg_attr(feature = "ts", derive(ts_rs::TS))]
        #[serde(rename_all = "snake_case", tag = "type")]
        $vis enum $name { $($body)* }
    };
}

/// A closed list of words: one definition gives the enum, its stable spelling (in the
/// database, on the wire, on the command line), its label for people, and parsing.
macro_rules! words {
    ($(#[$meta:meta])* $vis:vis enum $name:ident { $( $(#[$vmeta:meta])* $variant:ident = $word:literal, $label:literal; )+ }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[cfg_attr(feature = "ts", derive(ts_rs::TS))]
        $vis enum $name { $( $(#[$vmeta])* #[serde(rename = $word)] $variant, )+ }

        impl $name {
            /// Every value, in the order of declaration.
            pub const ALL: &'static [$name] = &[$($name::$variant),+];

            /// The stable spelling: database, wire and command line.
            pub fn as_str(self) -> &'static str { match self { $( $name::$variant => $word, )+ } }

            /// How people read it.
            pub fn label(self) -> &'static str { match self { $( $name::$variant => $label, )+ } }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.write_str(self.as_str()) }
        }

        impl std::str::FromStr for $name {
            type Err = crate::problem::Problem;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                let wanted = text.trim().to_ascii_lowercase().replace(['-', ' '], "_");
                Self::ALL.iter().copied().find(|v| v.as_str() == wanted).ok_or_else(|| {
                    let known: Vec<&str> = Self::ALL.iter().map(|v| v.as_str()).collect();
                    crate::problem::Problem::bad_input(format!("«{text}» is not one of: {}.", known.join(", ")))
                })
            }
        }
    };
}

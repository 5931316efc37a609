//! The wire to the window: one list of commands and its TypeScript.

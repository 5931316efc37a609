//! Records as their reports had them, kept for audit.

words! {
    /// What a record is written in.
    pub enum RawForm {
        /// A JSON value.
        Json = "json", "JSON";
        /// An XML element.
        Xml = "xml", "XML";
        /// A row of a table, below its header.
        Csv = "csv", "CSV";
        /// Lines of text, or a piece of a page.
        Text = "text", "Text";
    }
}

wire! {
    /// What a finding was made of. Hostile input; credentials in headers are masked.
    pub struct RawRecord {
        /// What it is written in.
        pub form: RawForm,
        /// The record as it stood in the report; of a table the row written anew, with the same
        /// cells.
        pub text: String,
        /// The report's file name.
        pub file: String,
        /// The import that brought it.
        pub import: crate::id::ImportId,
    }
}

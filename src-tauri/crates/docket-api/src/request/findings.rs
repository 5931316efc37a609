//! Findings, reports and the query language, as the window asks about them.

use docket_domain::{
    ApplicationId, Facet, FacetValue, FindingId, Import, ImportId, PageStart, Problem, ProposalId, RawRecord,
    Reason, Selection, Severity, Sort, Status, Warning,
};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

record! {
    /// A page of the findings table.
    FindingPageRequest {
        /// Query text.
        query: String,
        /// Only this application.
        application: Option<ApplicationId>,
        /// Sort keys, first decides.
        sort: Vec<Sort>,
        /// Where the page begins.
        start: PageStart,
        /// Rows wanted, at most 500.
        limit: u32,
    }
    /// A query.
    FindingQuery { #[doc = "Query text."] query: String, #[doc = "Only this application."] application: Option<ApplicationId> }
    /// Facets.
    FacetList { #[doc = "Values, most frequent first within a facet."] values: Vec<FacetValue> }
    /// One finding.
    FindingOf { #[doc = "Which."] id: FindingId }
    /// What a finding was made of.
    FindingRaw { #[doc = "The record; none when it is not kept."] record: Option<RawRecord> }
    /// A selection.
    SelectionOf { #[doc = "Which."] selection: Selection }
    /// Findings as text.
    FindingCopy {
        /// Which.
        selection: Selection,
        /// `markdown`, `csv` or `json`.
        format: String,
    }
    /// Text for the clipboard.
    Copied {
        /// The text.
        text: String,
        /// Findings in it.
        count: u64,
        /// Findings left out because the clipboard is no place for a million rows.
        left_out: u64,
    }
    /// A decision about findings.
    FindingAssess {
        /// Which.
        selection: Selection,
        /// Status.
        status: Status,
        /// Finer reason.
        reason: Option<Reason>,
        /// Why.
        comment: Option<String>,
    }
    /// A severity set by hand; `None` gives the report's back.
    FindingSetSeverity {
        /// Which.
        selection: Selection,
        /// Severity.
        severity: Option<Severity>,
        /// Why.
        comment: Option<String>,
    }
    /// A comment on findings.
    FindingComment { #[doc = "Which."] selection: Selection, #[doc = "The words."] text: String }
    /// Findings to another application.
    FindingMove { #[doc = "Which."] selection: Selection, #[doc = "Where to."] application: ApplicationId }
    /// A triage proposal taken over or turned down.
    ProposalSettle { #[doc = "Which."] id: ProposalId, #[doc = "Take it over."] accept: bool, #[doc = "Why."] comment: Option<String> }

    /// What is suggested about findings, taken over or turned down.
    ProposalsSettle { #[doc = "Which."] selection: Selection, #[doc = "Take it over."] accept: bool }

    /// A query being typed.
    QueryCheckRequest { #[doc = "Text."] text: String, #[doc = "Caret, in UTF-16 units."] caret: u32 }
    /// What is wrong with it and how it could go on.
    QueryCheck {
        /// The mistake, if there is one.
        problem: Option<QueryProblem>,
        /// Completions at the caret.
        completions: Vec<Completion>,
        /// Terms for colouring.
        terms: Vec<QueryTerm>,
    }
    /// A mistake at its place (UTF-16 units).
    QueryProblem { #[doc = "Begin."] from: u32, #[doc = "End."] to: u32, #[doc = "In words."] message: String }
    /// One way the query could go on.
    Completion {
        /// Text that replaces `from..to`.
        insert: String,
        /// Shown.
        label: String,
        /// Shown beside it.
        note: Option<String>,
        /// Begin of the replaced text (UTF-16 units).
        from: u32,
        /// Its end.
        to: u32,
    }
    /// A term of the query and its place (UTF-16 units).
    QueryTerm { #[doc = "Begin."] from: u32, #[doc = "End."] to: u32, #[doc = "Field name; none for free text."] field: Option<String>, #[doc = "With a leading minus."] negated: bool }
    /// A facet value clicked.
    QueryToggle { #[doc = "Query text."] text: String, #[doc = "Facet."] facet: Facet, #[doc = "Value."] value: String }
    /// A query's text.
    QueryText { #[doc = "Text."] text: String }

    /// Formats.
    FormatList { #[doc = "All."] formats: Vec<FormatCard> }
    /// A report format.
    FormatCard { #[doc = "Id."] id: String, #[doc = "Name."] label: String, #[doc = "One sentence."] about: String, #[doc = "Which versions of it are read."] versions: String, #[doc = "Usual file endings."] extensions: Vec<String> }
    /// Which imports.
    ImportListRequest { #[doc = "Only of this application."] application: Option<ApplicationId>, #[doc = "Rows to pass over."] offset: u64, #[doc = "Rows wanted."] limit: u32 }
    /// Imports, newest first.
    ImportList { #[doc = "Rows."] imports: Vec<Import>, #[doc = "How many there are."] total: u64 }
    /// One import.
    ImportOf { #[doc = "Which."] id: ImportId }
    /// An import with all its warnings (the first 1,000).
    ImportDetail { #[doc = "The import."] import: Import, #[doc = "Warnings."] warnings: Vec<Warning> }
    /// A report to be read.
    ImportRun {
        /// File or folder on this computer.
        path: String,
        /// Into this application.
        application: ApplicationId,
        /// Format id; none: detect.
        format: Option<String>,
        /// Branch; none: as the report says.
        branch: Option<String>,
        /// Only say what would change.
        dry_run: bool,
        /// Close what is not found any more even if that is nearly everything.
        close_anyway: bool,
        /// Read it in even if it seems to belong to another application or branch.
        allow_mismatch: bool,
        /// CSV column mapping (`title=Summary,severity=Risk`).
        columns: Option<String>,
    }
    /// Paths that were dropped or chosen: files and folders.
    ImportGather { #[doc = "On this computer."] paths: Vec<String> }
    /// The files behind them.
    Gathered { #[doc = "Those of a folder in the order of their paths."] files: Vec<GatheredFile>, #[doc = "The first things that were passed over."] passed: Vec<PassedOver>, #[doc = "How many there were."] passed_count: u64 }
    /// One of the files.
    GatheredFile { #[doc = "Where it is."] path: String, #[doc = "Its path below the folder that was given, or its name."] within: String, #[doc = "It was found in a folder."] in_folder: bool, #[doc = "Size."] bytes: u64 }
    /// Something in a folder that was passed over.
    PassedOver { #[doc = "Where."] path: String, #[doc = "Why, in words."] why: String }
    /// Files to be recognised, at most 100.
    ImportRecognise { #[doc = "Files on this computer."] paths: Vec<String> }
    /// What they are, in the same order.
    RecognisedList { #[doc = "Each."] files: Vec<RecognisedFile> }
    /// What a file is by its beginning.
    RecognisedFile {
        /// Where it is.
        path: String,
        /// Its name says that it is a report.
        must_be: bool,
        /// The reports in it: one, or those of an archive, the first of them.
        reports: Vec<RecognisedReport>,
        /// Files in the archive; 1 when it is none.
        inside: u64,
        /// Why it is no report that Docket reads.
        problem: Option<Problem>,
    }
    /// A report that was recognised.
    RecognisedReport { #[doc = "Its name inside an archive."] entry: Option<String>, #[doc = "Format id."] format: String, #[doc = "The format's name."] label: String, #[doc = "Which versions of it are read."] versions: String }
    /// A report to be looked at; nothing is stored.
    ImportLook {
        /// File on this computer.
        path: String,
        /// Compare with this application; none: one that does not exist yet.
        application: Option<ApplicationId>,
        /// Format id; none: detect.
        format: Option<String>,
        /// Branch; none: as the report says.
        branch: Option<String>,
        /// CSV column mapping (`title=Summary,severity=Risk`).
        columns: Option<String>,
    }
    /// An import to be taken back.
    ImportUndo {
        /// Which.
        id: ImportId,
        /// Findings that it found first and that people have judged, or that are in issues, stay.
        keep_judged: bool,
    }
}

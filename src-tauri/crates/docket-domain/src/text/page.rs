//! Lines, lists and quotes of the Markdown that is written.

/// Lists and quotes nest no deeper: what is inside belongs to the last level that counts.
const DEEPEST: usize = 6;

/// One level of lists and quotes that is open.
enum Level {
    List {
        next: Option<u64>,
        begun: bool,
    },
    Item {
        indent: usize,
        /// Where its text begins in what is written.
        content: usize,
    },
    Quote,
    /// Too deep: its content belongs to the level above.
    Flat,
}

/// What the text is part of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// Paragraphs: lines may break.
    Block,
    /// A heading: one line.
    Heading,
    /// A table's cell: one line, and `|` ends it.
    Cell,
}

pub(super) struct Page {
    pub out: String,
    levels: Vec<Level>,
    /// What every line inside the open levels begins with, and how many levels have a part in
    /// it. Kept, not computed: hostile nesting is deep.
    prefix: String,
    depth: usize,
    /// A list's or quote's marker was just written: the block begins on its line.
    after_marker: bool,
    /// Nothing that counts stands on this line.
    pub line_start: bool,
    pub shape: Shape,
}

impl Page {
    pub fn new() -> Self {
        Self {
            out: String::new(),
            levels: Vec::new(),
            prefix: String::new(),
            depth: 0,
            after_marker: false,
            line_start: true,
            shape: Shape::Block,
        }
    }

    /// Writes a block of lines that are complete in themselves.
    pub fn push_lines(&mut self, block: &str) {
        for (index, line) in block.split('\n').enumerate() {
            if index > 0 {
                self.out.push('\n');
                self.out.push_str(if line.is_empty() { self.prefix.trim_end() } else { &self.prefix });
            }
            self.out.push_str(line);
        }
        self.line_start = false;
    }

    pub fn open_list(&mut self, first: Option<u64>) {
        let level = if self.too_deep() { Level::Flat } else { Level::List { next: first, begun: false } };
        self.open_level(level);
    }

    pub fn in_table(&self) -> bool {
        self.shape == Shape::Cell
    }

    fn open_level(&mut self, level: Level) {
        match level {
            Level::Item { indent, .. } => self.prefix.extend(std::iter::repeat_n(' ', indent)),
            Level::Quote => self.prefix.push_str("> "),
            Level::List { .. } | Level::Flat => {}
        }
        self.depth += usize::from(matches!(level, Level::Item { .. } | Level::Quote));
        self.levels.push(level);
    }

    pub fn close_level(&mut self) {
        let width = match self.levels.pop() {
            Some(Level::Item { indent, content }) => {
                if self.out.get(content..).is_none_or(|text| text.trim().is_empty()) {
                    // An empty `-` under a line of text would make a heading of it.
                    self.out.push_str("&nbsp;");
                }
                indent
            }
            Some(Level::Quote) => 2,
            Some(Level::List { .. } | Level::Flat) | None => 0,
        };
        self.depth -= usize::from(width > 0);
        self.prefix.truncate(self.prefix.len() - width);
        self.after_marker = false;
    }

    pub fn new_line(&mut self) {
        let blanks = self.out.len() - self.out.trim_end_matches(' ').len();
        self.out.truncate(self.out.len() - blanks);
        self.out.push('\n');
        self.out.push_str(&self.prefix);
        self.line_start = true;
    }

    pub fn blank_line(&mut self) {
        self.out.push('\n');
        self.out.push_str(self.prefix.trim_end());
        self.out.push('\n');
        self.out.push_str(&self.prefix);
        self.line_start = true;
    }

    pub fn begin_block(&mut self) {
        if self.out.is_empty() || self.after_marker {
            self.after_marker = false;
            self.line_start = true;
        } else {
            self.blank_line();
        }
    }

    pub fn begin_inline(&mut self) {
        self.after_marker = false;
    }

    fn too_deep(&self) -> bool {
        self.depth >= DEEPEST
    }

    pub fn open_quote(&mut self) {
        if self.too_deep() {
            self.open_level(Level::Flat);
            return;
        }
        self.begin_block();
        self.out.push_str("> ");
        self.open_level(Level::Quote);
        self.after_marker = true;
    }

    pub fn open_item(&mut self) {
        let nested = self.depth > 0;
        let Some(Level::List { next, begun }) = self.levels.last_mut() else {
            self.begin_block();
            self.open_level(Level::Flat);
            return;
        };
        let (first, number) = (!std::mem::replace(begun, true), *next);
        *next = next.map(|n| n.saturating_add(1));
        // Only a bullet or the number 1 can follow a paragraph's line directly.
        let direct = !first || (nested && number.is_none_or(|n| n == 1));
        match (self.out.is_empty() || self.after_marker, direct) {
            (true, _) => {}
            (false, true) => self.new_line(),
            (false, false) => self.blank_line(),
        }
        let marker = number.map_or_else(|| "- ".to_owned(), |n| format!("{n}. "));
        self.out.push_str(&marker);
        self.open_level(Level::Item { indent: marker.len(), content: self.out.len() });
        self.after_marker = true;
        self.line_start = true;
    }
}

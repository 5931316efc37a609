//! Findings as Docket JSON: everything that is known of each, proof included, for a file that any
//! Docket imports again. It stays with the person; what goes to a tracker is another file.

use std::collections::BTreeMap;
use std::io::Write;

use docket_domain::render::file as document;
use docket_domain::{FindingDetail, Problem};
use serde_json::Value;

use super::failed;

/// A document that is being written, a finding at a time. What is known of the rules stands
/// behind the findings and is all that is held.
pub struct DocumentWriter<W: Write> {
    out: W,
    findings: u64,
    rules: BTreeMap<String, Value>,
    tool: Option<String>,
    several_tools: bool,
}

impl<W: Write> DocumentWriter<W> {
    /// Begins.
    pub fn begin(mut out: W) -> Result<Self, Problem> {
        // A selection is never all that a tool would find: nothing may be closed by it.
        let head =
            r#"{"docket":"findings/1","complete":"These are findings that were exported from Docket.""#;
        write!(out, "{head},\n\"findings\":[").map_err(failed)?;
        Ok(Self { out, findings: 0, rules: BTreeMap::new(), tool: None, several_tools: false })
    }

    /// Writes one finding.
    pub fn finding(&mut self, detail: &FindingDetail) -> Result<(), Problem> {
        let comma = if self.findings == 0 { "\n" } else { ",\n" };
        self.findings += 1;
        self.out.write_all(comma.as_bytes()).map_err(failed)?;
        serde_json::to_writer(&mut self.out, &document::whole(detail)).map_err(failed)?;
        if let Some(rule) = &detail.rule {
            self.rules.entry(rule.id.clone()).or_insert_with(|| document::rule(rule));
        }
        let tool = &detail.row.tool;
        self.several_tools |= self.tool.as_ref().is_some_and(|known| known != tool);
        self.tool.get_or_insert_with(|| tool.clone());
        Ok(())
    }

    /// Ends and hands the writer back.
    pub fn end(mut self) -> Result<W, Problem> {
        let rules: Vec<Value> = self.rules.into_values().collect();
        write!(self.out, "\n],\n\"rules\":{}", Value::Array(rules)).map_err(failed)?;
        if let Some(tool) = self.tool.filter(|_| !self.several_tools) {
            write!(self.out, ",\n\"tool\":{}", Value::String(tool)).map_err(failed)?;
        }
        self.out.write_all(b"}\n").map_err(failed)?;
        Ok(self.out)
    }
}

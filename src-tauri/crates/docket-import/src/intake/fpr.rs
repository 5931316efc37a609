//! Fortify's archive (`.fpr`): the analysis (`audit.fvdl`) and what people decided about it
//! (`audit.xml`) are one report in two files among many that are none.
//!
//! They become one XML text: the decisions' outermost element is put inside the analysis, as its
//! last element. Decisions that are no sound XML are replaced by `<Audit unreadable="true"/>`.

use std::io::{self, Read, Seek, SeekFrom, Write};

use quick_xml::Reader;
use quick_xml::events::Event;

/// The analysis.
pub(super) const ANALYSIS: &str = "audit.fvdl";
/// The decisions, in the same folder.
pub(super) const DECISIONS: &str = "audit.xml";

/// How large the decisions may be, bytes.
pub(super) const DECISIONS_BYTES: u64 = 64 * 1024 * 1024;

const END: &[u8] = b"</FVDL>";

/// Puts the decisions into the unpacked analysis; gives its new length. An analysis that does not
/// end as one stays as it is.
pub(super) fn join(
    analysis: &mut (impl Read + Write + Seek),
    length: u64,
    decisions: &[u8],
) -> io::Result<u64> {
    let tail_at = length.saturating_sub(256);
    analysis.seek(SeekFrom::Start(tail_at))?;
    let mut tail = Vec::new();
    (&mut *analysis).take(256).read_to_end(&mut tail)?;
    let Some(end) = tail.windows(END.len()).rposition(|window| window == END) else { return Ok(length) };
    if !tail[end + END.len()..].iter().all(u8::is_ascii_whitespace) {
        return Ok(length);
    }
    let element = std::str::from_utf8(decisions).ok().and_then(outermost);
    let element = element.unwrap_or("<Audit unreadable=\"true\"/>");
    let at = tail_at + end as u64;
    analysis.seek(SeekFrom::Start(at))?;
    analysis.write_all(element.as_bytes())?;
    analysis.write_all(END)?;
    analysis.flush()?;
    // Behind the new end only white space of the old text can be left.
    Ok((at + element.len() as u64 + END.len() as u64).max(length))
}

/// The outermost element's text; none when the XML is not sound.
fn outermost(text: &str) -> Option<&str> {
    let mut reader = Reader::from_str(text);
    reader.config_mut().check_end_names = true;
    let (mut begin, mut depth) = (None, 0_usize);
    loop {
        let at = usize::try_from(reader.buffer_position()).ok()?;
        match reader.read_event().ok()? {
            Event::Start(_) => {
                begin.get_or_insert(at);
                depth += 1;
            }
            Event::Empty(_) if depth == 0 => return None,
            Event::End(_) => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    let end = usize::try_from(reader.buffer_position()).ok()?;
                    return text.get(begin?..end);
                }
            }
            Event::Eof => return None,
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(analysis: &str, decisions: &str) -> String {
        let mut file = io::Cursor::new(analysis.as_bytes().to_vec());
        let length = join(&mut file, analysis.len() as u64, decisions.as_bytes()).unwrap();
        let bytes = file.into_inner();
        assert_eq!(bytes.len() as u64, length, "the length is that of the text");
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn decisions_become_the_last_element_of_the_analysis() {
        let decisions = "<?xml version=\"1.0\"?><!-- x --><a:Audit xmlns:a=\"u\"><b/></a:Audit>\n";
        assert_eq!(
            joined("<FVDL><x/></FVDL>\n", decisions),
            "<FVDL><x/><a:Audit xmlns:a=\"u\"><b/></a:Audit></FVDL>",
            "declaration and comment stay outside"
        );
        for broken in ["<Audit>", "", "no xml", "<Audit></Other>"] {
            assert_eq!(
                joined("<FVDL></FVDL>", broken),
                "<FVDL><Audit unreadable=\"true\"/></FVDL>",
                "broken decisions cost the decisions: {broken}"
            );
        }
        assert_eq!(joined("<FVDL><x/>", decisions), "<FVDL><x/>", "a cut analysis stays cut");
    }
}

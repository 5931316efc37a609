//! `api-version`: what was asked for, and whether this server knows it.

use super::refuse;
use super::setup::AzureFlavour;
use crate::reply::Answer;

/// A version as `7.1`, `7.1-preview` or `7.1-preview.4`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Version {
    pub number: (u32, u32),
    pub preview: bool,
}

impl Version {
    pub fn read(text: &str) -> Option<Self> {
        let (number, stage) = text.split_once('-').map_or((text, None), |(n, s)| (n, Some(s)));
        let preview = match stage {
            None => false,
            Some("preview") => true,
            Some(s) => s.strip_prefix("preview.")?.parse::<u32>().ok().map(|_| true)?,
        };
        let (major, minor) = number.split_once('.')?;
        Some(Self { number: (major.parse().ok()?, minor.parse().ok()?), preview })
    }

    /// From the query, or from `Accept: application/json;api-version=7.1`.
    pub fn asked(query: &[(String, String)], accept: Option<&str>) -> Option<String> {
        let named = query.iter().find(|(n, _)| n.eq_ignore_ascii_case("api-version")).map(|(_, v)| v.clone());
        named.or_else(|| {
            let parameter = accept?.split([';', ',']).find_map(|p| p.trim().strip_prefix("api-version="))?;
            Some(parameter.trim_matches('"').to_owned())
        })
    }
}

/// The latest version that a server knows; on Services everything of the latest is a preview.
pub(crate) fn latest(flavour: &AzureFlavour) -> (u32, u32) {
    match flavour {
        AzureFlavour::Services => (7, 2),
        AzureFlavour::Server { highest } => Version::read(highest).map_or((7, 0), |v| v.number),
    }
}

/// The vendor's refusal of a version that it cannot serve for an operation.
pub(crate) fn judge(
    version: Version,
    text: &str,
    flavour: &AzureFlavour,
    operation_is_preview: bool,
) -> Result<(), Box<Answer>> {
    let latest = latest(flavour);
    if version.number > latest {
        let message = format!(
            "The requested REST API version of {}.{} is out of range for this server. The latest REST API version this \
             server supports is {}.{}.",
            version.number.0, version.number.1, latest.0, latest.1
        );
        return Err(refuse::platform(400, "VssVersionOutOfRangeException", &message));
    }
    let all_preview = *flavour == AzureFlavour::Services && version.number == latest;
    if (operation_is_preview || all_preview) && !version.preview {
        let message = format!(
            "The requested version \"{text}\" of the resource is under preview. The -preview flag must be supplied in the \
             api-version for such requests. For example: \"{text}-preview\""
        );
        return Err(refuse::platform(400, "VssInvalidPreviewVersionException", &message));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::Version;

    #[test]
    fn versions_are_read() {
        let read = |t: &str| Version::read(t).map(|v| (v.number, v.preview));
        assert_eq!(read("7.1"), Some(((7, 1), false)), "released");
        assert_eq!(read("7.1-preview.4"), Some(((7, 1), true)), "a preview with its number");
        assert_eq!(read("5.0-preview"), Some(((5, 0), true)), "a preview without");
        for bad in ["7", "", "7.1-beta", "7.x", "7.1-preview.x"] {
            assert_eq!(read(bad), None, "'{bad}' is none");
        }
    }
}

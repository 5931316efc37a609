//! CVSS statements in reports: which version a vector or a property's name speaks of.

use docket_domain::Cvss;

/// A vector as reports write it; `None` when it is none. A vector of version 3 without its
/// prefix is taken as 3.1's, one of version 2 never had a prefix.
pub(crate) fn of_vector(text: &str) -> Option<Cvss> {
    let text = text.trim().trim_matches(['(', ')']);
    let (version, vector) = match text.strip_prefix("CVSS:") {
        Some(rest) => {
            let (version, _) = rest.split_once('/')?;
            (["2.0", "3.0", "3.1", "4.0"].into_iter().find(|known| *known == version)?, text.to_owned())
        }
        None if text.starts_with("AV:") && text.contains("/Au:") => ("2.0", text.to_owned()),
        None if text.starts_with("AV:") && text.contains("/PR:") && text.contains("/VC:") => {
            ("4.0", format!("CVSS:4.0/{text}"))
        }
        None if text.starts_with("AV:") && text.contains("/PR:") => ("3.1", format!("CVSS:3.1/{text}")),
        None => return None,
    };
    let sane = vector.len() <= 400
        && vector.bytes().all(|byte| byte.is_ascii_graphic())
        && vector
            .split('/')
            .all(|part| part.split_once(':').is_some_and(|(k, v)| !k.is_empty() && !v.is_empty()));
    sane.then(|| Cvss { version: version.to_owned(), vector: Some(vector), score: None, source: None })
}

/// Computes the base scores of vectors for which no score is stated.
pub(crate) fn fill_scores(opinions: &mut [Cvss]) {
    for opinion in opinions.iter_mut().filter(|opinion| opinion.score.is_none()) {
        let parsed = opinion.vector.as_deref().and_then(|vector| vector.parse::<::cvss::Cvss>().ok());
        opinion.score = parsed.map(|parsed| (parsed.score() * 10.0).round() / 10.0);
    }
}

/// The base score that counts: that of the newest version.
pub(crate) fn leading_score(opinions: &[Cvss]) -> Option<f64> {
    let scored = opinions.iter().filter_map(|opinion| Some((opinion.version.as_str(), opinion.score?)));
    scored.max_by(|a, b| a.0.cmp(b.0)).map(|(_, score)| score)
}

/// The version that a property's name speaks of (`cvssv3_baseScore`).
pub(crate) fn version_in(name: &str) -> &'static str {
    let name = name.to_ascii_lowercase();
    let digit = name.find("cvss").map_or("", |at| &name[at + 4..]);
    match digit.trim_start_matches(['v', '_', '-', '.']).chars().next() {
        Some('2') => "2.0",
        Some('4') => "4.0",
        _ => "3.1",
    }
}

/// Joins a score to the opinion of the same version that has none yet, or keeps it as its own.
pub(crate) fn add_score(opinions: &mut Vec<Cvss>, version: &str, score: f64) {
    if !(0.0..=10.0).contains(&score) {
        return;
    }
    let same = |known: &&mut Cvss| {
        known.version.split('.').next() == version.split('.').next() && known.score.is_none()
    };
    match opinions.iter_mut().find(same) {
        Some(known) => known.score = Some(score),
        None => opinions.push(Cvss {
            version: version.to_owned(),
            vector: None,
            score: Some(score),
            source: None,
        }),
    }
}

/// Adds a vector, joining it to a score of the same version that has no vector yet.
pub(crate) fn add_vector(opinions: &mut Vec<Cvss>, vector: Cvss) {
    let major = |text: &str| text.split('.').next().map(str::to_owned);
    if opinions.iter().any(|known| known.vector == vector.vector) {
        return;
    }
    let same = |known: &&mut Cvss| known.vector.is_none() && major(&known.version) == major(&vector.version);
    match opinions.iter_mut().find(same) {
        Some(known) => {
            known.version = vector.version;
            known.vector = vector.vector;
        }
        None => opinions.push(vector),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vectors_say_their_version() {
        for (text, want) in [
            ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", Some("3.1")),
            ("CVSS:4.0/AV:N/AC:L/AT:N/PR:H/UI:N/VC:L/VI:L/VA:N/SC:N/SI:N/SA:N", Some("4.0")),
            ("(AV:N/AC:L/Au:N/C:P/I:P/A:P)", Some("2.0")),
            ("AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", Some("3.1")),
            ("CVSS:9.9/AV:N", None),
            ("CVSS:3.1", None),
            ("high", None),
        ] {
            assert_eq!(of_vector(text).map(|cvss| cvss.version).as_deref(), want, "version of {text}");
        }
    }

    #[test]
    fn scores_of_bare_vectors_are_computed() {
        for (vector, score) in [
            ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", Some(9.8)),
            ("AV:N/AC:L/Au:N/C:P/I:P/A:P", Some(7.5)),
            ("CVSS:3.1/AV:X/AC:L", None),
        ] {
            let mut opinions = vec![of_vector(vector).unwrap()];
            fill_scores(&mut opinions);
            assert_eq!(opinions[0].score, score, "score of {vector}");
        }
    }

    #[test]
    fn scores_and_vectors_of_one_version_become_one_opinion() {
        let mut opinions = Vec::new();
        add_score(&mut opinions, version_in("cvssv3_baseScore"), 9.8);
        add_vector(&mut opinions, of_vector("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H").unwrap());
        add_score(&mut opinions, version_in("cvssv2_score"), 7.5);
        add_score(&mut opinions, "3.1", 99.0);
        fill_scores(&mut opinions);
        assert_eq!(opinions.len(), 2, "one opinion for each version, nonsense left out: {opinions:?}");
        assert_eq!(opinions[0].score, Some(9.8), "the score keeps its vector");
    }
}

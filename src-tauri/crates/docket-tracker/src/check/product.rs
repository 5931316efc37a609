//! Which product answers, by the marks that products leave: for an address of the wrong one.

use crate::http::Answer;
use crate::waist::Marks;

/// Products that Docket does not connect to and that stand where a tracker is expected.
const OTHERS: [Marks; 4] = [
    Marks {
        product: "Jira",
        headers: &["x-arequestid", "x-seraph-loginreason"],
        cookies: &["atlassian.xsrf.token"],
        texts: &["content=\"jira\""],
    },
    Marks { product: "Gitea", headers: &[], cookies: &["i_like_gitea"], texts: &["gitea"] },
    Marks { product: "Bitbucket", headers: &[], cookies: &[], texts: &["bitbucket"] },
    Marks { product: "Jenkins", headers: &["x-jenkins"], cookies: &[], texts: &[] },
];

/// The product, if its marks are known. Headers tell more than cookies, and these more than a
/// text, which may speak of another product.
pub(crate) fn of(answer: &Answer) -> Option<&'static str> {
    let cookies: String = answer
        .headers
        .get_all("set-cookie")
        .iter()
        .filter_map(|value| value.to_str().ok())
        .collect::<Vec<_>>()
        .join("\n")
        .to_ascii_lowercase();
    let text = answer.text().to_ascii_lowercase();
    let known: Vec<Marks> = crate::kinds().iter().map(|kind| kind.marks()).chain(OTHERS).collect();
    let by = |shows: &dyn Fn(&Marks) -> bool| known.iter().find(|marks| shows(marks));
    by(&|marks| marks.headers.iter().any(|name| answer.headers.contains_key(*name)))
        .or_else(|| by(&|marks| marks.cookies.iter().any(|part| cookies.contains(part))))
        .or_else(|| by(&|marks| marks.texts.iter().any(|part| text.contains(part))))
        .map(|marks| marks.product)
}

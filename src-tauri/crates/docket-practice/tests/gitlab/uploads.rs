//! Files: up with a form, named, linked, down again; who may, how large, how often, and what goes wrong on the way.

use docket_practice::gitlab::{Access, GitLabLimits, GitLabSetup, ProjectSeed, TokenSeed, Visibility};
use docket_practice::{ClockHand, Fault, matching};
use serde_json::{Value, json};

use crate::client::{Bench, ISSUES, SHOP, bench, header, read};

const UPLOADS: &str = "/projects/acme%2Fshop/uploads";
const FORM: &str = "multipart/form-data; boundary=X-BOUNDARY";

/// A form with these parts: its headers' rest and its bytes.
fn form(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut out = Vec::new();
    for (disposition, bytes) in parts {
        out.extend_from_slice(
            format!("--X-BOUNDARY\r\nContent-Disposition: form-data; {disposition}\r\n").as_bytes(),
        );
        out.extend_from_slice(b"Content-Type: application/octet-stream\r\n\r\n");
        out.extend_from_slice(bytes);
        out.extend_from_slice(b"\r\n");
    }
    out.extend_from_slice(b"--X-BOUNDARY--\r\n");
    out
}

fn one(name: &str, bytes: &[u8]) -> Vec<u8> {
    form(&[(&format!("name=\"file\"; filename=\"{name}\""), bytes)])
}

impl Bench {
    async fn upload(&self, path: &str, body: Vec<u8>) -> (u16, Value) {
        read(self.request("POST", path).header("content-type", FORM).body(body)).await
    }
}

#[tokio::test]
async fn a_file_goes_up_is_linked_and_comes_down() {
    let b = bench(GitLabSetup::demo().relative_root("gitlab")).await;
    let bytes = b"{\"a\": \"\r\n--X-BOUND\"}\0\xff";
    let (status, told) = b.upload(UPLOADS, one("finding 1 (raw).json", bytes)).await;
    assert_eq!(status, 201, "it is made: {told}");
    let [stored] = b.practice.uploads("acme/shop").try_into().expect("one file");
    assert_eq!(
        (stored.name.as_str(), stored.bytes.as_slice(), stored.by.as_str()),
        ("finding_1__raw_.json", bytes.as_slice(), "robin"),
        "cleaned, whole, by the token's owner"
    );
    assert!(stored.secret.len() == 32 && stored.secret.bytes().all(|c| c.is_ascii_hexdigit()), "{stored:?}");
    let project = b.practice.project_id("acme/shop").unwrap();
    let url = stored.url();
    assert_eq!(url, format!("/uploads/{}/finding_1__raw_.json", stored.secret), "the address in texts");
    let wanted = json!({
        "id": stored.id,
        "alt": "finding_1__raw_.json",
        "url": url,
        "full_path": format!("/gitlab/-/project/{project}{url}"),
        "markdown": format!("[finding_1__raw_.json]({url})"),
    });
    assert_eq!(told, wanted, "the five keys of the answer, and no other");

    let down = b.get(&format!("{SHOP}{url}")).await;
    assert_eq!(down.status(), 200, "down again");
    for (name, value) in [
        ("content-type", "application/octet-stream"),
        (
            "content-disposition",
            "attachment; filename=\"finding_1__raw_.json\"; filename*=UTF-8''finding_1__raw_.json",
        ),
        ("x-content-type-options", "nosniff"),
    ] {
        assert_eq!(header(&down, name), Some(value), "{name} of the API");
    }
    assert_eq!(down.bytes().await.unwrap(), bytes.as_slice(), "byte by byte");
    assert_eq!(b.get(&format!("{SHOP}/uploads/{}/other.json", stored.secret)).await.status(), 404, "by both");
    let other = format!("{SHOP}/uploads/{}/{}", "0".repeat(32), stored.name);
    assert_eq!(b.get(&other).await.status(), 404, "secret and name");

    let text = format!("See {}.", told["markdown"].as_str().unwrap());
    let (_, made) = b.ask("POST", ISSUES, json!({ "title": "x", "description": text })).await;
    let page = b.http.get(made["web_url"].as_str().unwrap()).send().await.unwrap().text().await.unwrap();
    let linked = told["full_path"].as_str().unwrap();
    assert!(page.contains(&format!("href=\"{linked}\"")), "the page links to it: {page}");
    let host = b.practice.url().trim_end_matches("/gitlab").to_owned();
    for place in [format!("{host}{linked}"), format!("{}/acme/shop{url}", b.practice.url())] {
        let file = b.http.get(&place).send().await.unwrap();
        assert_eq!(file.status(), 200, "{place}");
        assert!(
            header(&file, "content-disposition").unwrap().starts_with("attachment; "),
            "{place} is saved"
        );
        assert_eq!(header(&file, "x-content-type-options"), Some("nosniff"), "{place} is not guessed at");
        assert!(header(&file, "content-security-policy").unwrap().contains("default-src 'none'"), "{place}");
        assert_eq!(file.bytes().await.unwrap(), bytes.as_slice(), "{place}: the same bytes");
    }
    let missing = format!("{}/acme/wiki{url}", b.practice.url());
    assert_eq!(b.http.get(missing).send().await.unwrap().status(), 404, "not below another project");
    assert_eq!((b.practice.count("uploads/create"), b.practice.count("uploads/download")), (1, 3), "the log");
    assert!(b.practice.log()[0].body.is_none(), "the log keeps no files");
    b.assert_no_violations();
}

#[tokio::test]
async fn names_are_taken_from_every_writing_and_pictures_are_shown() {
    let b = bench(GitLabSetup::demo()).await;
    for (disposition, name, markdown) in [
        ("name=\"file\"; filename=\"a\\\"b]c.txt\"", "a_b_c.txt", "[a_b_c.txt]("),
        ("name=file; filename=plain.md", "plain.md", "[plain.md]("),
        ("name=\"file\"; filename=\"x\"; filename*=UTF-8''%C3%BC%20b.json", "ü_b.json", "[ü_b.json]("),
        ("name=\"file\"; filename=\"C:\\\\dir\\\\win.txt\"", "win.txt", "[win.txt]("),
        ("name=\"file\"; filename=\"shot.PNG\"", "shot.PNG", "![shot]("),
        ("name=\"file\"; filename=\"drawn.svg\"", "drawn.svg", "![drawn.svg]("),
        ("name=\"file\"; filename=\"empty\"", "empty", "[empty]("),
    ] {
        let (status, told) = b.upload(UPLOADS, form(&[(disposition, b"")])).await;
        assert_eq!(status, 201, "{disposition}: {told}");
        assert_eq!(b.practice.uploads("acme/shop").last().unwrap().name, name, "{disposition}: the name");
        let said = told["markdown"].as_str().unwrap();
        assert!(said.starts_with(markdown), "{disposition}: {said}");
    }
    let last = b.practice.uploads("acme/shop").remove(2);
    let down = b.get(&format!("{SHOP}/uploads/{}/%C3%BC_b.json", last.secret)).await;
    assert_eq!(
        (down.status().as_u16(), header(&down, "content-disposition")),
        (200, Some("attachment; filename=\"__b.json\"; filename*=UTF-8''%C3%BC_b.json")),
        "letters beyond ASCII, down again"
    );
    b.assert_no_violations();
}

#[tokio::test]
async fn who_may_upload_and_who_may_download() {
    let mut b = bench(
        GitLabSetup::demo()
            .person("eve")
            .token(TokenSeed::personal("sam", &["api"]))
            .token(TokenSeed::personal("eve", &["api"]))
            .token(TokenSeed::personal("robin", &["read_api"]).named("reader"))
            .token(TokenSeed::project("acme/shop", Access::Guest, &["api"]).named("bot"))
            .project(ProjectSeed::new("acme/open").visibility(Visibility::Public)),
    )
    .await;
    let (status, told) = b.upload(UPLOADS, one("a.txt", b"a")).await;
    assert_eq!(status, 201, "a developer: {told}");
    let place = format!("{SHOP}{}", told["url"].as_str().unwrap());
    for guest in ["sam", "bot"] {
        b.with(guest);
        assert_eq!(b.upload(UPLOADS, one("b.txt", b"b")).await.0, 201, "{guest}: a guest uploads");
        assert_eq!(b.get(&place).await.status(), 200, "{guest}: and downloads");
    }
    b.with("reader");
    let (status, refused) = b.upload(UPLOADS, one("c.txt", b"c")).await;
    assert_eq!(
        (status, &refused["error"], &refused["scope"]),
        (403, &json!("insufficient_scope"), &json!("api")),
        "reading is not enough to upload"
    );
    assert_eq!(b.get(&place).await.status(), 200, "but to download");
    b.with("eve");
    let missing = (404, json!({ "message": "404 Project Not Found" }));
    assert_eq!(b.upload(UPLOADS, one("d.txt", b"d")).await, missing, "an outsider sees no project");
    assert_eq!(b.get(&place).await.status(), 404, "nor its files");
    let (status, told) = b.upload("/projects/acme%2Fopen/uploads", one("e.txt", b"e")).await;
    assert_eq!(status, 201, "a public project takes files from everybody: {told}");
    let open = format!("/projects/acme%2Fopen{}", told["url"].as_str().unwrap());
    assert_eq!(b.get(&open).await.status(), 403, "which its members download by the API");
    let nobody = b.http.post(format!("{}{UPLOADS}", b.practice.api_url())).header("content-type", FORM);
    let unknown = (401, json!({ "message": "401 Unauthorized" }));
    assert_eq!(read(nobody.body(one("f.txt", b"f"))).await, unknown, "nobody uploads nothing");
    let by: Vec<String> = b.practice.uploads("acme/shop").into_iter().map(|u| u.by).collect();
    assert_eq!(by[..2], ["robin", "sam"], "each in its owner's name");
    assert_eq!(by.len(), 3, "and nothing was stored of what was refused: {by:?}");
    b.assert_no_violations();
}

#[tokio::test]
async fn a_file_that_is_too_large_is_refused_in_plain_words() {
    let mut b =
        bench(GitLabSetup::demo().attachment_limit(1000).token(TokenSeed::personal("sam", &["read_api"])))
            .await;
    assert_eq!(b.upload(UPLOADS, one("a.bin", &[7; 1000])).await.0, 201, "exactly the limit");
    // Beyond what is read into memory, and far beyond: the answer comes either way.
    for size in [1001, 100_000, 30_000_000] {
        let request = b.request("POST", UPLOADS).header("content-type", FORM);
        let answer = request.body(one("b.bin", &vec![7; size])).send().await.expect("an answer, no cut");
        assert_eq!(
            (answer.status().as_u16(), header(&answer, "content-type")),
            (413, Some("text/plain; charset=utf-8")),
            "{size} bytes"
        );
        assert_eq!(answer.text().await.unwrap(), "Request Entity Too Large\n", "{size}: the vendor's words");
    }
    let (status, _) = b.upload("/projects/acme%2Fnone/uploads", one("c.bin", &vec![7; 100_000])).await;
    assert_eq!(status, 404, "the project is looked for first");
    b.with("sam");
    assert_eq!(b.upload(UPLOADS, one("d.bin", &vec![7; 100_000])).await.0, 403, "and the token is judged");
    assert_eq!(b.practice.uploads("acme/shop").len(), 1, "nothing else is stored");
    b.assert_no_violations();

    let b = bench(GitLabSetup::demo().room_for_files(10)).await;
    assert_eq!(b.upload(UPLOADS, one("a", b"123456")).await.0, 201, "there is room");
    let (status, told) = b.upload(UPLOADS, one("b", b"12345")).await;
    assert_eq!(status, 507, "the practice server's own bound: {told}");
    assert_eq!(b.upload(UPLOADS, one("c", b"1234")).await.0, 201, "up to the last byte");
    let b = bench(GitLabSetup::demo()).await;
    let large = vec![b'x'; 6 * 1024 * 1024];
    assert_eq!(
        b.upload(UPLOADS, one("large.txt", &large)).await.0,
        201,
        "more than other requests may bring"
    );
    assert_eq!(b.practice.uploads("acme/shop")[0].bytes.len(), large.len(), "and all of it");
}

#[tokio::test]
async fn forms_that_are_none_are_refused_and_written_down() {
    let file = |name: &str| format!("name=\"{name}\"; filename=\"a.txt\"");
    let two = form(&[(&file("file"), b"a"), (&file("file"), b"b")]);
    let more = form(&[(&file("file"), b"a"), ("name=\"title\"", b"x")]);
    let cut = one("a.txt", b"abc");
    let cut = cut[..cut.len() - 20].to_vec();
    let json = Some("application/json");
    for (kind, body, status, word) in [
        (json, b"{\"file\":\"x\"}".to_vec(), 598, "multipart/form-data"),
        (None, one("a.txt", b"a"), 598, "multipart/form-data"),
        (Some("multipart/form-data"), one("a.txt", b"a"), 598, "boundary"),
        (Some("application/octet-stream"), b"a".to_vec(), 598, "multipart/form-data"),
        (Some("multipart/form-data; boundary=other"), one("a.txt", b"a"), 598, "boundary"),
        (Some(FORM), Vec::new(), 598, "boundary"),
        (Some(FORM), cut, 598, "does not end"),
        (Some(FORM), two, 598, "2 parts"),
        (Some(FORM), more, 598, "'title'"),
        (Some(FORM), form(&[(&file("upload"), b"a")]), 598, "'upload'"),
        (Some(FORM), form(&[("filename=\"a.txt\"", b"a")]), 598, "no name"),
        (Some(FORM), form(&[("name=\"file\"", b"words")]), 400, "file is invalid"),
        (Some(FORM), form(&[]), 400, "file is missing"),
    ] {
        let b = bench(GitLabSetup::demo()).await;
        let request = b.request("POST", UPLOADS).body(body);
        let request = match kind {
            Some(kind) => request.header("content-type", kind),
            None => request,
        };
        let (got, answer) = read(request).await;
        assert_eq!(got, status, "{kind:?}, {word}: {answer}");
        let found = b.practice.violations();
        assert_eq!(found.len(), 1, "{kind:?}, {word}: written down once: {found:?}");
        assert_eq!(found[0].code, 598, "{word}: as the client's mistake");
        let told = if status == 598 { found[0].to_string() } else { answer["error"].to_string() };
        assert!(told.contains(word), "{kind:?} says '{word}': {told}");
        assert!(b.practice.uploads("acme/shop").is_empty(), "{word}: nothing is stored");
    }
    let b = bench(GitLabSetup::demo()).await;
    assert_eq!(b.upload(&format!("{UPLOADS}?name=x"), one("a", b"a")).await.0, 598, "no query");
    assert_eq!(b.ask("GET", UPLOADS, Value::Null).await.0, 599, "lists are not practised");
    assert_eq!(b.practice.violations().len(), 2, "both are written down");
}

#[tokio::test]
async fn uploads_count_as_requests() {
    let hand = ClockHand::at("2026-11-21T10:00:00Z".parse().unwrap());
    let limits = GitLabLimits { requests_per_minute: 2, issues_per_minute: 1, ..GitLabLimits::default() };
    let b = bench(GitLabSetup::demo().clock(hand.clock()).limits(limits)).await;
    for _ in 0..2 {
        assert_eq!(b.upload(UPLOADS, one("a", b"a")).await.0, 201, "within the limit of requests");
    }
    assert_eq!(b.upload(UPLOADS, one("a", b"a")).await, (429, json!("Retry later\n")), "and beyond it");
    hand.advance_seconds(60);
    assert_eq!(b.upload(UPLOADS, one("a", b"a")).await.0, 201, "the next minute");
    assert_eq!(b.practice.uploads("acme/shop")[0].at.to_string(), "2026-11-21T10:00:00Z", "on its clock");
    b.assert_no_violations();
}

#[tokio::test]
async fn faults_strike_uploads_as_everything_else() {
    for (fault, answered, stored) in [
        (Fault::CutBeforeReading, None, 0),
        (Fault::CutBeforeStoring, None, 0),
        (Fault::StoreThenCut, None, 1),
        (Fault::StoreThenError, Some(500), 1),
        (Fault::HandledTwice, Some(201), 2),
        (Fault::ProxyPage, Some(502), 0),
        (Fault::ServerError(500), Some(500), 0),
        (Fault::Throttled(7), Some(429), 0),
        (Fault::PermissionMissing, Some(403), 0),
    ] {
        let b = bench(GitLabSetup::demo()).await;
        b.practice.faults().next(matching("POST", "/uploads"), fault.clone());
        let request = b.request("POST", UPLOADS).header("content-type", FORM);
        let sent = request.body(one("a.json", b"{}")).send().await;
        assert_eq!(sent.ok().map(|a| a.status().as_u16()), answered, "{fault}: whether an answer comes");
        let found = b.practice.uploads("acme/shop");
        assert_eq!(found.len(), stored, "{fault}: what is stored");
        let secrets: std::collections::BTreeSet<&str> = found.iter().map(|u| u.secret.as_str()).collect();
        assert_eq!(secrets.len(), stored, "{fault}: each with a secret of its own");
        assert_eq!(b.upload(UPLOADS, one("a.json", b"{}")).await.0, 201, "{fault}: the next one is spared");
        b.assert_no_violations();
    }
    let b = bench(GitLabSetup::demo()).await;
    let (_, told) = b.upload(UPLOADS, one("a.txt", &[b'a'; 10_000])).await;
    b.practice.faults().next(matching("GET", "/a.txt"), Fault::CutInAnswer);
    let down = b.get(&format!("{SHOP}{}", told["url"].as_str().unwrap())).await;
    assert!(down.bytes().await.is_err(), "a download breaks off");
    b.assert_no_violations();
}

#[tokio::test]
async fn a_note_is_changed_by_its_author_and_by_maintainers_only() {
    let mut b = bench(GitLabSetup::demo()).await;
    let notes = format!("{ISSUES}/1/notes");
    let (_, note) = b.ask("POST", &notes, json!({ "body": "first" })).await;
    let own = format!("{notes}/{}", note["id"]);
    let (status, changed) = b.ask("PUT", &own, json!({ "body": "second" })).await;
    assert_eq!((status, changed["body"].as_str()), (200, Some("second")), "one's own");
    assert_eq!(b.ask("PUT", &format!("{notes}/999999"), json!({ "body": "x" })).await.0, 404, "no such note");
    let other = b.practice.add_token(&TokenSeed::personal("sam", &["api"])).unwrap();
    b.token = other;
    let (status, _) = b.ask("PUT", &own, json!({ "body": "third" })).await;
    assert_eq!(status, 403, "somebody else's");
    assert!(b.shop(1).notes.contains(&"second".to_owned()), "it stays");
}

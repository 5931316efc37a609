use super::*;

fn of(text: &str, path: &str) -> String {
    let (owners, mistakes) = Owners::read(text);
    assert!(mistakes.is_empty(), "every line is understood: {mistakes:?}");
    owners.of(path)
}

#[test]
fn githubs_rules() {
    let file = "\u{feff}# who owns what\n\
        *       @global-owner1 @global-owner2\n\
        *.js    @js-owner #inline comment\n\
        *.go    docs@example.com\n\
        /build/logs/ @doctocat\n\
        docs/*  docs@example.com\n\
        apps/   @octocat\n\
        /apps/github\n\
        **/logs @octo-org/logs\n\
        with\\ space.txt @spaced\n";
    for (path, owner) in [
        ("src/main.rs", "@global-owner1 @global-owner2"),
        ("web/app.js", "@js-owner"),
        ("cmd/x.go", "docs@example.com"),
        ("build/logs/today.txt", "@octo-org/logs"),
        ("build/out.txt", "@global-owner1 @global-owner2"),
        ("docs/getting-started.md", "docs@example.com"),
        ("docs/build-app/troubleshooting.md", "@global-owner1 @global-owner2"),
        ("deep/apps/x/y.c", "@octocat"),
        ("apps/main.c", "@octocat"),
        ("apps/github/index.js", ""),
        ("deeply/nested/logs/a", "@octo-org/logs"),
        ("a/with space.txt", "@spaced"),
        ("./web/app.js", "@js-owner"),
        ("/web/app.js", "@js-owner"),
    ] {
        assert_eq!(of(file, path), owner, "the last rule that fits {path} counts");
    }
}

#[test]
fn a_slash_in_the_middle_holds_a_pattern_at_the_top_on_github_only() {
    assert_eq!(of("src/db @db", "src/db/a.rs"), "@db", "a folder without its slash is one too");
    assert_eq!(of("src/db @db", "old/src/db/a.rs"), "", "GitHub");
    assert_eq!(of("[Code]\nsrc/db @db", "old/src/db/a.rs"), "@db", "GitLab");
    assert_eq!(of("[Code]\n/src/db @db", "old/src/db/a.rs"), "", "GitLab with a leading slash");
}

#[test]
fn gitlabs_sections_are_asked_each_for_itself() {
    let file = "* @all\n\
        [Docs][2] @writers\n\
        docs/\n\
        docs/legal/ @lawyers\n\
        ^[Database] @dba\n\
        *.sql\n\
        !/fixtures/\n\
        [docs]\n\
        *.md @editors\n\
        \\#odd @odd\n";
    for (path, owner) in [
        ("docs/a.txt", "@all @writers"),
        ("docs/legal/a.txt", "@all @lawyers"),
        ("docs/a.md", "@all @editors"),
        ("db/x.sql", "@all @dba"),
        ("fixtures/x.sql", "@all"),
        ("#odd", "@all @odd"),
    ] {
        assert_eq!(of(file, path), owner, "each section adds its last rule's owners: {path}");
    }
}

#[test]
fn a_line_that_cannot_be_read_is_named_and_left_out() {
    let (owners, mistakes) =
        Owners::read("*.rs @rust\n*.rs rustaceans\n[a-z].rs @range\n\\#x @hash\n/ @nobody\n*.py @py @\n");
    let told: Vec<(u32, bool)> = mistakes.iter().map(|m| (m.line, m.message.ends_with('.'))).collect();
    assert_eq!(told, [(2, true), (3, true), (4, true), (5, true), (6, true)], "{mistakes:?}");
    assert_eq!(owners.of("a.rs"), "@rust", "the line before still holds");
    assert_eq!(owners.of("a.py"), "", "a line with a mistake says nothing at all");
}

#[test]
fn what_is_special_elsewhere_is_plain_here() {
    assert_eq!(of("/{a,b}.txt @x", "a.txt"), "", "braces are no alternatives");
    assert_eq!(of("/{a,b}.txt @x", "{a,b}.txt"), "@x", "but characters");
    assert_eq!(of("?.txt @x", "ab.txt"), "", "one character");
    assert_eq!(of("*.TXT @x", "a.txt"), "", "capitals matter");
}

#[test]
fn owners_are_joined_once_and_bounded() {
    assert_eq!(of("* @a @b @a", "x"), "@a @b", "each once");
    let many: Vec<String> = (0..400).map(|n| format!("@owner{n}")).collect();
    assert!(of(&format!("* {}", many.join(" ")), "x").chars().count() <= LONGEST, "a row stays a row");
    let lines: Vec<String> = (0..MOST_RULES + 3).map(|n| format!("/part{n}/ @a")).collect();
    let (_, mistakes) = Owners::read(&lines.join("\n"));
    assert_eq!(mistakes.len(), 3, "beyond the limit each line is told");
}

#[test]
fn nothing_owns_nothing() {
    assert!(Owners::read("").0.is_empty(), "an empty file has no rules");
    assert!(Owners::read("# only words\n\n").0.is_empty(), "nor has one of comments");
    assert_eq!(Owners::default().of("a"), "", "nobody");
}

proptest::proptest! {
    #[test]
    fn any_text_is_read_without_harm(text in "[ -~\\n\\\\\\[\\]!@#*/é]{0,200}", path in "[ -~é/]{0,40}") {
        let (owners, mistakes) = Owners::read(&text);
        let _ = owners.of(&path);
        proptest::prop_assert!(mistakes.len() <= text.lines().count() + 1, "at most one mistake a line");
    }
}

#[test]
fn what_rules_come_to_adds_up() {
    let files = [("src/a.rs", 3), ("src/b.rs", 1), ("web/x.ts", 5), ("README.md", 2), ("", 7)];
    let told = ownership(
        "/src/ @rust\n*.ts @web @rust\nx y\n".to_owned(),
        files.map(|(path, n)| (path.to_owned(), n)),
    );
    let counts: Vec<(&str, u64)> = told.owners.iter().map(|o| (o.owner.as_str(), o.findings)).collect();
    assert_eq!(counts, [("@web @rust", 5), ("@rust", 4)], "most findings first; joint owners are one group");
    assert_eq!((told.owned, told.without, told.no_file), (9, 2, 7), "every finding is in one of three");
    assert_eq!(told.files_without, ["README.md"], "what to write a rule for");
    assert_eq!(told.mistakes.len(), 1, "«x y»");
}

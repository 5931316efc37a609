use proptest::prelude::*;

use super::*;
use crate::problem::Code;

/// Put together here so that no scanner takes this file for a leak.
fn join(parts: &[&str]) -> String {
    parts.concat()
}

fn sifted(guard: &Guard, text: &str) -> (String, Leaks) {
    let mut leaks = Leaks::default();
    let out = Sieve::new(guard).unwrap().sift(text, LeakPlace::Text, &mut leaks).into_owned();
    (out, leaks)
}

fn usual(text: &str) -> (String, Leaks) {
    sifted(&Guard::default(), text)
}

fn only(class: LeakClass) -> Guard {
    Guard { off: LeakClass::ALL.iter().copied().filter(|one| *one != class).collect(), ..Guard::default() }
}

#[test]
fn every_rule_compiles() {
    shapes::every_shape_compiles();
}

const ABC: &str = "abcdefghijklmnopqrstuvwxyz0123456789";

fn secrets() -> Vec<String> {
    let hex = "0123456789abcdef".repeat(4);
    let mixed = "aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0eF3hJ6kL9nP2rS5uV8xA1dG4";
    vec![
        join(&["ghp", "_", ABC]),
        join(&["github", "_pat_", ABC]),
        join(&["gl", "pat-", "abcdefghij0123456789"]),
        join(&["gls", "oat-", "abcdefghij0123456789"]),
        join(&["AK", "IA", "ABCDEFGHIJKLMNOP"]),
        join(&["xo", "xb-", "123456789012-abcdefghij"]),
        join(&["ey", "JhbGciOiJIUzI1NiJ9", ".ey", "JzdWIiOiIxMjM0NTY3ODkwIn0", ".abc"]),
        join(&["-----BEGIN RSA ", "PRIVATE KEY-----\nMIIE\nabc\n-----END RSA ", "PRIVATE KEY-----"]),
        join(&["-----BEGIN PGP ", "PRIVATE KEY BLOCK-----\n\nlQOY\n-----END PGP ", "PRIVATE KEY BLOCK-----"]),
        join(&["AGE-SECRET-", "KEY-1", &"QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L".repeat(2)[..58]]),
        join(&["npm", "_", &mixed[..36]]),
        join(&["py", "pi-", mixed]),
        join(&["AI", "za", &mixed[..35]]),
        join(&["ya", "29.", mixed]),
        join(&["sk", "_live_", &mixed[..24]]),
        join(&["wh", "sec_", &mixed[..32]]),
        join(&["SG", ".", &mixed[..22], ".", &mixed[..43]]),
        join(&["sk", "-ant-", mixed]),
        join(&["hv", "s.", &mixed[..30]]),
        join(&["dop", "_v1_", &hex]),
        join(&["da", "pi", &hex[..32]]),
        join(&["dck", "r_pat_", &mixed[..27]]),
        join(&["shp", "at_", &hex[..32]]),
        join(&["sq", "p_", &hex[..40]]),
        join(&["gl", "sa_", &mixed[..41]]),
        join(&["AT", "ATT3", mixed, mixed]),
        join(&["123456789", ":AA", &mixed[..33]]),
        join(&["https://hooks.slack", ".com/services/T00/B00/", &mixed[..24]]),
        join(&[&hex, &hex[..12], "AZ", "DO", "1a2b"]),
        join(&["abc", "8Q~", &mixed[..34]]),
    ]
}

// covers: X12
#[test]
fn known_shapes_are_blacked_out_and_counted() {
    for secret in secrets() {
        let (out, leaks) = usual(&format!("before «{secret}» after"));
        assert!(!out.contains(&secret), "{secret} must not leave: {out}");
        assert!(out.starts_with("before «[redacted]"), "the words around it stay: {out}");
        assert_eq!(leaks.count(LeakClass::Credential), 1, "one credential is counted for {secret}");
        let hidden: String = secret.chars().flat_map(|c| [c, '\u{200b}']).collect();
        let (out, _) = usual(&format!("before «{hidden}» after"));
        assert!(out.starts_with("before «[redacted]"), "nobody sees the characters in between: {out:?}");
    }
    let cut = join(&["-----BEGIN ", "PRIVATE KEY-----\ncut in the mid"]);
    assert_eq!(usual(&cut).0, REDACTED, "a key whose end is missing goes to the end");
}

#[test]
fn assignments_keep_their_name() {
    for (text, expected) in [
        ("password=hunter22 x", "password=[redacted] x"),
        ("DB_PASSWORD: 'hunter 22'", "DB_PASSWORD: [redacted]"),
        (r#"{"apiKey": "abcd1234"}"#, r#"{"apiKey": [redacted]}"#),
        ("postgres://app:s3cr3t@db.acme.com/x", "postgres://app:[redacted]@db.acme.com/x"),
        ("Authorization: Bearer abcdefghijklmnop1234", "Authorization: Bearer [redacted]"),
        ("curl --token s3cr3t99 x", "curl --token [redacted] x"),
    ] {
        let (out, leaks) = usual(text);
        assert_eq!(out, expected, "the value goes, the name stays");
        assert_eq!(leaks.count(LeakClass::Credential), 1, "and it is counted: {text}");
    }
    for harmless in [
        "The password is stored in plain text.",
        "password = getPassword()",
        "Set the secret: see the docs",
        "password = request.form.password",
        "connect(password=settings.DB_PASSWORD)",
        "password: required",
        "token",
        "risk-based",
        "https://example.com:8443/path",
        "run it with --password and --token",
    ] {
        let (out, leaks) = usual(harmless);
        assert_eq!(out, harmless, "prose and code are left alone");
        assert!(leaks.is_empty(), "and nothing is counted: {leaks:?}");
    }
}

#[test]
fn what_looks_random_beside_a_key_goes_and_sums_and_names_stay() {
    for (text, expected) in [
        ("signing_key = \"8Zk2Lq9vXw3Rt7Yb1Nc5Md6P\"", "signing_key = \"[redacted]\""),
        ("session: 9f86d081884c7d659a2feaa0c55ad015", "session: [redacted]"),
        ("X-Auth: d8e8fca2dc0f896fd7cb4cb0031ba249", "X-Auth: [redacted]"),
        ("token 2f1c9b64-7a3e-4d58-9c1b-0e6f5a4d3c2b leaked", "token [redacted] leaked"),
    ] {
        assert_eq!(sifted(&only(LeakClass::Random), text).0, expected, "{text}");
    }
    for harmless in [
        "commit 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b",
        "\"integrity\": \"sha512-8Zk2Lq9vXw3Rt7Yb1Nc5Md6P8Zk2Lq9vXw3Rt7Yb1Nc5Md6P\"",
        "key: getAuthTokenFromSessionHandler",
        "public key: 8Zk2Lq9vXw3Rt7Yb1Nc5Md6P",
        "cache_key=9f86d081884c7d659a2feaa0c55ad015",
        "token src/handlers/session/refresh_token.py",
        "key 00000000000000000000000000000000",
        "primary key 2f1c9b64-7a3e-4d58-9c1b-0e6f5a4d3c2b",
        "auth/oauth2-redirect-handler-v2.component.ts",
    ] {
        assert_eq!(sifted(&only(LeakClass::Random), harmless).0, harmless, "no secret");
    }
}

#[test]
fn internal_hosts_and_addresses_go_and_code_and_versions_stay() {
    for (text, expected) in [
        ("see jenkins.corp.", "see [internal-host]."),
        ("https://git.acme.internal:8443/shop?x=1", "[internal-host]:8443/shop?x=1"),
        ("nas.lan, wiki.intranet and PRINTER.LOCAL", "[internal-host], [internal-host] and [internal-host]"),
        ("postgres://app:s3cr3t@db/x", "[internal-host]/x"),
        ("open http://jenkins/job/1", "open [internal-host]/job/1"),
        ("http://localhost:3000", "[internal-host]:3000"),
        ("db-01.prod.svc.cluster.local:5432", "[internal-host]:5432"),
        (r"\\files.corp\share", r"\\[internal-host]\share"),
        ("ssh root@10.1.2.3 now", "ssh root@[internal-address] now"),
        ("http://192.168.0.7:8080/a", "[internal-address]:8080/a"),
        ("host=172.16.9.1;", "host=[internal-address];"),
        (
            "127.0.0.1, ::1 and fd12:3456::1.",
            "[internal-address], [internal-address] and [internal-address].",
        ),
        ("http://[::1]:80/ fe80::1", "[internal-address]:80/ [internal-address]"),
        ("Found at 169.254.169.254.", "Found at [internal-address]."),
    ] {
        assert_eq!(usual(text).0, expected, "{text}");
    }
    for harmless in [
        "https://docs.acme.com/local and 8.8.8.8",
        "from werkzeug.local import LocalProxy",
        "self.local = x; threading.local()",
        "com.acme.internal and org.junit.internal.Foo",
        ".env.local",
        "config/settings.local",
        "host.docker.internal",
        "version 10.0.1.2 of it",
        "Newtonsoft.Json >= 10.0.3.0",
        "pkg:nuget/log4net@10.1.2.3",
        "v10.0.0.1",
        "1.10.0.0.1",
        "std::fd::1 a::1",
        "http://example/ and https://${HOST}/x https://%s/",
        "chrome-extension://abcdefgh s3://bucket/x",
        "a corporation of local interest",
    ] {
        let (out, leaks) = usual(harmless);
        assert_eq!(out, harmless, "nothing internal: {leaks:?}");
    }
}

#[test]
fn people_are_not_named() {
    for (text, expected) in [
        ("/home/alice/src/a.rs", "~/src/a.rs"),
        ("file:///home/bob/x", "file://~/x"),
        ("/Users/carol/x.py:3", "~/x.py:3"),
        (r"C:\Users\Dave Jones\x.cs", r"~\x.cs"),
        (r"c:\\Users\\dave\\x.cs", r"~\\x.cs"),
        ("C:/Users/dave/x.cs", "~/x.cs"),
        ("/mnt/c/Users/dave/x", "~/x"),
        ("/var/home/alice/x", "~/x"),
        ("in /home/alice.", "in ~."),
        ("ask alice.jones+sec@acme.co.uk.", "ask [e-mail]."),
        ("<bob@acme.com>", "<[e-mail]>"),
        ("mailto:bob@acme.com", "mailto:[e-mail]"),
        ("bob@mail.corp", "[e-mail]"),
    ] {
        let (out, leaks) = usual(text);
        assert_eq!(out, expected, "{text}");
        assert_eq!(leaks.taken().len(), 1, "and it is counted once: {leaks:?}");
    }
    for harmless in [
        "src/home/view.ts",
        "https://acme.com/home/news",
        "GET /Users/12",
        "/Users/Shared/x",
        r"C:\Users\Public\x",
        "lodash@4.17.20-rc.one and @angular/core",
        "git@github.com:acme/shop.git",
        "user@example.com",
        "icon@2x.png",
        "https://name@acme.com/x",
    ] {
        let (out, leaks) = usual(harmless);
        assert_eq!(out, harmless, "nobody is named: {leaks:?}");
    }
}

// covers: X12
#[test]
fn a_class_that_is_off_and_what_is_allowed_pass_and_own_patterns_do_not() {
    let text =
        "jenkins.corp docs.acme.internal bob@acme.com security@acme.com TICKET-12 /home/alice/x 10.0.0.9";
    let guard = Guard {
        off: vec![LeakClass::Home],
        allowed: vec!["docs.*.internal".into(), "Security@acme.com".into(), "10.0.0.?".into()],
        patterns: vec![OwnPattern { name: "tickets".into(), pattern: r"TICKET-\d+".into() }],
    };
    let (out, leaks) = sifted(&guard, text);
    assert_eq!(
        out, "[internal-host] docs.acme.internal [e-mail] security@acme.com [removed] /home/alice/x 10.0.0.9",
        "as was chosen"
    );
    let own: Vec<&str> = leaks.taken().iter().map(|one| one.rule.as_str()).collect();
    assert!(own.contains(&"tickets"), "by its name: {own:?}");
    let in_address = Guard { allowed: vec!["jenkins".into()], ..Guard::default() };
    assert_eq!(sifted(&in_address, "http://jenkins/x").0, "http://jenkins/x", "its name is what is allowed");
    let own = Guard {
        allowed: vec!["docs.acme.com".into()],
        patterns: vec![OwnPattern { name: String::new(), pattern: r"acme\.com".into() }],
        ..Guard::default()
    };
    assert_eq!(
        sifted(&own, "see docs.acme.com, not git.acme.com").0,
        "see docs.acme.com, not git.[removed]",
        "the word around a find may be allowed"
    );
    for class in LeakClass::ALL {
        let off = Guard { off: LeakClass::ALL.to_vec(), ..Guard::default() };
        assert_eq!(sifted(&off, text).0, text, "all off, {class} too");
    }
}

// covers: X12
#[test]
fn what_was_taken_out_is_shown_with_its_line_and_never_printed() {
    let secret = join(&["ghp", "_", ABC]);
    let text = format!("first\nuse {secret} on build.corp today\nlast {secret}");
    let (out, leaks) = usual(&text);
    assert_eq!(out, "first\nuse [redacted] on [internal-host] today\nlast [redacted]");
    let [token, host] = leaks.taken() else { panic!("each find once: {leaks:?}") };
    assert_eq!((token.lead.as_str(), token.tail.as_str()), ("use ", " on [internal-host] today"), "its line");
    assert_eq!((token.found.as_str(), token.put.as_str(), token.times), (secret.as_str(), REDACTED, 2));
    assert_eq!(token.rule, "GitHub token", "by its name");
    assert_eq!(host.found, "build.corp", "the other find");
    let printed = format!("{leaks:?} {token:?} {:?}", token.masked());
    assert!(!printed.contains(&secret), "a log never holds it: {printed}");
    let masked = token.masked().found;
    assert!(masked.starts_with("ghp_…") && !masked.contains("abc"), "enough to recognise it: {masked}");
    assert_eq!(host.masked().found, "build.corp", "what is no secret is shown");
    assert_eq!(
        leaks.warnings(),
        ["1 text that looks like a credential was blacked out.", "1 internal host name was taken out."],
        "different things are counted"
    );
}

#[test]
fn a_wrong_guard_is_refused() {
    let guard =
        Guard { patterns: vec![OwnPattern { name: String::new(), pattern: "(".into() }], ..Guard::default() };
    let problem = Sieve::new(&guard).unwrap_err();
    assert_eq!(problem.code, Code::BadInput, "it is a mistake of the form: {problem}");
}

#[test]
fn a_megabyte_is_sifted_whatever_it_holds() {
    for piece in [
        "a",
        "x@y.zz ",
        "10.0.0.1",
        "10.0.0.1 ",
        "/home/a/",
        "password=ab12cd34 ",
        "a.lan,",
        "[",
        "key key ",
        "\u{200b}\0",
    ] {
        let text = piece.repeat(1_000_000 / piece.len());
        let started = std::time::Instant::now();
        let (out, leaks) = usual(&text);
        eprintln!(
            "1 MB of {piece:?}: {:?}, {} left, {} listed",
            started.elapsed(),
            out.len(),
            leaks.taken().len()
        );
        assert!(leaks.taken().len() <= 500, "the list stays short");
    }
}

fn pieces() -> impl Strategy<Value = String> {
    let token = join(&["ghp", "_", ABC]);
    let pieces = [
        token.as_str(),
        "password=",
        "\"hunter22\"",
        "hunter22",
        "https://",
        "app:pw@",
        "jenkins",
        ".corp",
        "/x",
        "10.0.0.1",
        ":80",
        "bob@",
        "acme.com",
        "/home/",
        "alice",
        "[redacted]",
        "[internal-host]",
        "[e-mail]",
        "[",
        "]",
        " ",
        "\n",
        "~",
        "key: ",
        "8Zk2Lq9vXw3Rt7Yb1Nc5Md6P",
        "\u{200b}",
        "\0",
        "é",
        ".",
        "@",
        "-----BEGIN ",
        "PRIVATE KEY-----",
        "TICKET-1",
        "::1",
        "fd00::1",
        "\\",
        "C:\\Users\\x\\",
    ]
    .map(str::to_owned);
    prop::collection::vec(prop::sample::select(pieces.to_vec()), 0..14).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(crate::text::tests::cases(600))]
    // covers: X12
    #[test]
    fn what_was_sifted_holds_nothing_more(text in pieces()) {
        let guard = Guard {
            patterns: vec![OwnPattern { name: String::new(), pattern: r"TICKET-\d+".into() }],
            ..Guard::default()
        };
        let sieve = Sieve::new(&guard).unwrap();
        let mut leaks = Leaks::default();
        let once = sieve.sift(&text, LeakPlace::Text, &mut leaks).into_owned();
        prop_assert!(!once.contains(&join(&["ghp", "_", ABC])), "a token is left in {:?}", once);
        prop_assert!(!once.contains("password=\"hunter22"), "a password is left in {:?}", once);
        let twice = sieve.sift(&once, LeakPlace::Text, &mut Leaks::default()).into_owned();
        let thrice = sieve.sift(&twice, LeakPlace::Text, &mut Leaks::default()).into_owned();
        prop_assert_eq!(&twice, &thrice, "of {:?}, then {:?}", text, once);
    }
}

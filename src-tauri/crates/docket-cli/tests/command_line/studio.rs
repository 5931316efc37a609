//! Groups arranged, plans named, paused, made anew and taken back, on the command line.

use docket_practice::Setup;

use crate::bench::Desk;

const WAY: [&str; 4] = ["--mapping", "acme/shop", "--group-by", "rule"];

fn args<'a>(command: &[&'a str], more: &[&'a str]) -> Vec<&'a str> {
    [command, &WAY, more].concat()
}

// covers: X8
#[test]
fn groups_are_shown_by_name_and_changed_by_hand() {
    let (desk, tracker) = Desk::ready(Setup::demo());
    let shown = desk.json(&args(&["group", ""], &[]));
    let groups = shown["groups"].as_array().unwrap();
    assert_eq!((shown["issues"].as_u64(), groups.len()), (Some(3), 3), "three rules: {shown}");
    let name = |at: usize| groups[at]["name"].as_str().unwrap()[..8].to_owned();
    let told = desk.run(&args(&["group", ""], &[])).ends(0);
    assert!(told.out.contains(&name(0)), "the name is shown: {}", told.out);
    let merge = format!("{}={}", name(1), name(0));
    let merged = desk.json(&args(&["group", ""], &["--merge", &merge]));
    assert_eq!(merged["issues"], 2, "one into another: {merged}");
    let first = groups[0]["first_findings"][0].as_str().unwrap().to_owned();
    let own = format!("{first}=new");
    let moved = desk.json(&args(&["group", ""], &["--move", &own]));
    assert_eq!(moved["issues"], 4, "one of its own: {moved}");
    let less = desk.json(&args(&["group", ""], &["--leave-out", &first]));
    assert_eq!(less["left_out"], 1, "left out: {less}");
    let split = desk.json(&args(&["group", ""], &["--max-size", "1"]));
    assert_eq!(split["issues"], 6, "one finding in each: {split}");
    let nobody = desk.run(&args(&["group", ""], &["--merge", "0000=1111"])).ends(1);
    assert!(nobody.err.contains("0000"), "a group that is not there: {}", nobody.err);
    let nothing = desk.run(&args(&["group", ""], &["--max-size", "0"]));
    assert!(nothing.err.contains("at most 0"), "a size that means nothing: {}", nothing.err);
    assert_eq!(tracker.writes(), 0, "looking writes nothing");

    // What was arranged is what is planned and pushed, into people's issue as well.
    let theirs = tracker.practice.someone("kim").opens("acme/shop", "Theirs", "Kim's words.").unwrap();
    let attach = format!("{}={}", name(2), tracker.practice.issue("acme/shop", theirs).unwrap().number);
    desk.run(&args(&["push", ""], &["--merge", &merge, "--attach", &attach, "--yes"])).ends(0);
    let body = tracker.practice.issue("acme/shop", theirs).unwrap().body;
    assert!(body.starts_with("Kim's words.") && body.len() > 100, "Docket's part is in it: {body}");
    tracker.is_content();
}

// covers: X10, X13
#[test]
fn a_push_is_paused_named_made_anew_compared_and_taken_back() {
    let (desk, tracker) = Desk::ready(Setup::demo());
    let plan = desk.json(&args(&["plan", ""], &[]));
    let id = plan["plan"]["id"].as_str().unwrap().to_owned();
    let named = desk.run(&["plan-name", &id, "Before the audit"]).ends(0);
    assert!(named.out.contains("Before the audit"), "{}", named.out);
    desk.run(&["apply", &id, "--yes", "--pause-after", "1"]).ends(3);
    assert_eq!(tracker.created().len(), 1, "it stopped after one");
    desk.run(&["apply", &id, "--yes"]).ends(0);
    assert_eq!(tracker.created().len(), 3, "and went on");

    let again = desk.json(&["plan-again", &id]);
    assert_eq!(again["plan"]["counts"]["steps"], again["plan"]["counts"]["skip"], "nothing is left: {again}");

    let looked = desk.json(&["undo", &id, "--plan-only"]);
    assert_eq!(looked["plan"]["undoes"], id.as_str(), "a plan, shown first: {looked}");
    assert_eq!(looked["plan"]["counts"]["close"], 3, "{looked}");
    let undo = looked["plan"]["id"].as_str().unwrap();
    let diff = desk.json(&["plan-show", undo, "--step", "0", "--diff"]);
    assert_eq!(
        (diff["change"]["open"].as_bool(), diff["body"].as_array().unwrap().len()),
        (Some(false), 0),
        "{diff}"
    );
    let said = desk.run(&["plan-show", undo, "--step", "0", "--diff"]).ends(0);
    assert!(said.out.contains("closed"), "in words: {}", said.out);
    let unasked = desk.run(&["undo", &id]).ends(2);
    assert!(unasked.err.contains("--yes"), "nobody can be asked: {}", unasked.err);
    desk.run(&["undo", &id, "--yes"]).ends(0);
    let left: Vec<_> = tracker.created().into_iter().filter(|issue| issue.open).collect();
    assert!(left.is_empty(), "all are closed: {left:?}");
    assert_eq!(desk.json(&["findings", "linked:yes"])["total"], 0, "no finding is in an issue");
    tracker.is_content();
}

// covers: X1
#[test]
fn a_plan_that_is_out_of_date_is_refused_with_the_way_on() {
    let (desk, tracker) = Desk::ready(Setup::demo());
    let plan = desk.json(&args(&["plan", ""], &[]));
    let id = plan["plan"]["id"].as_str().unwrap().to_owned();
    let finding = plan["steps"][0]["group"]["findings"][0].as_str().unwrap().to_owned();
    desk.run(&["assess", "--id", &finding, "--status", "false-positive", "--comment", "no", "--yes"]).ends(0);
    let refused = desk.run(&["apply", &id, "--yes"]).ends(1);
    assert!(refused.err.contains("Plan again"), "{}", refused.err);
    assert_eq!(tracker.writes(), 0, "nothing was sent");
}

// covers: X8
#[test]
fn owners_are_read_from_a_codeowners_file_and_get_an_issue_each() {
    let (desk, tracker) = Desk::ready(Setup::demo());
    let none = desk.run(&["app", "owners", "shop"]).ends(0);
    assert!(none.out.contains("--file CODEOWNERS"), "how to begin: {}", none.out);
    let file = desk.room.path().join("CODEOWNERS");
    std::fs::write(&file, "* @acme/all\n/src/orders.py @acme/orders\nweb/ nobody\n").unwrap();
    let path = file.display().to_string();
    let tried = desk.json(&["app", "owners", "shop", "--file", &path, "--dry-run"]);
    assert!(tried["changed"].is_null(), "only looked at: {tried}");
    assert!(
        desk.json(&["app", "owners", "shop"])["rules"]["owners"].as_array().unwrap().is_empty(),
        "not set"
    );
    let set = desk.json(&["app", "owners", "shop", "--file", &path]);
    let (changed, owned) = (set["changed"].as_u64().unwrap(), set["rules"]["owned"].as_u64().unwrap());
    assert!(changed > 0 && changed == owned, "every finding with a file has an owner: {set}");
    assert_eq!(set["rules"]["mistakes"][0]["line"], 3, "«nobody» is no owner, and said: {set}");
    let shown = desk.run(&["app", "owners", "shop"]).ends(0);
    assert!(shown.out.contains("@acme/all") && shown.out.contains("line 3"), "{}", shown.out);
    let total = |query: &str| desk.json(&["findings", query])["total"].as_u64().unwrap();
    assert_eq!(total("owner:*"), owned, "and can be asked for");

    let by = ["push", "owner:*", "--mapping", "acme/shop", "--group-by", "owner", "--yes"];
    desk.run(&by).ends(0);
    let issues = tracker.created();
    assert_eq!(issues.len() as u64, set["rules"]["of"].as_u64().unwrap(), "one for each owner");
    for issue in &issues {
        let text = format!("{}\n{}", issue.title, issue.body);
        assert!(text.contains("acme/"), "it says whose it is: {text}");
    }
    tracker.is_content();
    let cleared = desk.json(&["app", "owners", "shop", "--clear"]);
    assert_eq!(cleared["changed"].as_u64(), Some(owned), "taken away again: {cleared}");
}

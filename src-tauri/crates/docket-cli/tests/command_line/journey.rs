//! From a report to issues, on the command line.

use docket_practice::{Setup, Tls};

use crate::bench::{Desk, TOKEN, Tracker, fixture};

// covers: S0.1, S0.3, S0.5, S0.7, S0.10, S0.11, S0.13, S0.14, S0.16, S0.17, S0.18, S0.19, S0.25, S1.22, S1.24, S1.29, S2.17, S2.18, X1
#[test]
fn a_report_becomes_grouped_issues_once() {
    let tracker = Tracker::start(Setup::demo());
    let mut desk = Desk::new();
    desk.token = tracker.practice.token();
    desk.run(&["app", "add", "shop"]).ends(0);
    let said = desk.run(&["import", &fixture("shop.sarif"), "--app", "shop"]).ends(0);
    assert!(said.out.contains("6 new"), "the delta is told: {}", said.out);
    desk.connect(&tracker, "acme");
    let tested = desk.run(&["connection", "test", "acme", "--target", "acme/shop"]).ends(0);
    assert!(tested.out.contains('✓') && !tested.out.contains('✗'), "every stage shown: {}", tested.out);
    desk.run(&[
        "mapping",
        "add",
        "--label",
        "to shop",
        "--app",
        "shop",
        "--connection",
        "acme",
        "--target",
        "acme/shop",
        "--labels",
        "security, triage",
        "--severity-label",
        "--assignees",
        "kim",
        "--milestone",
        "2.1",
    ])
    .ends(0);
    desk.run(&["mapping", "verify", "to shop"]).ends(0);

    let planned = desk.json(&["plan", "--mapping", "to shop", "--group-by", "rule"]);
    assert_eq!(tracker.writes(), 0, "planning writes nothing to the tracker");
    assert_eq!(
        planned["plan"]["counts"]["create"], 3,
        "six findings of three rules are three issues: {planned}"
    );
    let id = planned["plan"]["id"].as_str().unwrap().to_owned();
    let csv = desk.run(&["plan-show", &id, "--format", "csv"]).ends(0);
    assert!(
        csv.out.starts_with("step,action,state,title,severity,findings,target,issue,url,why,"),
        "{}",
        csv.out
    );
    let shown = desk.run(&["plan-show", &id, "--step", "0"]).ends(0);
    let title = planned["steps"][0]["draft"]["title"].as_str().unwrap();
    assert!(shown.out.contains(title), "the preview shows the very title: {}", shown.out);

    let applied = desk.run(&["apply", &id, "--yes"]).ends(0);
    let created = tracker.created();
    assert_eq!(created.len(), 3, "one issue a group");
    for issue in &created {
        let url = format!("{}/acme/shop/issues/{}", tracker.practice.url(), issue.number);
        assert!(applied.out.contains(&url), "the address {url} is printed: {}", applied.out);
        assert!(issue.labels.iter().any(|label| label == "security"), "labels: {:?}", issue.labels);
        assert!(
            issue.labels.iter().any(|label| label.starts_with("severity: ")),
            "labels: {:?}",
            issue.labels
        );
        assert_eq!(
            (issue.assignees.as_slice(), issue.milestone.as_deref()),
            (&["kim".to_owned()][..], Some("2.1"))
        );
        let step =
            planned["steps"].as_array().unwrap().iter().find(|s| s["draft"]["title"] == issue.title.as_str());
        let step = step.expect("what was created was planned");
        assert_eq!(step["draft"]["body"], issue.body.as_str(), "and its text is the planned one");
    }
    let again = desk.run(&["push", "", "--mapping", "to shop", "--group-by", "rule", "--yes"]).ends(0);
    assert_eq!(tracker.created().len(), 3, "pushing again creates nothing: {}", again.out);
    assert!(again.out.contains("Skip"), "and says what it left out and why: {}", again.out);
    let linked = desk.json(&["findings", "linked:yes"]);
    assert_eq!(linked["total"], 6, "every finding is in an issue now");
    let issues = desk.json(&["issues"]);
    assert_eq!(
        (issues["total"].as_u64(), issues["issues"].as_array().unwrap().len()),
        (Some(3), 3),
        "and they are listed"
    );
    tracker.is_content();
}

// covers: S0.25
#[test]
fn everything_can_go_into_one_issue_or_one_each() {
    let (desk, tracker) = Desk::ready(Setup::demo());
    desk.run(&["push", "severity:critical", "--mapping", "acme/shop", "--group-by", "all", "--yes"]).ends(0);
    assert_eq!(tracker.created().len(), 1, "three findings in one issue");
    let steps = desk.json(&["plan", "severity:high", "--mapping", "acme/shop", "--group-by", "none"]);
    assert_eq!(steps["plan"]["counts"]["create"], 2, "two findings, one issue each");
    let several = desk.json(&["plan", "severity:high", "--mapping", "1", "--group-by", "rule,file"]);
    assert_eq!(several["plan"]["counts"]["create"], 2, "two files of one rule");
    tracker.is_content();
}

// covers: S0.2, S0.8, S0.9, S1.23
#[test]
fn a_user_name_and_a_token_sign_in_together() {
    let tracker = Tracker::start(Setup::demo());
    let mut desk = Desk::new();
    desk.token = tracker.practice.token();
    let url = format!("{}/acme", tracker.practice.url());
    let base =
        ["connection", "add", "github", "--auth", "basic", "--secret-from-env", TOKEN, "--proxy", "none"];
    let nobody = desk.run(&[&base[..], &["--label", "nobody", "--location", &url]].concat()).ends(2);
    assert!(nobody.err.contains("user name"), "the missing field is named: {}", nobody.err);
    desk.run(&[&base[..], &["--label", "robin", "--location", &url, "--username", "robin"]].concat()).ends(0);
    desk.run(&["connection", "test", "robin", "--target", "acme/shop"]).ends(0);
    desk.run(&[&base[..], &["--label", "kim", "--location", &url, "--username", "kim"]].concat()).ends(0);
    let wrong = desk.run(&["connection", "test", "kim", "--json"]);
    let report = wrong.document();
    assert!(
        report["stages"]
            .as_array()
            .unwrap()
            .iter()
            .any(|s| s["state"] == "failed" || s["state"] == "warning"),
        "a name that is not the token's owner is noticed: {report:#}"
    );
    tracker.is_content();
}

// covers: S0.10
#[test]
fn an_enterprise_server_behind_a_private_authority_is_reached() {
    let tracker = Tracker::start(Setup::demo().enterprise("3.19.2").tls(Tls::PrivateCa));
    let mut desk = Desk::new();
    desk.token = tracker.practice.token();
    let ca = desk.room.path().join("ca.pem");
    std::fs::write(&ca, tracker.practice.ca_pem().unwrap()).unwrap();
    let url = format!("{}/acme/shop", tracker.practice.url());
    let base =
        ["connection", "add", "github", "--location", &url, "--secret-from-env", TOKEN, "--proxy", "none"];
    desk.run(&[&base[..], &["--label", "without"]].concat()).ends(0);
    let refused = desk.run(&["connection", "test", "without"]).ends(1);
    assert!(refused.out.contains('✗'), "the unknown authority is named as a failed stage: {}", refused.out);
    desk.run(&[&base[..], &["--label", "with", "--ca-file", "ca.pem"]].concat()).ends(0);
    let fine = desk.run(&["connection", "test", "with"]).ends(0);
    assert!(fine.out.contains("3.19"), "the server's version is found: {}", fine.out);
    tracker.is_content();
}

// covers: S2.19
#[test]
fn labels_of_other_people_stay_when_an_issue_grows() {
    let (desk, tracker) = Desk::ready(Setup::demo());
    desk.run(&["push", "path:src/orders.py", "--mapping", "acme/shop", "--group-by", "rule", "--yes"])
        .ends(0);
    let number = tracker.created()[0].number;
    tracker.practice.someone("kim").labels("acme/shop", number, "bug").unwrap();
    desk.run(&["push", "rule:sql-injection", "--mapping", "acme/shop", "--group-by", "rule", "--yes"])
        .ends(0);
    let issue = tracker.practice.issue("acme/shop", number).unwrap();
    assert!(issue.labels.contains(&"bug".to_owned()), "kim's label is kept: {:?}", issue.labels);
    assert!(issue.body.contains("customers.py"), "and the new finding is in the same issue");
    assert_eq!(tracker.created().len(), 1, "no second issue for the rule");
    tracker.is_content();
}

//! Pushes that do not go smoothly: refusals, Ctrl-C, two at once.

#[cfg(unix)]
use std::io::{BufRead, BufReader};

use docket_practice::Setup;

#[cfg(unix)]
use crate::bench::until;
use crate::bench::{Desk, Said};

fn with(fault: &str) -> Setup {
    Setup::demo().fault(fault.parse().unwrap())
}

#[test]
fn a_refused_step_is_partly_done_and_can_be_tried_again() {
    let (desk, tracker) = Desk::ready(with("permission-missing@POST:/issues#2"));
    let said = desk.run(&["push", "", "--mapping", "acme/shop", "--group-by", "rule", "--yes"]).ends(3);
    assert_eq!(tracker.created().len(), 2, "the others are done");
    assert!(said.out.contains("failed"), "the refused one is told: {}", said.out);
    let plans = desk.json(&["plans"]);
    assert_eq!(plans[0]["state"], "partly", "the plan says so");
    let id = plans[0]["id"].as_str().unwrap();
    let unasked = desk.run(&["retry", id]).ends(2);
    assert!(unasked.err.contains("--yes"), "nobody can be asked: {}", unasked.err);
    desk.run(&["retry", id, "--yes"]).ends(0);
    assert_eq!(tracker.created().len(), 3, "now all of them, each once");
    tracker.is_content();
}

// covers: X2
#[test]
fn an_answer_that_never_comes_does_not_make_a_second_issue() {
    let (desk, tracker) = Desk::ready(with("store-then-cut@POST:/issues#1"));
    desk.run(&["push", "", "--mapping", "acme/shop", "--group-by", "rule", "--yes"]).ends(0);
    assert_eq!(tracker.created().len(), 3, "the issue whose answer was lost was found again");
    tracker.is_content();
}

// covers: X2, X10
#[cfg(unix)]
#[test]
fn ctrl_c_pauses_and_apply_goes_on_without_doubles() {
    let (desk, tracker) = Desk::ready(with("delay=700@POST:/issues"));
    let plan = desk.json(&["plan", "--mapping", "acme/shop", "--group-by", "none"]);
    let id = plan["plan"]["id"].as_str().unwrap();
    let child = desk.start(&["apply", id, "--yes"]);
    until("the second issue being written", || tracker.practice.count("issues/create") >= 2);
    interrupt(child.id());
    let said = Said::from(child.wait_with_output().unwrap()).ends(3);
    assert!(said.err.contains(&format!("docket apply {id}")), "says how to go on: {}", said.err);
    assert_eq!(desk.json(&["plan-show", id])["plan"]["state"], "paused", "the plan is paused");
    let before = tracker.created().len();
    assert!((1..6).contains(&before), "it stopped on the way, after {before}");
    tracker.practice.faults().clear();
    desk.run(&["apply", id, "--yes"]).ends(0);
    assert_eq!(tracker.created().len(), 6, "the rest is done, nothing twice");
    tracker.is_content();
}

#[cfg(unix)]
fn interrupt(process: u32) {
    let sent = std::process::Command::new("kill").args(["-INT", &process.to_string()]).status().unwrap();
    assert!(sent.success(), "the signal was sent");
}

// covers: X2
#[cfg(unix)]
#[test]
fn of_two_at_once_one_says_that_the_other_is_at_it() {
    let (desk, tracker) = Desk::ready(with("delay=20000@POST:/issues#1"));
    let plan = desk.json(&["plan", "--mapping", "acme/shop", "--group-by", "rule"]);
    let id = plan["plan"]["id"].as_str().unwrap();
    let first = desk.start(&["apply", id, "--yes"]);
    // Asked of the tracker: starting a program for each look could outlast the delay.
    until("the first one writing", || {
        tracker.practice.log().iter().any(|asked| asked.is_write() && asked.path.ends_with("/issues"))
    });
    assert_eq!(desk.json(&["plan-show", id])["steps"][0]["state"], "sending", "said before it is sent");
    let second = desk.run(&["apply", id, "--yes", "--json"]).ends(1);
    assert_eq!(second.document()["error"]["code"], "busy", "the second stays away: {}", second.out);
    let plans = desk.json(&["plans"]);
    assert_eq!(plans[0]["state"], "applying", "and leaves the plan to the first");
    Said::from(first.wait_with_output().unwrap()).ends(0);
    assert_eq!(tracker.created().len(), 3, "and the first finishes, each issue once");
    tracker.is_content();
}

// covers: X2
#[cfg(unix)]
#[test]
fn a_second_ctrl_c_ends_at_once_and_nothing_is_doubled() {
    let (desk, tracker) = Desk::ready(with("store-then-silence@POST:/issues#1"));
    let plan = desk.json(&["plan", "--mapping", "acme/shop", "--group-by", "rule"]);
    let id = plan["plan"]["id"].as_str().unwrap();
    let mut child = desk.start(&["apply", id, "--yes"]);
    until("the first issue being stored", || tracker.created().len() == 1);
    let mut said = BufReader::new(child.stderr.take().unwrap()).lines();
    interrupt(child.id());
    said.by_ref().find(|line| line.as_ref().unwrap().contains("Ctrl-C again")).unwrap().unwrap();
    interrupt(child.id());
    assert_eq!(child.wait().unwrap().code(), Some(1), "ended in the middle of a request");
    desk.run(&["apply", id, "--yes"]).ends(0);
    assert_eq!(tracker.created().len(), 3, "the issue whose answer nobody heard is not made again");
    tracker.is_content();
}

#[test]
fn a_plan_that_was_given_up_stays_unsent() {
    let (desk, tracker) = Desk::ready(Setup::demo());
    let plan = desk.json(&["plan", "--mapping", "acme/shop", "--group-by", "rule"]);
    let id = plan["plan"]["id"].as_str().unwrap();
    desk.run(&["cancel", id]).ends(0);
    let said = desk.run(&["apply", id, "--yes"]).ends(1);
    assert!(said.err.contains("given up"), "says why not: {}", said.err);
    assert_eq!(tracker.writes(), 0, "nothing was sent");
}

// covers: C4
#[test]
fn a_mapping_to_a_project_that_takes_no_issues_is_refused_whole() {
    let (desk, tracker) = Desk::ready(Setup::demo());
    desk.run(&["mapping", "edit", "acme/shop", "--target", "acme/archive"]).ends(0);
    let verified = desk.run(&["mapping", "verify", "acme/shop"]).ends(1);
    assert!(verified.out.contains("archived"), "what is wrong with it is told: {}", verified.out);
    let refused = desk.run(&["push", "", "--mapping", "acme/shop", "--group-by", "rule", "--yes"]).ends(1);
    assert!(refused.err.contains("archived"), "the push says it too: {}", refused.err);
    assert_eq!(tracker.writes(), 0, "nothing was written");
    tracker.is_content();
}

// covers: S2.13
#[test]
fn a_mapping_that_is_off_pushes_nothing() {
    let (desk, tracker) = Desk::ready(Setup::demo());
    desk.run(&["mapping", "edit", "acme/shop", "--active", "false"]).ends(0);
    let said = desk.run(&["push", "", "--mapping", "acme/shop", "--group-by", "rule", "--yes"]);
    assert_ne!(said.code, 0, "refused: {}{}", said.out, said.err);
    assert!(said.err.contains("switched off"), "and says why: {}", said.err);
    assert_eq!(tracker.writes(), 0, "nothing was written");
}

//! `docket practice`, with the rest of the program against it.

use std::io::{BufRead, BufReader};
use std::process::Child;

use crate::bench::{Desk, TOKEN, fixture};

/// A running practice server that ends with the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended already; either is fine here.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The document that a practice server prints when it is ready.
fn begun(child: &mut Child) -> serde_json::Value {
    let mut text = String::new();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    loop {
        let line = lines.next().expect("it says where it listens before it ends").unwrap();
        text.push_str(&line);
        if let Ok(document) = serde_json::from_str(&text) {
            return document;
        }
    }
}

#[test]
fn the_whole_program_works_against_its_own_practice_server() {
    let mut desk = Desk::new();
    let args =
        ["practice", "--json", "--fault", "store-then-cut@POST:/issues#1", "--enterprise", "3.19.2", "--tls"];
    let mut running = Running(desk.start(&args));
    let server = begun(&mut running.0);
    desk.token = server["token"].as_str().unwrap().to_owned();
    let url = format!("{}/{}", server["url"].as_str().unwrap(), server["target"].as_str().unwrap());
    let ca = server["ca_file"].as_str().unwrap();
    desk.run(&["import", &fixture("shop.sarif"), "--app", "shop", "--create-app"]).ends(0);
    desk.run(&[
        "connection",
        "add",
        "github",
        "--label",
        "practice",
        "--location",
        &url,
        "--secret-from-env",
        TOKEN,
        "--ca-file",
        ca,
        "--set",
        "pace=practice",
        "--proxy",
        "none",
    ])
    .ends(0);
    desk.run(&["connection", "test", "practice"]).ends(0);
    desk.run(&["mapping", "add", "--app", "shop", "--connection", "practice", "--target", &url]).ends(0);
    let said = desk.run(&["push", "", "--mapping", "acme/shop", "--group-by", "severity", "--yes"]).ends(0);
    assert_eq!(
        said.out.matches("created").count() + said.out.matches("taken over").count(),
        3,
        "three severities: {}",
        said.out
    );
    stop(&mut running);
}

#[cfg(unix)]
fn stop(running: &mut Running) {
    let sent =
        std::process::Command::new("kill").args(["-INT", &running.0.id().to_string()]).status().unwrap();
    assert!(sent.success(), "the signal was sent");
    assert_eq!(running.0.wait().unwrap().code(), Some(0), "Ctrl-C is how it ends well");
}

#[cfg(not(unix))]
fn stop(_running: &mut Running) {}

#[test]
fn a_port_that_is_taken_is_named() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let desk = Desk::new();
    let said = desk.run(&["practice", "--port", &port]).ends(2);
    assert!(said.err.contains(&port), "the port is named: {}", said.err);
}

#[test]
fn the_command_that_each_practice_server_prints_connects_to_it() {
    for (name, _) in docket_practice::shelf::SERVERS {
        let mut desk = Desk::new();
        let mut running = Running(desk.start(&["practice", name, "--json"]));
        let server = begun(&mut running.0);
        desk.token = server["token"].as_str().unwrap().to_owned();
        let (kind, url) = (server["tracker"].as_str().unwrap(), server["url"].as_str().unwrap());
        let place = ["--label", "p", "--location", url, "--secret-from-env", TOKEN, "--set", "pace=practice"];
        desk.run(&[["connection", "add", kind].as_slice(), &place].concat()).ends(0);
        desk.run(&["connection", "test", "p"]).ends(0);
        assert!(!server["client_id"].as_str().unwrap().is_empty(), "for signing in with a code");
    }
    let mut short = Running(Desk::new().start(&["practice", "azure", "--json"]));
    assert_eq!(begun(&mut short.0)["tracker"], "azure-devops", "as it was called once");
}

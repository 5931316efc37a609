//! `docket practice`: a practice tracker, until Ctrl-C.

use std::path::Path;

use docket_domain::{Code, Problem};
use docket_practice::FAULTS;
use docket_practice::shelf::{self, Wish};
use serde_json::json;

use crate::args::PracticeArgs;
use crate::end::{End, Failure};
use crate::table::{Cell, gives, print, whole};
use crate::terminal::{Terminal, document};
use crate::watch::Interrupts;

/// File in the data folder that holds the private authority's certificate.
const CA_FILE: &str = "practice-ca.pem";

pub(crate) fn list_faults(terminal: &Terminal) -> Result<End, Failure> {
    if terminal.json {
        let all: Vec<_> =
            FAULTS.iter().map(|(name, about, _)| json!({ "name": name, "about": about })).collect();
        document(&all)?;
        return Ok(End::Done);
    }
    let rows: Vec<Vec<Cell>> =
        FAULTS.iter().map(|(name, about, _)| vec![Cell::from(*name), Cell::from(*about)]).collect();
    print(terminal, &[whole("FAULT"), gives("WHAT HAPPENS")], &rows, "There are no faults.")?;
    Ok(End::Done)
}

pub(super) async fn run(dir: &Path, terminal: &Terminal, args: PracticeArgs) -> Result<End, Failure> {
    let mut interrupts = Interrupts::listen();
    let wish = Wish { port: args.port, tls: args.tls, server: args.server, faults: args.faults };
    let starting = shelf::start(&args.tracker, wish).ok_or_else(|| {
        Problem::bad_input(format!("There is no practice tracker called «{}».", args.tracker))
    })?;
    let practice = starting.await.map_err(|error| {
        Problem::bad_input(format!("The practice tracker could not be started: {error}"))
            .hint("Another program may have the port: leave --port out for a free one.")
    })?;
    let ca_file = match &practice.ca_pem {
        Some(pem) => {
            let file = dir.join(CA_FILE);
            std::fs::write(&file, pem).map_err(|error| {
                Problem::new(Code::Store, format!("{} cannot be written: {error}.", file.display()))
            })?;
            Some(file.display().to_string())
        }
        None => None,
    };
    if terminal.json {
        document(&json!({
            "tracker": practice.name,
            "url": practice.url,
            "web": practice.web,
            "api": practice.api,
            "token": practice.token,
            "client_id": practice.client_id,
            "target": practice.targets[0],
            "ca_file": ca_file,
        }))?;
    } else {
        terminal.say(&format!("Practice tracker {}", practice.url))?;
        terminal.say(&format!("Web page         {}", practice.web))?;
        terminal.say(&format!("Token            {}", practice.token))?;
        terminal.say(&format!("Client id        {}  (for signing in with a code)", practice.client_id))?;
        terminal.say(&format!("Targets          {}", practice.targets.join(", ")))?;
        if let Some(file) = &ca_file {
            terminal.say(&format!("Authority        {file}"))?;
        }
        let ca = ca_file.as_deref().map(|file| format!(" --ca-file '{file}'")).unwrap_or_default();
        terminal.note("\nConnect to it from another terminal:");
        terminal.note(&format!("  export PRACTICE_TOKEN={}", practice.token));
        terminal.note(&format!(
            "  docket connection add {} --label practice --location {} --secret-from-env PRACTICE_TOKEN \
             --set pace=practice{ca}",
            practice.name, practice.url
        ));
        terminal.note("\nIt forgets everything when it ends. Ctrl-C ends it.");
    }
    interrupts.next().await;
    practice.stop().await;
    Ok(End::Done)
}

//! Runs the demonstration GitLab until Ctrl-C: `cargo run -p docket-practice --example serve_gitlab [PORT] [FAULT…]`.
#![expect(clippy::print_stdout, reason = "the example's only purpose is to tell where it listens")]

use docket_practice::FaultRule;
use docket_practice::gitlab::{GitLabSetup, PracticeGitLab, Tier};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let port = arguments.next().map_or(Ok(0), |p| p.parse())?;
    let mut setup = GitLabSetup::demo().tier(Tier::Premium).port(port);
    for fault in arguments {
        setup = setup.fault(fault.parse::<FaultRule>()?);
    }
    let practice = PracticeGitLab::start(setup).await?;
    println!("address  {}\ntoken    {}\nstop with Ctrl-C", practice.web_url(), practice.token());
    tokio::signal::ctrl_c().await?;
    practice.stop().await;
    Ok(())
}

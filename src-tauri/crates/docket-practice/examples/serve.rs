//! Runs the demonstration world until Ctrl-C: `cargo run -p docket-practice --example serve [PORT] [FAULT…]`.
#![expect(clippy::print_stdout, reason = "the example's only purpose is to tell where it listens")]

use docket_practice::{FaultRule, Practice, Setup};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let port = arguments.next().map_or(Ok(0), |p| p.parse())?;
    let mut setup = Setup::demo().port(port);
    for fault in arguments {
        setup = setup.fault(fault.parse::<FaultRule>()?);
    }
    let practice = Practice::start(setup).await?;
    println!("address  {}\ntoken    {}\nstop with Ctrl-C", practice.web_url(), practice.token());
    tokio::signal::ctrl_c().await?;
    practice.stop().await;
    Ok(())
}

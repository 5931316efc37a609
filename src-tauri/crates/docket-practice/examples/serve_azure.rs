//! Runs the demonstration organisation until Ctrl-C: `cargo run -p docket-practice --example serve_azure [PORT] [FAULT…]`.
#![expect(clippy::print_stdout, reason = "the example's only purpose is to tell where it listens")]

use docket_practice::{AzureSetup, FaultRule, PracticeAzure};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let port = arguments.next().map_or(Ok(0), |p| p.parse())?;
    let mut setup = AzureSetup::demo().port(port);
    for fault in arguments {
        setup = setup.fault(fault.parse::<FaultRule>()?);
    }
    let azure = PracticeAzure::start(setup).await?;
    println!(
        "address  {}\npages    {}\ntoken    {}\nstop with Ctrl-C",
        azure.url(),
        azure.web_url(),
        azure.token()
    );
    tokio::signal::ctrl_c().await?;
    azure.stop().await;
    Ok(())
}

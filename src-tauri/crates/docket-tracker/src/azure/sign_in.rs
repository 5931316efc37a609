//! How a connection signs in: a personal access token, or a code in the browser through
//! Microsoft Entra.

use docket_domain::Problem;
use url::Url;

use super::address::AzureAddress;
use super::card::{CLIENT, ENTRA, PAT, TENANT};
use crate::connect;
use crate::http::is_this_computer;
use crate::ports::ConnectSettings;
use crate::waist::DeviceEndpoints;

/// Where work and school accounts sign in.
const ENTRA_HOST: &str = "https://login.microsoftonline.com";
/// Azure DevOps' own number at Microsoft Entra, and a token that can be renewed.
const SCOPE: &str = "499b84ac-1321-427f-aa17-267ca6975798/.default offline_access";
/// Another identity server, for practising on this computer only.
const HOST_SETTING: &str = "identity_host";

/// The text of the `Authorization` header.
pub(super) fn authorization(auth: &str, secret: &str) -> Result<String, Problem> {
    match auth {
        // The user name is empty; the colon is what makes it a token.
        PAT => Ok(connect::basic("", secret)),
        ENTRA => Ok(connect::bearer(secret)),
        other => Err(connect::no_such_way("Azure DevOps", other)),
    }
}

/// Where a person signs in with a code.
pub(super) fn device(settings: &ConnectSettings) -> Result<Option<DeviceEndpoints>, Problem> {
    if settings.auth != ENTRA {
        return Ok(None);
    }
    let address = AzureAddress::parse(&settings.location)?;
    if !address.is_services() && !address.is_here() {
        return Err(Problem::bad_input("Microsoft Entra signs in to Azure DevOps Services only.")
            .hint("Use a personal access token for a server of your own."));
    }
    let client_id = settings.setting(CLIENT).ok_or_else(|| {
        Problem::bad_input("The client id is missing.").hint(
            "Register an app in Microsoft Entra as the form says, and enter its «Application (client) ID».",
        )
    })?;
    let tenant = settings.setting(TENANT).unwrap_or("organizations");
    if !tenant.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.')) {
        return Err(Problem::bad_input(format!("«{tenant}» cannot be a tenant."))
            .hint("Enter the «Directory (tenant) ID», or the domain of your company."));
    }
    let host = identity_host(&address, settings.setting(HOST_SETTING))?;
    Ok(Some(DeviceEndpoints {
        code_url: format!("{host}/{tenant}/oauth2/v2.0/devicecode"),
        token_url: format!("{host}/{tenant}/oauth2/v2.0/token"),
        client_id: client_id.to_owned(),
        scope: SCOPE.to_owned(),
    }))
}

/// Microsoft's, or a practice server on this computer for an Azure DevOps on this computer.
fn identity_host(address: &AzureAddress, other: Option<&str>) -> Result<String, Problem> {
    let Some(other) = other else { return Ok(ENTRA_HOST.to_owned()) };
    let refused = || {
        Problem::bad_input("Another identity server can only be named for practising on this computer.")
            .hint(format!("Remove the setting «{HOST_SETTING}»."))
    };
    let url = Url::parse(other).map_err(|_| refused())?;
    if !address.is_here() || !is_this_computer(&url) {
        return Err(refused());
    }
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

//! `docket connection …`.

use docket_domain::{Connection, Network, ProxySetting, SecretRef};
use docket_engine::Exchange;
use docket_engine::connections::{ConnectionForm, NewSecret};
use serde_json::{Value, json};
use std::io::{IsTerminal, Write};

use super::sign_in::{sign_in, signs_in_with_code};
use super::{count, moment, report};
use crate::args::{ConnectionCommand, ConnectionFlags, NewSecretFlags};
use crate::ask::{confirm, secret};
use crate::call::Call;
use crate::end::{End, Failure};
use crate::pick;
use crate::table::{Cell, gives, number, print, whole};
use crate::terminal::{Ink, block, document, line, output};
use crate::watch::watched;

/// Longest wait for a connection to be made, milliseconds.
const CONNECT_MS: u32 = 10_000;

pub(super) async fn run(call: &Call<'_>, command: ConnectionCommand) -> Result<End, Failure> {
    match command {
        ConnectionCommand::Kinds => kinds(call),
        ConnectionCommand::Add { kind, flags } => add(call, kind, *flags).await,
        ConnectionCommand::Edit { name, flags } => edit(call, &name, *flags).await,
        ConnectionCommand::List => list(call).await,
        ConnectionCommand::Show { name, exchanges } => show(call, &name, exchanges).await,
        ConnectionCommand::Test { name, target } => test(call, &name, target).await,
        ConnectionCommand::SignIn { name } => sign_in(call, &name).await,
        ConnectionCommand::Targets { name, search } => targets(call, &name, &search).await,
        ConnectionCommand::Remove { name, yes } => remove(call, &name, yes).await,
    }
}

fn kinds(call: &Call<'_>) -> Result<End, Failure> {
    let kinds = call.engine.connection_kinds();
    if call.terminal.json {
        document(&kinds)?;
        return Ok(End::Done);
    }
    let mut out = output();
    for card in &kinds {
        writeln!(out, "{}  {}: {}", Ink::Bold.on(call.terminal.colour, &card.id), card.name, card.about)?;
        writeln!(out, "  target: {}, for example {}", card.target_label, card.target_example)?;
        for auth in &card.auth {
            let user = if auth.needs_username { ", needs --username" } else { "" };
            writeln!(out, "  --auth {}  {} ({}){user}", auth.id, auth.label, auth.secret_label)?;
            if !auth.scopes.is_empty() {
                writeln!(out, "      must be allowed: {}", auth.scopes.join(", "))?;
            }
            writeln!(out, "      {}", auth.help)?;
        }
        for field in &card.fields {
            let need = if field.required { " (needed)" } else { "" };
            let only = if field.only_with.is_empty() {
                String::new()
            } else {
                format!(" with --auth {}", field.only_with.join(" or "))
            };
            // The address and the user name have options of their own.
            let option = match field.id.as_str() {
                "location" => "--location URL".to_owned(),
                "username" => "--username NAME".to_owned(),
                id => format!("--set {id}=…"),
            };
            writeln!(out, "  {option}  {}{need}{only}: {}", field.label, field.help)?;
        }
    }
    out.flush()?;
    Ok(End::Done)
}

/// The secret that the flags name; none when they name none.
fn new_secret(flags: &NewSecretFlags, what: &str) -> Result<Option<NewSecret>, Failure> {
    if let Some(name) = &flags.secret_from_env {
        return Ok(Some(NewSecret::FromEnv(name.clone())));
    }
    if flags.secret_stdin {
        return Ok(Some(NewSecret::Entered(secret(what)?)));
    }
    Ok(None)
}

/// Network settings with what the flags change.
fn network(flags: &ConnectionFlags, mut network: Network) -> Result<Network, Failure> {
    let username = flags.proxy_username.clone();
    match flags.proxy.as_deref().map(str::trim) {
        Some("system") => network.proxy = ProxySetting::System,
        Some("none" | "direct") => network.proxy = ProxySetting::Direct,
        Some(url) => network.proxy = ProxySetting::Explicit { url: url.to_owned(), username: None },
        None => {}
    }
    if username.is_some() || flags.secret.proxy_password_stdin {
        let ProxySetting::Explicit { username: kept, .. } = &mut network.proxy else {
            return Err(Failure::usage(
                "A login at the proxy needs the proxy's address.",
                "Add --proxy http://host:port.",
            ));
        };
        *kept = username.or(kept.take());
    }
    if let Some(file) = &flags.ca_file {
        let whole = std::path::absolute(file)?;
        network.ca_file = Some(file).filter(|file| !file.is_empty()).map(|_| whole.display().to_string());
    }
    if let Some(seconds) = flags.timeout {
        network.read_timeout_ms = seconds * 1000;
        network.connect_timeout_ms = network.read_timeout_ms.min(CONNECT_MS);
    }
    network.allow_plain_http |= flags.allow_plain_http;
    Ok(network)
}

async fn add(call: &Call<'_>, kind: String, flags: ConnectionFlags) -> Result<End, Failure> {
    let location = flags.location.clone().ok_or_else(|| {
        Failure::usage("The address is missing.", "Add --location URL: any address of the tracker will do.")
    })?;
    let network = network(&flags, Network::default())?;
    // Judged before a secret is asked for.
    let understood = call.engine.connection_understand(&kind, &location)?;
    let device = signs_in_with_code(call, &kind, flags.auth.as_deref());
    let new = match new_secret(&flags.secret, "The token")? {
        Some(new) => new,
        None if device => NewSecret::Keep,
        None if std::io::stdin().is_terminal() && !flags.secret.proxy_password_stdin => {
            NewSecret::Entered(secret("The token")?)
        }
        None => {
            return Err(Failure::usage(
                "Where is the token?",
                "Add --secret-stdin (into the keychain) or --secret-from-env NAME (stays in that variable).",
            ));
        }
    };
    let form = ConnectionForm {
        id: None,
        label: flags.label.unwrap_or_default(),
        kind,
        location,
        auth: flags.auth.unwrap_or_default(),
        username: flags.username,
        secret: new,
        proxy_password: proxy_password(&flags.secret)?,
        network,
        settings: flags.settings.into_iter().collect(),
    };
    let saved = call.engine.connection_save(form).await?;
    for caution in &understood.cautions {
        call.terminal.note(&format!("docket: {}", line(caution)));
    }
    kept(call, &saved, &format!("added: {}", understood.words))
}

fn proxy_password(flags: &NewSecretFlags) -> Result<Option<docket_domain::Secret>, Failure> {
    if flags.proxy_password_stdin { Ok(Some(secret("The proxy's password")?)) } else { Ok(None) }
}

async fn edit(call: &Call<'_>, name: &str, flags: ConnectionFlags) -> Result<End, Failure> {
    let before = pick::connection(&call.engine, name).await?;
    let network = network(&flags, before.network.clone())?;
    let mut settings = before.settings.clone();
    settings.extend(flags.settings.iter().cloned());
    settings.retain(|_, value| !value.is_empty());
    let form = ConnectionForm {
        id: Some(before.id),
        label: flags.label.clone().unwrap_or(before.label),
        kind: before.kind,
        location: flags.location.clone().unwrap_or(before.location),
        auth: flags.auth.clone().unwrap_or(before.auth),
        username: flags.username.clone().or(before.username),
        secret: new_secret(&flags.secret, "The token")?.unwrap_or(NewSecret::Keep),
        proxy_password: proxy_password(&flags.secret)?,
        network,
        settings,
    };
    let saved = call.engine.connection_save(form).await?;
    kept(call, &saved, "changed")
}

fn kept(call: &Call<'_>, saved: &Connection, how: &str) -> Result<End, Failure> {
    if call.terminal.json {
        document(saved)?;
    } else {
        let label = line(&saved.label);
        call.terminal.say(&format!("Connection {} «{label}» {}", saved.id, line(how)))?;
        let next =
            if saved.secret == SecretRef::None && signs_in_with_code(call, &saved.kind, Some(&saved.auth)) {
                format!("Sign in: docket connection sign-in {}", saved.id)
            } else {
                format!("Test it: docket connection test {}", saved.id)
            };
        call.terminal.note(&next);
    }
    Ok(End::Done)
}

async fn list(call: &Call<'_>) -> Result<End, Failure> {
    let connections = call.engine.connection_list().await?;
    if call.terminal.json {
        document(&connections)?;
        return Ok(End::Done);
    }
    let columns = [number("ID"), gives("LABEL"), whole("KIND"), gives("LOCATION"), gives("LAST TEST")];
    let rows: Vec<Vec<Cell>> = connections
        .iter()
        .map(|one| {
            let test = match &one.last_test {
                Some(test) if test.ok => Cell::inked(&test.summary, Ink::Green),
                Some(test) => Cell::inked(&test.summary, Ink::Red),
                None => Cell::inked("not tested yet", Ink::Dim),
            };
            let (id, label) = (one.id.to_string().into(), one.label.as_str().into());
            vec![id, label, one.kind.as_str().into(), one.location.as_str().into(), test]
        })
        .collect();
    print(call.terminal, &columns, &rows, "There is no connection yet: docket connection add KIND …")?;
    Ok(End::Done)
}

async fn show(call: &Call<'_>, name: &str, exchanges: u32) -> Result<End, Failure> {
    let one = pick::connection(&call.engine, name).await?;
    let log =
        if exchanges > 0 { call.engine.connection_exchanges(one.id, exchanges).await? } else { Vec::new() };
    if call.terminal.json {
        let log: Vec<Value> = log.iter().map(exchange).collect();
        document(&json!({ "connection": one, "exchanges": log }))?;
        return Ok(End::Done);
    }
    let mut out = output();
    for (name, value) in facts(&one) {
        if !value.is_empty() {
            writeln!(out, "{}{}", Ink::Dim.on(call.terminal.colour, &format!("{name:<12}")), line(&value))?;
        }
    }
    for one in &log {
        let status = one.status.map_or_else(|| "no answer".to_owned(), |status| status.to_string());
        writeln!(out, "\n{} {} {} → {status} in {} ms", moment(one.at), one.method, line(&one.url), one.ms)?;
        for (sign, text) in [("→", &one.request), ("←", &one.response), ("!", &one.error)] {
            if let Some(text) = text.as_deref().filter(|text| !text.is_empty()) {
                writeln!(out, "  {sign} {}", block(text).replace('\n', "\n    "))?;
            }
        }
    }
    out.flush()?;
    Ok(End::Done)
}

fn facts(one: &Connection) -> Vec<(&'static str, String)> {
    let secret = match &one.secret {
        SecretRef::None => "none yet".to_owned(),
        SecretRef::Keychain { .. } => "in the keychain".to_owned(),
        SecretRef::Session { .. } => "in memory only".to_owned(),
        SecretRef::Env { name } => format!("in the environment variable {name}"),
    };
    let proxy = match &one.network.proxy {
        ProxySetting::System => "as the system says".to_owned(),
        ProxySetting::Direct => "none".to_owned(),
        ProxySetting::Explicit { url, username: Some(user) } => format!("{url} as {user}"),
        ProxySetting::Explicit { url, username: None } => url.clone(),
    };
    let mut facts = vec![
        ("Connection", format!("{} «{}»", one.id, one.label)),
        ("Kind", one.kind.clone()),
        ("Location", one.location.clone()),
        ("Signing in", one.auth.clone()),
        ("User name", one.username.clone().unwrap_or_default()),
        ("Secret", secret),
        ("Proxy", proxy),
        ("CA file", one.network.ca_file.clone().unwrap_or_default()),
        ("Changed", moment(one.changed)),
    ];
    let settings: Vec<String> = one.settings.iter().map(|(key, value)| format!("{key}={value}")).collect();
    facts.push(("Settings", settings.join(" ")));
    if let Some(test) = &one.last_test {
        facts.push(("Last test", format!("{}: {}", moment(test.at), test.summary)));
        facts.push(("Token ends", test.token_ends.map(moment).unwrap_or_default()));
    }
    facts
}

fn exchange(one: &Exchange) -> Value {
    json!({
        "at": one.at,
        "method": one.method,
        "url": one.url,
        "status": one.status,
        "ms": one.ms,
        "request": one.request,
        "response": one.response,
        "headers": one.headers,
        "error": one.error,
    })
}

async fn test(call: &Call<'_>, name: &str, target: Option<String>) -> Result<End, Failure> {
    let one = pick::connection(&call.engine, name).await?;
    let mut told = Ok(());
    let engine = &call.engine;
    let work = |listener| engine.connection_test(one.id, target, listener);
    let report = watched(call, work, async |news, teller: &_| {
        report::live(call.terminal, news, teller, &mut told);
    })
    .await?;
    told?;
    report::verdict(call, &report)
}

async fn targets(call: &Call<'_>, name: &str, search: &str) -> Result<End, Failure> {
    let one = pick::connection(&call.engine, name).await?;
    let mut found = Vec::new();
    let mut hidden = None;
    let mut page: Option<String> = None;
    loop {
        let answer = call.engine.connection_targets(one.id, search, page.as_deref()).await?;
        found.extend(answer.targets);
        hidden = hidden.or(answer.hidden);
        page = answer.next;
        if page.is_none() {
            break;
        }
    }
    if let Some(words) = &hidden {
        call.terminal.note(&format!("docket: {}", line(words)));
    }
    if call.terminal.json {
        document(&json!({ "targets": found, "hidden": hidden }))?;
        return Ok(End::Done);
    }
    let columns = [gives("TARGET"), whole("VISIBLE TO"), gives("NOTE")];
    let rows: Vec<Vec<Cell>> = found
        .iter()
        .map(|target| {
            let seen = if target.private { "members" } else { "everyone" };
            vec![target.key.as_str().into(), seen.into(), target.closed.as_deref().unwrap_or("").into()]
        })
        .collect();
    print(call.terminal, &columns, &rows, "Nothing of that name is visible to this account.")?;
    Ok(End::Done)
}

async fn remove(call: &Call<'_>, name: &str, yes: bool) -> Result<End, Failure> {
    let one = pick::connection(&call.engine, name).await?;
    let mappings =
        call.engine.mapping_list().await?.into_iter().filter(|m| m.connection == one.id).count() as u64;
    let with = format!("with {} and its secret", count(mappings, "mapping"));
    confirm(call.terminal, &format!("Remove the connection «{}» {with}?", line(&one.label)), yes).await?;
    call.engine.connection_remove(one.id).await?;
    if call.terminal.json {
        document(&json!({ "removed": one.id, "mappings": mappings }))?;
    } else {
        call.terminal.say(&format!("«{}» is gone, {with}.", line(&one.label)))?;
    }
    Ok(End::Done)
}

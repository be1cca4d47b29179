//! Sending through the server that the settings name.

use std::{net::IpAddr, time::Duration};

use lettre::{
    Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{Mailbox, MultiPart},
    transport::smtp::{
        authentication::{Credentials, Mechanism},
        client::{Tls, TlsParameters},
        extension::ClientId,
    },
};
use underpin_model::{Timestamp, causes, id::random_lowercase};

use super::{Letter, MailError};
use crate::settings::{Meta, Settings, Smtp};

/// How long the server may take for each step.
const PATIENCE: Duration = Duration::from_secs(15);
/// What we call ourselves where the settings say nothing.
const LOCAL_NAME: &str = "localhost";
/// Length of the random part of a letter's id.
const ID_LENGTH: usize = 20;

/// Sends a letter and waits until the server has taken it.
///
/// # Errors
/// Why it was not sent.
pub async fn send(settings: &Settings, letter: &Letter, now: Timestamp) -> Result<(), MailError> {
    if !settings.smtp.enabled {
        return Err(MailError::NotSet);
    }
    let message = message(&settings.meta, letter, now)?;
    let sent = transport(&settings.smtp)?.send(message).await;
    sent.map(drop).map_err(|error| {
        let reason = causes(&error);
        if error.is_permanent() { MailError::Refused(reason) } else { MailError::Away(reason) }
    })
}

fn message(meta: &Meta, letter: &Letter, now: Timestamp) -> Result<Message, MailError> {
    let address = |text: &str| -> Result<Address, MailError> {
        text.parse().map_err(|error| MailError::Letter(format!("{text}: {error}")))
    };
    let from = address(&meta.sender_address)?;
    let id = format!("<{}@{}>", random_lowercase(ID_LENGTH), from.domain());
    let millis = u64::try_from(now.millis()).unwrap_or(0);
    let name = meta.sender_name.chars().filter(|sign| !sign.is_control()).collect();
    Message::builder()
        .from(Mailbox::new(Some(name), from))
        .to(Mailbox::new(None, address(&letter.to)?))
        .subject(&letter.subject)
        .message_id(Some(id))
        .date(std::time::UNIX_EPOCH + Duration::from_millis(millis))
        .multipart(MultiPart::alternative_plain_html(letter.text.clone(), letter.html.clone()))
        .map_err(|error| MailError::Letter(error.to_string()))
}

fn transport(smtp: &Smtp) -> Result<AsyncSmtpTransport<Tokio1Executor>, MailError> {
    let port = u16::try_from(smtp.port);
    let port = port.map_err(|_| MailError::Letter(format!("{} is no port", smtp.port)))?;
    let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(smtp.host.as_str())
        .port(port)
        .tls(tls(smtp)?)
        .hello_name(local_name(smtp))
        .timeout(Some(PATIENCE));
    if has_credentials(smtp) {
        let password = smtp.password.expose().to_owned();
        let mechanism =
            if smtp.auth_method == "LOGIN" { Mechanism::Login } else { Mechanism::Plain };
        builder = builder
            .credentials(Credentials::new(smtp.username.clone(), password))
            .authentication(vec![mechanism]);
    }
    Ok(builder.build())
}

/// Encrypted from the start if the settings say so, else as soon as the server offers it. A
/// password goes to another machine encrypted or not at all.
fn tls(smtp: &Smtp) -> Result<Tls, MailError> {
    // Another part of the process may have chosen one already; then that one is used.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let parameters = TlsParameters::new(smtp.host.clone())
        .map_err(|error| MailError::Away(error.to_string()))?;
    Ok(match (smtp.tls, has_credentials(smtp) && !is_here(&smtp.host)) {
        (true, _) => Tls::Wrapper(parameters),
        (false, true) => Tls::Required(parameters),
        (false, false) => Tls::Opportunistic(parameters),
    })
}

fn has_credentials(smtp: &Smtp) -> bool {
    !smtp.username.is_empty() || !smtp.password.expose().is_empty()
}

/// Whether a host is this machine.
fn is_here(host: &str) -> bool {
    host == LOCAL_NAME || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn local_name(smtp: &Smtp) -> ClientId {
    match smtp.local_name.parse() {
        Ok(IpAddr::V4(address)) => ClientId::Ipv4(address),
        Ok(IpAddr::V6(address)) => ClientId::Ipv6(address),
        Err(_) if smtp.local_name.is_empty() => ClientId::Domain(LOCAL_NAME.to_owned()),
        Err(_) => ClientId::Domain(smtp.local_name.clone()),
    }
}

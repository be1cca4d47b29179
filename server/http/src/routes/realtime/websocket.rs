//! The websocket protocol `underpin.v1`: JSON text frames, one object each.

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{HeaderValue, SEC_WEBSOCKET_PROTOCOL},
    rt, web,
};
use actix_ws::{AggregatedMessage, CloseCode, CloseReason, ProtocolError, Session};
use futures_util::StreamExt;
use serde_json::json;
use tokio::{
    sync::mpsc::Receiver,
    time::{Instant, MissedTickBehavior, interval_at},
};
use underpin_domain::{
    Backend, OpContext, auth,
    limits::Asked,
    realtime::{self, Cursor, Outgoing, SubscribeAsk, Subscribed, Topic},
};
use underpin_model::{DomainError, DomainResult, Json, JsonMap, Principal, RequestInfo};

use super::{Guard, HEARTBEAT, enter, frame};
use crate::{
    error::{ApiError, ApiResult},
    extract::Caller,
    wire::strict_json,
};

const PROTOCOL: &str = "underpin.v1";
/// Largest client frame, in bytes.
const MAX_FRAME_BYTES: usize = 64 * 1024;
/// Heartbeats that a client may leave unanswered.
const SILENT_HEARTBEATS: u32 = 2;
/// Close code for frames beyond the limit.
const TOO_LARGE: u16 = 1009;
/// Entries of a subscription that are text where they are there.
const TEXT_ENTRIES: [&str; 6] = ["sub", "topic", "filter", "expand", "fields", "since"];
/// What limits know frames by.
const PATH: &str = "/api/realtime/ws";
/// Longest name of a subscription, in bytes.
const MAX_NAME_BYTES: usize = 255;

/// `GET /api/realtime/ws`
pub(crate) async fn connect(
    backend: web::Data<Backend>,
    caller: Caller,
    request: HttpRequest,
    payload: web::Payload,
) -> ApiResult<HttpResponse> {
    let (guard, receiver) = enter(&backend, &caller)?;
    let (mut response, session, stream) = actix_ws::handle(&request, payload)
        .map_err(|_| DomainError::bad_request("This address speaks websocket alone."))?;
    if offers_protocol(&request) {
        let value = HeaderValue::from_static(PROTOCOL);
        response.headers_mut().insert(SEC_WEBSOCKET_PROTOCOL, value);
    }
    let ready = json!({
        "type": "ready",
        "connection": guard.client.id.get(..8),
        "heartbeat": HEARTBEAT.as_secs(),
        "limits": { "frameBytes": MAX_FRAME_BYTES, "subscriptions": realtime::MAX_SUBSCRIPTIONS },
    });
    guard.client.tell(Outgoing::Frame(ready.to_string()));
    let stream = stream
        .max_frame_size(MAX_FRAME_BYTES)
        .aggregate_continuations()
        .max_continuation_size(MAX_FRAME_BYTES);
    let heard = tokio::sync::watch::channel(());
    rt::spawn(write(
        guard.backend.clone(),
        guard.client.clone(),
        session.clone(),
        receiver,
        heard.1,
    ));
    rt::spawn(read(guard, session, stream, heard.0));
    Ok(response)
}

fn offers_protocol(request: &HttpRequest) -> bool {
    let offered = request.headers().get_all(SEC_WEBSOCKET_PROTOCOL);
    offered
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|name| name.trim() == PROTOCOL)
}

/// Sends what is queued, with heartbeats in between, until the connection ends.
async fn write(
    backend: web::Data<Backend>,
    client: std::sync::Arc<realtime::Client>,
    mut session: Session,
    mut receiver: Receiver<Outgoing>,
    mut heard: tokio::sync::watch::Receiver<()>,
) {
    let mut ticks = interval_at(Instant::now() + HEARTBEAT, HEARTBEAT);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut silent = 0;
    loop {
        let sent = tokio::select! {
            outgoing = receiver.recv() => match outgoing {
                None => return,
                Some(Outgoing::Close { code, reason }) => {
                    let _ = session.close(Some(close_reason(code, reason))).await;
                    return;
                }
                Some(outgoing) => {
                    // A peer that takes what it is sent is alive, even if its own frames wait.
                    silent = 0;
                    send(&mut session, text(outgoing)).await
                }
            },
            changed = heard.changed() => {
                if changed.is_err() {
                    return;
                }
                silent = 0;
                Ok(())
            }
            _ = ticks.tick() => {
                silent += 1;
                let expired = client.has_expired(backend.clock.now().seconds());
                if expired || silent > SILENT_HEARTBEATS {
                    let (code, reason) =
                        if expired { (4401, "the token has ended") } else { (4408, "no answer") };
                    let _ = session.close(Some(close_reason(code, reason))).await;
                    return;
                }
                session.ping(b"").await.map_err(drop)
            }
        };
        if sent.is_err() {
            return;
        }
    }
}

/// Sends a text; a peer that takes nothing for a while is gone.
async fn send(session: &mut Session, text: String) -> Result<(), ()> {
    match tokio::time::timeout(HEARTBEAT * SILENT_HEARTBEATS, session.text(text)).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) | Err(_) => Err(()),
    }
}

fn close_reason(code: u16, reason: &str) -> CloseReason {
    CloseReason { code: CloseCode::from(code), description: Some(reason.to_owned()) }
}

fn text(outgoing: Outgoing) -> String {
    match outgoing {
        Outgoing::Frame(frame) => frame,
        Outgoing::Event(delivery) => frame::event(&delivery),
        Outgoing::Subscribed { request, sub, cursor } => {
            json!({ "type": "ok", "id": request, "sub": sub, "cursor": cursor }).to_string()
        }
        Outgoing::Lagged { sub, cursor } => {
            json!({ "type": "lagged", "sub": sub, "cursor": cursor }).to_string()
        }
        Outgoing::Close { .. } => String::new(),
    }
}

/// Carries out client frames, one after the other, until the connection ends.
async fn read(
    guard: Guard,
    session: Session,
    mut stream: actix_ws::AggregatedMessageStream,
    heard: tokio::sync::watch::Sender<()>,
) {
    let mut reason = None;
    loop {
        let message = tokio::select! {
            message = stream.next() => message,
            // The writing half has closed the connection; a peer that doesn't answer the close
            // frame must not keep its place.
            () = heard.closed() => break,
        };
        let Some(message) = message else { break };
        let _ = heard.send(());
        match message {
            Ok(AggregatedMessage::Text(text)) => {
                if let Some(answer) = carry_out(&guard, &text).await {
                    guard.client.tell_patiently(Outgoing::Frame(answer)).await;
                }
            }
            Ok(AggregatedMessage::Ping(bytes)) => {
                let mut session = session.clone();
                if session.pong(&bytes).await.is_err() {
                    break;
                }
            }
            Ok(AggregatedMessage::Pong(_)) => {}
            Ok(AggregatedMessage::Binary(_)) => {
                let answer = frame::error("", "binary_frame", "Frames are JSON text.");
                guard.client.tell_patiently(Outgoing::Frame(answer)).await;
            }
            Err(ProtocolError::Overflow) => {
                reason = Some(close_reason(TOO_LARGE, "the frame is too large"));
                break;
            }
            Ok(AggregatedMessage::Close(_)) | Err(_) => break,
        }
    }
    drop(guard);
    // A peer that takes nothing must not hold this task.
    let _ = tokio::time::timeout(HEARTBEAT, session.close(reason)).await;
}

/// Carries out a frame and gives the answer, unless the hub itself has given it.
async fn carry_out(guard: &Guard, text: &str) -> Option<String> {
    let frame = match strict_json::read_object(text.as_bytes()) {
        Ok(frame) => frame,
        Err(reason) => return Some(frame::error("", "invalid_frame", &reason)),
    };
    let entry = |name: &str| frame.get(name).and_then(Json::as_str).unwrap_or_default();
    let id = entry("id");
    if id.is_empty() || id.len() > MAX_NAME_BYTES {
        return Some(frame::error("", "invalid_frame", "The frame needs an \"id\"."));
    }
    if matches!(entry("type"), "auth" | "subscribe")
        && let Err(error) = admit(guard)
    {
        return Some(refusal(id, error));
    }
    match entry("type") {
        "ping" => Some(frame::ok(id)),
        "auth" => Some(authenticate(guard, id, entry("token")).await),
        "subscribe" => subscribe(guard, id, &frame).await,
        "unsubscribe" => {
            guard.backend.hub.unsubscribe(&guard.client.id, entry("sub"));
            Some(frame::ok(id))
        }
        _ => Some(frame::error(id, "unknown_type", "Frames of this type are not known.")),
    }
}

/// What is asked in a frame counts as a request does, and who asks may still ask from here.
fn admit(guard: &Guard) -> DomainResult<()> {
    let (now, settings) = (guard.backend.clock.now(), guard.backend.settings.current());
    let request = RequestInfo::of(guard.client.who());
    auth::check_address(&guard.backend, &request.who, guard.origin)?;
    let ctx = OpContext { request, origin: guard.origin, ..OpContext::system(now) };
    let asked = Asked { method: "POST", path: PATH, action: None };
    guard.backend.limiter.count(&settings, &ctx, &asked)
}

/// Sets who the connection is. A connection that was somebody else loses its subscriptions.
async fn authenticate(guard: &Guard, id: &str, token: &str) -> String {
    let now = guard.backend.clock.now();
    let who = match token {
        "" => Ok(Principal::Guest),
        token => auth::principal_of(&guard.backend, token, now, guard.origin).await,
    };
    match who {
        Ok(Principal::Guest) if !token.is_empty() => {
            frame::error(id, "invalid_token", "The token is of no use.")
        }
        Ok(who) => {
            let key = |who: &Principal| {
                who.record().map(|r| (r.collection().id.clone(), r.id().to_owned()))
            };
            let before = guard.client.who();
            if before.record().is_some() && key(&before) != key(&who) {
                guard.backend.hub.unsubscribe_all(&guard.client.id);
            }
            guard.client.set_who(who, auth::token_expiry(token));
            frame::ok(id)
        }
        Err(error) => refusal(id, error),
    }
}

async fn subscribe(guard: &Guard, id: &str, frame: &JsonMap) -> Option<String> {
    // What is not text must not count as left out: a filter would be lost.
    let misread =
        |name: &&&str| frame.get(**name).is_some_and(|it| !it.is_string() && !it.is_null());
    if let Some(name) = TEXT_ENTRIES.iter().find(misread) {
        return Some(frame::error(id, "invalid_frame", &format!("\"{name}\" must be text.")));
    }
    let entry = |name: &str| frame.get(name).and_then(Json::as_str).unwrap_or_default();
    let sub = entry("sub");
    if sub.is_empty() || sub.len() > MAX_NAME_BYTES {
        return Some(frame::error(id, "invalid_frame", "The frame needs a \"sub\"."));
    }
    if frame.contains_key("snapshot") {
        return Some(frame::error(id, "not_supported", "Snapshots are not supported yet."));
    }
    let Some(topic) = Topic::parse(entry("topic")) else {
        return Some(frame::error(id, "invalid_topic", "The topic can't be read."));
    };
    let since = match entry("since") {
        "" => None,
        // A cursor that can't be read is as good as one that is too old.
        text => Some(Cursor::parse(text).unwrap_or(Cursor { epoch: String::new(), position: 0 })),
    };
    let ask = SubscribeAsk {
        request: id.to_owned(),
        sub: sub.to_owned(),
        topic,
        filter: entry("filter").to_owned(),
        expand: entry("expand").to_owned(),
        fields: entry("fields").to_owned(),
        since,
        info: RequestInfo::of(Principal::Guest),
    };
    match realtime::subscribe(&guard.backend, &guard.client, ask).await {
        Ok(Subscribed::Started) => None,
        Ok(Subscribed::Reset) => {
            let reason = "the cursor is too old or of another log";
            Some(json!({ "type": "reset", "sub": sub, "reason": reason }).to_string())
        }
        Err(error) => Some(refusal(id, error)),
    }
}

fn refusal(id: &str, error: DomainError) -> String {
    let code = match &error {
        DomainError::NotFound => "not_found",
        DomainError::Forbidden(_) => "forbidden",
        DomainError::Unauthorized(_) => "unauthorized",
        DomainError::Invalid(_) => "invalid",
        DomainError::TooMany { .. } => "too_many",
        DomainError::TooLarge => "too_large",
        DomainError::Busy | DomainError::Unavailable(_) => "busy",
        DomainError::NoRoom => "no_room",
        DomainError::Fault(_) => "internal",
    };
    let error = ApiError::from(error);
    error.log();
    frame::error(id, code, error.message())
}

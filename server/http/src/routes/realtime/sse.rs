//! Server-sent events: one stream a client, and a request that sets what it follows.

use std::time::Duration;

use actix_web::{HttpRequest, HttpResponse, web};
use bytes::Bytes;
use futures_util::stream;
use serde_json::json;
use tokio::{
    sync::mpsc::Receiver,
    time::{Instant, Interval, MissedTickBehavior, interval_at},
};
use underpin_domain::{
    Backend,
    realtime::{self, Client, Cursor, Outgoing, SubscribeAsk, Topic},
};
use underpin_model::{
    DomainError, DomainResult, ErrorCode, ErrorTree, FieldError, Json, JsonMap, Principal,
    RequestInfo,
};

use super::{Guard, HEARTBEAT, enter, frame};
use crate::{
    error::ApiResult,
    extract::{Caller, json_body},
};

/// Most topics of one client.
const MAX_TOPICS: usize = 1_000;
/// Longest id of a client, in bytes.
const MAX_CLIENT_ID_BYTES: usize = 255;
/// Longest topic with its options, in bytes.
const MAX_TOPIC_BYTES: usize = 2_500;
/// How long a stream lives; the client connects anew and resumes.
const LIFETIME: Duration = Duration::from_secs(30 * 60);

/// `GET /api/realtime`
pub(crate) async fn connect(
    backend: web::Data<Backend>,
    caller: Caller,
    request: HttpRequest,
) -> ApiResult<HttpResponse> {
    let (guard, receiver) = enter(&backend, &caller)?;
    let seen = request.headers().get("last-event-id").and_then(|value| value.to_str().ok());
    guard.client.set_resume(seen.and_then(Cursor::parse));
    let id = &guard.client.id;
    let hello = format!("id:{id}\nevent:PB_CONNECT\ndata:{}\n\n", json!({ "clientId": id }));
    guard.client.tell(Outgoing::Frame(hello));
    let mut ticks = interval_at(Instant::now() + HEARTBEAT, HEARTBEAT);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let ends = Instant::now() + LIFETIME;
    let state = Stream { guard, receiver, ticks, ends };
    let body = stream::unfold(state, |mut state| async move {
        let text = state.next().await?;
        Some((Ok::<Bytes, actix_web::Error>(Bytes::from(text)), state))
    });
    Ok(HttpResponse::Ok()
        .insert_header(("Content-Type", "text/event-stream"))
        .insert_header(("Cache-Control", "no-store"))
        .insert_header(("X-Accel-Buffering", "no"))
        .streaming(body))
}

struct Stream {
    guard: Guard,
    receiver: Receiver<Outgoing>,
    ticks: Interval,
    ends: Instant,
}

impl Stream {
    /// The next text to send; nothing ends the stream. Many waiting messages go out as one.
    async fn next(&mut self) -> Option<String> {
        loop {
            tokio::select! {
                () = tokio::time::sleep_until(self.ends) => return None,
                _ = self.ticks.tick() => {
                    let now = self.guard.backend.clock.now().seconds();
                    if self.guard.client.has_expired(now) {
                        return None;
                    }
                    return Some(":\n\n".to_owned());
                }
                outgoing = self.receiver.recv() => {
                    let mut text = String::new();
                    let mut waiting = outgoing;
                    loop {
                        write(waiting?, &mut text)?;
                        if text.len() > 64 * 1024 {
                            break;
                        }
                        waiting = match self.receiver.try_recv() {
                            Ok(next) => Some(next),
                            Err(_) => break,
                        };
                    }
                    if !text.is_empty() {
                        return Some(text);
                    }
                }
            }
        }
    }
}

/// Adds a message to the text; nothing when the stream has to end.
fn write(outgoing: Outgoing, text: &mut String) -> Option<()> {
    match outgoing {
        Outgoing::Frame(frame) => text.push_str(&frame),
        Outgoing::Event(delivery) => text.push_str(&frame::sse(&delivery).unwrap_or_default()),
        Outgoing::Subscribed { .. } => {}
        // The client connects anew and resumes from its last event.
        Outgoing::Lagged { .. } | Outgoing::Close { .. } => return None,
    }
    Some(())
}

/// `POST /api/realtime`: sets the topics of a client, in place of those before.
pub(crate) async fn subscribe(
    backend: web::Data<Backend>,
    caller: Caller,
    request: HttpRequest,
    payload: web::Payload,
) -> ApiResult<HttpResponse> {
    let body = json_body(&request, payload).await?;
    let topics = topics(&body)?;
    let id = body.get("clientId").and_then(Json::as_str).unwrap_or_default();
    let client = backend.hub.client(id).ok_or(DomainError::NotFound)?;
    take_identity(&client, &caller)?;
    backend.hub.unsubscribe_all(&client.id);
    let since = client.take_resume();
    // A topic that the client may not follow, or that is not there, stays silent.
    let asks = topics.iter().filter_map(|topic| ask(topic)).collect();
    realtime::subscribe_together(&backend, &client, asks, since).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// A connection may go from guest to somebody; it never becomes somebody else.
fn take_identity(client: &Client, caller: &Caller) -> DomainResult<()> {
    let key = |who: &Principal| {
        who.record().map(|record| (record.collection().id.clone(), record.id().to_owned()))
    };
    let (now, then) = (key(caller.ctx.who()), key(&client.who()));
    if then.is_some() && now != then {
        return Err(DomainError::Forbidden("The connection belongs to somebody else."));
    }
    let expires = underpin_domain::auth::token_expiry(&caller.token);
    client.set_who(caller.ctx.who().clone(), expires);
    Ok(())
}

fn topics(body: &JsonMap) -> DomainResult<Vec<String>> {
    let mut errors = ErrorTree::default();
    let client = body.get("clientId").and_then(Json::as_str).unwrap_or_default();
    if client.is_empty() {
        errors.put("clientId", ErrorCode::Required);
    } else if client.len() > MAX_CLIENT_ID_BYTES {
        errors.put("clientId", FieldError::out_of_length(1, MAX_CLIENT_ID_BYTES));
    }
    let asked = body.get("subscriptions").unwrap_or(&Json::Null);
    if !asked.is_array() && !asked.is_null() {
        return Err(DomainError::bad_request("The subscriptions must be a list of topics."));
    }
    let mut topics = Vec::new();
    let mut bad_topics = ErrorTree::default();
    for (place, topic) in asked.as_array().into_iter().flatten().enumerate() {
        match topic.as_str() {
            Some(text) if text.len() <= MAX_TOPIC_BYTES => topics.push(text.to_owned()),
            _ => bad_topics.put(&place.to_string(), too_long(MAX_TOPIC_BYTES)),
        }
    }
    if topics.len() > MAX_TOPICS {
        errors.put("subscriptions", too_long(MAX_TOPICS));
    }
    errors.put_branch("subscriptions", bad_topics);
    errors.into_result("The submitted data can't be used.")?;
    Ok(topics)
}

fn too_long(most: usize) -> FieldError {
    FieldError::new(ErrorCode::LengthTooLong).param("min", 0).param("max", most)
}

/// A topic with its options: `posts/*?options={"query":{…},"headers":{…}}`.
fn ask(text: &str) -> Option<SubscribeAsk> {
    let (topic, options) = match text.split_once('?') {
        Some((topic, query)) => (topic, read_options(query)),
        None => (text, Json::Null),
    };
    let map = |name: &str| -> std::collections::BTreeMap<String, String> {
        let entries = options.get(name).and_then(Json::as_object).into_iter().flatten();
        let text = |value: &Json| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        entries.map(|(key, value)| (key.clone(), text(value))).collect()
    };
    let query = map("query");
    let headers =
        map("headers").into_iter().map(|(key, v)| (key.to_lowercase().replace('-', "_"), v));
    let value = |name: &str| query.get(name).cloned().unwrap_or_default();
    let (filter, expand, fields) = (value("filter"), value("expand"), value("fields"));
    let info =
        RequestInfo { headers: headers.collect(), query, ..RequestInfo::of(Principal::Guest) };
    Some(SubscribeAsk {
        request: String::new(),
        sub: text.to_owned(),
        topic: Topic::parse(topic)?,
        filter,
        expand,
        fields,
        since: None,
        info,
    })
}

fn read_options(query: &str) -> Json {
    let found = url::form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "options");
    found.and_then(|(_, text)| serde_json::from_str(&text).ok()).unwrap_or(Json::Null)
}

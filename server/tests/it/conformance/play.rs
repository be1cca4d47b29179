//! Sets the stage of a group on a server and plays its scenarios there.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use reqwest::{
    Method, RequestBuilder,
    multipart::{Form, Part},
};
use serde_json::{Value, json};
use underpin_testkit::Caller;

use super::{
    mask::{masked, without_suffixes},
    scenario::{Group, Scenario},
};

/// The superuser of both servers.
pub(crate) const ROOT: (&str, &str) = ("root@example.com", "correct horse");

/// An answer, with everything masked that differs from server to server.
#[derive(PartialEq, Eq)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    headers: Vec<(String, String)>,
    pub(crate) body: Value,
}

impl fmt::Display for Reply {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.status, self.body)?;
        self.headers.iter().try_for_each(|(name, value)| write!(formatter, " [{name}: {value}]"))
    }
}

/// A server with the collections, records and users of a group.
pub(crate) struct Stage {
    callers: BTreeMap<String, Caller>,
    kept: BTreeMap<String, String>,
    known_ids: BTreeSet<String>,
}

impl Stage {
    /// Makes what the group needs.
    pub(crate) async fn set(base: &str, group: &Group) -> Self {
        let guest = Caller::guest(base);
        let root = guest.signed_in("_superusers", ROOT.0, ROOT.1).await;
        let make = async |path: &str, body: &Value| {
            let answer = root.post(path, body.clone()).await;
            let said = answer.text();
            assert_eq!(answer.status, 200, "{} at {base}: {said} to {body}", group.name);
        };
        let mut known_ids = BTreeSet::new();
        for definition in &group.set.collections {
            make("/api/collections", definition).await;
            known_ids.extend(definition["id"].as_str().map(str::to_owned));
        }
        for added in &group.set.later {
            let path = format!("/api/collections/{}", added["of"].as_str().unwrap());
            let mut fields = root.get(&path).await.ok()["fields"].take();
            fields.as_array_mut().unwrap().extend(added["fields"].as_array().unwrap().clone());
            root.patch(&path, json!({ "fields": fields })).await.ok();
        }
        for records in &group.set.records {
            for row in &records.rows {
                make(&format!("/api/collections/{}/records", records.of), row).await;
                known_ids.extend(row["id"].as_str().map(str::to_owned));
            }
        }
        let mut callers = BTreeMap::new();
        let mut kept = BTreeMap::new();
        for (name, (collection, identity, password)) in &group.set.users {
            let caller = guest.signed_in(collection, identity, password).await;
            kept.insert(format!("{name}.token"), caller.token.clone());
            callers.insert(name.clone(), caller);
        }
        callers.insert("guest".to_owned(), guest);
        callers.insert("superuser".to_owned(), root);
        Self { callers, kept, known_ids }
    }

    /// The same callers, with the tokens that they have, at another server.
    pub(crate) fn at(&self, base: &str) -> Self {
        let moved = |(name, caller): (&String, &Caller)| {
            (name.clone(), Caller::guest(base).with_token(&caller.token))
        };
        Self {
            callers: self.callers.iter().map(moved).collect(),
            kept: self.kept.clone(),
            known_ids: self.known_ids.clone(),
        }
    }

    /// A caller by name.
    pub(crate) fn caller(&self, name: &str) -> &Caller {
        self.callers.get(name).unwrap_or_else(|| panic!("who is {name}?"))
    }

    /// The ids that were chosen, and are the same on every server.
    pub(crate) fn known_ids(&self) -> &BTreeSet<String> {
        &self.known_ids
    }

    /// Plays a scenario.
    pub(crate) async fn play(&mut self, scenario: &Scenario) -> Reply {
        self.remember_ids(scenario.body.as_ref());
        let response = self.request(scenario).send().await.unwrap();
        let status = response.status().as_u16();
        let headers = scenario.compare_headers.iter().map(|name| {
            let value = response.headers().get(name).map(|value| value.to_str().unwrap());
            (name.clone(), without_suffixes(value.unwrap_or("(none)")))
        });
        let headers = headers.collect();
        let bytes = response.bytes().await.unwrap();
        let body: Value = serde_json::from_slice(&bytes)
            .unwrap_or_else(|_| Value::String(String::from_utf8_lossy(&bytes).into_owned()));
        for (name, pointer) in &scenario.keep {
            let value = body.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
            self.kept.insert(name.clone(), value.to_owned());
        }
        Reply { status, headers, body: masked(body, &self.known_ids) }
    }

    fn request(&self, scenario: &Scenario) -> RequestBuilder {
        let (method, path) = scenario.request.split_once(' ').unwrap();
        let caller = self.caller(&scenario.who);
        let mut request = caller.request(method.parse::<Method>().unwrap(), &self.filled(path));
        if !scenario.query.is_empty() {
            let filled = scenario.query.iter().map(|(name, value)| (name, self.filled(value)));
            request = request.query(&filled.collect::<Vec<_>>());
        }
        for (name, value) in &scenario.headers {
            request = request.header(name, self.filled(value));
        }
        if let Some(body) = &scenario.body {
            let text = self.filled(&body.to_string());
            request = request.header("Content-Type", "application/json").body(text);
        }
        if let Some(raw) = &scenario.raw {
            request = request.header("Content-Type", "application/json").body(raw.clone());
        }
        match &scenario.form {
            Some(pairs) => request.multipart(form(pairs)),
            None => request,
        }
    }

    /// Puts the kept values in.
    fn filled(&self, text: &str) -> String {
        let fill = |text: String, (name, value): (&String, &String)| {
            text.replace(&format!("{{{name}}}"), value)
        };
        self.kept.iter().fold(text.to_owned(), fill)
    }

    /// Ids that a scenario chooses itself are not masked.
    fn remember_ids(&mut self, body: Option<&Value>) {
        let Some(body) = body else { return };
        let inside = body["requests"].as_array().into_iter().flatten();
        let bodies = inside.map(|request| &request["body"]).chain([body]);
        let ids = bodies.filter_map(|body| body["id"].as_str());
        self.known_ids.extend(ids.map(str::to_owned));
    }
}

fn form(pairs: &[(String, String)]) -> Form {
    pairs.iter().fold(Form::new(), |form, (name, value)| {
        let file = value.strip_prefix('@').and_then(|file| file.split_once(':'));
        match file {
            Some((file, content)) => {
                let part = Part::text(content.to_owned()).file_name(file.to_owned());
                form.part(name.clone(), part)
            }
            None => form.text(name.clone(), value.clone()),
        }
    })
}

//! Changing a record.

use std::sync::Arc;

use underpin_access::{Grant, Update};
use underpin_files::FileKey;
use underpin_model::{
    Collection, DomainError, DomainResult, Json, JsonMap, Record, RequestInfo, Value,
};
use underpin_query::Projection;
use underpin_storage::Transaction;

use super::{
    Submission, Upload, ViewAsk, auth_fields, changes,
    create::{hand_of, keep_files, refuse_unique},
    expand::finish,
    fill::{self, Hand},
    manage::Asked,
    password_fields, plans, relations, rows, rule, shape, validate,
};
use crate::{Backend, OpContext, schema::Snapshot};

const REFUSED: &str = "The record can't be changed.";

/// Changes a record and answers with it as the caller sees it.
///
/// # Errors
/// `Forbidden` when the collection is closed, `NotFound` when the record is missing or the rule
/// refuses it, `Invalid` when a value is refused.
pub async fn update(
    backend: &Arc<Backend>,
    ctx: &OpContext,
    collection: &Arc<Collection>,
    id: &str,
    submission: Submission,
    view: &ViewAsk,
) -> DomainResult<Json> {
    let snapshot = backend.schema.snapshot();
    let grant = underpin_access::authorize::<Update>(&snapshot.policies, ctx.who(), collection)?;
    let Submission { body, uploads } = submission;
    let body = fill::with_uploads(collection, &body, &uploads);
    let mut work = Work {
        backend: Arc::clone(backend),
        snapshot,
        ctx: ctx.clone(),
        grant,
        hand: hand_of(ctx),
        body,
        secrets: Vec::new(),
    };
    let before = read(backend, collection, id)?.ok_or(DomainError::NotFound)?;
    let planned = work.plan(&before);
    work.check_rule(&before, &planned.1).await?;
    work.check(&before, &planned, &uploads).await?;
    work.hash_passwords(&before).await?;
    let kept = keep_files(&planned.0, uploads).await?;
    let snapshot = Arc::clone(&work.snapshot);
    let id = id.to_owned();
    let written = backend
        .database
        .write(move |tx| Box::pin(async move { work.write_within(tx, &id).await }))
        .await;
    let (before, after) = match written {
        Ok(pair) => pair,
        Err(error) => {
            kept.take_back(backend).await;
            return Err(error);
        }
    };
    remove_dropped_files(backend, &before, &after).await;
    let asked = Asked { backend, snapshot: &snapshot, request: &planned.1, now: ctx.now };
    finish(backend, ctx, vec![shape::public(asked, &after).await?], collection, view)
        .await
        .map(|mut records| records.pop().unwrap_or_default())
}

/// A record as it is stored, by id.
pub(crate) fn read(
    backend: &Backend,
    collection: &Arc<Collection>,
    id: &str,
) -> DomainResult<Option<Record>> {
    let snapshot = backend.schema.snapshot();
    let text = plans::read_by_id(backend, &snapshot, collection, id, Projection::Stored)?;
    text.map(|text| parse(collection, &text)).transpose()
}

/// A record from the JSON text that the database gave.
pub(crate) fn parse(collection: &Arc<Collection>, text: &str) -> DomainResult<Record> {
    let map: JsonMap = serde_json::from_str(text)
        .map_err(|error| DomainError::fault("reading a stored record", error))?;
    Ok(Record::from_stored(collection, &map))
}

/// The first record of a JSON array that the database gave.
pub(crate) fn parse_first(
    collection: &Arc<Collection>,
    text: Option<String>,
) -> DomainResult<Option<Record>> {
    Ok(parse_all(collection, text)?.into_iter().next())
}

/// The records of a JSON array that the database gave.
pub(super) fn parse_all(
    collection: &Arc<Collection>,
    text: Option<String>,
) -> DomainResult<Vec<Record>> {
    let maps: Vec<JsonMap> = serde_json::from_str(text.as_deref().unwrap_or("[]"))
        .map_err(|error| DomainError::fault("reading stored records", error))?;
    Ok(maps.iter().map(|map| Record::from_stored(collection, map)).collect())
}

/// Brings a record from one state to another without asking who wants it: for the server's own
/// changes.
pub(crate) async fn replace(backend: &Backend, before: Record, after: Record) -> DomainResult<()> {
    let version = backend.schema.snapshot().version;
    let registry = Arc::clone(&backend.schema);
    let ctx = OpContext::system(backend.clock.now());
    backend
        .database
        .write(move |tx| {
            Box::pin(async move {
                registry.check(version)?;
                if let Some(statement) = rows::update(&before, &after) {
                    tx.execute(&statement).await?;
                    changes::updated(tx, &ctx, &before, &after).await?;
                }
                Ok(())
            })
        })
        .await
}

struct Work {
    backend: Arc<Backend>,
    snapshot: Arc<Snapshot>,
    ctx: OpContext,
    grant: Grant<Update>,
    hand: Hand,
    body: JsonMap,
    /// Hashes of submitted passwords by field, and the token key when it changes with one.
    secrets: Vec<(String, Value)>,
}

impl Work {
    /// The record after the change, and the request as rules see it.
    fn plan(&self, before: &Record) -> (Record, RequestInfo) {
        let mut after = before.clone();
        let seen = fill::lay_over(&mut after, &self.body, self.hand);
        fill::touch(&mut after, self.ctx.now);
        password_fields::lay_over(&mut after, &self.secrets);
        auth_fields::end_sessions_of_new_address(before, &mut after);
        (after, RequestInfo { body: Arc::new(seen), ..self.ctx.request.clone() })
    }

    async fn check_rule(&self, before: &Record, request: &RequestInfo) -> DomainResult<()> {
        let asked = (request, self.ctx.now);
        let scope = rule::rule_scope(&self.backend, asked, &self.snapshot, before.collection());
        let passed = rule::passes(&self.backend.database, &scope, self.grant.condition(), before);
        if passed.await? { Ok(()) } else { Err(DomainError::NotFound) }
    }

    fn asked<'a>(&'a self, request: &'a RequestInfo) -> Asked<'a> {
        let Self { backend, snapshot, ctx, .. } = self;
        Asked { backend, snapshot, request, now: ctx.now }
    }

    async fn check(
        &self,
        before: &Record,
        (after, request): &(Record, RequestInfo),
        uploads: &[Upload],
    ) -> DomainResult<()> {
        if before.collection().is_auth() {
            let standing = self.asked(request).standing(before).await?;
            auth_fields::check_change(&self.backend, (before, after), &self.body, standing)
                .await?
                .into_result(REFUSED)?;
        }
        let mut errors = validate::check(after, Some(before), uploads);
        self.passwords(before).check(false, &mut errors);
        auth_fields::put_password_rules(before, &self.body, &mut errors);
        relations::add_to(&self.backend, &self.snapshot, Some(before), after, errors)
            .await?
            .into_result(REFUSED)
    }

    fn passwords<'a>(&'a self, before: &'a Record) -> password_fields::Sent<'a> {
        let collection = before.collection();
        password_fields::Sent { collection, body: &self.body, hand: self.hand }
    }

    async fn hash_passwords(&mut self, before: &Record) -> DomainResult<()> {
        self.secrets = self.passwords(before).hashes(&self.backend).await?;
        if !before.collection().is_auth() || !auth_fields::wants_password(before, &self.body) {
            return Ok(());
        }
        let mut with_password = before.clone();
        auth_fields::set_password(&self.backend, &mut with_password, &self.body).await?;
        let value = |name: &str| with_password.get(name).cloned().unwrap_or(Value::Null);
        for name in [auth_fields::PASSWORD, "tokenKey"] {
            self.secrets.push((name.to_owned(), value(name)));
        }
        Ok(())
    }

    /// Everything that must hold is looked at again inside the write.
    async fn write_within(self, tx: &mut Transaction, id: &str) -> DomainResult<(Record, Record)> {
        self.backend.schema.check(self.snapshot.version)?;
        let collection = self.grant.collection();
        let projection = Projection::Stored;
        let select = plans::by_id(&self.backend, &self.snapshot, collection, id, projection)?;
        let text = tx.text(&select).await?.ok_or(DomainError::NotFound)?;
        let before = parse(collection, &text)?;
        let (after, request) = self.plan(&before);
        let scope =
            rule::rule_scope(&self.backend, (&request, self.ctx.now), &self.snapshot, collection);
        if !rule::passes_within(tx, &scope, self.grant.condition(), &before).await? {
            return Err(DomainError::NotFound);
        }
        if collection.is_auth() {
            let standing = self.asked(&request).standing_within(tx, &before).await?;
            auth_fields::check_protected(Some(&before), &after, standing).into_result(REFUSED)?;
        }
        relations::check(tx, &self.snapshot, Some(&before), &after).await?.into_result(REFUSED)?;
        if let Some(statement) = rows::update(&before, &after) {
            tx.execute(&statement).await.map_err(|error| refuse_unique(error, REFUSED))?;
            changes::updated(tx, &self.ctx, &before, &after).await?;
        }
        Ok((before, after))
    }
}

/// Files that the record named before and names no more.
async fn remove_dropped_files(backend: &Backend, before: &Record, after: &Record) {
    for (field, old) in before.cells() {
        if field.file_options().is_none() {
            continue;
        }
        let kept = after.get(&field.name).map(Value::as_texts).unwrap_or_default();
        for name in old.as_texts().iter().filter(|name| !kept.contains(name)) {
            let Ok(key) = FileKey::new(&before.collection().id, before.id(), name) else {
                continue;
            };
            if let Err(error) = backend.files.delete(&key).await {
                tracing::warn!(%error, "a replaced file stays behind");
            }
        }
    }
}

//! Changing a record.

use std::sync::Arc;

use underpin_access::{Grant, Update, UpdateAfter};
use underpin_model::{
    Collection, DomainError, DomainResult, Json, JsonMap, Record, RequestInfo, Value,
};
use underpin_query::Projection;
use underpin_storage::Transaction;

use super::{
    NewFile, Submission, ViewAsk,
    allowed::refuse_view,
    auth_fields, changes,
    create::refuse_unique,
    expand::finish,
    fill::{self, Hand},
    kept_files::{KeptFiles, Step},
    password_desk::PasswordDesk,
    password_fields, plans,
    reader::Reader,
    relations, rows, rule, shape, validate,
    work::Work,
    write::{Write, carry_out},
};
use crate::{Backend, OpContext};

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
    let files = submission.files();
    let change =
        Change::prepare(Work::alone(backend, ctx), collection, id, &submission.body, files)?;
    let before = read(backend, collection, id).await?.ok_or(DomainError::NotFound)?;
    // A first look, before hashing and files cost anything; a second one when the old password
    // had to be verified.
    let (mut desk, mut reader) = (PasswordDesk::default(), Reader::Committed(&backend.database));
    let mut planned = change.check(&mut reader, &before, &mut desk).await;
    if !desk.is_settled() {
        desk.work(backend).await?;
        planned = change.check(&mut reader, &before, &mut desk).await;
    }
    let (planned, request) = planned?;
    change.hashes(&before, &mut desk);
    desk.work(backend).await?;
    let kept = KeptFiles::named(backend, &planned, submission.uploads).await?;
    let work = change.work.clone();
    let step = match carry_out(backend, change, desk).await {
        Ok(step) => step,
        Err(error) => {
            kept.take_back(backend).await;
            return Err(error);
        }
    };
    kept.settle(backend, std::slice::from_ref(&step)).await;
    let mut shown = Vec::new();
    if let Some(after) = &step.after {
        shown.push(shape::public(work.asked(&request), after).await?);
    }
    finish(backend, ctx, shown, collection, view)
        .await
        .map(|mut records| records.pop().unwrap_or_default())
}

/// A change of a record, ready to be written.
pub(super) struct Change {
    work: Work,
    grant: Grant<Update>,
    after: Grant<UpdateAfter>,
    id: String,
    hand: Hand,
    body: JsonMap,
    files: Vec<NewFile>,
}

impl Change {
    /// Everything that needs neither the record nor time.
    ///
    /// # Errors
    /// `Forbidden` when the collection is closed, `Invalid` when it is a view.
    pub(super) fn prepare(
        work: Work,
        collection: &Arc<Collection>,
        id: &str,
        body: &JsonMap,
        files: Vec<NewFile>,
    ) -> DomainResult<Self> {
        refuse_view(collection)?;
        let policies = &work.snapshot.policies;
        let who = work.ctx.who();
        let grant = underpin_access::authorize::<Update>(policies, who, collection)?;
        let after = underpin_access::authorize::<UpdateAfter>(policies, who, collection)?;
        let body = fill::with_uploads(collection, body, &files);
        let hand = work.hand();
        Ok(Self { work, grant, after, id: id.to_owned(), hand, body, files })
    }

    /// The record after the change, but for hashes, and the request as rules see it.
    fn plan(&self, before: &Record) -> (Record, RequestInfo) {
        let mut after = before.clone();
        let seen = fill::lay_over(&mut after, &self.body, self.hand);
        fill::touch(&mut after, self.work.ctx.now);
        (after, RequestInfo { body: Arc::new(seen), ..self.work.ctx.request.clone() })
    }

    /// Whether the rule lets the change pass, and its values can be kept; then what was planned.
    async fn check(
        &self,
        reader: &mut Reader<'_>,
        before: &Record,
        desk: &mut PasswordDesk,
    ) -> DomainResult<(Record, RequestInfo)> {
        let (after, request) = self.plan(before);
        let scope = self.work.scope(&request, before.collection());
        if !rule::passes_for(reader, &scope, self.grant.condition(), before).await? {
            return Err(DomainError::NotFound);
        }
        if before.collection().is_auth() {
            let standing = self.work.asked(&request).standing(reader, before).await?;
            auth_fields::check_change((before, &after), &self.body, standing, desk)
                .into_result(REFUSED)?;
        }
        let mut errors = validate::check(&after, Some(before), &self.files);
        self.passwords().check(false, &mut errors);
        auth_fields::put_password_rules(before, &self.body, &mut errors);
        relations::check(reader, &self.work.snapshot, Some(before), &after, &mut errors).await?;
        errors.into_result(REFUSED)?;
        Ok((after, request))
    }

    fn passwords(&self) -> password_fields::Sent<'_> {
        let collection = self.grant.collection();
        password_fields::Sent { collection, body: &self.body, hand: self.hand }
    }

    /// Whether an account is to have another password.
    fn changes_password(&self, before: &Record) -> bool {
        before.collection().is_auth() && auth_fields::wants_password(before, &self.body)
    }

    /// The hashes of its passwords, by field.
    fn hashes(&self, before: &Record, desk: &mut PasswordDesk) -> Vec<(String, Value)> {
        let mut hashes = self.passwords().hashes(self.work.place, desk);
        if self.changes_password(before) {
            hashes.push(auth_fields::hash(before, &self.body, self.work.place, desk));
        }
        hashes
    }
}

impl Write for Change {
    type Done = Step;
    type Refusal = DomainError;

    async fn within(
        &mut self,
        tx: &mut Transaction,
        desk: &mut PasswordDesk,
    ) -> DomainResult<Step> {
        let (work, collection) = (&self.work, self.grant.collection());
        work.check_schema(tx).await?;
        let stored = Projection::Stored;
        let select = plans::by_id(&work.backend, &work.snapshot, collection, &self.id, stored)?;
        let text = tx.text(&select).await?.ok_or(DomainError::NotFound)?;
        let before = parse(collection, &text)?;
        let (mut after, request) = self.check(&mut Reader::Within(tx), &before, desk).await?;
        for (field, hash) in self.hashes(&before, desk) {
            after.set(&field, hash);
        }
        if self.changes_password(&before) {
            auth_fields::renew_token_key(&mut after);
        }
        auth_fields::end_sessions_of_new_address(&before, &mut after);
        if let Some(statement) = rows::update(work.backend.database.flavour(), &before, &after) {
            let refuse = |error| refuse_unique(error, collection, self.hand, REFUSED);
            tx.execute(&statement).await.map_err(refuse)?;
            changes::updated(tx, &work.ctx, &before, &after).await?;
        }
        let (mut reader, scope) = (Reader::Within(tx), work.scope(&request, collection));
        if !rule::passes_for(&mut reader, &scope, self.after.condition(), &after).await? {
            return Err(DomainError::Forbidden("You may not leave the record like this."));
        }
        Ok(Step { before: Some(before), after: Some(after) })
    }
}

/// A record as it is stored, by id.
pub(crate) async fn read(
    backend: &Backend,
    collection: &Arc<Collection>,
    id: &str,
) -> DomainResult<Option<Record>> {
    let snapshot = backend.schema.snapshot();
    let text = plans::read_by_id(backend, &snapshot, collection, id, Projection::Stored).await?;
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

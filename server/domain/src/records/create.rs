//! Making a record.

use std::sync::Arc;

use underpin_access::{Create, Grant};
use underpin_files::FileKey;
use underpin_model::{Collection, DomainError, DomainResult, Json, Record, RequestInfo, Value};
use underpin_storage::{StorageError, Transaction};

use super::{
    Submission, Upload, ViewAsk, account_refs, auth_fields, cascade, changes,
    expand::finish,
    fill::{self, Hand},
    manage::Asked,
    new_id, password_fields, plans, relations, rows, rule, shape,
    update::parse_first,
    validate,
};
use crate::{Backend, OpContext, schema::Snapshot};

/// What is said when a record can't be made; the same whether a rule or a value is at fault.
const REFUSED: &str = "The record can't be created.";

/// Makes a record and answers with it as the caller sees it.
///
/// # Errors
/// `Forbidden` when the collection is closed, `Invalid` when the rule or a value refuses it.
pub async fn create(
    backend: &Arc<Backend>,
    ctx: &OpContext,
    collection: &Arc<Collection>,
    submission: Submission,
    view: &ViewAsk,
) -> DomainResult<Json> {
    let snapshot = backend.schema.snapshot();
    let grant = underpin_access::authorize::<Create>(&snapshot.policies, ctx.who(), collection)?;
    let Submission { body, uploads } = submission;
    let hand = hand_of(ctx);
    let body = fill::with_uploads(collection, &body, &uploads);
    let mut record = Record::empty(collection);
    let seen = fill::lay_over(&mut record, &body, hand);
    fill::give_id(&mut record);
    let passwords = password_fields::Sent { collection, body: &body, hand };
    let judged = passwords.judged(&record);
    fill::fill_new(&mut record, ctx.now);
    if collection.is_superusers() {
        record.set("verified", Value::Bool(true));
    }
    let request = RequestInfo { body: Arc::new(seen), ..ctx.request.clone() };

    let writing =
        Writing { backend: Arc::clone(backend), snapshot, ctx: ctx.clone(), request, judged };
    writing.check_rule(&grant).await?;
    if collection.is_auth() {
        let standing = writing.asked().standing(&writing.judged).await?;
        auth_fields::check_new(&record, &body, standing).into_result(REFUSED)?;
    }
    let mut errors = validate::check(&record, None, &uploads);
    passwords.check(true, &mut errors);
    auth_fields::put_password_rules(&record, &body, &mut errors);
    relations::add_to(backend, &writing.snapshot, None, &record, errors)
        .await?
        .into_result(REFUSED)?;
    password_fields::lay_over(&mut record, &passwords.hashes(backend).await?);
    if collection.is_auth() {
        auth_fields::set_password(backend, &mut record, &body).await?;
    }
    let kept = keep_files(&record, uploads).await?;
    let (snapshot, request) = (Arc::clone(&writing.snapshot), writing.request.clone());
    let written = writing.write(grant, record.clone()).await;
    if written.is_err() {
        kept.take_back(backend).await;
    }
    written?;
    let asked = Asked { backend, snapshot: &snapshot, request: &request, now: ctx.now };
    finish(backend, ctx, vec![shape::public(asked, &record).await?], collection, view)
        .await
        .map(|mut records| records.pop().unwrap_or_default())
}

/// Whether the caller is trusted with hidden fields.
pub(super) fn hand_of(ctx: &OpContext) -> Hand {
    if ctx.who().is_superuser() { Hand::Trusted } else { Hand::Client }
}

struct Writing {
    backend: Arc<Backend>,
    snapshot: Arc<Snapshot>,
    ctx: OpContext,
    request: RequestInfo,
    /// The record to be, as the create rule sees it: without what only the server fills in.
    judged: Record,
}

impl Writing {
    fn asked(&self) -> Asked<'_> {
        let Self { backend, snapshot, ctx, request, .. } = self;
        Asked { backend, snapshot, request, now: ctx.now }
    }

    /// A first look at the rule, before hashing and files cost anything.
    async fn check_rule(&self, grant: &Grant<Create>) -> DomainResult<()> {
        let (asked, judged) = ((&self.request, self.ctx.now), &self.judged);
        let scope = rule::rule_scope(&self.backend, asked, &self.snapshot, judged.collection());
        let passed = rule::passes(&self.backend.database, &scope, grant.condition(), judged);
        if passed.await? { Ok(()) } else { Err(DomainError::bad_request(REFUSED)) }
    }

    async fn write(self, grant: Grant<Create>, record: Record) -> DomainResult<()> {
        let database = self.backend.database.clone();
        database
            .write(move |tx| Box::pin(async move { self.write_within(tx, grant, record).await }))
            .await
    }

    async fn write_within(
        self,
        tx: &mut Transaction,
        grant: Grant<Create>,
        record: Record,
    ) -> DomainResult<()> {
        self.backend.schema.check(self.snapshot.version)?;
        let asked = (&self.request, self.ctx.now);
        let scope = rule::rule_scope(&self.backend, asked, &self.snapshot, record.collection());
        if !rule::passes_within(tx, &scope, grant.condition(), &self.judged).await? {
            return Err(DomainError::bad_request(REFUSED));
        }
        relations::check(tx, &self.snapshot, None, &record).await?.into_result(REFUSED)?;
        new_id::check(tx, &self.snapshot, &self.request.body, &record)
            .await?
            .into_result(REFUSED)?;
        account_refs::check(tx, &self.snapshot, &record).await?.into_result(REFUSED)?;
        tx.execute(&rows::insert(&record)).await.map_err(|error| refuse_unique(error, REFUSED))?;
        changes::created(tx, &self.ctx, &record).await?;
        if record.collection().is_superusers() && record.text("email") != INSTALLER_EMAIL {
            self.remove_installer(tx, &record).await?;
        }
        Ok(())
    }
}

impl Writing {
    /// The first real superuser takes the placeholder's place.
    async fn remove_installer(&self, tx: &mut Transaction, new: &Record) -> DomainResult<()> {
        let wanted = ("email", INSTALLER_EMAIL);
        let collection = new.collection();
        let select = plans::stored_by_value(&self.backend, &self.snapshot, collection, wanted, 1)?;
        let text = tx.text(&select).await?;
        let Some(placeholder) = parse_first(collection, text)? else { return Ok(()) };
        let trip =
            cascade::Trip { backend: &self.backend, snapshot: &self.snapshot, ctx: &self.ctx };
        cascade::delete_all(tx, &trip, placeholder).await?;
        Ok(())
    }
}

/// Address of the placeholder account that makes the first superuser.
pub(crate) const INSTALLER_EMAIL: &str = "__pbinstaller@example.com";

/// A broken unique index becomes the error of its fields.
pub(super) fn refuse_unique(error: StorageError, message: &str) -> DomainError {
    let StorageError::Unique { columns, .. } = &error else { return error.into() };
    let mut tree = underpin_model::ErrorTree::default();
    for column in columns {
        tree.put(column, underpin_model::ErrorCode::NotUnique);
    }
    DomainError::invalid(message, tree)
}

/// Files that were put into their place for a write that is still to come.
pub(super) struct KeptFiles(Vec<FileKey>);

/// Moves the uploads that the record names to their place.
pub(super) async fn keep_files(record: &Record, uploads: Vec<Upload>) -> DomainResult<KeptFiles> {
    let mut kept = Vec::new();
    for upload in uploads {
        let (name, _) = super::modifiers::split(&upload.field);
        let named = record.get(name).is_some_and(|v| v.as_texts().contains(&upload.stored_name));
        if !named {
            continue;
        }
        let key = FileKey::new(&record.collection().id, record.id(), &upload.stored_name)
            .map_err(|_| DomainError::bad_request("A file's name can't be used."))?;
        upload.staged.keep(&key).await.map_err(|e| DomainError::fault("keeping a file", e))?;
        kept.push(key);
    }
    Ok(KeptFiles(kept))
}

impl KeptFiles {
    /// Removes the files again after a failed write.
    pub(super) async fn take_back(self, backend: &Backend) {
        for key in self.0 {
            if let Err(error) = backend.files.delete(&key).await {
                tracing::warn!(%error, "a file of a failed write stays behind");
            }
        }
    }
}

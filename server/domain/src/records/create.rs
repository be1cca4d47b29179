//! Making a record.

use std::sync::Arc;

use underpin_access::{Create, Grant};
use underpin_model::{
    Collection, DomainError, DomainResult, ErrorTree, Json, JsonMap, Record, RequestInfo, Value,
};
use underpin_storage::{StorageError, Transaction};

use super::{
    NewFile, Submission, ViewAsk, account_refs,
    allowed::refuse_view,
    auth_fields, cascade, changes,
    expand::finish,
    fill::{self, Hand},
    kept_files::KeptFiles,
    new_id,
    password_desk::PasswordDesk,
    password_fields, plans,
    reader::Reader,
    relations, rows, rule, shape,
    update::parse_first,
    validate,
    work::Work,
    write::{Write, carry_out},
};
use crate::{Backend, OpContext};

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
    let files = submission.files();
    let creation =
        Creation::prepare(Work::alone(backend, ctx), collection, &submission.body, files)?;
    // A first look, before hashing and files cost anything.
    creation.check(&mut Reader::Committed(&backend.database)).await?;
    let mut desk = PasswordDesk::default();
    creation.hashes(&mut desk);
    desk.work(backend).await?;
    let kept = KeptFiles::named(backend, &creation.record, submission.uploads).await?;
    let (work, request) = (creation.work.clone(), creation.request.clone());
    let record = match carry_out(backend, creation, desk).await {
        Ok(record) => record,
        Err(error) => {
            kept.take_back(backend).await;
            return Err(error);
        }
    };
    finish(
        backend,
        ctx,
        vec![shape::public(work.asked(&request), &record).await?],
        collection,
        view,
    )
    .await
    .map(|mut records| records.pop().unwrap_or_default())
}

/// A new record, ready to be written.
pub(super) struct Creation {
    work: Work,
    grant: Grant<Create>,
    hand: Hand,
    body: JsonMap,
    request: RequestInfo,
    /// As it will be stored, but for hashes.
    record: Record,
    /// As the create rule sees it: without what only the server fills in.
    judged: Record,
    /// What shows without the database to be wrong with its values.
    errors: ErrorTree,
}

impl Creation {
    /// Everything that needs neither the database nor time.
    ///
    /// # Errors
    /// `Forbidden` when the collection is closed, `Invalid` when it is a view.
    pub(super) fn prepare(
        work: Work,
        collection: &Arc<Collection>,
        body: &JsonMap,
        files: Vec<NewFile>,
    ) -> DomainResult<Self> {
        refuse_view(collection)?;
        let policies = &work.snapshot.policies;
        let grant = underpin_access::authorize::<Create>(policies, work.ctx.who(), collection)?;
        let hand = work.hand();
        let body = fill::with_uploads(collection, body, &files);
        let mut record = Record::empty(collection);
        let seen = fill::lay_over(&mut record, &body, hand);
        fill::give_id(&mut record);
        let passwords = password_fields::Sent { collection, body: &body, hand };
        let judged = passwords.judged(&record);
        fill::fill_new(&mut record, work.ctx.now);
        if collection.is_superusers() {
            record.set("verified", Value::Bool(true));
        }
        let request = RequestInfo { body: Arc::new(seen), ..work.ctx.request.clone() };
        let mut errors = validate::check(&record, None, &files);
        passwords.check(true, &mut errors);
        auth_fields::put_password_rules(&record, &body, &mut errors);
        if collection.is_auth() {
            auth_fields::renew_token_key(&mut record);
        }
        Ok(Self { work, grant, hand, body, request, record, judged, errors })
    }

    /// The record's id.
    pub(super) fn id(&self) -> &str {
        self.record.id()
    }

    /// Whether the rule lets the record pass, and its values can be kept.
    async fn check(&self, reader: &mut Reader<'_>) -> DomainResult<()> {
        let (work, record) = (&self.work, &self.record);
        let scope = work.scope(&self.request, record.collection());
        if !rule::passes_new(reader, &scope, self.grant.condition(), &self.judged).await? {
            return Err(DomainError::bad_request(REFUSED));
        }
        if record.collection().is_auth() {
            let standing = work.asked(&self.request).standing(reader, &self.judged).await?;
            auth_fields::check_new(record, &self.body, standing).into_result(REFUSED)?;
        }
        let mut errors = self.errors.clone();
        relations::check(reader, &work.snapshot, None, record, &mut errors).await?;
        errors.into_result(REFUSED)
    }

    /// The hashes of its passwords, by field.
    fn hashes(&self, desk: &mut PasswordDesk) -> Vec<(String, Value)> {
        let collection = self.record.collection();
        let sent = password_fields::Sent { collection, body: &self.body, hand: self.hand };
        let mut hashes = sent.hashes(self.work.place, desk);
        if collection.is_auth() {
            hashes.push(auth_fields::hash(&self.record, &self.body, self.work.place, desk));
        }
        hashes
    }

    /// The first real superuser takes the placeholder's place.
    async fn remove_installer(&self, tx: &mut Transaction) -> DomainResult<()> {
        let (work, collection) = (&self.work, self.record.collection());
        let wanted = ("email", INSTALLER_EMAIL);
        let select = plans::stored_by_value(&work.backend, &work.snapshot, collection, wanted, 1)?;
        let text = tx.text(&select).await?;
        let Some(placeholder) = parse_first(collection, text)? else { return Ok(()) };
        cascade::delete_all(tx, &work.trip(), vec![placeholder]).await?;
        Ok(())
    }
}

impl Write for Creation {
    type Done = Record;
    type Refusal = DomainError;

    async fn within(
        &mut self,
        tx: &mut Transaction,
        desk: &mut PasswordDesk,
    ) -> DomainResult<Record> {
        self.work.check_schema(tx).await?;
        self.check(&mut Reader::Within(tx)).await?;
        let (snapshot, mut record) = (&self.work.snapshot, self.record.clone());
        new_id::check(tx, snapshot, &self.request.body, &record).await?.into_result(REFUSED)?;
        account_refs::check(tx, snapshot, &record).await?.into_result(REFUSED)?;
        for (field, hash) in self.hashes(desk) {
            record.set(&field, hash);
        }
        let refuse = |error| refuse_unique(error, record.collection(), self.hand, REFUSED);
        let insert = rows::insert(self.work.backend.database.flavour(), &record);
        tx.execute(&insert).await.map_err(refuse)?;
        changes::created(tx, &self.work.ctx, &record).await?;
        if record.collection().is_superusers() && record.text("email") != INSTALLER_EMAIL {
            self.remove_installer(tx).await?;
        }
        Ok(record)
    }
}

/// Address of the placeholder account that makes the first superuser.
pub(crate) const INSTALLER_EMAIL: &str = "__pbinstaller@example.com";

/// A broken unique index becomes the error of its fields; of hidden ones clients learn nothing.
pub(super) fn refuse_unique(
    error: StorageError,
    collection: &Collection,
    hand: Hand,
    message: &str,
) -> DomainError {
    let StorageError::Unique { columns, .. } = &error else { return error.into() };
    let is_told = |column: &&String| {
        hand == Hand::Trusted || collection.field(column).is_none_or(|field| !field.hidden)
    };
    let mut tree = underpin_model::ErrorTree::default();
    for column in columns.iter().filter(is_told) {
        tree.put(column, underpin_model::ErrorCode::NotUnique);
    }
    DomainError::invalid(message, tree)
}

//! What will be done: decided before anything is written.

use std::{
    collections::HashSet,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use sha2::{Digest, Sha256};
use underpin_model::{Collection, FieldOptions, Json, Timestamp};
use underpin_storage::{
    Cell,
    foreign::{ForeignFile, ForeignLook, ForeignTable, InUse},
    transfer::MovedTable,
};

use super::{
    ImportAsk,
    data_dir::DataDir,
    error::ImportError,
    names::Names,
    report::{Note, NoteKind, Report},
    side_files,
};
use crate::{
    schema::{self, LeftOut, Snapshot},
    settings::ImportedSettings,
    transfer::{Listener, Step, Telling},
};

/// Longest name of a column on PostgreSQL, and of a field elsewhere, in bytes.
const LONGEST_FIELD: [usize; 2] = [63, 100];
/// Tables of the reference server that are no collections; what they hold is carried otherwise.
const KNOWN_TABLES: [&str; 3] = ["_collections", "_params", "_migrations"];

/// What will be done.
pub(super) struct Plan {
    pub(super) names: Names,
    pub(super) schema: Arc<Snapshot>,
    pub(super) tables: Vec<ForeignTable>,
    pub(super) looks: Vec<ForeignLook>,
    pub(super) settings: ImportedSettings,
    pub(super) left_out: Vec<LeftOut>,
    pub(super) notes: Vec<Note>,
    /// Another one for every other source.
    pub(super) fingerprint: String,
}

impl Plan {
    /// Looks through the source and decides.
    pub(super) async fn of(
        source: &DataDir,
        ask: &ImportAsk,
        now: Timestamp,
        listener: &dyn Listener,
    ) -> Result<Self, ImportError> {
        let mut notes = Vec::new();
        note_source(source, ask, &mut notes);
        side_files::note(&source.folder, &mut notes)
            .map_err(|error| ImportError::File(source.folder.display().to_string(), error))?;
        let (names, collections) = decide(source, ask, &mut notes);
        let collections = collections.into_iter().map(Arc::new).collect();
        let schema = Arc::new(schema::snapshot_of(collections).await?);
        for (name, sentence) in schema::complaints(&schema) {
            let text = format!("kept as it is, but it could not be saved anew: {sentence}");
            notes.push(Note::new(NoteKind::OddDefinition, name, text));
        }
        let tables = tables(source, &names, &schema, &mut notes).await?;
        note_other_tables(source, &names, &schema, &mut notes).await?;
        let has_bucket = bucket(source).is_some();
        let mut looks = Vec::new();
        for table in &tables {
            let files = FilesOf::new(source, &schema, table, has_bucket);
            let count = source.main.count(&table.name).await?;
            let telling = Telling::begin(listener, Step::LookThrough(&table.name), count);
            let told = |rows| telling.advance(rows);
            let seen = |cells: &[Cell]| files.look_at(cells);
            let look = source.main.look_through(table, &ask.to, &seen, &told).await?;
            telling.end();
            note_look(&table.becomes.name, &look, files, &mut notes);
            looks.push(look);
        }
        let key = ask.sealing_key.as_ref();
        let settings = ImportedSettings::read(&source.settings, key, now).map_err(|reason| {
            ImportError::Source(format!("the settings can't be read: {reason}"))
        })?;
        if !settings.homeless.is_empty() {
            let text = "there is no place for these settings yet; they are kept in `_params` as \
                        `importedSettings`";
            notes.push(Note::new(NoteKind::SettingsKept, settings.homeless.join(", "), text));
        }
        if !settings.lost.is_empty() {
            let text = "stays behind: there is no settings key to seal it under \
                        (UNDERPIN_SETTINGS__KEY)";
            notes.push(Note::new(NoteKind::SecretsLost, settings.lost.join(", "), text));
        }
        let fingerprint = fingerprint(source, &tables, &looks);
        let left_out = Vec::new();
        Ok(Self { names, schema, tables, looks, settings, left_out, notes, fingerprint })
    }

    /// A report of what is decided.
    pub(super) fn report(&self, ask: &ImportAsk) -> Report {
        Report::begin(ask, self)
    }

    /// The names of all tables and views.
    pub(super) fn relations(&self) -> Vec<String> {
        self.schema.collections().iter().map(|collection| collection.name.clone()).collect()
    }

    /// Notes what the target's database can't have.
    pub(super) fn take_left_out(&mut self, left_out: Vec<LeftOut>) {
        self.left_out = left_out;
    }
}

/// Gives the collections the names that they can have.
fn decide(source: &DataDir, ask: &ImportAsk, notes: &mut Vec<Note>) -> (Names, Vec<Collection>) {
    let [on_postgres, elsewhere] = LONGEST_FIELD;
    let longest = if ask.to.is_postgres() { on_postgres } else { elsewhere };
    let mut collections = source.collections.clone();
    let names = Names::decide(&collections, longest);
    let why = "the old name can't be used here; rules, indexes and views follow, clients must";
    for (old, new) in &names.collections {
        let text = format!("the collection is called \"{new}\" now: {why}");
        notes.push(Note::new(NoteKind::Renamed, old.as_str(), text));
    }
    for collection in &mut collections {
        for field in &collection.fields {
            let Some(new) = names.fields.get(&field.name) else { continue };
            let text = format!("the field is called \"{new}\" now: {why}");
            let about = format!("{}.{}", collection.name, field.name);
            notes.push(Note::new(NoteKind::Renamed, about, text));
        }
        names.apply(collection);
        notes.extend(schema::drop_unread_indexes(collection).into_iter().map(Note::from));
    }
    (names, collections)
}

/// The tables of all collections, with where their columns come from.
async fn tables(
    source: &DataDir,
    names: &Names,
    schema: &Snapshot,
    notes: &mut Vec<Note>,
) -> Result<Vec<ForeignTable>, ImportError> {
    let mut tables = Vec::new();
    for becomes in schema::moved_tables(schema) {
        let name = names.old_name(&becomes.name).unwrap_or_else(|| becomes.name.clone());
        let all_columns = source.main.columns(&name).await?;
        if all_columns.is_empty() {
            return Err(ImportError::Source(format!("the collection \"{name}\" has no table")));
        }
        let found = |column: &str| {
            let old = names.old_field(column);
            all_columns.iter().find(|other| other.eq_ignore_ascii_case(old)).cloned()
        };
        let columns: Vec<Option<String>> =
            becomes.columns.iter().map(|column| found(&column.name)).collect();
        for column in all_columns.iter().filter(|name| !columns.contains(&Some((*name).clone()))) {
            let text = "the column is no field of the collection: it does not come along";
            notes.push(Note::new(NoteKind::TableLeftOut, format!("{name}.{column}"), text));
        }
        let becomes = Arc::new(becomes);
        tables.push(ForeignTable { name, columns, all_columns, becomes });
    }
    Ok(tables)
}

async fn note_other_tables(
    source: &DataDir,
    names: &Names,
    schema: &Snapshot,
    notes: &mut Vec<Note>,
) -> Result<(), ImportError> {
    let mut known: HashSet<String> =
        schema.collections().iter().map(|each| each.name.to_lowercase()).collect();
    known.extend(names.collections.keys().map(|name| name.to_lowercase()));
    for table in source.main.tables().await? {
        if KNOWN_TABLES.contains(&table.as_str()) || known.contains(&table.to_lowercase()) {
            continue;
        }
        let rows = source.main.count(&table).await?;
        let text = format!("the table is no collection: its {rows} rows do not come along");
        notes.push(Note::new(NoteKind::TableLeftOut, table, text));
    }
    Ok(())
}

fn note_source(source: &DataDir, ask: &ImportAsk, notes: &mut Vec<Note>) {
    let is_used = |file: &ForeignFile| file.was_in_use();
    if is_used(&source.main) || ask.in_use == InUse::Accepted {
        let text = "the server may have been running: what it wrote after the import began, and \
                    files that it was writing, do not come along";
        notes.push(Note::new(NoteKind::Source, ask.from.display().to_string(), text));
    }
    if let Some(bucket) = bucket(source) {
        let text = "the files stay in this bucket, where they are served from; the old server \
                    must not use it any more";
        notes.push(Note::new(NoteKind::Files, bucket, text));
    }
}

/// The bucket that the source keeps its files in.
fn bucket(source: &DataDir) -> Option<String> {
    let s3 = source.settings.get("s3")?;
    let is_on = s3.get("enabled").and_then(Json::as_bool).unwrap_or_default();
    let name = s3.get("bucket").and_then(Json::as_str).unwrap_or_default();
    is_on.then(|| name.to_owned())
}

fn note_look(name: &str, look: &ForeignLook, files: FilesOf, notes: &mut Vec<Note>) {
    for repaired in &look.repaired {
        let about = format!("{name}.{}", repaired.column);
        let many = match repaired.rows {
            1 => format!("in the record {}", repaired.first),
            rows => format!("in {rows} records, the first is {}", repaired.first),
        };
        let text = format!("{} ({many})", repaired.what.sentence());
        notes.push(Note::new(NoteKind::ValuesChanged, about, text));
    }
    if let (missing @ 1.., first) = files.missing() {
        let text = format!("{missing} files that records name are not there, such as {first}");
        notes.push(Note::new(NoteKind::Files, name, text));
    }
}

/// Looks whether the files that records name are there.
struct FilesOf {
    folder: Option<std::path::PathBuf>,
    id: Option<usize>,
    fields: Vec<usize>,
    missing: AtomicU64,
    first: Mutex<String>,
}

impl FilesOf {
    fn new(source: &DataDir, schema: &Snapshot, table: &ForeignTable, has_bucket: bool) -> Self {
        let becomes: &MovedTable = &table.becomes;
        let collection = schema.find(&becomes.name);
        let place = |name: &str| becomes.columns.iter().position(|column| column.name == name);
        let is_file =
            |field: &&underpin_model::Field| matches!(field.options, FieldOptions::File(_));
        let fields = collection.iter().flat_map(|each| each.fields.iter().filter(is_file));
        Self {
            fields: fields.filter_map(|field| place(&field.name)).collect(),
            id: place("id"),
            folder: collection
                .filter(|_| !has_bucket)
                .map(|each| source.folder.join("storage").join(&each.id)),
            missing: AtomicU64::new(0),
            first: Mutex::default(),
        }
    }

    fn look_at(&self, cells: &[Cell]) {
        let Some(folder) = &self.folder else { return };
        let Some(Cell::Text(id)) = self.id.and_then(|place| cells.get(place)) else { return };
        for place in &self.fields {
            let Some(Cell::Text(text)) = cells.get(*place) else { continue };
            let names = match serde_json::from_str::<Vec<String>>(text) {
                Ok(names) => names,
                Err(_) if text.is_empty() => continue,
                Err(_) => vec![text.clone()],
            };
            for name in names.iter().filter(|name| !folder.join(id).join(name).is_file()) {
                if self.missing.fetch_add(1, Ordering::Relaxed) == 0 {
                    *self.first.lock().unwrap_or_else(PoisonError::into_inner) =
                        format!("{id}/{}", name.escape_debug());
                }
            }
        }
    }

    fn missing(self) -> (u64, String) {
        let first = self.first.into_inner().unwrap_or_else(PoisonError::into_inner);
        (self.missing.into_inner(), first)
    }
}

fn fingerprint(source: &DataDir, tables: &[ForeignTable], looks: &[ForeignLook]) -> String {
    let mut hash = Sha256::new();
    hash.update(format!("{:?}\n", source.collections));
    for (table, look) in tables.iter().zip(looks) {
        let becomes = &table.becomes.name;
        hash.update(format!("{becomes}\n{}\n{}\n", look.digest.rows, look.digest.sum));
    }
    hex::encode(hash.finalize())
}

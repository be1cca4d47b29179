//! The data directory: what is in its database.

use std::path::PathBuf;

use sea_query::{Alias, Expr, ExprTrait, Order, Query};
use serde_json::json;
use underpin_credentials::foreign_seal;
use underpin_model::{Collection, Json, JsonMap};
use underpin_storage::{Cell, Row, foreign::ForeignFile};

use super::{ImportAsk, error::ImportError};
use crate::schema::read_foreign;

/// The file with the records.
const MAIN: &str = "data.db";
/// The file with the logs.
pub(super) const SIDE: &str = "auxiliary.db";
/// Columns of the table of definitions.
const COLUMNS: [&str; 14] = [
    "id",
    "system",
    "type",
    "name",
    "fields",
    "indexes",
    "listRule",
    "viewRule",
    "createRule",
    "updateRule",
    "deleteRule",
    "options",
    "created",
    "updated",
];

/// An open data directory.
pub(super) struct DataDir {
    pub(super) folder: PathBuf,
    pub(super) main: ForeignFile,
    /// The file with the logs, if there is one.
    pub(super) side: Option<ForeignFile>,
    /// Definitions as they are stored, in the order of their making.
    pub(super) collections: Vec<Collection>,
    pub(super) settings: JsonMap,
}

impl DataDir {
    /// Opens it and reads its definitions and settings.
    pub(super) async fn open(ask: &ImportAsk) -> Result<Self, ImportError> {
        let (folder, scratch) = (ask.from.clone(), ask.scratch.as_path());
        if !folder.join(MAIN).is_file() {
            let place = folder.display();
            return Err(ImportError::Source(format!("there is no {MAIN} in {place}")));
        }
        let main = ForeignFile::open(&folder.join(MAIN), scratch, ask.in_use).await?;
        let side = match folder.join(SIDE) {
            side if side.is_file() => Some(ForeignFile::open(&side, scratch, ask.in_use).await?),
            _ => None,
        };
        let collections = collections(&main).await?;
        let settings = settings(&main, ask).await?;
        Ok(Self { folder, main, side, collections, settings })
    }

    /// Refuses to trust what was read if somebody has written it meanwhile.
    pub(super) fn check_unwritten(&self) -> Result<(), ImportError> {
        if !self.main.is_copy() && self.main.was_written()? {
            return Err(ImportError::Written(self.folder.display().to_string()));
        }
        Ok(())
    }
}

async fn collections(main: &ForeignFile) -> Result<Vec<Collection>, ImportError> {
    let columns = main.columns("_collections").await?;
    if columns.is_empty() {
        return Err(ImportError::Source("the file data.db is no project's".to_owned()));
    }
    if let Some(missing) = COLUMNS.iter().find(|name| !columns.iter().any(|other| other == *name)) {
        return Err(ImportError::Source(format!(
            "the project was written by a version before 0.23 (no column `{missing}`): start it \
             once with a newer version, which brings it to its form, and import it then"
        )));
    }
    let select = Query::select()
        .columns(COLUMNS.map(Alias::new))
        .from(Alias::new("_collections"))
        .order_by(Alias::new("rowid"), Order::Asc)
        .to_owned();
    let rows = main.rows(&select).await?;
    rows.iter().map(collection).collect()
}

fn collection(row: &Row) -> Result<Collection, ImportError> {
    let mut map = JsonMap::new();
    for column in COLUMNS {
        let is_document = matches!(column, "fields" | "indexes" | "options");
        let value = match row.cell(column)? {
            Cell::Null => Json::Null,
            Cell::Int(number) => json!(number),
            Cell::Real(number) => json!(number),
            Cell::Text(text) if is_document => serde_json::from_str(text).unwrap_or_default(),
            Cell::Text(text) => json!(text),
            Cell::Blob(bytes) if is_document => serde_json::from_slice(bytes).unwrap_or_default(),
            Cell::Blob(bytes) => json!(String::from_utf8_lossy(bytes)),
        };
        map.insert(column.to_owned(), value);
    }
    let name = map.get("name").and_then(Json::as_str).unwrap_or_default().to_owned();
    read_foreign(&Json::Object(map)).map_err(|reason| {
        ImportError::Source(format!("the definition of \"{name}\" can't be read: {reason}"))
    })
}

async fn settings(main: &ForeignFile, ask: &ImportAsk) -> Result<JsonMap, ImportError> {
    let select = Query::select()
        .column(Alias::new("value"))
        .from(Alias::new("_params"))
        .and_where(Expr::col(Alias::new("id")).eq("settings"))
        .to_owned();
    let rows = main.rows(&select).await?;
    // The reference server writes them as bytes once they were changed.
    let stored = match rows.first().and_then(|row| row.cells().first()) {
        Some(Cell::Text(text)) => text.clone(),
        Some(Cell::Blob(bytes)) => String::from_utf8_lossy(bytes).into_owned(),
        _ => return Err(ImportError::Source("the project has no settings".to_owned())),
    };
    if let Ok(settings) = serde_json::from_str::<JsonMap>(&stored) {
        return Ok(settings);
    }
    let Some(key) = &ask.settings_key else {
        return Err(ImportError::Source(
            "the settings are encrypted: name the environment variable that holds their key with \
             --encryption-env"
                .to_owned(),
        ));
    };
    let opened = foreign_seal::open(key, stored.trim().trim_matches('"'));
    opened.and_then(|text| serde_json::from_str(&text).ok()).ok_or_else(|| {
        ImportError::Source("the settings are encrypted under another key".to_owned())
    })
}

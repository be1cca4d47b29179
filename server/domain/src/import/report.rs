//! What an import has done, and what it could not carry.

use serde::Serialize;

use super::plan::Plan;
use crate::{
    import::ImportAsk,
    schema::{LeftOut, LockedRule, Settled},
};

/// What an import has done, or would do.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// The source.
    pub source: String,
    /// The target.
    pub target: String,
    /// Whether nothing was written.
    pub is_dry_run: bool,
    /// Whether it went on with an interrupted import.
    pub is_resumed: bool,
    /// Each collection, in the order of their making.
    pub collections: Vec<CollectionReport>,
    /// Files.
    pub files: FilesReport,
    /// Entries of the log.
    pub log_entries: u64,
    /// What is not as it was, and why.
    pub notes: Vec<Note>,
}

/// A collection on both sides.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CollectionReport {
    /// Its name.
    pub name: String,
    /// The name that it had, if that is another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_name: Option<String>,
    /// `base`, `auth` or `view`.
    pub kind: &'static str,
    /// Records in the source; none for views.
    pub source_rows: Option<u64>,
    /// Records in the target; they are the same in every value.
    pub target_rows: Option<u64>,
}

/// What came of the files.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FilesReport {
    /// Files that the source has, thumbs included.
    pub found: u64,
    /// Bytes of them.
    pub bytes: u64,
    /// How many of them are thumbs.
    pub thumbs: u64,
    /// Files that were copied this time; others were there.
    pub copied: u64,
}

/// Something that is not as it was.
#[derive(Clone, Debug, Serialize)]
pub struct Note {
    /// What kind of thing.
    pub kind: NoteKind,
    /// What it is about.
    pub about: String,
    /// What became of it, and why.
    pub text: String,
}

/// What a note is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum NoteKind {
    /// It has another name.
    Renamed,
    /// A rule can't be used: only superusers pass.
    RuleLocked,
    /// An index is not there.
    IndexLeftOut,
    /// A view is not there.
    ViewLeftOut,
    /// Values were put right.
    ValuesChanged,
    /// A definition is kept that could not be saved here anew.
    OddDefinition,
    /// A table that is no collection, or a column that is no field.
    TableLeftOut,
    /// Settings without a place.
    SettingsKept,
    /// Secrets of the settings that stay behind.
    SecretsLost,
    /// Files that are not there, or are nobody's.
    Files,
    /// Programs and other things beside the data.
    BesideTheData,
    /// The source.
    Source,
}

impl Note {
    pub(super) fn new(kind: NoteKind, about: impl Into<String>, text: impl Into<String>) -> Self {
        Self { kind, about: about.into(), text: text.into() }
    }
}

impl Report {
    pub(super) fn begin(ask: &ImportAsk, plan: &Plan) -> Self {
        let rows = |name: &str| {
            let place = plan.tables.iter().position(|table| table.becomes.name == name)?;
            plan.looks.get(place).map(|look| look.digest.rows)
        };
        let collections = plan.schema.collections().iter().map(|collection| CollectionReport {
            name: collection.name.clone(),
            source_name: plan.names.old_name(&collection.name),
            kind: collection.kind.name(),
            source_rows: rows(&collection.name),
            target_rows: None,
        });
        Self {
            source: ask.from.display().to_string(),
            target: ask.to.to_string(),
            collections: collections.collect(),
            notes: plan.notes.clone(),
            ..Self::default()
        }
    }

    pub(super) fn note_target_rows(&mut self, name: &str, rows: u64) {
        for collection in self.collections.iter_mut().filter(|each| each.name == name) {
            collection.target_rows = Some(rows);
        }
    }

    pub(super) fn take_settled(
        &mut self,
        prepared: Vec<LeftOut>,
        indexes: Vec<LeftOut>,
        settled: Settled,
    ) {
        // What was said at the beginning says better why.
        let is_view = |left_out: &LeftOut| matches!(left_out, LeftOut::View { .. });
        let (said, _): (Vec<LeftOut>, Vec<LeftOut>) = prepared.into_iter().partition(is_view);
        let views = if said.len() == settled.views.len() { said } else { settled.views };
        self.collections.retain(|collection| {
            !views.iter().any(
                |left_out| matches!(left_out, LeftOut::View { name, .. } if *name == collection.name),
            )
        });
        self.notes.extend(views.into_iter().chain(indexes).map(Note::from));
        self.notes.extend(settled.locked.into_iter().map(Note::from));
    }
}

impl From<LeftOut> for Note {
    fn from(left_out: LeftOut) -> Self {
        match left_out {
            LeftOut::View { name, reason, query } => Self::new(
                NoteKind::ViewLeftOut,
                name,
                format!("the view can't be had on this database: {reason}. Its query: {query}"),
            ),
            LeftOut::Index { collection, reason, definition } => Self::new(
                NoteKind::IndexLeftOut,
                collection,
                format!("an index can't be had on this database: {reason}. It was: {definition}"),
            ),
        }
    }
}

impl From<LockedRule> for Note {
    fn from(locked: LockedRule) -> Self {
        let LockedRule { collection, rule, text, reason } = locked;
        let text =
            format!("{reason} Until it is written anew, only superusers pass. It was: {text}");
        Self::new(NoteKind::RuleLocked, format!("{collection}.{rule}"), text)
    }
}

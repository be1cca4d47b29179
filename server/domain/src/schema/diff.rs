//! The table changes that turn an old definition into a new one, with the data kept.
//!
//! They come in stages, because views follow a rename only while they stand, and stand in the way
//! of everything else.

use underpin_model::{Collection, Field};
use underpin_storage::{IndexDefinition, NewColumn, TableChange};

/// The changes of one table, stage by stage.
#[derive(Default)]
pub(super) struct TableChanges {
    /// Indexes that go, be it for a moment.
    pub(super) first: Vec<TableChange>,
    /// Renames; what reads the table follows.
    pub(super) renames: Vec<TableChange>,
    /// Everything else that is done to the table.
    pub(super) rest: Vec<TableChange>,
    /// Indexes that come.
    pub(super) last: Vec<TableChange>,
}

impl TableChanges {
    /// Whether the table itself changes, not just its indexes.
    pub(super) fn touch_the_table(&self) -> bool {
        !self.renames.is_empty() || !self.rest.is_empty()
    }
}

/// The changes that make a new collection's table; none for views.
pub(super) fn creation(collection: &Collection) -> TableChanges {
    if collection.is_view() {
        return TableChanges::default();
    }
    let columns = collection.fields.iter().map(column).collect();
    TableChanges {
        rest: vec![TableChange::Create { table: collection.name.clone(), columns }],
        last: collection.indexes.iter().filter_map(|text| new_index(text)).collect(),
        ..TableChanges::default()
    }
}

/// The changes that bring an existing table to a new definition; none for views.
///
/// Indexes that stand in the way are dropped first and made again last. Renames go through
/// temporary names, so that two fields can swap theirs.
pub(super) fn between(old: &Collection, new: &Collection) -> TableChanges {
    if new.is_view() {
        return TableChanges::default();
    }
    let mut changes =
        TableChanges { renames: renames(old, new), rest: rest(old, new), ..Default::default() };
    let rebuild_all = changes.touch_the_table();
    for text in &old.indexes {
        if (rebuild_all || !new.indexes.contains(text))
            && let Some(name) = index_name(text)
        {
            changes.first.push(TableChange::DropIndex { name });
        }
    }
    for text in &new.indexes {
        if rebuild_all || !old.indexes.contains(text) {
            changes.last.extend(new_index(text));
        }
    }
    changes
}

fn renames(old: &Collection, new: &Collection) -> Vec<TableChange> {
    let table = &new.name;
    let mut changes = Vec::new();
    if old.name != new.name {
        let passing = format!("_renaming_{}", new.id);
        changes.push(TableChange::Rename { from: old.name.clone(), to: passing.clone() });
        changes.push(TableChange::Rename { from: passing, to: table.clone() });
    }
    let renamed: Vec<(&Field, &Field)> = new
        .fields
        .iter()
        .filter_map(|field| old.field_by_id(&field.id).map(|before| (before, field)))
        .filter(|(before, field)| before.name != field.name)
        .collect();
    let step =
        |from: String, to: String| TableChange::RenameColumn { table: table.clone(), from, to };
    let passing = |field: &Field| format!("_renaming_{}", field.id);
    // A field that goes leaves its name to one that comes.
    for gone in dropped(old, new) {
        if renamed.iter().any(|(_, field)| field.name.eq_ignore_ascii_case(&gone.name)) {
            changes.push(step(gone.name.clone(), dropping(gone)));
        }
    }
    changes.extend(renamed.iter().map(|(old, new)| step(old.name.clone(), passing(new))));
    changes.extend(renamed.iter().map(|(_, new)| step(passing(new), new.name.clone())));
    changes
}

fn rest(old: &Collection, new: &Collection) -> Vec<TableChange> {
    let table = &new.name;
    let takes_name = |gone: &Field| {
        new.fields.iter().any(|field| {
            field.name.eq_ignore_ascii_case(&gone.name)
                && old.field_by_id(&field.id).is_some_and(|before| before.name != field.name)
        })
    };
    let mut changes = Vec::new();
    for gone in dropped(old, new) {
        let column = if takes_name(gone) { dropping(gone) } else { gone.name.clone() };
        changes.push(TableChange::DropColumn { table: table.clone(), column });
    }
    for field in &new.fields {
        match old.field_by_id(&field.id) {
            None => {
                changes.push(TableChange::AddColumn { table: table.clone(), column: column(field) })
            }
            Some(before) if before.column() != field.column() => {
                changes.push(TableChange::ConvertColumn {
                    table: table.clone(),
                    column: field.name.clone(),
                    from: before.column(),
                    to: field.column(),
                });
            }
            Some(_) => {}
        }
    }
    changes
}

fn dropped<'c>(old: &'c Collection, new: &'c Collection) -> impl Iterator<Item = &'c Field> {
    old.fields.iter().filter(|field| new.field_by_id(&field.id).is_none())
}

fn dropping(field: &Field) -> String {
    format!("_dropping_{}", field.id)
}

fn column(field: &Field) -> NewColumn {
    if field.name == "id" {
        NewColumn::id()
    } else {
        NewColumn::field(field.name.as_str(), field.column())
    }
}

fn new_index(text: &str) -> Option<TableChange> {
    IndexDefinition::parse(text).ok().map(TableChange::CreateIndex)
}

fn index_name(text: &str) -> Option<String> {
    IndexDefinition::parse(text).ok().map(|index| index.name)
}

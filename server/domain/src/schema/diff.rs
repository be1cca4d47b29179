//! The table changes that turn an old definition into a new one, with the data kept.

use underpin_model::{Collection, Field};
use underpin_storage::{IndexDefinition, NewColumn, TableChange};

/// The changes that make a new collection's table.
pub(super) fn creation(collection: &Collection) -> Vec<TableChange> {
    let columns = collection.fields.iter().map(column).collect();
    let mut changes = vec![TableChange::Create { table: collection.name.clone(), columns }];
    changes.extend(collection.indexes.iter().filter_map(|text| new_index(text)));
    changes
}

/// The changes that bring an existing table to a new definition.
///
/// Indexes that stand in the way are dropped first and made again last. Renames go through
/// temporary names, so that two fields can swap theirs.
pub(super) fn between(old: &Collection, new: &Collection) -> Vec<TableChange> {
    let mut changes = Vec::new();
    let structure_changes = structure(old, new);
    let rebuild_all = !structure_changes.is_empty();
    for text in &old.indexes {
        if (rebuild_all || !new.indexes.contains(text))
            && let Some(name) = index_name(text)
        {
            changes.push(TableChange::DropIndex { name });
        }
    }
    changes.extend(structure_changes);
    for text in &new.indexes {
        if rebuild_all || !old.indexes.contains(text) {
            changes.extend(new_index(text));
        }
    }
    changes
}

fn structure(old: &Collection, new: &Collection) -> Vec<TableChange> {
    let mut changes = Vec::new();
    if old.name != new.name {
        changes.push(TableChange::Rename { from: old.name.clone(), to: new.name.clone() });
    }
    let table = &new.name;
    for field in &old.fields {
        if new.field_by_id(&field.id).is_none() {
            changes
                .push(TableChange::DropColumn { table: table.clone(), column: field.name.clone() });
        }
    }
    changes.extend(renames(old, new));
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

fn renames(old: &Collection, new: &Collection) -> Vec<TableChange> {
    let renamed: Vec<(&Field, &Field)> = new
        .fields
        .iter()
        .filter_map(|field| old.field_by_id(&field.id).map(|before| (before, field)))
        .filter(|(before, field)| before.name != field.name)
        .collect();
    let step = |from: &str, to: &str| TableChange::RenameColumn {
        table: new.name.clone(),
        from: from.to_owned(),
        to: to.to_owned(),
    };
    let passing = |field: &Field| format!("_renaming_{}", field.id);
    let first = renamed.iter().map(|(before, field)| step(&before.name, &passing(field)));
    let second = renamed.iter().map(|(_, field)| step(&passing(field), &field.name));
    first.chain(second).collect()
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

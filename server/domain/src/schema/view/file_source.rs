//! Where the files that a view shows come from.

use std::sync::Arc;

use underpin_model::Collection;
use underpin_storage::{ViewColumn, ViewQuery};

use super::{super::registry::Snapshot, columns::source_collection};

/// Most views that stand between a view and the collection that has the files.
const MAX_DEPTH: usize = 10;

/// The collection and the field whose values a view's field shows, through other views if need
/// be; nothing when the field is the query's own.
pub fn file_source(
    snapshot: &Snapshot,
    view: &Arc<Collection>,
    field: &str,
) -> Option<(Arc<Collection>, String)> {
    let mut source = (Arc::clone(view), field.to_owned());
    for _ in 0..MAX_DEPTH {
        let (collection, name) = &source;
        if !collection.is_view() {
            return Some(source);
        }
        let query = ViewQuery::parse(collection.view_query.as_deref()?).ok()?;
        let column = query.columns.get(collection.field_position(name)?)?;
        let ViewColumn::Column { source: table, name } = column else { return None };
        let found = source_collection(snapshot.collections(), &query, table.as_deref())?;
        source = (Arc::clone(found), name.clone());
    }
    None
}

//! Where a question goes: to what is committed, or into a write that is under way.

use underpin_storage::{Database, Row, StatementTree, StorageResult, Transaction};

/// Answers selects.
pub(crate) enum Reader<'a> {
    /// What is committed, whatever others are writing.
    Committed(&'a Database),
    /// What the write unit has made of it so far.
    Within(&'a mut Transaction),
}

impl Reader<'_> {
    /// The first column of the first row as text; nothing for null or no row.
    pub(crate) async fn text(
        &mut self,
        tree: &impl StatementTree,
    ) -> StorageResult<Option<String>> {
        match self {
            Self::Committed(database) => database.text(tree).await,
            Self::Within(tx) => tx.text(tree).await,
        }
    }

    /// The rows of a select. Name the columns, never `*`.
    pub(crate) async fn rows(&mut self, tree: &impl StatementTree) -> StorageResult<Vec<Row>> {
        match self {
            Self::Committed(database) => database.rows(tree).await,
            Self::Within(tx) => tx.rows(tree).await,
        }
    }

    /// Whether what it answers still holds when the write is done.
    pub(crate) fn is_within(&self) -> bool {
        matches!(self, Self::Within(_))
    }
}

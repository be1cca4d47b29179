//! Dependents that the database changes by itself: none of their rows is read.
//!
//! What is written, and what is logged of it, is what [`cascade`](super::cascade) does record by
//! record where a database or a collection needs that.

use std::sync::Arc;

use sea_query::{Alias, Expr, ExprTrait, Order, Query, SelectStatement};
use underpin_model::{Collection, DomainError, DomainResult, Field};
use underpin_query::{EMPTY_LIST, Flavour, LoggedRow};
use underpin_storage::{ChangeAction, RowSet, Transaction};

use super::cascade::{self, Trip};

/// The records of a collection that point at one of some ids.
pub(super) struct Dependents<'a> {
    trip: &'a Trip<'a>,
    collection: &'a Arc<Collection>,
    field: &'a Field,
    ids: &'a [String],
    rows: RowSet,
    /// The list without the ids, NULL where it has none of them; nothing for a single relation,
    /// which is one of them.
    rest: Option<Expr>,
    /// A row as the change log keeps it.
    logged: Expr,
}

/// What was done to dependents.
pub(super) struct Released {
    pub(super) touched: u64,
    /// The ids of those that went, where something may point at them.
    pub(super) gone: Vec<String>,
    pub(super) gone_count: u64,
}

impl<'a> Dependents<'a> {
    /// Finds them; nothing where they have to be changed record by record.
    pub(super) async fn find(
        tx: &mut Transaction,
        trip: &'a Trip<'a>,
        collection: &'a Arc<Collection>,
        field: &'a Field,
        ids: &'a [String],
    ) -> DomainResult<Option<Self>> {
        let flavour = trip.backend.database.flavour();
        let has_files = collection.fields.iter().any(|field| field.file_options().is_some());
        let logged = logged(flavour, collection, &|field| column(field));
        let Some(logged) = logged.filter(|_| !has_files) else { return Ok(None) };
        let (table, name) = (collection.name.as_str(), field.name.as_str());
        let (rows, rest) = match field.is_multiple() {
            false => (tx.rows_with_value(table, name, ids).await?, None),
            true => match flavour.list_without(column(field), ids) {
                Some(rest) => (tx.rows_with_item(table, name, ids).await?, Some(rest)),
                None => return Ok(None),
            },
        };
        Ok(rows.map(|rows| Self { trip, collection, field, ids, rows, rest, logged }))
    }

    /// Unsets the relation in those that stay, and deletes the others.
    ///
    /// # Errors
    /// `Invalid` when there are more than `most`, or when one needs the relation.
    pub(super) async fn release(self, tx: &mut Transaction, most: u64) -> DomainResult<Released> {
        let mut released = Released { touched: 0, gone: Vec::new(), gone_count: 0 };
        if self.rows.is_empty() {
            return Ok(released);
        }
        if let Some(staying) = self.staying(self.rows.has_row()) {
            released.touched = self.log(tx, ChangeAction::Update, &staying, most).await?;
            if released.touched > 0 {
                self.unset(tx, &staying).await?;
            }
        }
        if let Some(going) = self.going(self.rows.has_row()) {
            let left = most.saturating_sub(released.touched);
            released.gone_count = self.log(tx, ChangeAction::Delete, &going, left).await?;
            released.touched += released.gone_count;
            if released.gone_count > 0 {
                released.gone = self.remove(tx, &going).await?;
            }
        }
        Ok(released)
    }

    /// Which of these rows stay without what they point at.
    fn staying(&self, rows: Expr) -> Option<Expr> {
        match (&self.rest, self.cascades()) {
            (None, true) => None,
            (None, false) => Some(rows),
            (Some(rest), true) => Some(rows.and(rest.clone().ne(EMPTY_LIST))),
            (Some(rest), false) => Some(rows.and(rest.clone().is_not_null())),
        }
    }

    /// Which of these rows go.
    fn going(&self, rows: Expr) -> Option<Expr> {
        self.cascades().then(|| match &self.rest {
            None => rows,
            Some(rest) => rows.and(rest.clone().eq(EMPTY_LIST)),
        })
    }

    fn cascades(&self) -> bool {
        self.field.relation_options().is_some_and(|relation| relation.cascade_delete)
    }

    /// The relation's column without the ids.
    fn unset_value(&self) -> Expr {
        self.rest.clone().unwrap_or_else(|| Expr::val(""))
    }

    /// Notes rows in the change log, as they are and as they will be.
    async fn log(
        &self,
        tx: &mut Transaction,
        action: ChangeAction,
        rows: &Expr,
        most: u64,
    ) -> DomainResult<u64> {
        let (flavour, ctx) = (self.trip.backend.database.flavour(), self.trip.ctx);
        let unset = |field: &Field| match field.name == self.field.name {
            true => self.unset_value(),
            false => column(field),
        };
        let after = match action {
            ChangeAction::Delete => Expr::null(),
            _ => logged(flavour, self.collection, &unset)
                .ok_or_else(|| DomainError::bad_request("The record can't be logged."))?,
        };
        let mut select = self.select(rows);
        select
            .expr(Expr::val(self.collection.id.as_str()))
            .expr(Expr::col("id"))
            .expr(Expr::val(action.name()))
            .expr(self.logged.clone())
            .expr(after)
            .expr(Expr::val(ctx.now.millis()))
            .expr(Expr::val(ctx.request_id.as_str()))
            .limit(most.saturating_add(1));
        let count = tx.append_selected(&self.collection.id, &select).await?;
        if count > most {
            return Err(cascade::too_many());
        }
        Ok(count)
    }

    async fn unset(&self, tx: &mut Transaction, rows: &Expr) -> DomainResult<()> {
        if let Some(emptied) = self.is_emptied() {
            let mut select = self.select(rows);
            select.column("id").and_where(emptied).limit(1);
            if !tx.rows(&select).await?.is_empty() {
                return Err(cascade::in_use());
            }
        }
        let (table, column) = (&self.collection.name, &self.field.name);
        if self.field.is_multiple() {
            // A list without items goes with its record where that cascades.
            tx.take_out(table, column, &self.rows, self.ids, !self.cascades()).await?;
            return Ok(());
        }
        for staying in self.rows.parts().filter_map(|part| self.staying(part)) {
            let mut update = Query::update();
            update.table(Alias::new(table)).value(Alias::new(column), "").and_where(staying);
            tx.execute(&update).await?;
        }
        Ok(())
    }

    /// Whether a row will have nothing in a relation that is required.
    fn is_emptied(&self) -> Option<Expr> {
        let flavour = self.trip.backend.database.flavour();
        let required = self.collection.relations().map(|(field, _)| field);
        let is_empty = |field: &Field| {
            let is_ours = field.name == self.field.name;
            let value = if is_ours { self.unset_value() } else { column(field) };
            match field.is_multiple() {
                true => flavour.list_length(value).eq(0),
                false => value.eq(""),
            }
        };
        required.filter(|field| field.required).map(is_empty).reduce(ExprTrait::or)
    }

    /// Deletes rows; tells their ids when that matters.
    async fn remove(&self, tx: &mut Transaction, rows: &Expr) -> DomainResult<Vec<String>> {
        let mut gone = Vec::new();
        if !cascade::pointing_at(self.trip.snapshot, self.collection).is_empty() {
            let mut select = self.select(rows);
            gone = tx.texts(select.column("id")).await?;
        }
        for going in self.rows.parts().filter_map(|part| self.going(part)) {
            let mut delete = Query::delete();
            delete.from_table(Alias::new(&self.collection.name)).and_where(going);
            tx.execute(&delete).await?;
        }
        Ok(gone)
    }

    /// A select of rows in the order in which they were made.
    fn select(&self, rows: &Expr) -> SelectStatement {
        let mut select = Query::select();
        select.from(Alias::new(&self.collection.name)).and_where(rows.clone());
        select.order_by_expr(RowSet::order(), Order::Asc);
        select
    }
}

fn column(field: &Field) -> Expr {
    Expr::col(Alias::new(&field.name))
}

/// A row as the change log keeps it.
fn logged(
    flavour: &dyn Flavour,
    collection: &Collection,
    value: &dyn Fn(&Field) -> Expr,
) -> Option<Expr> {
    let fields = LoggedRow::fields(collection);
    let values = fields.iter().map(|field| value(field)).collect();
    flavour.logged_row(&fields, values)
}

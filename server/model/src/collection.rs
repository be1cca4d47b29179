//! Collections: the definition of a kind of record.

use serde::{Deserialize, Serialize};

use crate::{Field, FieldOptions, auth_options::AuthOptions};

/// What a collection is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CollectionKind {
    /// Plain records.
    Base,
    /// Records that can sign in.
    Auth,
    /// The rows of a query, read-only.
    View,
}

impl CollectionKind {
    /// The name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Base => "base",
            Self::Auth => "auth",
            Self::View => "view",
        }
    }
}

/// The access rules of a collection: `None` = superusers alone, `""` = everybody.
///
/// They are a view of the policies of role `public`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rules {
    /// Who may list which records.
    pub list: Option<String>,
    /// Who may view which records.
    pub view: Option<String>,
    /// Who may create which records.
    pub create: Option<String>,
    /// Who may update which records.
    pub update: Option<String>,
    /// Who may delete which records.
    pub delete: Option<String>,
    /// Which auth records may sign in (auth collections).
    pub auth: Option<String>,
    /// Who may manage which auth records without their password (auth collections).
    pub manage: Option<String>,
}

/// A collection's definition. Immutable once it stands in a schema snapshot.
#[derive(Clone, Debug, PartialEq)]
pub struct Collection {
    /// Stable id, `pbc_…` unless chosen.
    pub id: String,
    /// Unique name; also the table's name.
    pub name: String,
    /// Base, auth or view.
    pub kind: CollectionKind,
    /// Whether the server owns it; then it can't be renamed or deleted.
    pub system: bool,
    /// Fields in their order.
    pub fields: Vec<Field>,
    /// `CREATE INDEX` statements.
    pub indexes: Vec<String>,
    /// The access rules.
    pub rules: Rules,
    /// Sign-in options, for auth collections.
    pub auth: Option<Box<AuthOptions>>,
    /// The query, for view collections.
    pub view_query: Option<String>,
    /// When it was made, as clients see it.
    pub created: String,
    /// When it was last changed, as clients see it.
    pub updated: String,
}

impl Collection {
    /// Whether its records can sign in.
    pub fn is_auth(&self) -> bool {
        self.kind == CollectionKind::Auth
    }

    /// Whether it is read-only.
    pub fn is_view(&self) -> bool {
        self.kind == CollectionKind::View
    }

    /// Whether this is the collection of superusers.
    pub fn is_superusers(&self) -> bool {
        self.name == SUPERUSERS
    }

    /// A field by name.
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// A field by id.
    pub fn field_by_id(&self, id: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.id == id)
    }

    /// Where a field stands, by name.
    pub fn field_position(&self, name: &str) -> Option<usize> {
        self.fields.iter().position(|field| field.name == name)
    }

    /// The relation fields with the id of the collection they point at.
    pub fn relations(&self) -> impl Iterator<Item = (&Field, &str)> {
        self.fields.iter().filter_map(|field| match &field.options {
            FieldOptions::Relation(relation) => Some((field, relation.collection_id.as_str())),
            _ => None,
        })
    }
}

/// Name of the collection whose records pass every check.
pub const SUPERUSERS: &str = "_superusers";

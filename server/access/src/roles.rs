//! Roles: the built-in ones of a principal, and what casbin's role graph adds.
//!
//! `public` is everybody's. A caller without a token also has `guest`; an auth
//! record has `user` and `user:<collectionId>`. The last one goes by id, not by
//! name: a renamed collection keeps its roles, and a new collection that takes
//! an old name gets none of them. A single record is the role graph's member
//! `record:<collectionId>/<recordId>`.

use std::{collections::BTreeSet, sync::Arc};

use casbin::{Enforcer, RbacApi};
use underpin_model::{Principal, Record};

/// The role that everybody has.
pub const PUBLIC: &str = "public";
/// The role of callers who are not signed in.
pub const GUEST: &str = "guest";
/// The role of every auth record.
pub const USER: &str = "user";
/// The role of superusers and of the server itself.
pub const SUPERUSER: &str = "superuser";

const RECORD_PREFIX: &str = "record:";

/// The role of every record of an auth collection.
pub fn of_collection(collection_id: &str) -> String {
    format!("{USER}:{collection_id}")
}

/// How roles and policies name a single record.
pub fn of_record(collection_id: &str, record_id: &str) -> String {
    format!("{RECORD_PREFIX}{collection_id}/{record_id}")
}

/// Whether the name is one of a single record.
pub(crate) fn names_a_record(role: &str) -> bool {
    role.starts_with(RECORD_PREFIX)
}

/// All roles that someone has, inherited ones included.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RoleSet(Arc<BTreeSet<String>>);

impl RoleSet {
    /// These roles and whatever they inherit in casbin's role graph.
    pub(crate) fn inherited(direct: Vec<String>, enforcer: &Enforcer) -> Self {
        let mut roles = BTreeSet::new();
        for role in direct {
            roles.extend(enforcer.get_implicit_roles_for_user(&role, None));
            roles.insert(role);
        }
        Self(Arc::new(roles))
    }

    /// Whether a role is among them.
    pub fn contains(&self, role: &str) -> bool {
        self.0.contains(role)
    }

    /// The roles in alphabetical order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

/// The roles that a principal has without any link.
pub(crate) fn built_in(who: &Principal) -> Vec<String> {
    let named = match who {
        Principal::Guest => vec![GUEST.to_owned()],
        Principal::User(record) => {
            vec![USER.to_owned(), of_collection(&record.collection().id), subject(record)]
        }
        Principal::Superuser(record) => vec![SUPERUSER.to_owned(), subject(record)],
        Principal::System => vec![SUPERUSER.to_owned()],
    };
    named.into_iter().chain([PUBLIC.to_owned()]).collect()
}

/// The name of a record in the role graph.
pub(crate) fn subject(record: &Record) -> String {
    of_record(&record.collection().id, record.id())
}

//! Who manages an auth record: the policies of the action `manage`.
//!
//! A manager changes address, verified state and password of an account without its password, and
//! sees its address. Guests never manage.

use underpin_access::{Grant, Manage, authorize};
use underpin_model::{DomainResult, Record, RequestInfo, Timestamp};

use super::{reader::Reader, rule};
use crate::{Backend, schema::Snapshot};

/// What the caller is to an auth record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// Whoever may change what its owner may not, or only with the password.
    Manager,
    /// Everybody else, the owner included.
    Other,
}

/// A request, and the policies by which it is judged.
#[derive(Clone, Copy)]
pub(crate) struct Asked<'a> {
    pub(crate) backend: &'a Backend,
    pub(crate) snapshot: &'a Snapshot,
    pub(crate) request: &'a RequestInfo,
    pub(crate) now: Timestamp,
}

/// What the policies say before they look at a record.
enum Ruling {
    Settled(Standing),
    ByRecord(Grant<Manage>),
}

impl Asked<'_> {
    /// What the caller may change, and see, of a record as it stands.
    ///
    /// # Errors
    /// Storage faults.
    pub(super) async fn standing(
        self,
        reader: &mut Reader<'_>,
        record: &Record,
    ) -> DomainResult<Standing> {
        match self.ruling(record) {
            Ruling::Settled(standing) => Ok(standing),
            Ruling::ByRecord(grant) => self.by_record(reader, &grant, record).await,
        }
    }

    fn ruling(self, record: &Record) -> Ruling {
        let (who, collection) = (&self.request.who, record.collection());
        if !collection.is_auth() {
            return Ruling::Settled(standing_of(who.is_superuser()));
        }
        match authorize::<Manage>(&self.snapshot.policies, who, collection) {
            Err(_) => Ruling::Settled(Standing::Other),
            Ok(grant) if grant.is_unconditional() => Ruling::Settled(Standing::Manager),
            Ok(grant) => Ruling::ByRecord(grant),
        }
    }

    async fn by_record(
        self,
        reader: &mut Reader<'_>,
        grant: &Grant<Manage>,
        record: &Record,
    ) -> DomainResult<Standing> {
        let scope = self.scope(record);
        rule::passes_for(reader, &scope, grant.condition(), record).await.map(standing_of)
    }

    fn scope<'r>(&'r self, record: &'r Record) -> underpin_query::Scope<'r> {
        let asked = (self.request, self.now);
        rule::rule_scope(self.backend, asked, self.snapshot, record.collection())
    }
}

fn standing_of(passed: bool) -> Standing {
    if passed { Standing::Manager } else { Standing::Other }
}

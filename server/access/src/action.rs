//! What can be done with a collection, as types, so that a grant for one deed
//! can't be handed in for another.

mod sealed {
    pub trait Sealed {}
}

/// An action on a collection. The types of this module are the only ones.
pub trait Action: sealed::Sealed + Send + Sync + 'static {
    /// The name that policies use.
    const NAME: &'static str;
    /// Whether it changes records; views refuse those.
    const WRITES: bool;
    /// Whether it may be granted to guests.
    const GUESTS: bool;
}

/// The action of a policy that is about every action.
pub const ANY_ACTION: &str = "*";

macro_rules! actions {
    ($($(#[$doc:meta])* $action:ident => $name:literal, writes: $writes:literal, guests: $guests:literal;)*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Copy, Debug, PartialEq, Eq)]
            pub struct $action;

            impl sealed::Sealed for $action {}

            impl Action for $action {
                const NAME: &'static str = $name;
                const WRITES: bool = $writes;
                const GUESTS: bool = $guests;
            }
        )*
    };
}

/// The actions that collections have rules for.
pub const COLLECTION_ACTIONS: &[&str] =
    &[List::NAME, View::NAME, Create::NAME, Update::NAME, Delete::NAME, Manage::NAME, Auth::NAME];

actions! {
    /// See records in lists, searches and realtime topics over a collection.
    List => "list", writes: false, guests: true;
    /// See one record.
    View => "view", writes: false, guests: true;
    /// Make a record.
    Create => "create", writes: true, guests: true;
    /// Change a record.
    Update => "update", writes: true, guests: true;
    /// Delete a record.
    Delete => "delete", writes: true, guests: true;
    /// Change an auth record's e-mail, password and state without its password, and see its
    /// address. Never granted to guests: for them a rule such as `owner = @request.auth.id` holds
    /// wherever `owner` is empty.
    Manage => "manage", writes: false, guests: false;
    /// Sign in as an auth record.
    Auth => "auth", writes: false, guests: true;
    /// Leave a record like this: what must hold of it after an update. Where no policy allows it to
    /// anybody it is not asked; where one does, everybody needs one that holds. No rule tells it,
    /// and a policy of every action does not mean it.
    UpdateAfter => "update:after", writes: true, guests: true;
}

/// Whether it is asked only where a policy speaks of it by name.
pub(crate) fn is_asked_by_name(action: &str) -> bool {
    action == UpdateAfter::NAME
}

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
}

/// The action of a policy that is about every action.
pub const ANY_ACTION: &str = "*";

macro_rules! actions {
    ($($(#[$doc:meta])* $action:ident => $name:literal, writes: $writes:literal;)*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Copy, Debug, PartialEq, Eq)]
            pub struct $action;

            impl sealed::Sealed for $action {}

            impl Action for $action {
                const NAME: &'static str = $name;
                const WRITES: bool = $writes;
            }
        )*

        /// The names of all actions on collections.
        pub const COLLECTION_ACTIONS: &[&str] = &[$($name),*];
    };
}

actions! {
    /// See records in lists, searches and realtime topics over a collection.
    List => "list", writes: false;
    /// See one record.
    View => "view", writes: false;
    /// Make a record.
    Create => "create", writes: true;
    /// Change a record.
    Update => "update", writes: true;
    /// Delete a record.
    Delete => "delete", writes: true;
    /// Change an auth record's e-mail, password and state without its password.
    Manage => "manage", writes: false;
    /// Sign in as an auth record.
    Auth => "auth", writes: false;
}

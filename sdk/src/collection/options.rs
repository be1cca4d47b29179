//! The query parameters that reads and writes share.

/// Gives a builder the methods `expand` and `fields`, over its field `query`.
macro_rules! answer_options {
    ($builder:ident) => {
        impl<T> $builder<T> {
            /// Puts related records into the answer: relation names, joined by commas, with dots
            /// for further steps. See [`Record::expanded`](crate::Record::expanded).
            pub fn expand(mut self, relations: impl Into<String>) -> Self {
                self.query.push(("expand", relations.into()));
                self
            }

            /// Leaves out of the answer what is not named here.
            pub fn fields(mut self, names: impl Into<String>) -> Self {
                self.query.push(("fields", names.into()));
                self
            }
        }
    };
}

pub(super) use answer_options;

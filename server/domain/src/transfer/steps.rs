//! What a transfer tells of itself while it runs.

/// What is being done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step<'a> {
    /// A table of the source is looked through.
    LookThrough(&'a str),
    /// A table is copied.
    Copy(&'a str),
    /// Files are copied.
    Files,
    /// An index is made.
    Index(&'a str),
    /// A table of the target is read again.
    Check(&'a str),
    /// A file of the database is copied; its pages are counted.
    CopyFile(&'a str),
    /// Bytes are put into a backup.
    Pack,
    /// Bytes are taken out of a backup.
    Unpack,
    /// A file of a database is looked through.
    Inspect(&'a str),
}

/// Hears how a transfer goes. A step that begins ends the one before.
pub trait Listener: Send + Sync {
    /// A step begins; it has so many rows, 0 when nobody knows.
    fn begins(&self, step: Step<'_>, total: u64);
    /// So many more are done.
    fn advances(&self, count: u64);
    /// The step is done.
    fn ends(&self);
}

/// Hears nothing.
#[derive(Clone, Copy, Debug)]
pub struct Unheard;

impl Listener for Unheard {
    fn begins(&self, _: Step<'_>, _: u64) {}

    fn advances(&self, _: u64) {}

    fn ends(&self) {}
}

/// A step that was told of.
pub(crate) struct Telling<'l> {
    listener: &'l dyn Listener,
}

impl<'l> Telling<'l> {
    pub(crate) fn begin(listener: &'l dyn Listener, step: Step<'_>, total: u64) -> Self {
        listener.begins(step, total);
        Self { listener }
    }

    pub(crate) fn advance(&self, count: u64) {
        self.listener.advances(count);
    }

    pub(crate) fn end(self) {
        self.listener.ends();
    }
}

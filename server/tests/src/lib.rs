//! Holds the integration tests of the server; there is nothing here to use.

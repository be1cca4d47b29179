//! underpin-tests

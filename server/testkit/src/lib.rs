//! underpin-testkit

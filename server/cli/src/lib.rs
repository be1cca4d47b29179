//! underpin-server

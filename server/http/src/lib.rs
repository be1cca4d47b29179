//! underpin-http

//! underpin-query

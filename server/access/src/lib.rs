//! underpin-access

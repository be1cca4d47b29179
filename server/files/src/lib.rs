//! underpin-files

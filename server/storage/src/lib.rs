//! underpin-storage

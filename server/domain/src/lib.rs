//! underpin-domain

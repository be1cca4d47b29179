//! underpin-credentials

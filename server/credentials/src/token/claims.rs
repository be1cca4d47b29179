//! What a token says.

/// What a token can be used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TokenKind {
    /// Acting as the record.
    Auth,
    /// Setting a new password.
    PasswordReset,
    /// Changing the address.
    EmailChange,
    /// Proving the address.
    Verification,
    /// Reading protected files.
    File,
}

impl TokenKind {
    /// All kinds.
    pub const ALL: [Self; 5] =
        [Self::Auth, Self::PasswordReset, Self::EmailChange, Self::Verification, Self::File];

    /// The `type` claim.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Auth => "auth",
            Self::PasswordReset => "passwordReset",
            Self::EmailChange => "emailChange",
            Self::Verification => "verification",
            Self::File => "file",
        }
    }

    pub(super) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// A kind of token with what only that kind carries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Purpose {
    /// Acting as the record.
    Auth {
        /// Whether the holder may ask for a new one; impersonation tokens may not.
        refreshable: bool,
    },
    /// Setting a new password.
    PasswordReset {
        /// The address that the letter went to.
        email: String,
    },
    /// Changing the address.
    EmailChange {
        /// The address at the time of asking.
        email: String,
        /// The address to change to.
        new_email: String,
    },
    /// Proving the address.
    Verification {
        /// The address to prove.
        email: String,
    },
    /// Reading protected files.
    File,
}

/// The claims of a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claims {
    /// Id of the record.
    pub record_id: String,
    /// Id of the record's collection.
    pub collection_id: String,
    /// The second (of Unix time) from which on the token is void.
    pub expires_unix: i64,
    /// What it is for.
    pub purpose: Purpose,
}

impl Claims {
    /// The kind of token.
    #[must_use]
    pub fn kind(&self) -> TokenKind {
        match &self.purpose {
            Purpose::Auth { .. } => TokenKind::Auth,
            Purpose::PasswordReset { .. } => TokenKind::PasswordReset,
            Purpose::EmailChange { .. } => TokenKind::EmailChange,
            Purpose::Verification { .. } => TokenKind::Verification,
            Purpose::File => TokenKind::File,
        }
    }
}

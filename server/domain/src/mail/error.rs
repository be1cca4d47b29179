//! Why a letter was not sent.

/// Why a letter was not sent.
#[derive(Debug)]
pub enum MailError {
    /// No server is set for mails.
    NotSet,
    /// The letter can't be written so: an address that is none, for instance.
    Letter(String),
    /// The server for mails refuses for good.
    Refused(String),
    /// The server for mails can't be reached, or asks to come again.
    Away(String),
}

impl MailError {
    /// Whether another try makes sense.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::Away(_))
    }
}

impl std::fmt::Display for MailError {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NotSet => out.write_str("no mail server is set and enabled"),
            Self::Letter(reason) => write!(out, "the letter can't be written: {reason}"),
            Self::Refused(reason) => write!(out, "the mail server refuses: {reason}"),
            Self::Away(reason) => write!(out, "the mail server can't be used: {reason}"),
        }
    }
}

impl std::error::Error for MailError {}

//! Letters: written from the templates of an auth collection, and sent through the server that the
//! settings name.
//!
//! What a request waits for is sent with [`send`]; everything else is handed to the [`Mailer`],
//! which sends it behind the request's back and tries again where that may help.

mod error;
mod letter;
mod mailer;
mod plain_text;
mod smtp;
mod test_letter;

pub use self::{
    error::MailError,
    letter::{Letter, Values, write},
    mailer::Mailer,
    smtp::send,
    test_letter::{TestLetter, send_test_letter},
};

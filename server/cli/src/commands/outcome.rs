//! What the commands say, and their exit codes.

use std::{
    fmt,
    io::{self, Write},
    process::ExitCode,
};

use underpin_domain::{import::ImportError, transfer::TransferError};
use underpin_model::DomainError;
use underpin_storage::StorageError;

const FAILED: u8 = 1;
const WRONG_USAGE: u8 = 2;
const NOT_FOUND: u8 = 3;
const REFUSED: u8 = 4;
const UNREACHABLE: u8 = 5;
const OCCUPIED: u8 = 6;

/// Says something on standard output.
pub(super) fn say(text: &str) -> anyhow::Result<()> {
    writeln!(io::stdout(), "{text}")?;
    Ok(())
}

/// Arguments or configuration are wrong.
pub(super) fn wrong_usage(error: &anyhow::Error) -> ExitCode {
    complain(error);
    ExitCode::from(WRONG_USAGE)
}

/// Arguments that can't be used together.
#[derive(Debug)]
pub(super) struct WrongUsage(pub(super) &'static str);

impl fmt::Display for WrongUsage {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.0)
    }
}

impl std::error::Error for WrongUsage {}

/// The command failed; the code tells in which way.
pub(super) fn failed(error: &anyhow::Error) -> ExitCode {
    complain(error);
    if error.is::<WrongUsage>() {
        return ExitCode::from(WRONG_USAGE);
    }
    let storage = error.chain().find_map(|cause| cause.downcast_ref::<StorageError>());
    match storage {
        Some(StorageError::Unreachable(_)) => return ExitCode::from(UNREACHABLE),
        Some(StorageError::Transfer(_)) => return ExitCode::from(REFUSED),
        _ => {}
    }
    match error.downcast_ref() {
        Some(TransferError::Occupied(_)) => return ExitCode::from(OCCUPIED),
        Some(
            TransferError::CannotBeMoved(_)
            | TransferError::CannotHave(_)
            | TransferError::OtherSource(_),
        ) => return ExitCode::from(REFUSED),
        _ => {}
    }
    match error.downcast_ref() {
        Some(ImportError::Occupied(_)) => return ExitCode::from(OCCUPIED),
        Some(ImportError::Source(_) | ImportError::OtherSource(_) | ImportError::Written(_)) => {
            return ExitCode::from(REFUSED);
        }
        _ => {}
    }
    let kind = error.chain().find_map(|cause| cause.downcast_ref::<DomainError>());
    ExitCode::from(match kind {
        Some(DomainError::NotFound) => NOT_FOUND,
        Some(DomainError::Invalid(_) | DomainError::Forbidden(_)) => REFUSED,
        _ => FAILED,
    })
}

fn complain(error: &anyhow::Error) {
    // Where standard error is gone there is nobody to tell.
    let _ = writeln!(io::stderr(), "error: {error:#}");
}

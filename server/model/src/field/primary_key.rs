//! What an id may be made of: ids become names of folders.

use crate::{ErrorCode, FieldError};

/// The pattern of ids unless a collection has one of its own.
pub const STANDARD_ID_PATTERN: &str = "^[a-z0-9]+$";

/// Signs with a meaning in paths, patterns of files or quoted names.
const FORBIDDEN: &str = r#"./\|"'`<>:?*%$"#;
/// Names of devices, which some file systems don't let a folder have.
const DEVICES: [&str; 4] = ["CON", "PRN", "AUX", "NUL"];
/// Devices with a digit behind.
const NUMBERED_DEVICES: [&str; 2] = ["COM", "LPT"];

/// Checks the signs of a new id.
///
/// # Errors
/// [`ErrorCode::ForbiddenIdSign`] and [`ErrorCode::ReservedId`].
pub(super) fn check(id: &str) -> Result<(), FieldError> {
    let forbidden =
        |sign: char| sign.is_control() || sign.is_whitespace() || FORBIDDEN.contains(sign);
    if let Some(sign) = id.chars().find(|sign| forbidden(*sign)) {
        let message = format!("'{}' can't be part of an id.", sign.escape_debug());
        let error = FieldError::with_message(ErrorCode::ForbiddenIdSign, message);
        return Err(error.param("ch", sign.to_string()));
    }
    let name = id.to_ascii_uppercase();
    if is_device(&name) {
        return Err(FieldError::new(ErrorCode::ReservedId).param("reserved", name));
    }
    Ok(())
}

fn is_device(name: &str) -> bool {
    DEVICES.contains(&name)
        || NUMBERED_DEVICES.iter().any(|device| {
            name.strip_prefix(device).is_some_and(|digit| matches!(digit.as_bytes(), [b'1'..=b'9']))
        })
}

//! What an id may be made of: ids become names of folders.

use crate::{ErrorCode, FieldError};

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
        return Err(FieldError::with_message(ErrorCode::ForbiddenIdSign, message));
    }
    if is_device(&id.to_ascii_uppercase()) {
        return Err(ErrorCode::ReservedId.into());
    }
    Ok(())
}

fn is_device(name: &str) -> bool {
    DEVICES.contains(&name)
        || NUMBERED_DEVICES.iter().any(|device| {
            name.strip_prefix(device).is_some_and(|digit| matches!(digit.as_bytes(), [b'0'..=b'9']))
        })
}

//! The names under which uploads are stored: readable, ASCII, and not to be guessed.
//!
//! `Hello World-ÄÖ.PNG` becomes `hello_world_hb10llmf4a.PNG`. Of several extensions the last
//! two stay, as in `.tar.gz`.

use underpin_model::id::random_lowercase;

use crate::mime;

const MAX_BASE: usize = 100;
const MIN_BASE: usize = 3;
const MAX_EXTENSION: usize = 20;
const RANDOM: usize = 10;

/// A new name for an upload, from the name that its sender gave and the first bytes of it.
#[must_use]
pub fn stored_name(original: &str, head: &[u8]) -> String {
    let original = last_path_part(original);
    let (base, extension) = split_extension(original);
    let mut base = snake_case(base);
    if base.len() < MIN_BASE {
        base.push_str(&random_lowercase(RANDOM));
    }
    let extension = match plain_extension(extension) {
        extension if extension.is_empty() => mime::sniffed_extension(head).to_owned(),
        extension => extension,
    };
    let random = random_lowercase(RANDOM);
    if extension.is_empty() {
        format!("{base}_{random}")
    } else {
        format!("{base}_{random}.{extension}")
    }
}

/// Some senders give a path; only what follows its last `/` is a name.
fn last_path_part(original: &str) -> &str {
    original.rsplit('/').next().unwrap_or(original)
}

/// The name before, and after, the first dot of at most two extensions.
fn split_extension(name: &str) -> (&str, &str) {
    let Some((rest, _)) = name.rsplit_once('.') else {
        return (name, "");
    };
    let base = rest.rsplit_once('.').map_or(rest, |(base, _)| base);
    (base, name.strip_prefix(base).unwrap_or_default())
}

/// Lower case words of ASCII letters and digits, with `_` between them and where a capital
/// follows a small letter or a digit.
fn snake_case(base: &str) -> String {
    let mut snake = String::with_capacity(base.len());
    let mut last = None;
    for character in base.chars() {
        if character.is_ascii_alphanumeric() {
            let hump = character.is_ascii_uppercase()
                && last
                    .is_some_and(|last: char| last.is_ascii_lowercase() || last.is_ascii_digit());
            if hump && !snake.is_empty() {
                snake.push('_');
            }
            snake.push(character.to_ascii_lowercase());
        } else if !snake.is_empty() && !snake.ends_with('_') {
            snake.push('_');
        }
        last = Some(character);
    }
    snake.truncate(MAX_BASE);
    snake.truncate(snake.trim_end_matches('_').len());
    snake
}

/// The extension's ASCII letters, digits, `-` and `_`, in their case, without a dot in front;
/// the end of it if it is long.
fn plain_extension(raw: &str) -> String {
    let mut plain = String::with_capacity(raw.len());
    for character in raw.chars() {
        let dot = character == '.' && !plain.is_empty() && !plain.ends_with('.');
        if dot || character.is_ascii_alphanumeric() || character == '-' || character == '_' {
            plain.push(character);
        }
    }
    plain.truncate(plain.trim_end_matches('.').len());
    let excess = plain.len().saturating_sub(MAX_EXTENSION);
    plain.split_off(excess).trim_start_matches('.').to_owned()
}

#[cfg(test)]
mod tests;

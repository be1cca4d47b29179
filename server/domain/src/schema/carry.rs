//! Carries renames along: into rules of every collection, indexes, and sign-in options.
//!
//! What a client sends changed is taken as sent; what is as it was follows.

use std::sync::Arc;

use underpin_model::{
    Collection, DomainError, DomainResult, ErrorCode, ErrorTree, FieldError,
    auth_options::{AuthOptions, MailTemplate},
};
use underpin_storage::IndexDefinition;

use super::{
    next::Next,
    renamed::Renamed,
    rule_checks::{by_name, by_name_mut},
};

/// How a letter names a field of the record that it is for.
const PLACEHOLDER: &str = "{RECORD:";

/// Carries the renames of a change into everything that names what was renamed.
///
/// # Errors
/// `Invalid` when a rule reads a field of the caller that is renamed in one auth collection and
/// not in another.
pub(super) fn carry(next: &mut Next) -> DomainResult<Renamed> {
    let renamed = Renamed::of(next);
    if renamed.is_empty() {
        return Ok(renamed);
    }
    for new in next.collections().to_vec() {
        let Some(old) = next.old(&new.id).cloned() else { continue };
        let mut carried = new.as_ref().clone();
        carry_rules(next, &renamed, &old, &mut carried)?;
        carry_indexes(&renamed, &old, &mut carried);
        if let (Some(before), Some(auth)) = (&old.auth, &mut carried.auth) {
            carry_options(&renamed, &old, before, auth);
        }
        if carried != *new {
            next.put(carried);
        }
    }
    Ok(renamed)
}

/// What a condition on a collection has to be from now on; nothing when it may stay.
///
/// # Errors
/// As [`carry`].
pub(super) fn renamed_rule(
    next: &Next,
    renamed: &Renamed,
    collection: &Arc<Collection>,
    text: &str,
) -> DomainResult<Option<String>> {
    let mut ambiguous = None;
    let followed = underpin_query::rename(text, |name| {
        renamed.follow(next, collection, name).unwrap_or_else(|_| {
            ambiguous.get_or_insert_with(|| name.to_string());
            None
        })
    });
    match ambiguous {
        Some(name) => Err(refuse(collection, &name)),
        // A rule that can't be read names nothing.
        None => Ok(followed.unwrap_or_default()),
    }
}

fn carry_rules(
    next: &Next,
    renamed: &Renamed,
    old: &Arc<Collection>,
    new: &mut Collection,
) -> DomainResult<()> {
    let before = by_name(&old.rules).map(|(_, rule)| rule.clone());
    for (before, (_, rule)) in before.into_iter().zip(by_name_mut(&mut new.rules)) {
        if before == *rule
            && let Some(text) = rule.as_deref()
            && let Some(followed) = renamed_rule(next, renamed, old, text)?
        {
            *rule = Some(followed);
        }
    }
    if let (Some(before), Some(auth)) = (&old.auth, &mut new.auth)
        && before.mfa.rule == auth.mfa.rule
        && let Some(followed) = renamed_rule(next, renamed, old, &auth.mfa.rule)?
    {
        auth.mfa.rule = followed;
    }
    Ok(())
}

/// The columns of an index follow when the index is as it was.
fn carry_indexes(renamed: &Renamed, old: &Collection, new: &mut Collection) {
    for text in new.indexes.iter_mut().filter(|text| old.indexes.contains(text)) {
        let Ok(mut index) = IndexDefinition::parse(text) else { continue };
        let before = index.clone();
        rename_columns(renamed, old, &mut index);
        if index != before {
            *text = index.to_text();
        }
    }
}

/// Through names that no column has, so that two can swap theirs.
fn rename_columns(renamed: &Renamed, old: &Collection, index: &mut IndexDefinition) {
    let moved = |field: &underpin_model::Field| {
        let to = renamed.field(&old.id, &field.name)?.clone();
        Some((field.name.clone(), format!("_renaming_{}", field.id), to))
    };
    let moved: Vec<_> = old.fields.iter().filter_map(moved).collect();
    moved.iter().for_each(|(from, passing, _)| index.rename_column(from, passing));
    moved.iter().for_each(|(_, passing, to)| index.rename_column(passing, to));
}

/// Fields that name an account, fields that a profile goes into, and placeholders in letters.
fn carry_options(
    renamed: &Renamed,
    old: &Collection,
    before: &AuthOptions,
    auth: &mut AuthOptions,
) {
    let follow = |name: &mut String| {
        if let Some(to) = renamed.field(&old.id, name) {
            to.clone_into(name);
        }
    };
    if before.password_auth.identity_fields == auth.password_auth.identity_fields {
        auth.password_auth.identity_fields.iter_mut().for_each(follow);
    }
    let (was, is) = (&before.oauth2.mapped_fields, &mut auth.oauth2.mapped_fields);
    for (was, is) in [
        (&was.id, &mut is.id),
        (&was.name, &mut is.name),
        (&was.username, &mut is.username),
        (&was.avatar_url, &mut is.avatar_url),
    ] {
        if is == was {
            follow(is);
        }
    }
    for (was, is) in [
        (&before.verification_template, &mut auth.verification_template),
        (&before.reset_password_template, &mut auth.reset_password_template),
        (&before.confirm_email_change_template, &mut auth.confirm_email_change_template),
        (&before.auth_alert.email_template, &mut auth.auth_alert.email_template),
        (&before.otp.email_template, &mut auth.otp.email_template),
    ] {
        if was == is {
            carry_template(renamed, old, is);
        }
    }
}

fn carry_template(renamed: &Renamed, old: &Collection, template: &mut MailTemplate) {
    for text in [&mut template.subject, &mut template.body] {
        let mut parts = text.split(PLACEHOLDER);
        let mut followed = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let (name, rest) = part.split_at(part.find('}').unwrap_or_default());
            let to = renamed.field(&old.id, name).map_or(name, String::as_str);
            followed.extend([PLACEHOLDER, to, rest]);
        }
        *text = followed;
    }
}

fn refuse(collection: &Collection, name: &str) -> DomainError {
    let sentence = format!(
        "A rule of \"{}\" reads {name}, which other auth collections have too. Change that rule \
         first.",
        collection.name
    );
    let error = FieldError::with_message(ErrorCode::InvalidRule, sentence.clone());
    DomainError::invalid(sentence, ErrorTree::one("fields", error))
}

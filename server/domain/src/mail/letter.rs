//! A letter, and how a template becomes one.

use underpin_model::{Record, auth_options::MailTemplate};

use super::plain_text;
use crate::settings::Meta;

/// A letter to one person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// The address that it goes to.
    pub to: String,
    /// The subject line.
    pub subject: String,
    /// The text, as HTML.
    pub html: String,
    /// The same text without HTML.
    pub text: String,
}

/// What a letter tells besides what its template says. None of it is taken for HTML.
#[derive(Debug, Default)]
pub struct Values<'a> {
    /// `{TOKEN}`
    pub token: &'a str,
    /// `{OTP}`
    pub otp: &'a str,
    /// `{OTP_ID}`
    pub otp_id: &'a str,
    /// `{ALERT_INFO}`
    pub alert_info: &'a str,
    /// `{RECORD:field}`
    pub record: Option<&'a Record>,
}

/// How the placeholder of a record's value begins.
const RECORD: &str = "RECORD:";

/// Writes a letter from a template.
pub fn write(to: &str, template: &MailTemplate, meta: &Meta, values: &Values<'_>) -> Letter {
    let plain = |text: String| text;
    let subject = filled(&template.subject, meta, values, plain);
    let body = filled(&template.body, meta, values, |text| escaped(&text));
    Letter {
        to: to.to_owned(),
        subject: subject.chars().map(|sign| if sign.is_control() { ' ' } else { sign }).collect(),
        text: plain_text::of(&body),
        html: page(&body),
    }
}

/// Puts values in place of their placeholders; others stay as they are. What a value says is
/// not looked through again.
fn filled(
    template: &str,
    meta: &Meta,
    values: &Values<'_>,
    quote: impl Fn(String) -> String,
) -> String {
    let mut text = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, behind)) = rest.split_once('{') {
        text.push_str(before);
        let value = behind
            .split_once('}')
            .and_then(|(name, behind)| value(name, meta, values).map(|value| (value, behind)));
        rest = match value {
            Some((value, behind)) => {
                text.push_str(&quote(value));
                behind
            }
            None => {
                text.push('{');
                behind
            }
        };
    }
    text + rest
}

fn value(name: &str, meta: &Meta, values: &Values<'_>) -> Option<String> {
    let text = match name {
        "APP_NAME" => meta.app_name.as_str(),
        "APP_URL" => meta.app_url.trim_end_matches('/'),
        "TOKEN" => values.token,
        "OTP" => values.otp,
        "OTP_ID" => values.otp_id,
        "ALERT_INFO" => values.alert_info,
        _ => return of_record(values.record?, name.strip_prefix(RECORD)?),
    };
    Some(text.to_owned())
}

/// A value of the record, unless it is hidden.
fn of_record(record: &Record, name: &str) -> Option<String> {
    let (field, value) = record.cells().find(|(field, _)| field.name == name)?;
    if field.hidden {
        return None;
    }
    match value.to_json() {
        underpin_model::Json::String(text) => Some(text),
        other => Some(other.to_string()),
    }
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            sign => escaped.push(sign),
        }
    }
    escaped
}

/// A page around a body, readable in any client; `btn` is the class of the templates' buttons.
fn page(body: &str) -> String {
    format!(
        "<!DOCTYPE html>\n<html>\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<style>\n\
         body {{ margin: 24px; font: 15px/1.5 system-ui, sans-serif; color: #1c1c21; background: #fff; }}\n\
         .btn {{ display: inline-block; padding: 10px 24px; border-radius: 6px; font-weight: 600; \
         color: #fff !important; background: #1c1c21; text-decoration: none; }}\n\
         </style>\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letter(subject: &str, body: &str, values: &Values<'_>) -> Letter {
        let template = MailTemplate { subject: subject.to_owned(), body: body.to_owned() };
        let meta = Meta { app_name: "A <b>".to_owned(), ..Meta::default() };
        write("a@example.com", &template, &meta, values)
    }

    #[test]
    fn values_are_put_in_once_and_are_never_html() {
        let values = Values { token: "{OTP}\"><script>", otp: "123", ..Values::default() };
        let written =
            letter("{APP_NAME} {OTP} {NOPE}", "<p>{TOKEN} {APP_NAME} {x {OTP}</p>", &values);
        assert_eq!(written.subject, "A <b> 123 {NOPE}");
        let body = "<p>{OTP}&quot;&gt;&lt;script&gt; A &lt;b&gt; {x 123</p>";
        assert!(written.html.contains(body), "{}", written.html);
        assert_eq!(written.text, "{OTP}\"><script> A <b> {x 123");
    }

    #[test]
    fn a_subject_is_one_line() {
        let values = Values { otp: "1\r\nBcc: everybody@example.com", ..Values::default() };
        let written = letter("{OTP}", "", &values);
        assert_eq!(written.subject, "1  Bcc: everybody@example.com");
    }
}

//! The parameters of reads, parsed.

use underpin_model::{DomainError, DomainResult, limits};
use underpin_query::{Expand, Filter, Pick, SortKey, Trust};

use super::list_cursor::CursorAsk;

/// The parameters of a list.
#[derive(Debug, Default)]
pub struct ListAsk {
    /// Page number, from 1.
    pub page: u32,
    /// Records a page, 1 to 1000.
    pub per_page: u32,
    /// Order, when asked for.
    pub sort: Vec<SortKey>,
    /// Condition, when asked for.
    pub filter: Option<Filter>,
    /// Whether the totals are left out (then they are -1).
    pub skip_total: bool,
    /// Where the page starts, when it goes by a cursor instead of its number.
    pub cursor: Option<CursorAsk>,
    /// What is done with the records that were found.
    pub view: ViewAsk,
}

/// The parameters that shape records.
#[derive(Debug, Default)]
pub struct ViewAsk {
    /// Relations to bring along.
    pub expand: Expand,
    /// Fields to keep.
    pub pick: Option<Pick>,
}

impl ViewAsk {
    /// Whether records go out just as the database gives them.
    pub fn is_plain(&self) -> bool {
        self.expand.is_empty() && self.pick.is_none()
    }

    /// Reads the parameters `expand` and `fields`.
    ///
    /// # Errors
    /// `Invalid` when `fields` has an unknown modifier.
    pub fn parse(expand: &str, fields: &str) -> DomainResult<Self> {
        let pick = underpin_query::parse_pick(fields).map_err(refuse)?;
        Ok(Self { expand: underpin_query::parse_expand(expand), pick })
    }
}

impl ListAsk {
    /// Reads the parameters of a list, as text. Numbers below 1 take their default.
    ///
    /// # Errors
    /// `Invalid` with a sentence that says where the text is wrong.
    pub fn parse(
        trust: Trust,
        page: &str,
        per_page: &str,
        sort: &str,
        filter: &str,
        skip_total: &str,
    ) -> DomainResult<Self> {
        if filter.len() > limits::MAX_FILTER_BYTES {
            return Err(DomainError::bad_request("The filter is too long."));
        }
        for text in [filter, sort] {
            underpin_query::refuse_rule_names(text, trust).map_err(refuse)?;
        }
        let filter = Some(filter).filter(|text| !text.is_empty());
        let page = number("page", page)?;
        let per_page = match number("perPage", per_page)? {
            0 => limits::DEFAULT_PER_PAGE,
            many => many.min(limits::MAX_PER_PAGE),
        };
        Ok(Self {
            page: page.max(1),
            per_page,
            sort: underpin_query::parse_sort(sort, trust).map_err(refuse)?,
            filter: filter
                .map(|text| underpin_query::parse_from_client(text, trust))
                .transpose()
                .map_err(refuse)?,
            skip_total: flag("skipTotal", skip_total)?,
            cursor: None,
            view: ViewAsk::default(),
        })
    }
}

/// A number parameter; absent and negative ones are 0.
fn number(name: &str, text: &str) -> DomainResult<u32> {
    if text.is_empty() {
        return Ok(0);
    }
    let number: i64 = text
        .parse()
        .map_err(|_| DomainError::bad_request(format!("The parameter {name} must be a number.")))?;
    Ok(u32::try_from(number.max(0)).unwrap_or(u32::MAX))
}

/// A yes or no parameter; an absent one is a no.
fn flag(name: &str, text: &str) -> DomainResult<bool> {
    match text {
        "1" | "t" | "T" | "true" | "True" | "TRUE" => Ok(true),
        "" | "0" | "f" | "F" | "false" | "False" | "FALSE" => Ok(false),
        _ => Err(DomainError::bad_request(format!("The parameter {name} must be true or false."))),
    }
}

fn refuse(error: underpin_query::SyntaxError) -> DomainError {
    if error.is_forbidden() {
        return DomainError::Forbidden("Only superusers may use @request and @collection here.");
    }
    DomainError::bad_request(format!("{error}"))
}

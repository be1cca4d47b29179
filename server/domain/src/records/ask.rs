//! The parameters of reads, parsed.

use underpin_model::{DomainError, DomainResult, limits};
use underpin_query::{Expand, Filter, Pick, Sort};

/// The parameters of a list.
#[derive(Debug, Default)]
pub struct ListAsk {
    /// Page number, from 1.
    pub page: u32,
    /// Records a page, 1 to 1000.
    pub per_page: u32,
    /// Order, when asked for.
    pub sort: Option<Sort>,
    /// Condition, when asked for.
    pub filter: Option<Filter>,
    /// Whether the totals are left out (then they are -1).
    pub skip_total: bool,
    /// What is done with the records that were found.
    pub view: ViewAsk,
}

/// The parameters that shape records.
#[derive(Debug, Default)]
pub struct ViewAsk {
    /// Relations to bring along.
    pub expand: Option<Expand>,
    /// Fields to keep.
    pub pick: Option<Pick>,
}

impl ViewAsk {
    /// Whether records go out just as the database gives them.
    pub fn is_plain(&self) -> bool {
        self.expand.is_none() && self.pick.is_none()
    }

    /// Reads the parameters `expand` and `fields`.
    ///
    /// # Errors
    /// `Invalid` when `fields` has an unknown modifier.
    pub fn parse(expand: &str, fields: &str) -> DomainResult<Self> {
        let expand = Some(expand.trim()).filter(|text| !text.is_empty());
        let fields = Some(fields.trim()).filter(|text| !text.is_empty());
        Ok(Self {
            expand: expand.map(underpin_query::parse_expand).transpose().map_err(refuse)?,
            pick: fields.map(underpin_query::parse_pick).transpose().map_err(refuse)?,
        })
    }
}

impl ListAsk {
    /// Reads the parameters of a list, as text. Numbers below 1 take their default.
    ///
    /// # Errors
    /// `Invalid` with a sentence that says where the text is wrong.
    pub fn parse(
        page: &str,
        per_page: &str,
        sort: &str,
        filter: &str,
        skip_total: &str,
    ) -> DomainResult<Self> {
        if filter.len() > limits::MAX_FILTER_BYTES {
            return Err(DomainError::bad_request("The filter is too long."));
        }
        let sort = Some(sort).filter(|text| !text.trim().is_empty());
        let filter = Some(filter).filter(|text| !text.is_empty());
        let page = number("page", page)?;
        let per_page = match number("perPage", per_page)? {
            0 => limits::DEFAULT_PER_PAGE,
            many => many.min(limits::MAX_PER_PAGE),
        };
        Ok(Self {
            page: page.max(1),
            per_page,
            sort: sort.map(underpin_query::parse_sort).transpose().map_err(refuse)?,
            filter: filter.map(underpin_query::parse).transpose().map_err(refuse)?,
            skip_total: matches!(skip_total, "1" | "true" | "t" | "T" | "TRUE" | "True"),
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

fn refuse(error: underpin_query::SyntaxError) -> DomainError {
    DomainError::bad_request(format!("{error}"))
}

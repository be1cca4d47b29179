//! What handlers take from a request.

mod body;
mod caller;
mod form_values;
mod multipart;
mod parameters;

pub(crate) use self::{
    body::{json_body, submission},
    caller::Caller,
    parameters::Parameters,
};

//! What handlers take from a request.

mod backup;
mod batch;
mod body;
mod caller;
mod form_values;
mod multipart;
mod parameters;
mod patience;
mod room;

pub(crate) use self::{
    backup::backup_upload,
    batch::batch_requests,
    body::{json_body, submission},
    caller::Caller,
    parameters::Parameters,
};

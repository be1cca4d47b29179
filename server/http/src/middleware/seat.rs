//! Gives a request the backend that answers it, or asks the client to come back when there is none
//! for a while, as while a backup is being restored.

use std::{rc::Rc, sync::Arc};

use actix_http::Extensions;
use actix_web::{
    Error,
    body::{EitherBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    middleware::Next,
    web,
};
use underpin_model::DomainError;

use crate::{error::ApiError, stage::Stage};

/// Lets a request through to the backend of this moment.
pub(crate) async fn seat<B: MessageBody>(
    stage: web::Data<Stage>,
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    let Some(seat) = stage.seat().await else {
        let refused = request.error_response(ApiError::from(DomainError::Busy));
        return Ok(refused.map_into_right_body());
    };
    let mut data = Extensions::new();
    data.insert(web::Data::from(Arc::clone(&seat.backend)));
    request.add_data_container(Rc::new(data));
    Ok(next.call(request).await?.map_into_left_body())
}

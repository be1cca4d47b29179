//! Every route, in one list.

use actix_web::{middleware::Compress, web};

use crate::routes::{
    admin_ui, collections, files, health, not_found, realtime, record_auth, records,
};

/// Puts every route in place.
pub(crate) fn routes(app: &mut web::ServiceConfig) {
    app.service(
        web::scope("/api")
            .service(
                web::resource("/health")
                    .route(web::get().to(health::health))
                    .route(web::head().to(health::health)),
            )
            .service(
                web::resource("/realtime")
                    .route(web::get().to(realtime::sse::connect))
                    .route(web::post().to(realtime::sse::subscribe)),
            )
            .route("/realtime/ws", web::get().to(realtime::websocket::connect))
            .route("/files/token", web::post().to(files::token))
            .service(
                web::resource("/files/{collection}/{record}/{name}")
                    .route(web::get().to(files::download))
                    .route(web::head().to(files::download)),
            )
            .configure(collection_routes)
            .default_service(web::to(not_found::api)),
    )
    .service(
        web::scope("/_")
            .wrap(Compress::default())
            .route("", web::get().to(admin_ui::to_console))
            .route("/{path:.*}", web::get().to(admin_ui::serve)),
    )
    .route("/", web::get().to(admin_ui::to_console))
    .default_service(web::to(not_found::api));
}

fn collection_routes(app: &mut web::ServiceConfig) {
    app.service(
        web::resource("/collections")
            .route(web::get().to(collections::list))
            .route(web::post().to(collections::create)),
    )
    .route("/collections/meta/scaffolds", web::get().to(collections::scaffolds))
    .service(
        web::resource("/collections/{collection}")
            .route(web::get().to(collections::view))
            .route(web::patch().to(collections::update))
            .route(web::delete().to(collections::delete)),
    )
    .route("/collections/{collection}/auth-methods", web::get().to(record_auth::methods))
    .route(
        "/collections/{collection}/auth-with-password",
        web::post().to(record_auth::with_password),
    )
    .route("/collections/{collection}/auth-refresh", web::post().to(record_auth::refresh))
    .service(
        web::resource("/collections/{collection}/records")
            .route(web::get().to(records::list))
            .route(web::post().to(records::create)),
    )
    .service(
        web::resource("/collections/{collection}/records/{id}")
            .route(web::get().to(records::view))
            .route(web::patch().to(records::update))
            .route(web::delete().to(records::delete)),
    );
}

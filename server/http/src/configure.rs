//! Every route, in one list.

use actix_web::{Resource, web};

use crate::routes::{
    admin_ui, backups, batch, collections, crons, files, health, logs, not_found, public, realtime,
    record_auth, records, restore, settings, sql,
};

/// Puts every route in place.
pub(crate) fn routes(app: &mut web::ServiceConfig) {
    app.service(
        web::scope("/api")
            .service(
                resource("/health")
                    .route(web::get().to(health::health))
                    .route(web::head().to(health::health)),
            )
            .service(
                resource("/realtime")
                    .route(web::get().to(realtime::sse::connect))
                    .route(web::post().to(realtime::sse::subscribe)),
            )
            .service(resource("/realtime/ws").route(web::get().to(realtime::websocket::connect)))
            .service(resource("/sql").route(web::post().to(sql::run)))
            .service(resource("/batch").route(web::post().to(batch::run)))
            .service(
                resource("/settings")
                    .route(web::get().to(settings::view))
                    .route(web::head().to(settings::view))
                    .route(web::patch().to(settings::change)),
            )
            .service(resource("/settings/test/s3").route(web::post().to(settings::test_s3)))
            .service(resource("/settings/test/email").route(web::post().to(settings::test_email)))
            .service(
                resource("/settings/apple/generate-client-secret")
                    .route(web::post().to(settings::apple_client_secret)),
            )
            .service(resource("/files/token").route(web::post().to(files::token)))
            .service(
                resource("/files/{collection}/{record}/{name}")
                    .route(web::get().to(files::download))
                    .route(web::head().to(files::download)),
            )
            .configure(collection_routes)
            .configure(operation_routes)
            .default_service(web::to(not_found::api)),
    )
    .service(
        web::scope("/_")
            .route("", web::get().to(admin_ui::to_console))
            .route("/{path:.*}", web::get().to(admin_ui::serve))
            .route("/{path:.*}", web::head().to(admin_ui::serve)),
    )
    .service(
        resource("/{path:.*}")
            .route(web::get().to(public::serve))
            .route(web::head().to(public::serve)),
    )
    .default_service(web::to(not_found::api));
}

/// A resource that answers to methods it does not have as unknown paths do.
fn resource(path: &str) -> Resource {
    web::resource(path).default_service(web::to(not_found::api))
}

fn collection_routes(app: &mut web::ServiceConfig) {
    app.service(
        resource("/collections")
            .route(web::get().to(collections::list))
            .route(web::post().to(collections::create)),
    )
    .service(resource("/collections/meta/scaffolds").route(web::get().to(collections::scaffolds)))
    .service(
        resource("/collections/meta/dry-run-view").route(web::post().to(collections::dry_run_view)),
    )
    .service(
        resource("/collections/meta/oauth2-providers")
            .route(web::get().to(collections::oauth2_providers)),
    )
    .service(resource("/collections/import").route(web::put().to(collections::import)))
    .service(
        resource("/collections/{collection}/truncate")
            .route(web::delete().to(collections::truncate)),
    )
    .service(
        resource("/collections/{collection}")
            .route(web::get().to(collections::view))
            .route(web::patch().to(collections::update))
            .route(web::delete().to(collections::delete)),
    )
    .configure(auth_routes)
    .configure(record_routes);
}

fn operation_routes(app: &mut web::ServiceConfig) {
    app.service(
        resource("/logs")
            .route(web::get().to(logs::list))
            .route(web::head().to(logs::list))
            .route(web::delete().to(logs::clear)),
    )
    .service(
        resource("/logs/stats")
            .route(web::get().to(logs::stats))
            .route(web::head().to(logs::stats)),
    )
    .service(
        resource("/logs/{id}").route(web::get().to(logs::view)).route(web::head().to(logs::view)),
    )
    .service(
        resource("/crons").route(web::get().to(crons::list)).route(web::head().to(crons::list)),
    )
    .service(resource("/crons/{id}").route(web::post().to(crons::run)))
    .configure(backup_routes);
}

fn backup_routes(app: &mut web::ServiceConfig) {
    app.service(
        resource("/backups")
            .route(web::get().to(backups::list))
            .route(web::head().to(backups::list))
            .route(web::post().to(backups::make)),
    )
    .service(
        resource("/backups/{name}")
            .route(web::get().to(backups::download))
            .route(web::head().to(backups::download))
            .route(web::post().to(backups::upload))
            .route(web::delete().to(backups::remove)),
    )
    .service(resource("/backups/{name}/restore").route(web::post().to(restore::restore)));
}

fn auth_routes(app: &mut web::ServiceConfig) {
    app.service(
        resource("/collections/{collection}/auth-methods")
            .route(web::get().to(record_auth::methods)),
    )
    .service(
        resource("/collections/{collection}/auth-with-password")
            .route(web::post().to(record_auth::with_password)),
    )
    .service(
        resource("/collections/{collection}/auth-refresh")
            .route(web::post().to(record_auth::refresh)),
    );
}

fn record_routes(app: &mut web::ServiceConfig) {
    app.service(
        resource("/collections/{collection}/records")
            .route(web::get().to(records::list))
            .route(web::head().to(records::list))
            .route(web::post().to(records::create)),
    )
    .service(
        resource("/collections/{collection}/records/{id}")
            .route(web::get().to(records::view))
            .route(web::head().to(records::view))
            .route(web::patch().to(records::update))
            .route(web::delete().to(records::delete)),
    );
}

//! The console, embedded in the binary.

use actix_web::{
    HttpResponse,
    http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION},
    web,
};
use rust_embed::RustEmbed;

/// The built console. `make` builds it before the binary.
#[derive(RustEmbed)]
#[folder = "../../admin-ui/dist"]
struct Console;

const PAGE: &str = "index.html";
/// Everything from this server alone; nothing inline.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
const ONE_YEAR: &str = "public, max-age=31536000, immutable";

/// `GET /` and `GET /_`: to the console.
pub(crate) async fn to_console() -> HttpResponse {
    HttpResponse::TemporaryRedirect().insert_header((LOCATION, "/_/")).finish()
}

/// `GET /_/{path}`: a file of the console; every other path is a page of it.
pub(crate) async fn serve(path: web::Path<String>) -> HttpResponse {
    let name = path.into_inner();
    let asset = name.starts_with("assets/");
    match Console::get(&name) {
        Some(file) if name != PAGE => {
            let cache = if asset { ONE_YEAR } else { "no-cache" };
            answer(file, cache)
        }
        _ if asset => HttpResponse::NotFound().finish(),
        _ => match Console::get(PAGE) {
            Some(page) => answer(page, "no-cache"),
            None => HttpResponse::NotFound().body("This binary was built without its console."),
        },
    }
}

fn answer(file: rust_embed::EmbeddedFile, cache: &'static str) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, file.metadata.mimetype().to_owned()))
        .insert_header((CACHE_CONTROL, cache))
        .insert_header((CONTENT_SECURITY_POLICY, POLICY))
        .insert_header(("Referrer-Policy", "no-referrer"))
        .body(file.data.into_owned())
}

//! Static files of the folder `public`.
//!
//! A path leads to a file below the folder and nowhere else: not upwards, not along links out of
//! it, and not to names that begin with a dot, which are of tools and hold what nobody should
//! see. `.well-known` is the exception, since clients look there.

use std::path::{Path, PathBuf};

use actix_files::NamedFile;
use actix_web::{
    HttpRequest, HttpResponse,
    http::{
        StatusCode,
        header::{CONTENT_TYPE, HeaderValue, LOCATION},
    },
    web,
};
use underpin_files::mime;
use underpin_model::{DomainError, DomainResult};

use super::admin_ui;
use crate::error::ApiResult;

const INDEX: &str = "index.html";
/// What some call scripts, and what browsers want them to be.
const OLD_SCRIPT: &str = "application/javascript";
const SCRIPT: &str = "text/javascript";
/// The folder with a dot that is meant to be seen.
const WELL_KNOWN: &str = ".well-known";

/// The folder of static files. It need not be there.
pub(crate) struct PublicFolder {
    root: PathBuf,
    index_fallback: bool,
}

/// What a path leads to.
enum Found {
    File(PathBuf),
    /// The same path, as it is to be asked for.
    Elsewhere(String),
    Nothing,
}

/// `GET /{path}`: a file, or the page that stands in for those that are not there.
pub(crate) async fn serve(
    folder: web::Data<PublicFolder>,
    request: HttpRequest,
) -> ApiResult<HttpResponse> {
    let folder = folder.into_inner();
    let path = request.path().to_owned();
    let found = web::block(move || folder.find(&path)).await;
    match found.map_err(|error| DomainError::fault("looking for a static file", error))? {
        Found::File(file) => answer(&request, file).await.map_err(Into::into),
        Found::Elsewhere(path) => Ok(HttpResponse::build(StatusCode::MOVED_PERMANENTLY)
            .insert_header((LOCATION, path))
            .finish()),
        Found::Nothing if request.path() == "/" => Ok(admin_ui::to_console().await),
        Found::Nothing => Err(DomainError::NotFound.into()),
    }
}

async fn answer(request: &HttpRequest, file: PathBuf) -> DomainResult<HttpResponse> {
    let file = NamedFile::open_async(file).await.map_err(|_| DomainError::NotFound)?;
    // What is put into the folder is the owner's own site: it is shown, not saved. Its tag would
    // tell of the disk, and differ from node to node.
    let mut response = file.disable_content_disposition().use_etag(false).into_response(request);
    // Texts are UTF-8, scripts as well.
    let kind = response.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let kind = kind.map(|kind| if kind.starts_with(OLD_SCRIPT) { SCRIPT } else { kind });
    if let Some(Ok(kind)) = kind.map(mime::content_type).map(HeaderValue::try_from) {
        response.headers_mut().insert(CONTENT_TYPE, kind);
    }
    Ok(response)
}

impl PublicFolder {
    pub(crate) fn new(root: PathBuf, index_fallback: bool) -> Self {
        Self { root, index_fallback }
    }

    /// Looks for what a path stands for.
    fn find(&self, path: &str) -> Found {
        // Asked each time: the folder may be put in place, or be another one, while we serve.
        let Ok(root) = self.root.canonicalize() else { return Found::Nothing };
        match segments(path).and_then(|segments| below(&root, &segments)) {
            Some(found) => match at(&root, found, path) {
                Found::Nothing => self.fallback(&root),
                found => found,
            },
            None => self.fallback(&root),
        }
    }

    fn fallback(&self, root: &Path) -> Found {
        if !self.index_fallback {
            return Found::Nothing;
        }
        below(root, &[INDEX.to_owned()])
            .filter(|page| page.is_file())
            .map_or(Found::Nothing, Found::File)
    }
}

/// What is at a place: folders have a path with `/` at its end, files have none.
fn at(root: &Path, found: PathBuf, path: &str) -> Found {
    let (bare, is_folders) = match path.strip_suffix('/') {
        Some(bare) => (bare, true),
        None => (path, false),
    };
    if found.is_dir() {
        if !is_folders {
            return Found::Elsewhere(format!("{path}/"));
        }
        let page = found.join(INDEX).canonicalize();
        return match page {
            Ok(page) if page.is_file() && page.starts_with(root) => Found::File(page),
            _ => Found::Nothing,
        };
    }
    if !found.is_file() {
        return Found::Nothing;
    }
    if is_folders {
        return Found::Elsewhere(bare.to_owned());
    }
    match path.strip_suffix(INDEX) {
        Some(folder) if folder.ends_with('/') => Found::Elsewhere(folder.to_owned()),
        _ => Found::File(found),
    }
}

/// The place below the folder, wherever links lead; nothing outside of it.
fn below(root: &Path, segments: &[String]) -> Option<PathBuf> {
    let mut place = root.to_owned();
    place.extend(segments);
    let place = place.canonicalize().ok()?;
    place.starts_with(root).then_some(place)
}

/// The names in a path; nothing if one can't be a file's, or is not to be seen.
fn segments(path: &str) -> Option<Vec<String>> {
    let parts = path.split('/').filter(|part| !part.is_empty());
    parts
        .enumerate()
        .map(|(place, part)| {
            let name = percent_encoding::percent_decode_str(part).decode_utf8().ok()?;
            let is_hidden = name.starts_with('.') && !(place == 0 && name == WELL_KNOWN);
            let is_name = |sign: char| !matches!(sign, '/' | '\\' | ':') && !sign.is_control();
            (!is_hidden && name.chars().all(is_name)).then(|| name.into_owned())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_lead_elsewhere_or_are_hidden_are_none() {
        for path in [
            "/../x",
            "/%2e%2e/x",
            "/a/..",
            "/.",
            "/.git/config",
            "/a/.env",
            "/a/.well-known/x",
            "/..%2fx",
            "/a%5c..%5cx",
            "/%00",
            "/x%0a",
            "/%ff",
            "/c:/x",
            "/a%2fb",
        ] {
            assert_eq!(segments(path), None, "{path}");
        }
        let names = |path: &str| segments(path).unwrap().join("|");
        assert_eq!(names("/a//b%20c/%C3%BC.txt"), "a|b c|\u{fc}.txt");
        assert_eq!(names("/.well-known/acme"), ".well-known|acme");
        assert_eq!(names("/a..b/c."), "a..b|c.");
    }
}

//! The server's routes, read from the one place that lists them.

use std::collections::BTreeSet;

const CONFIGURE: &str = include_str!("../../http/src/configure.rs");
const METHODS: [&str; 6] = ["get", "post", "put", "patch", "delete", "head"];

/// Every route as `METHOD /path`, in the order of methods and paths.
pub(crate) fn routes() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    // Routes that are not in `routes` itself are configured below `/api`.
    let mut outer = "";
    let mut scope: Option<(usize, &str)> = None;
    let mut path = "";
    for line in CONFIGURE.lines() {
        let indent = line.len() - line.trim_start().len();
        if line.contains("fn ") {
            outer = if line.contains("fn routes(") { "" } else { "/api" };
            scope = None;
        }
        if scope.is_some_and(|(outside, _)| indent < outside && !line.trim().is_empty()) {
            scope = None;
        }
        let mut pieces = line.split('"');
        while let Some(code) = pieces.next() {
            for method in METHODS {
                if code.contains(&format!("web::{method}()")) {
                    let prefix = scope.map_or(outer, |(_, prefix)| prefix);
                    found.insert(format!("{} {prefix}{path}", method.to_uppercase()));
                }
            }
            let Some(literal) = pieces.next() else { break };
            if code.ends_with("web::scope(") {
                scope = Some((indent, literal));
            } else {
                path = literal;
            }
        }
    }
    found
}

#[test]
fn routes_of_every_form_are_found() {
    let found = routes();
    let known = [
        "GET /{path:.*}",
        "GET /_",
        "GET /api/realtime/ws",
        "POST /api/realtime",
        "HEAD /api/health",
        "PATCH /api/collections/{collection}/records/{id}",
        "POST /api/files/token",
        "GET /api/collections/meta/scaffolds",
        "GET /_/{path:.*}",
    ];
    for route in known {
        assert!(found.contains(route), "{route} is not in {found:#?}");
    }
    assert_eq!(found.len(), CONFIGURE.matches("().to(").count());
}

//! Stored files: upload, download, who may open them, and tricks with names.

mod download;
mod protected;
mod tricks;
mod upload;

use reqwest::{
    Method,
    multipart::{Form, Part},
};
use serde_json::{Value, json};
use underpin_testkit::{Answer, Caller, TestServer};

const NOTES: &str = "/api/collections/notes/records";

/// An open collection `notes` with a field for one file and one for three.
async fn notes(server: &TestServer) {
    let fields = json!([
        { "name": "scan", "type": "file", "maxSize": 1000 },
        { "name": "pages", "type": "file", "maxSelect": 3, "mimeTypes": ["text/plain"] },
    ]);
    server.open_collection("notes", fields).await;
}

fn form(field: &str, name: &str, content: &[u8]) -> Form {
    let part = Part::bytes(content.to_vec()).file_name(name.to_owned());
    Form::new().part(field.to_owned(), part)
}

/// Makes a note with one file and gives the path of the file.
async fn upload(server: &TestServer, name: &str, content: &[u8]) -> String {
    let made = server.guest().form(Method::POST, NOTES, form("scan", name, content)).await;
    file_path("notes", &made.expect(200), "scan")
}

/// The path of a record's single file.
fn file_path(collection: &str, record: &Value, field: &str) -> String {
    let (id, name) = (record["id"].as_str().unwrap(), record[field].as_str().unwrap());
    format!("/api/files/{collection}/{id}/{name}")
}

async fn with_header(caller: &Caller, path: &str, name: &str, value: &str) -> Answer {
    caller.get_with(path, &[(name, value)]).await
}

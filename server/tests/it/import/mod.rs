//! A project of the reference server, brought here by `underpin import pocketbase`.

mod accounts;
mod answers;
mod interrupted;
mod links;
mod logs;
mod odd;
mod project;
mod source;
mod target;

use std::path::{Path, PathBuf};

use underpin_testkit::{Binary, is_on_postgres};
use underpin_testpg::TestDatabase;

/// Where a project is imported to by the command.
struct Target {
    folder: tempfile::TempDir,
    database: Option<TestDatabase>,
}

impl Target {
    /// An empty one, of the kind that the tests run on.
    fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            database: is_on_postgres().then(TestDatabase::create),
        }
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// The address of the database, if it is not in the data directory.
    fn url(&self) -> String {
        self.database.as_ref().map(TestDatabase::url).unwrap_or_default()
    }

    fn arguments(&self, source: &Path, more: &[&str]) -> Vec<String> {
        let data = self.data().display().to_string();
        let source = source.display().to_string();
        let mut args = vec!["import", "pocketbase", &source, "--dir", &data];
        let url = self.url();
        if !url.is_empty() {
            args.extend(["--to", &url]);
        }
        args.extend(more);
        args.into_iter().map(str::to_owned).collect()
    }

    /// Imports: exit code, and what was said.
    async fn import(&self, source: &Path, more: &[&str]) -> (i32, String) {
        let args = self.arguments(source, more);
        Binary::run(&args.iter().map(String::as_str).collect::<Vec<_>>()).await
    }

    /// Imports, which must succeed; what was said.
    async fn imported(&self, source: &Path, more: &[&str]) -> String {
        let (code, said) = self.import(source, more).await;
        assert_eq!(code, 0, "{said}");
        said
    }

    async fn serve(&self) -> Binary {
        Binary::serve_on(&self.data(), &self.url()).await
    }
}

/// Every file of a folder with its bytes.
fn contents(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(contents(&path));
            found.push((path, Vec::new()));
        } else {
            found.push((path.clone(), std::fs::read(path).unwrap()));
        }
    }
    found.sort();
    found
}

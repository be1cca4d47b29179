//! There and back: equal checksums, equal answers.

use underpin_testkit::Binary;
use underpin_testpg::TestDatabase;

use super::{checksum, moved, project, sqlite};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_project_is_the_same_on_postgres_and_back_on_sqlite() {
    let (first, last) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let database = TestDatabase::create();
    let keys = project::make(first.path()).await;
    let there = moved(&sqlite(first.path()), &database.url(), &[]).await;
    let back_folder = last.path().join("data");
    let data = [first.path().to_str().unwrap(), back_folder.to_str().unwrap()];
    let files = ["--files-from", data[0], "--files-to", data[1], "--batch-rows", "3"];
    let back = moved(&database.url(), &sqlite(&back_folder), &files).await;
    assert_eq!(checksum(&there), checksum(&back));
    assert!(back.contains("3 files were copied"), "{back}");

    let server = Binary::serve(first.path()).await;
    let expected = project::answers(&server).await;
    assert!(expected.len() > 20, "{expected:?}");
    assert_eq!(server.terminate().await, Some(0));
    for (folder, url) in [(first.path(), database.url()), (&back_folder, String::new())] {
        let server = Binary::serve_on(folder, &url).await;
        let found = project::answers(&server).await;
        for (path, answer) in &expected {
            assert_eq!(Some(answer), found.get(path), "{path} on {url}");
        }
        assert_eq!(found.len(), expected.len());
        project::check_keys(&server, &keys).await;
        assert_eq!(server.terminate().await, Some(0));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn databases_of_one_kind_are_copied_and_compared() {
    let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (first, second) = (TestDatabase::create(), TestDatabase::create());
    project::make(one.path()).await;
    let places = [sqlite(one.path()), sqlite(&other.path().join("new")), first.url(), second.url()];
    let mut sums = Vec::new();
    for pair in places.windows(2) {
        sums.push(checksum(&moved(&pair[0], &pair[1], &[]).await).to_owned());
    }
    let compared = moved(&places[0], &places[3], &["--verify-only"]).await;
    assert!(compared.contains("Both sides hold the same"), "{compared}");
    sums.push(checksum(&compared).to_owned());
    assert!(sums.iter().all(|sum| *sum == sums[0]), "{sums:?}");

    second.run("UPDATE posts SET number = number + 1 WHERE title = 'late one'");
    let (code, said) = super::migrate(&places[0], &places[3], &["--verify-only"]).await;
    assert_eq!(code, 1, "{said}");
    let differing: Vec<&str> = said.lines().filter(|line| line.contains("DIFFERENT")).collect();
    assert_eq!(differing.len(), 1, "{said}");
    assert!(differing[0].contains("posts"), "{said}");
}

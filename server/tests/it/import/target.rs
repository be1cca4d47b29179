//! The target: empty, or told to be emptied.

use serde_json::Value;
use underpin_testkit::{Binary, Caller};

use super::{Target, project};
use crate::conformance::{
    play::ROOT,
    reference::{DATA, Reference},
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_target_that_is_not_empty_is_refused_unless_it_may_be_replaced() {
    let reference = Reference::start().await;
    project::make(&reference).await;
    let folder = reference.stopped().await;
    let source = folder.path().join(DATA);
    let target = Target::new();
    let server = target.serve().await;
    server.terminate().await;
    let (code, said) = target.import(&source, &[]).await;
    assert!(code == 6 && said.contains("--replace"), "{code} {said}");
    target.imported(&source, &["--replace"]).await;
    // Once more over what was imported.
    let (code, said) = target.import(&source, &[]).await;
    assert_eq!(code, 6, "{said}");
    let file = target.folder.path().join("report.json");
    let report = file.display().to_string();
    target.imported(&source, &["--replace", "--report", &report]).await;
    let report: Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    let collections = report["collections"].as_array().unwrap();
    assert_eq!(collections.len(), 23);
    assert!(collections.iter().all(|each| each["sourceRows"] == each["targetRows"]), "{report}");
    assert_eq!(report["files"]["copied"], 6, "{report}");
    let server = target.serve().await;
    let root = Caller::guest(&server.base).signed_in("_superusers", ROOT.0, ROOT.1).await;
    let page = root.get("/api/collections/everything/records").await.ok();
    assert_eq!(page["totalItems"], 13);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn wrong_arguments_change_nothing() {
    let target = Target::new();
    for args in [
        vec!["import", "pocketbase"],
        vec!["import", "elsewhere", "x"],
        vec!["import", "pocketbase", "x", "--to", "mysql://x"],
    ] {
        let (code, said) = Binary::run(&args).await;
        assert_eq!(code, 2, "{said}");
    }
    assert!(!target.data().exists());
}

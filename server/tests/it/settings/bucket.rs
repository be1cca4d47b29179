//! Files in a bucket of an object store, as the settings say, without a restart.

use reqwest::{
    Method,
    multipart::{Form, Part},
};
use serde_json::{Value, json};
use underpin_testkit::{Answer, S3Server, TestServer};

use super::PATH;
use crate::everything::Everything;

const TEST: &str = "/api/settings/test/s3";
const RECORDS: &str = "/api/collections/docs/records";

/// An open collection `docs` with a field for a large file.
async fn docs(server: &TestServer) {
    let fields = json!([{ "name": "file", "type": "file", "maxSize": 100_000_000 }]);
    server.open_collection("docs", fields).await;
}

async fn use_bucket(server: &TestServer, s3: Value) {
    server.superuser().patch(PATH, json!({ "s3": s3 })).await.expect(200);
}

async fn test_bucket(server: &TestServer) -> Answer {
    server.superuser().post(TEST, json!({ "filesystem": "storage" })).await
}

async fn send(server: &TestServer, content: Vec<u8>) -> Answer {
    let form = Form::new().part("file", Part::bytes(content).file_name("a.bin"));
    server.guest().form(Method::POST, RECORDS, form).await
}

/// The path of the record and of its file.
fn paths(made: &Answer) -> (String, String) {
    let record = made.expect(200);
    let part = |name: &str| record[name].as_str().unwrap().to_owned();
    let (id, file) = (part("id"), part("file"));
    (format!("{RECORDS}/{id}"), format!("/api/files/docs/{id}/{file}"))
}

/// Bytes that are the same nowhere.
fn pattern(size: u32) -> Vec<u8> {
    (0..size / 4).flat_map(|number| number.wrapping_mul(2_654_435_761).to_le_bytes()).collect()
}

mod ok {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn files_are_kept_there_served_from_there_and_removed_there() {
        let (server, store) = tokio::join!(TestServer::start(), S3Server::start());
        docs(&server).await;
        use_bucket(&server, store.settings()).await;
        test_bucket(&server).await.expect(204);
        assert_eq!(store.keys(), Vec::<String>::new());
        let content = pattern(5_000);
        let (record, file) = paths(&send(&server, content.clone()).await);
        assert_eq!(store.keys().len(), 1);
        assert!(file.ends_with(store.keys()[0].rsplit('/').next().unwrap()));
        assert_eq!(Everything::of(&server).file_count(), 0, "nothing is in the data folder");
        let guest = server.guest();
        let whole = guest.get(&file).await;
        assert_eq!((whole.status, &whole.bytes), (200, &content));
        let etag = whole.header("etag");
        assert!(etag.starts_with('"') && etag.ends_with('"'), "{etag}");
        assert_eq!(whole.header("x-content-type-options"), "nosniff");
        assert!(whole.header("content-disposition").starts_with("attachment"));
        let part = guest.get_with(&file, &[("Range", "bytes=100-199")]).await;
        assert_eq!((part.status, &part.bytes[..]), (206, &content[100..200]));
        assert_eq!(part.header("content-range"), "bytes 100-199/5000");
        let same = guest.get_with(&file, &[("If-None-Match", &etag)]).await;
        assert_eq!(same.status, 304);
        guest.get_with(&file, &[("Range", "bytes=5000-")]).await;
        guest.delete(&record).await.expect(204);
        assert_eq!(store.keys(), Vec::<String>::new());
        guest.get(&file).await.expect(404);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn an_empty_file_and_a_file_of_many_parts_come_back_as_they_were() {
        let (server, store) = tokio::join!(TestServer::start(), S3Server::start());
        docs(&server).await;
        use_bucket(&server, store.settings()).await;
        for size in [0, 8 * 1024 * 1024, 8 * 1024 * 1024 + 4, 20_000_000] {
            let content = pattern(size);
            let (_, file) = paths(&send(&server, content.clone()).await);
            let answer = server.guest().get(&file).await;
            assert!(answer.status == 200 && answer.bytes == content, "{size}");
        }
        assert_eq!(store.keys().len(), 4, "nothing stays staged");
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn switching_needs_no_restart_and_files_stay_where_they_were_put() {
        let (server, store) = tokio::join!(TestServer::start(), S3Server::start());
        docs(&server).await;
        let guest = server.guest();
        let (_, at_home) = paths(&send(&server, pattern(400)).await);
        use_bucket(&server, store.settings()).await;
        guest.get(&at_home).await.expect(404);
        let (_, away) = paths(&send(&server, pattern(800)).await);
        assert_eq!(guest.get(&away).await.bytes, pattern(800));
        use_bucket(&server, json!({ "enabled": false })).await;
        assert_eq!(guest.get(&at_home).await.bytes, pattern(400));
        guest.get(&away).await.expect(404);
        use_bucket(&server, json!({ "enabled": true })).await;
        assert_eq!(guest.get(&away).await.bytes, pattern(800));
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn truncating_and_deleting_a_collection_empties_the_bucket() {
        let (server, store) = tokio::join!(TestServer::start(), S3Server::start());
        docs(&server).await;
        use_bucket(&server, store.settings()).await;
        let root = server.superuser();
        for number in 0..3 {
            paths(&send(&server, pattern(4 * number)).await);
        }
        assert_eq!(store.keys().len(), 3);
        root.delete("/api/collections/docs/truncate").await.expect(204);
        assert_eq!(store.keys(), Vec::<String>::new());
        paths(&send(&server, pattern(4)).await);
        root.delete("/api/collections/docs").await.expect(204);
        assert_eq!(store.keys(), Vec::<String>::new());
    }
}

mod refused {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_bucket_that_can_not_be_used_is_named_as_the_reason_and_nothing_is_half_done() {
        let (server, store) = tokio::join!(TestServer::start(), S3Server::start());
        docs(&server).await;
        use_bucket(&server, store.settings()).await;
        let (record, file) = paths(&send(&server, pattern(8)).await);
        let keys = store.keys();
        let wrong = [
            (json!({ "accessKey": "somebody", "secret": "hunter2" }), "InvalidAccessKeyId"),
            (json!({ "accessKey": "S3RVER", "bucket": "nowhere" }), "NoSuchBucket"),
            (json!({ "endpoint": "http://127.0.0.1:9" }), "127.0.0.1:9"),
        ];
        for (s3, reason) in wrong {
            use_bucket(&server, s3).await;
            let tested = test_bucket(&server).await;
            tested.expect(400);
            assert!(tested.text().contains(reason), "{}", tested.text());
            assert!(!tested.text().contains("hunter2"), "{}", tested.text());
            let before = Everything::of(&server);
            for size in [8, 20_000_000] {
                let sent = send(&server, pattern(size)).await;
                assert_eq!(sent.status, 503, "{}", sent.text());
                assert!(!sent.text().contains("127.0.0.1"), "{}", sent.text());
            }
            before.assert_same(&Everything::of(&server), reason);
            assert_eq!(store.keys(), keys);
            let read = server.guest().get(&file).await;
            assert!(matches!(read.status, 404 | 503), "{}", read.text());
        }
        // A record goes although its file can't be removed now.
        server.guest().delete(&record).await.expect(204);
        use_bucket(&server, store.settings()).await;
        paths(&send(&server, pattern(8)).await);
    }

    #[tokio::test]
    async fn a_bucket_that_is_off_is_not_tested() {
        let server = TestServer::start().await;
        let tested = test_bucket(&server).await;
        tested.expect(400);
        assert!(tested.text().contains("not enabled"), "{}", tested.text());
    }
}

//! Backups and jobs under requests that are out of shape: ranges, types, forms, names (security D20,
//! D49).

use std::fs;

use reqwest::Method;

use super::*;
use crate::odd_ranges::are_passed_over_or_refused;

const PATH: &str = "/api/backups";

/// The names of the backups that the list tells of.
async fn names(server: &TestServer) -> Vec<String> {
    let all = server.superuser().get(PATH).await.ok();
    let name = |backup: &Value| backup["key"].as_str().unwrap().to_owned();
    all.as_array().unwrap().iter().map(name).collect()
}

async fn file_token(server: &TestServer) -> String {
    let token = server.superuser().post("/api/files/token", json!({})).await.ok();
    token["token"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn odd_ranges_and_conditions_of_a_backup_are_passed_over_or_refused() {
    let server = scene().await;
    server.superuser().post(PATH, json!({ "name": "one.zip" })).await.expect(204);
    let address = format!("{PATH}/one.zip?token={}", file_token(&server).await);
    let whole = server.guest().get(&address).await;
    assert_eq!(whole.status, 200);
    let statuses = [200, 206, 304, 400, 412, 416, 431];
    are_passed_over_or_refused(&server, &address, whole.bytes.len(), &statuses).await;
    assert_eq!(server.guest().get(&address).await.bytes, whole.bytes);
}

#[tokio::test]
async fn bodies_that_can_not_be_read_make_bring_and_restore_nothing() {
    let server = scene().await;
    let root = server.superuser();
    let before = Everything::of(&server);
    let deep = format!("{{\"name\":{}", "[".repeat(50_000));
    let part = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.zip\"\r\n\r\nPK";
    let kinds = [
        "application/json",
        "application/json; charset=utf-16",
        "text/plain",
        "\"",
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "multipart/form-data; boundary=b",
        "multipart/form-data; boundary=\u{e4}",
    ];
    for path in [PATH, "/api/backups/upload"] {
        for kind in kinds {
            for body in [
                "{\"name\"",
                "{\"name\":\"\\ud800\"}",
                "[1]",
                &deep,
                part,
                "--b\r\nContent-Disposition: form-data\r\n\r\n",
                "--b\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\n../x.zip\r\n--b--\r\n",
            ] {
                let request = root.request(Method::POST, path);
                let request = request.header("Content-Type", kind.as_bytes());
                let sent = request.body(body.to_owned()).send().await.unwrap();
                let (status, text) = (sent.status().as_u16(), sent.text().await.unwrap());
                let what = format!("{path} {kind} {body:.40}: {status} {text}");
                assert!((400..500).contains(&status), "{what}");
                assert!(
                    INSIDE.iter().all(|inside| !text.to_lowercase().contains(inside)),
                    "{what}"
                );
            }
        }
    }
    // What takes no body passes over any.
    for (path, status) in [("/api/crons/none", 404), ("/api/backups/none.zip/restore", 400)] {
        for kind in kinds {
            let request = root.request(Method::POST, path).header("Content-Type", kind.as_bytes());
            let sent = request.body(deep.clone()).send().await.unwrap();
            assert_eq!(sent.status().as_u16(), status, "{path} {kind}");
        }
    }
    assert_eq!(names(&server).await, Vec::<String>::new());
    assert_unharmed(&server, &before).await;
}

/// Files with such names can only have been put there by somebody else.
#[tokio::test]
async fn files_whose_names_could_lead_elsewhere_are_no_backups() {
    let server = scene().await;
    let root = server.superuser();
    root.post(PATH, json!({ "name": "one.zip" })).await.expect(204);
    let folder = server.data().join("data/backups");
    let zip = fs::read(folder.join("one.zip")).unwrap();
    fs::write(server.data().join("data/outside.zip"), &zip).unwrap();
    let strange =
        ["nul.zip", "Com1.zip", ".hidden.zip", "a..b.zip", "a:b.zip", "\u{fc}.zip", "a b"];
    for name in strange {
        fs::write(folder.join(name), &zip).unwrap();
    }
    #[cfg(unix)]
    std::os::unix::fs::symlink(server.data().join("data/outside.zip"), folder.join("link.zip"))
        .unwrap();
    assert!(names(&server).await.iter().all(|name| ["one.zip", "link.zip"].contains(&&**name)));
    let token = file_token(&server).await;
    let before = Everything::of(&server);
    let names = [
        "nul.zip",
        "Com1.zip",
        ".hidden.zip",
        "a..b.zip",
        "a:b.zip",
        "a%3ab.zip",
        "%c3%bc.zip",
        "a%20b",
        "..%2foutside.zip",
        "%2e%2e%2foutside.zip",
        "..%5coutside.zip",
        "one.zip%00",
        "%2foutside.zip",
        "one.zip%2f..%2fone.zip",
        "%ef%bc%8e%ef%bc%8e%2foutside.zip",
    ];
    for name in names {
        let got = server.guest().get(&format!("{PATH}/{name}?token={token}")).await;
        assert_refusal(&got, &format!("GET {name}"));
        assert_refusal(&root.delete(&format!("{PATH}/{name}")).await, &format!("DELETE {name}"));
        let restored = root.post(&format!("{PATH}/{name}/restore"), json!({})).await;
        assert_refusal(&restored, &format!("restore {name}"));
        if !name.contains('%') {
            let made = root.post(PATH, json!({ "name": name })).await;
            made.expect_codes(&[("name", "validation_match_invalid")]);
        }
    }
    for name in strange {
        assert!(folder.join(name).exists(), "{name} is left alone");
    }
    assert!(server.data().join("data/outside.zip").exists());
    assert_unharmed(&server, &before).await;
}

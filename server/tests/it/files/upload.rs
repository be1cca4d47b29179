//! Files that come with records.

use super::*;
use crate::everything::Everything;

fn names(answer: &Answer) -> Vec<String> {
    let names = answer.expect(200)["pages"].as_array().unwrap().clone();
    names.iter().map(|name| name.as_str().unwrap().to_owned()).collect()
}

mod ok {
    use super::*;

    #[tokio::test]
    async fn files_are_replaced_appended_and_removed_and_nothing_stays_behind() {
        let server = TestServer::start().await;
        notes(&server).await;
        let guest = server.guest();
        let made = guest.form(Method::POST, NOTES, form("pages", "a.txt", b"a")).await;
        let record = format!("{NOTES}/{}", made.json()["id"].as_str().unwrap());
        let path = |name: &str| {
            record.replace("collections", "files").replace("records/", "") + "/" + name
        };
        let first = names(&made);
        assert_eq!(guest.get(&path(&first[0])).await.text(), "a");
        let replaced = guest.form(Method::PATCH, &record, form("pages", "b.txt", b"b")).await;
        let replaced = names(&replaced);
        assert_eq!(replaced.len(), 1);
        guest.get(&path(&first[0])).await.expect(404);
        let appended = guest.form(Method::PATCH, &record, form("pages+", "c.txt", b"c")).await;
        let appended = names(&appended);
        assert_eq!((appended.len(), &appended[0]), (2, &replaced[0]));
        assert_eq!(Everything::of(&server).file_count(), 2);
        let left = names(&guest.patch(&record, json!({ "pages-": replaced[0] })).await);
        assert_eq!(left, [appended[1].clone()]);
        guest.get(&path(&replaced[0])).await.expect(404);
        assert_eq!(guest.get(&path(&left[0])).await.text(), "c");
        assert!(names(&guest.patch(&record, json!({ "pages": [] })).await).is_empty());
        assert_eq!(Everything::of(&server).file_count(), 0);
    }

    #[tokio::test]
    async fn files_go_with_their_record() {
        let server = TestServer::start().await;
        notes(&server).await;
        let path = upload(&server, "a.txt", b"a").await;
        let id = path.split('/').nth(4).unwrap();
        server.guest().delete(&format!("{NOTES}/{id}")).await.expect(204);
        server.guest().get(&path).await.expect(404);
        assert_eq!(Everything::of(&server).file_count(), 0);
    }

    #[tokio::test]
    async fn two_files_of_one_name_do_not_meet() {
        let server = TestServer::start().await;
        notes(&server).await;
        let twice = form("pages", "a.txt", b"1").part("pages", Part::text("2").file_name("a.txt"));
        let made = server.guest().form(Method::POST, NOTES, twice).await;
        let id = made.json()["id"].as_str().unwrap().to_owned();
        let names = names(&made);
        for (name, content) in names.iter().zip(["1", "2"]) {
            let path = format!("/api/files/notes/{id}/{name}");
            assert_eq!(server.guest().get(&path).await.text(), content);
        }
    }
}

mod invalid {
    use super::*;

    #[tokio::test]
    async fn files_that_do_not_fit_are_refused_and_not_kept() {
        let server = TestServer::start().await;
        notes(&server).await;
        let guest = server.guest();
        let before = Everything::of(&server);
        let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
        let four = (0..4)
            .fold(Form::new(), |form, _| form.part("pages", Part::text("x").file_name("a.txt")));
        for (form, field, code) in [
            (form("scan", "a.txt", &[b'x'; 1001]), "scan", "validation_file_size_limit"),
            (form("pages", "a.txt", png), "pages", "validation_invalid_mime_type"),
            (four, "pages", "validation_too_many_files"),
        ] {
            let answer = guest.form(Method::POST, NOTES, form).await;
            answer.expect_codes(&[(field, code)]);
        }
        let claimed = json!({ "scan": "nothing.txt" });
        let answer = guest.post(NOTES, claimed).await;
        answer.expect_codes(&[("scan", "validation_invalid_file")]);
        before.assert_same(&Everything::of(&server), "a refused upload");
        Everything::wait_for_empty_staging(&server).await;
    }

    #[tokio::test]
    async fn a_record_can_not_claim_the_file_of_another() {
        let server = TestServer::start().await;
        notes(&server).await;
        let path = upload(&server, "a.txt", b"a").await;
        let name = path.rsplit_once('/').unwrap().1;
        let other = server.guest().create("notes", json!({})).await;
        let record = format!("{NOTES}/{}", other["id"].as_str().unwrap());
        let answer = server.guest().patch(&record, json!({ "scan": name })).await;
        answer.expect_codes(&[("scan", "validation_invalid_file")]);
        let stolen = format!("/api/files/notes/{}/{name}", other["id"].as_str().unwrap());
        server.guest().get(&stolen).await.expect(404);
    }
}

//! Bodies that are not what they should be.

use reqwest::{
    Method,
    multipart::{Form, Part},
};

use super::*;

const PATH: &str = "/api/collections/posts/records";

mod invalid {
    use super::*;

    #[tokio::test]
    async fn what_is_no_json_object_is_refused() {
        let server = scene().await;
        let before = Everything::of(&server);
        let deep = |open: &str, many: usize| format!("{{\"data\":{}", open.repeat(many));
        let bodies: Vec<Vec<u8>> = vec![
            b"{".to_vec(),
            b"[]".to_vec(),
            b"1".to_vec(),
            b"\"a\"".to_vec(),
            b"{\"title\":\"a\",\"title\":\"b\"}".to_vec(),
            b"{\"data\":{\"k\":1,\"k\":2}}".to_vec(),
            b"{\"title\":\"\xff\xfe\"}".to_vec(),
            b"{\"title\":\"\\ud800\"}".to_vec(),
            b"{\"title\":\"a\",}".to_vec(),
            b"{'title':1}".to_vec(),
            b"{\"rank\":NaN}".to_vec(),
            b"{\"rank\":1e999}".to_vec(),
            b"{\"rank\":-}".to_vec(),
            b"{\"title\":\"a\nb\"}".to_vec(),
            b"\xef\xbb\xbf{}".to_vec(),
            b"\0".to_vec(),
            b"{\"title\"".to_vec(),
            deep("[", 100_000).into_bytes(),
            deep("{\"a\":", 100_000).into_bytes(),
            format!("{{\"data\":{}{}}}", "[".repeat(5_000), "]".repeat(5_000)).into_bytes(),
        ];
        for body in bodies {
            let what = String::from_utf8_lossy(&body).chars().take(40).collect::<String>();
            for (method, path) in
                [(Method::POST, PATH), (Method::POST, "/api/collections/users/auth-with-password")]
            {
                let answer = server.guest().send_raw(method, path, body.clone()).await;
                assert_refusal(&answer, &format!("{what} to {path}"));
            }
            let answer = server.superuser().send_raw(Method::POST, "/api/collections", body).await;
            assert_refusal(&answer, &what);
        }
        assert_unharmed(&server, &before).await;
    }

    #[tokio::test]
    async fn values_of_a_wrong_type_never_fail_the_server() {
        let server = scene().await;
        let odd = [
            json!({ "a": 1 }),
            json!([1, [2]]),
            json!(true),
            json!(-1.5e300),
            json!(""),
            json!("\u{0}"),
            json!("x".repeat(6_000)),
            json!(null),
            json!("' OR 1=1 --"),
        ];
        for value in &odd {
            let body = json!({ "title": value, "rank": value, "data": value, "id": value });
            let answer = server.guest().post(PATH, body).await;
            assert!(answer.status == 200 || answer.status == 400, "{value}: {}", answer.text());
            let login = json!({ "identity": value, "password": value, "identityField": value });
            let path = "/api/collections/users/auth-with-password";
            assert_refusal(&server.guest().post(path, login).await, "a sign-in");
            for key in
                ["name", "type", "fields", "indexes", "listRule", "authToken", "passwordAuth", "id"]
            {
                let mut body = json!({ "name": "fresh", "type": "auth" });
                body[key] = value.clone();
                let answer = server.superuser().post("/api/collections", body).await;
                assert!(answer.status < 500, "{key}: {value}: {}", answer.text());
                server.superuser().delete("/api/collections/fresh").await;
            }
        }
        server.guest().get("/api/health").await.expect(200);
    }

    #[tokio::test]
    async fn bodies_of_other_types_are_refused() {
        let server = scene().await;
        let before = Everything::of(&server);
        for kind in [
            "text/plain",
            "application/xml",
            "application/octet-stream",
            "garbage",
            "a/b/c",
            ";;;",
            "multipart/form-data",
            "multipart/form-data; boundary=",
            "multipart/mixed; boundary=x",
            "multipart/form-data; boundary=x",
            "multipart/form-data; charset=utf-7; boundary=\"",
        ] {
            let request = server.guest().request(Method::POST, PATH).header("Content-Type", kind);
            let sent = request.body("{\"title\":\"abc\"}").send().await.unwrap();
            let status = sent.status().as_u16();
            let text = sent.text().await.unwrap();
            let body: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
            assert_eq!((status, &body["status"]), (400, &json!(400)), "{kind}: {text}");
        }
        assert_unharmed(&server, &before).await;
    }

    #[tokio::test]
    async fn broken_forms_are_refused_and_leave_no_file() {
        let server = scene().await;
        let before = Everything::of(&server);
        let part =
            "--x\r\nContent-Disposition: form-data; name=\"scan\"; filename=\"a.txt\"\r\n\r\nabc";
        for body in [
            "--x\r\n".to_owned(),
            part.to_owned(),
            format!("{part}\r\n--y--\r\n"),
            format!("{part}\r\n--x"),
            "--x\r\nContent-Disposition: nonsense\r\n\r\nabc\r\n--x--\r\n".to_owned(),
            "--x\r\n\r\nabc\r\n--x--\r\n".to_owned(),
            format!("--x\r\n{}: a\r\n\r\nabc\r\n--x--\r\n", "h".repeat(100_000)),
        ] {
            let kind = "multipart/form-data; boundary=x";
            let request = server.guest().request(Method::POST, PATH).header("Content-Type", kind);
            let sent = request.body(body.clone()).send().await.unwrap();
            assert_eq!(sent.status().as_u16(), 400, "{:.60}", body);
        }
        Everything::wait_for_empty_staging(&server).await;
        assert_unharmed(&server, &before).await;
    }
}

mod denied {
    use super::*;

    #[tokio::test]
    async fn oversize_bodies_are_refused() {
        let server = scene().await;
        let before = Everything::of(&server);
        let large = format!("{{\"title\":\"{}\"}}", "x".repeat(33 * 1024 * 1024));
        // The server may close before all of it was sent; then there is no answer to look at.
        let request = server.guest().request(Method::POST, PATH).body(large);
        let sent = request.header("Content-Type", "application/json").send().await;
        if let Ok(answer) = sent {
            assert_eq!(answer.status().as_u16(), 413);
        }
        let part = Part::bytes(vec![b'x'; 40 * 1024 * 1024]).file_name("large.bin");
        let form = Form::new().part("scan", part);
        if let Ok(answer) = server.guest().request(Method::POST, PATH).multipart(form).send().await
        {
            assert!(matches!(answer.status().as_u16(), 400 | 413), "{}", answer.status());
        }
        assert_unharmed(&server, &before).await;
    }
}

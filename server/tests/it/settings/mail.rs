//! Letters: written from the templates, sent as the settings say.

use std::time::Duration;

use serde_json::{Value, json};
use underpin_domain::mail::Letter;
use underpin_testkit::{Answer, MailServer, Manners, TestServer};

use super::PATH;

const TEST: &str = "/api/settings/test/email";

/// A server that sends its mails to another one.
async fn connected(mails: &MailServer, smtp: Value) -> TestServer {
    let server = TestServer::start().await;
    let basics = json!({ "enabled": true, "host": "127.0.0.1", "port": mails.port });
    server.superuser().patch(PATH, json!({ "smtp": basics })).await.expect(200);
    server.superuser().patch(PATH, json!({ "smtp": smtp })).await.expect(200);
    server
}

async fn test_letter(server: &TestServer, template: &str) -> Answer {
    let body = json!({ "email": "ann@example.com", "template": template, "collection": "users" });
    server.superuser().post(TEST, body).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_template_arrives_as_an_account_would_get_it() {
    let mails = MailServer::start().await;
    let server = connected(&mails, json!({})).await;
    let meta =
        json!({ "appName": "Shop", "appURL": "https://shop.example.com/", "senderName": "Ünï" });
    server.superuser().patch(PATH, json!({ "meta": meta })).await.expect(200);
    let expected = [
        ("verification", "Verify your Shop email", "/_/#/auth/confirm-verification/"),
        ("password-reset", "Reset your Shop password", "/_/#/auth/confirm-password-reset/"),
        ("email-change", "Confirm your Shop new email address", "/_/#/auth/confirm-email-change/"),
        ("otp", "OTP for Shop", "123456"),
        ("login-alert", "Login from a new location", "TEST_IP TEST_USER_AGENT"),
    ];
    for (count, (template, subject, part)) in expected.into_iter().enumerate() {
        test_letter(&server, template).await.expect(204);
        let letter = mails.letters(count + 1).await.pop().unwrap();
        assert_eq!(letter.subject(), subject);
        assert_eq!(
            (letter.from.as_str(), letter.to.as_str()),
            ("support@example.com", "ann@example.com")
        );
        assert_eq!((letter.hello.as_str(), letter.signed_in.clone()), ("localhost", None));
        for text in [letter.html(), letter.text()] {
            assert!(text.contains(part) && !text.contains("APP_"), "{text}");
            if part.starts_with('/') {
                assert!(text.contains(&format!("https://shop.example.com{part}ey")), "{text}");
            }
        }
        assert!(!letter.text().contains('<'), "{}", letter.text());
        for head in ["From: =?utf-8?", "Message-ID: <", "Date: ", "MIME-Version: 1.0"] {
            assert!(letter.raw.contains(head), "{head} is not in {}", letter.raw);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_tokens_in_test_letters_are_of_no_use() {
    let mails = MailServer::start().await;
    let server = connected(&mails, json!({})).await;
    test_letter(&server, "verification").await.expect(204);
    let text = mails.letters(1).await.remove(0).text();
    let token = text.split("confirm-verification/").nth(1).unwrap().split_whitespace().next();
    let caller = server.guest().with_token(token.unwrap());
    caller.post("/api/collections/users/auth-refresh", json!({})).await.expect(401);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn names_in_letters_are_never_html() {
    let mails = MailServer::start().await;
    let server = connected(&mails, json!({})).await;
    let name = "A<script>alert(1)</script>&\r\nBcc: everybody@example.com";
    server.superuser().patch(PATH, json!({ "meta": { "appName": name } })).await.expect(200);
    test_letter(&server, "otp").await.expect(204);
    let letter = mails.letters(1).await.remove(0);
    assert!(letter.html().contains("A&lt;script&gt;alert(1)&lt;/script&gt;&amp;"));
    assert!(!letter.html().contains("<script"));
    let (head, _) = letter.raw.split_once("\r\n\r\n").unwrap();
    assert!(!head.lines().any(|line| line.starts_with("Bcc:")), "{head}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn signing_in_goes_as_the_settings_say() {
    for (method, way) in [("", "PLAIN"), ("PLAIN", "PLAIN"), ("LOGIN", "LOGIN")] {
        let mails = MailServer::start().await;
        let smtp = json!({
            "username": "me", "password": "hunter2", "authMethod": method, "localName": "shop.example.com",
        });
        let server = connected(&mails, smtp).await;
        test_letter(&server, "otp").await.expect(204);
        let letter = mails.letters(1).await.remove(0);
        assert_eq!(letter.hello, "shop.example.com");
        assert_eq!(letter.signed_in.unwrap(), [way, "me", "hunter2"]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_password_is_not_sent_in_the_clear_where_encryption_is_wanted() {
    let plain = Manners::default();
    let broken = Manners { offers_tls: true, ..plain };
    // The same machine, but under an address that might be anywhere.
    let elsewhere = json!({ "host": "127.1" });
    for (manners, smtp) in
        [(plain, json!({ "tls": true })), (broken, json!({})), (plain, elsewhere)]
    {
        let mails = MailServer::start_with(manners).await;
        let server = connected(&mails, json!({ "username": "me", "password": "hunter2" })).await;
        server.superuser().patch(PATH, json!({ "smtp": smtp })).await.expect(200);
        let refused = test_letter(&server, "otp").await;
        refused.expect(400);
        assert!(!refused.text().contains("hunter2"), "{}", refused.text());
        let lines = mails.lines();
        assert!(!lines.iter().any(|line| line.starts_with("AUTH")), "{smtp} {lines:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_went_wrong_is_said() {
    let server = TestServer::start().await;
    let off = test_letter(&server, "otp").await;
    off.expect(400);
    assert!(off.text().contains("no mail server is set"), "{}", off.text());
    let manners = Manners { refusal: Some("550 no such mailbox"), ..Manners::default() };
    let mails = MailServer::start_with(manners).await;
    let server = connected(&mails, json!({})).await;
    let refused = test_letter(&server, "otp").await;
    refused.expect(400);
    assert!(refused.text().contains("no such mailbox"), "{}", refused.text());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_letter_that_nobody_waits_for_is_tried_again() {
    let mails = MailServer::start_with(Manners { come_again: 1, ..Manners::default() }).await;
    let server = connected(&mails, json!({})).await;
    server.backend.mailer.post(letter("later")).unwrap();
    assert_eq!(mails.letters(1).await[0].subject(), "later");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_waits_for_the_letters_that_wait_finds_them_sent() {
    const PATIENCE: Duration = Duration::from_secs(120);
    let mails = MailServer::start().await;
    let server = connected(&mails, json!({})).await;
    for number in 0..20 {
        server.backend.mailer.post(letter(&format!("number {number}"))).unwrap();
    }
    server.backend.mailer.finish(PATIENCE).await;
    assert_eq!(mails.taken(), 20);
}

fn letter(subject: &str) -> Letter {
    Letter {
        to: "ann@example.com".to_owned(),
        subject: subject.to_owned(),
        html: "<p>x</p>".to_owned(),
        text: "x".to_owned(),
    }
}

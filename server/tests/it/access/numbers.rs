//! Totals, orders, pages and cursors tell nothing of what is concealed: the answers are the same
//! whatever it says.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use underpin_testkit::{Caller, TestServer};

const DOCS: &str = "/api/collections/docs/records";

/// Documents with a hidden number, an owner whose address is private, and a note that lists only
/// where it is open.
struct Scene {
    server: TestServer,
    docs: Vec<String>,
    members: Vec<String>,
    notes: Vec<String>,
}

async fn scene() -> Scene {
    let server = TestServer::start().await;
    let root = server.superuser();
    let members = json!({ "name": "members", "type": "auth", "listRule": "", "viewRule": "" });
    let members = server.collection(members).await;
    let notes = server
        .collection(json!({
            "name": "notes", "listRule": "open = true", "viewRule": "open = true",
            "fields": [
                { "name": "title", "type": "text" }, { "name": "n", "type": "number" },
                { "name": "open", "type": "bool" },
            ],
        }))
        .await;
    let relation = |name: &str, target: &Value| json!({ "name": name, "type": "relation", "collectionId": target["id"] });
    let fields = json!([
        { "name": "title", "type": "text" },
        { "name": "pay", "type": "number", "hidden": true },
        relation("owner", &members),
        relation("note", &notes),
    ]);
    server.open_collection("docs", fields).await;
    let mut scene = Scene { server, docs: vec![], members: vec![], notes: vec![] };
    let id = |record: Value| record["id"].as_str().unwrap().to_owned();
    for at in 0..6 {
        let member = json!({
            "email": format!("m{at}@example.com"), "password": "12345678",
            "passwordConfirm": "12345678", "emailVisibility": at % 3 == 0,
        });
        let member = id(root.create("members", member).await);
        let note = json!({ "title": format!("t{at}"), "n": at, "open": at % 2 == 0 });
        let note = id(root.create("notes", note).await);
        let doc = json!({ "title": "d", "pay": at, "owner": member, "note": note });
        scene.docs.push(id(root.create("docs", doc).await));
        scene.members.push(member);
        scene.notes.push(note);
    }
    scene
}

impl Scene {
    /// Changes all that is concealed: hidden numbers, private addresses, notes that are closed.
    async fn disguise(&self) {
        let root = self.server.superuser();
        for at in 0..6 {
            let pay = json!({ "pay": 1_000 - at });
            root.patch(&format!("{DOCS}/{}", self.docs[at]), pay).await.expect(200);
            let path = format!("/api/collections/members/records/{}", self.members[at]);
            if at % 3 != 0 {
                let email = json!({ "email": format!("{}zz@example.org", 9 - at) });
                root.patch(&path, email).await.expect(200);
            }
            let path = format!("/api/collections/notes/records/{}", self.notes[at]);
            if at % 2 != 0 {
                let note = json!({ "title": format!("{}zz", 9 - at), "n": 1_000 - at });
                root.patch(&path, note).await.expect(200);
            }
        }
    }

    /// Every page by cursors, as its text.
    async fn walk(&self, caller: &Caller, parameters: &[(&str, &str)]) -> Vec<String> {
        let (mut pages, mut cursor) = (Vec::new(), String::new());
        loop {
            let asked = [parameters, &[("perPage", "2"), ("cursor", cursor.as_str())]].concat();
            let page = caller.ask(DOCS, &asked).await;
            pages.push(page.text());
            let body = page.expect(200);
            let Some(next) = body["nextCursor"].as_str() else { return pages };
            cursor = next.to_owned();
        }
    }

    /// The answers to everything that a caller might find out by.
    async fn told(&self, caller: &Caller) -> Vec<String> {
        let filters = [
            "",
            "owner.email ~ 'm1'",
            "owner.email > 'm2'",
            "owner.email != 'm3@example.com'",
            "note.title >= 't2'",
            "note.n < 3",
            "note.n != 4 || note.title ~ 'zz'",
            "id != '' || note.n > 0",
            "owner.docs_via_owner.note.n ?> 1",
            "note.docs_via_note.owner.email ?~ '1'",
        ];
        let sorts = ["", "owner.email", "-owner.email", "note.title", "-note.n,title", "@rowid"];
        let mut told = Vec::new();
        for filter in filters {
            for sort in sorts {
                let asked = [("filter", filter), ("sort", sort)];
                let page = caller.ask(DOCS, &[&asked[..], &[("perPage", "2")]].concat()).await;
                page.expect(200);
                told.push(format!("{asked:?}: {}", page.text()));
                for page in self.walk(caller, &asked).await {
                    told.push(format!("{asked:?} by cursor: {page}"));
                }
            }
        }
        for filter in ["pay = 3", "pay > 1 || 1 = 1", "owner.tokenKey != ''"] {
            told.push(caller.ask(DOCS, &[("filter", filter)]).await.text());
        }
        told
    }
}

/// What a cursor says inside.
fn opened(cursor: &str) -> Value {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(cursor).unwrap()).unwrap()
}

fn sealed(content: &Value) -> String {
    URL_SAFE_NO_PAD.encode(content.to_string())
}

mod denied {
    use super::*;

    #[tokio::test]
    async fn every_answer_is_the_same_whatever_is_concealed() {
        let scene = scene().await;
        let (ann, _) = scene.server.user("ann").await;
        let guest = scene.server.guest();
        let before = [scene.told(&guest).await, scene.told(&ann).await];
        scene.disguise().await;
        let after = [scene.told(&guest).await, scene.told(&ann).await];
        for (before, after) in before.iter().flatten().zip(after.iter().flatten()) {
            assert_eq!(before, after);
        }
        assert_eq!(before, after);
        let root = scene.server.superuser();
        let large = root.ids("docs", &[("filter", "pay > 900 && owner.email ~ 'zz'")]).await;
        assert_eq!(large.len(), 4, "the disguise is put on");
    }

    #[tokio::test]
    async fn a_cursor_holds_nothing_that_its_page_does_not_show() {
        let scene = scene().await;
        let guest = scene.server.guest();
        for sort in ["owner.email", "-owner.email", "note.title,owner.email", "title"] {
            for page in scene.walk(&guest, &[("sort", sort), ("expand", "owner,note")]).await {
                let page: Value = serde_json::from_str(&page).unwrap();
                let Some(cursor) = page["nextCursor"].as_str() else { continue };
                let inside = opened(cursor).to_string();
                let last = &page["items"][1]["expand"];
                let (email, title) = (&last["owner"]["email"], &last["note"]["title"]);
                for at in 0..6 {
                    let is_shown = |text: &str, shown: &Value| shown == &json!(text);
                    let address = format!("m{at}@example.com");
                    assert!(!inside.contains(&address) || is_shown(&address, email), "{inside}");
                    let note = format!("t{at}");
                    let quoted = json!(note).to_string();
                    assert!(!inside.contains(&quoted) || is_shown(&note, title), "{inside}");
                }
            }
        }
    }

    #[tokio::test]
    async fn a_forged_cursor_finds_out_no_more_than_a_true_one() {
        let scene = scene().await;
        let guest = scene.server.guest();
        let first = [("sort", "owner.email"), ("perPage", "2"), ("cursor", "")];
        let page = guest.ask(DOCS, &first).await.expect(200);
        let true_one = opened(page["nextCursor"].as_str().unwrap());
        let collection = &true_one[0];
        // Rows whose address is private stand at NULL: no guess gets between them.
        let behind = async |guess: Value| {
            let cursor = sealed(&json!([collection, "owner.email", [guess, 0]]));
            guest.ids("docs", &[("sort", "owner.email"), ("cursor", &cursor)]).await
        };
        let private = behind(json!("a")).await;
        assert_eq!(private, [scene.docs[0].as_str(), scene.docs[3].as_str()]);
        for guess in ["m0", "m1@example.com", "m2", "m"] {
            let expected = private.iter().skip(usize::from(guess > "m0@example.com"));
            assert_eq!(behind(json!(guess)).await, expected.cloned().collect::<Vec<_>>());
        }
        for (sort, inside) in [
            ("pay", json!([collection, "pay", [0, 0]])),
            ("owner.email", json!([collection, "pay", [0, 0]])),
            ("owner.tokenKey", json!([collection, "owner.tokenKey", ["", 0]])),
            ("owner.email", json!(["other", "owner.email", ["", 0]])),
            ("owner.email", json!([collection, "owner.email", []])),
            ("owner.email", json!([collection, "owner.email", [""]])),
            ("owner.email", json!([collection, "owner.email", ["", 0, 0]])),
            ("owner.email", json!([collection, "owner.email", [{}, 0]])),
            ("owner.email", json!([collection, "owner.email", [true, 0]])),
            ("owner.email", json!([collection, "owner.email", [[[]], 0]])),
            ("owner.email", json!([collection, "owner.email", [[-1], 0]])),
            ("owner.email", json!([collection, "owner.email", ["", 1e300]])),
            ("owner.email", json!([collection, "owner.email"])),
            ("owner.email", json!({ "sort": "pay" })),
        ] {
            let asked = [("sort", sort), ("cursor", &sealed(&inside))];
            let answer = guest.ask(DOCS, &asked).await;
            assert_eq!(answer.status, 400, "{inside}: {}", answer.text());
        }
        for odd in [json!("' OR 1=1 --"), json!("\u{0}"), json!(i64::MIN), json!([1u64 << 62])] {
            let cursor = sealed(&json!([collection, "owner.email", [odd, 0]]));
            guest.ask(DOCS, &[("sort", "owner.email"), ("cursor", &cursor)]).await.expect(200);
        }
    }
}

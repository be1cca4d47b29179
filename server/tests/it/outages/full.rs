//! No room on the database's disk.

use serde_json::json;
use underpin_testkit::TestServer;
use underpin_testpg::TestDatabase;

/// What PostgreSQL says when it can't extend a file, said by a trigger instead.
const FILL: &str = "
    CREATE FUNCTION fill() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full';
    END $$;
    CREATE TRIGGER fill BEFORE INSERT OR UPDATE OR DELETE ON";

#[tokio::test]
async fn a_full_disk_is_told_keeps_nothing_and_ends_with_its_cause() {
    let database = TestDatabase::create();
    let server = TestServer::start_on(&database.url()).await;
    server.open_collection("posts", json!([{ "name": "title", "type": "text" }])).await;
    let guest = server.guest();
    let kept = guest.create("posts", json!({ "title": "kept" })).await;
    let list = "/api/collections/posts/records";
    let one = format!("{list}/{}", kept["id"].as_str().unwrap());
    let position = server.backend.database.last_position().await.unwrap();
    // The record's row is refused, then the row of the change log, which follows it.
    for table in ["posts", "_changes"] {
        database.run(&format!("{FILL} {table} FOR EACH ROW EXECUTE FUNCTION fill()"));
        for answer in [
            guest.post(list, json!({ "title": "lost" })).await,
            guest.patch(&one, json!({ "title": "lost" })).await,
            guest.delete(&one).await,
        ] {
            let said = answer.expect(507);
            assert_eq!(said["message"], "The server has no room left to store anything.");
        }
        database.run("DROP FUNCTION fill CASCADE");
        let page = guest.get(list).await.ok();
        assert_eq!(page["items"], json!([kept]), "{table}");
    }
    assert_eq!(server.backend.database.last_position().await.unwrap(), position);
    guest.post(list, json!({ "title": "room again" })).await.ok();
}

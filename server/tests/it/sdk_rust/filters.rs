//! Values in filters are values, whatever they look like.

use futures_util::TryStreamExt;
use underpin::filter;

use super::{Post, server_and_client};

const HOSTILE: [&str; 16] = [
    "'",
    "\"",
    "\\",
    "\\'",
    "' || 1 = 1 || '",
    "x' || title != '",
    "\\' || 1=1 //",
    "a // b",
    "%",
    "_",
    "{}",
    "a\nb\tc",
    "@now",
    "')) UNION SELECT 1 --",
    "ünï©öde 🦀",
    "null",
];

#[tokio::test]
async fn hostile_values_find_what_they_say_and_nothing_else() {
    let (_server, client) = server_and_client().await;
    let posts = client.collection("posts");
    for (count, title) in (0_i64..).zip(HOSTILE) {
        posts.create(&Post::new(title, count)).await.unwrap();
    }
    for (count, title) in (0_i64..).zip(HOSTILE) {
        let list = posts.list::<Post>().filter(filter!("title = {}", title));
        let found: Vec<_> = list.all().try_collect().await.unwrap();
        let found: Vec<_> = found.into_iter().map(|post| post.data).collect();
        assert_eq!(found, [Post::new(title, count)], "{title:?}");
        let list = posts.list::<Post>().filter(filter!("title != {} && count = {}", title, count));
        assert_eq!(list.await.unwrap().items.len(), 0, "{title:?}");
    }
}

#[tokio::test]
async fn a_hostile_value_in_a_subscription_is_a_value_too() {
    let (_server, client) = server_and_client().await;
    let posts = client.collection("posts");
    let wanted = "x' || title != '";
    let mut changes =
        posts.subscribe::<Post>().filter(filter!("title = {}", wanted)).await.unwrap();
    for title in ["other", "x", wanted] {
        posts.create(&Post::new(title, 1)).await.unwrap();
    }
    let event = changes.next().await.unwrap().unwrap();
    assert_eq!(event.record().unwrap().title, wanted);
}

//! The tour of the README, as it stands there.
#![expect(clippy::print_stdout, reason = "an example talks to people")]

use serde::{Deserialize, Serialize};
use underpin::{Client, filter};

#[derive(Serialize, Deserialize, Debug)]
struct Post {
    title: String,
    views: u32,
}

#[tokio::main]
async fn main() -> Result<(), underpin::Error> {
    let client = Client::new("http://127.0.0.1:8090")?;
    let posts = client.collection("posts");

    // Live changes over a websocket. A lost connection is resumed: nothing is missed or doubled.
    let mut live = posts.subscribe::<Post>().await?;

    posts.create(&Post { title: "It's here".into(), views: 7 }).await?;

    // Values can never leave their place in a filter, whatever they hold.
    let (word, least) = ("It's", 5);
    let page = posts
        .list::<Post>()
        .filter(filter!("title ~ {} && views > {}", word, least))
        .sort("-views")
        .await?;
    println!("{:?} posts, the first is {:?}", page.total_items(), page.items.first());

    if let Some(event) = live.next().await {
        println!("{:?}", event?);
    }
    Ok(())
}

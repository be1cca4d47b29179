//! Realtime: committed changes to the clients that asked for them and may see them.
//!
//! One follower reads the change log in order ([`follow`]); the [`Hub`] knows who subscribed to
//! what; each distinct question (rule, filter, principal, shape) is answered once an event.

mod client;
mod cursor;
mod evaluate;
mod follow;
mod hub;
mod question;
mod subscribe;
mod topic;

pub use self::{
    client::{Client, Delivery, EventAction, Outgoing},
    cursor::Cursor,
    follow::follow,
    hub::{Hub, MAX_SUBSCRIPTIONS},
    subscribe::{SubscribeAsk, Subscribed, subscribe, subscribe_together},
    topic::Topic,
};

//! What is told as it happens: to whom, how often, and over which protocols.

mod access;
mod changes;
mod commits;
mod posts;
mod replicas;
mod server_sent_events;
mod websocket;

//! Unreadable means unobservable: what a viewer may not see changes nothing of what they are
//! answered, whatever they ask.
//!
//! [`changes`] makes every change there is to something hidden, from the columns of the database
//! and the states of the policy; [`corpus`] asks for everything there is, and [`coverage`] holds it
//! to the schema. Each viewer of the [`cast`] asks all of it before and after what is hidden from
//! them changes, and must get the same bytes for the same number of statements. An admin must see
//! each change, or it would prove nothing.

mod cast;
mod changes;
mod corpus;
mod coverage;
mod database;
mod replay;
mod world;

use imprenta::graphql::{Documents, sdl};

use cast::{Member, cast};
use changes::{Change, Shown, TIMES, changes};
use corpus::{Corpus, Operation, Request};
use replay::{Reply, ask, difference, replay};
use world::World;

/// A world with everything that can be asked about it and done to it, saved to be restored.
struct Stage {
    world: World,
    cast: Vec<Member>,
    corpus: Corpus,
    changes: Vec<Change>,
}

impl Stage {
    async fn new() -> Self {
        let world = World::new().await;
        let cast = cast(&world).await;
        let corpus = Corpus::new(&world).await;
        let changes = changes(&world);
        // Notes the use of API keys, which then counts for a minute.
        for member in &cast {
            ask(&world.app, &member.client, &corpus.operations[0]).await;
        }
        world.tables.save().await;
        Self {
            world,
            cast,
            corpus,
            changes,
        }
    }

    fn admin(&self) -> &Member {
        let admin = self.cast.iter().find(|member| member.name == "an admin");
        admin.unwrap()
    }

    /// Makes changes all at once.
    async fn make(&self, changes: &[&Change]) {
        let all: Vec<_> = changes.iter().map(|change| &*change.sql).collect();
        self.world.tables.make(&all.join(";\n")).await;
    }

    /// Says which of these changes a viewer sees, if they see any.
    async fn seen(&self, member: &Member, before: &[Reply], changes: &[&Change]) -> Option<String> {
        self.make(changes).await;
        let mut seen = None;
        for (operation, before) in self.corpus.operations.iter().zip(before) {
            let after = ask(&self.world.app, &member.client, operation).await;
            if after != *before {
                seen = Some((operation, before));
                break;
            }
        }
        self.world.tables.restore().await;
        let (operation, before) = seen?;
        Some(self.culprit(member, operation, before, changes).await)
    }

    /// Names the first change with which the answer differs, by halving what may be it.
    async fn culprit(
        &self,
        member: &Member,
        operation: &Operation,
        before: &Reply,
        changes: &[&Change],
    ) -> String {
        let (mut same, mut differs) = (0, changes.len());
        while differs - same > 1 {
            let middle = usize::midpoint(same, differs);
            let after = self.after(member, operation, &changes[..middle]).await;
            *(if after == *before {
                &mut same
            } else {
                &mut differs
            }) = middle;
        }
        let after = self.after(member, operation, &changes[..differs]).await;
        let change = differs.checked_sub(1).map(|last| &*changes[last].name);
        format!(
            "{} sees that {}, in the operation {}: {}\n{}",
            member.name,
            change.unwrap_or("nothing changed"),
            operation.name,
            difference(before, &after),
            operation.request,
        )
    }

    async fn after(&self, member: &Member, operation: &Operation, changes: &[&Change]) -> Reply {
        self.make(changes).await;
        let reply = ask(&self.world.app, &member.client, operation).await;
        self.world.tables.restore().await;
        reply
    }
}

#[tokio::test]
async fn what_is_hidden_from_a_viewer_changes_nothing_that_they_are_answered() {
    let stage = Stage::new().await;
    for member in &stage.cast {
        let mut leaks = Vec::new();
        let before = replay(&stage.world.app, &member.client, &stage.corpus).await;
        for time in TIMES {
            let changes = stage.changes.iter().filter(|change| change.time == time);
            let hidden: Vec<_> = changes
                .filter(|change| change.is_hidden_from(&stage.world, &member.viewer))
                .collect();
            leaks.extend(stage.seen(member, &before, &hidden).await);
        }
        assert!(leaks.is_empty(), "{}", leaks.join("\n\n"));
    }
}

/// Else the change, or what is asked, would prove nothing.
#[tokio::test]
async fn each_change_shows_where_it_may_be_seen() {
    let stage = Stage::new().await;
    let admin = stage.admin();
    let mut unseen = Vec::new();
    for time in TIMES {
        let mut last: Option<(&str, Reply)> = None;
        for change in stage.changes.iter().filter(|change| change.time == time) {
            let Shown::By(name) = &change.shown else {
                stage.make(&[change]).await;
                continue;
            };
            let operation = stage.corpus.named(name);
            // Changes that show in one place follow each other: the answer to one is what was
            // before the next.
            let before = match last.take() {
                Some((of, reply)) if of == name => reply,
                _ => ask(&stage.world.app, &admin.client, operation).await,
            };
            stage.make(&[change]).await;
            let after = ask(&stage.world.app, &admin.client, operation).await;
            if after == before {
                unseen.push(format!("{}: not in {name}", change.name));
            }
            last = Some((name, after));
        }
        stage.world.tables.restore().await;
    }
    assert!(unseen.is_empty(), "nobody sees:\n{}", unseen.join("\n"));
}

/// Which operations need one is told by the names of their fields (`graphql/document/snapshot.rs`).
#[tokio::test]
async fn what_sends_several_statements_sends_them_in_one_snapshot() {
    /// Finds out who is asking, before anything is read for the answer.
    const AUTHENTICATION: u64 = 1;
    let stage = Stage::new().await;
    let admin = stage.admin();
    let documents = Documents::new(&sdl(), &stage.world.app.app.config.graphql);
    let mut apart = Vec::new();
    for operation in &stage.corpus.operations {
        let Request::Graphql(text) = &operation.request else {
            continue;
        };
        let needs_snapshot = documents.read(text).is_ok_and(|it| it.needs_snapshot(None));
        let reply = ask(&stage.world.app, &admin.client, operation).await;
        if reply.statements > AUTHENTICATION + 1 && !needs_snapshot {
            apart.push(format!("{}: {}", operation.name, reply.statements));
        }
    }
    assert!(apart.is_empty(), "not of one state:\n{}", apart.join("\n"));
}

#[tokio::test]
async fn everything_that_can_be_asked_is_asked_and_answered() {
    let stage = Stage::new().await;
    let missing = coverage::missing(&stage.corpus);
    assert!(
        missing.is_empty(),
        "no operation in tests/it/invariance/corpus uses: {}",
        missing.join(", "),
    );
    let admin = stage.admin();
    for operation in &stage.corpus.operations {
        let reply = ask(&stage.world.app, &admin.client, operation).await;
        let refused = reply.body.contains("\"errors\":");
        let text = &reply.body[..reply.body.len().min(400)];
        let name = &operation.name;
        assert_eq!(
            refused, operation.is_refused,
            "{name}: {text}\n{}",
            operation.request
        );
    }
}

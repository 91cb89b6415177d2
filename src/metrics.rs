//! What the process counts and times of its work, in Prometheus' text format.
//!
//! Labels have few values, all of them ours: patterns of routes, statuses, kinds of operation, codes of
//! errors. What clients choose, as the name of an operation, is no label: each new value would be kept
//! for ever.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use prometheus::{
    Error, Histogram, HistogramOpts, HistogramTimer, HistogramVec, IntCounter, IntCounterVec,
    IntGauge, IntGaugeVec, Opts, Registry, TextEncoder,
};

/// The media type of [`Metrics::text`].
pub const MEDIA_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Upper ends in seconds: from what is answered out of memory to what takes as long as it may.
const SECONDS: [f64; 13] = [
    0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 2.5, 10.0,
];

/// What is counted while the process works. One for an application; the rest of it only adds.
pub struct Metrics {
    registry: Registry,
    requests: HistogramVec,
    queries: Histogram,
    mutations: Histogram,
    errors: IntCounterVec,
    events: IntCounter,
    /// By [`CacheUse`].
    answers: [IntCounter; 4],
    answers_let_go: IntCounter,
    looked_up: Mutex<LookedUp>,
}

/// What came of looking for a kept answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CacheUse {
    /// It was there.
    Hit,
    /// Somebody was making it.
    Joined,
    /// It was not there.
    Missed,
    /// It was not looked for: what is kept might have been overtaken.
    Bypassed,
}

/// What is not counted but looked up when it is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Present {
    /// Statements that were sent to PostgreSQL since the start.
    pub statements: u64,
    /// Connections to PostgreSQL at work.
    pub connections_used: usize,
    /// Those that wait for work.
    pub connections_idle: usize,
    /// The most that there may be.
    pub connections_limit: usize,
    /// Those who wait for one.
    pub connections_awaited: usize,
    /// Connections that are held open for subscriptions.
    pub subscription_connections: usize,
    /// Answers that are kept for visitors.
    pub answers_kept: usize,
    /// How many bytes they take.
    pub answers_bytes: u64,
}

struct LookedUp {
    statements: IntCounter,
    connections: IntGaugeVec,
    connections_limit: IntGauge,
    connections_awaited: IntGauge,
    subscription_connections: IntGauge,
    answers_kept: IntGauge,
    answers_bytes: IntGauge,
}

impl Metrics {
    /// With everything at zero, for a program of this version.
    pub fn new(version: &str) -> Result<Self, Error> {
        let registry = Registry::new();
        #[cfg(target_os = "linux")]
        registry.register(Box::new(
            prometheus::process_collector::ProcessCollector::for_self(),
        ))?;
        let build = Opts::new(
            "imprenta_build_info",
            "The version of the program; always 1.",
        );
        let build = registered(
            &registry,
            IntGauge::with_opts(build.const_label("version", version))?,
        )?;
        build.set(1);
        let operations = HistogramVec::new(
            seconds(
                "imprenta_graphql_operation_duration_seconds",
                "How long operations took to execute, those that were stopped too.",
            ),
            &["type"],
        )?;
        let operations = registered(&registry, operations)?;
        let answers = registered(
            &registry,
            IntCounterVec::new(
                Opts::new(
                    "imprenta_response_cache_requests_total",
                    "Queries of visitors, by what came of looking for a kept answer: hit, joined, missed, bypassed.",
                ),
                &["result"],
            )?,
        )?;
        Ok(Self {
            requests: registered(
                &registry,
                HistogramVec::new(
                    seconds(
                        "imprenta_http_request_duration_seconds",
                        "How long requests took until the head of their answer.",
                    ),
                    &["method", "route", "status"],
                )?,
            )?,
            queries: operations.with_label_values(&["query"]),
            mutations: operations.with_label_values(&["mutation"]),
            errors: registered(
                &registry,
                IntCounterVec::new(
                    Opts::new(
                        "imprenta_graphql_errors_total",
                        "Errors in answers, by extensions.code.",
                    ),
                    &["code"],
                )?,
            )?,
            events: registered(
                &registry,
                IntCounter::new(
                    "imprenta_subscription_events_total",
                    "Answers that subscribers were sent.",
                )?,
            )?,
            answers: ["hit", "joined", "missed", "bypassed"]
                .map(|result| answers.with_label_values(&[result])),
            answers_let_go: registered(
                &registry,
                IntCounter::new(
                    "imprenta_response_cache_invalidated_total",
                    "Kept answers that were let go of because what they were made from has changed.",
                )?,
            )?,
            looked_up: Mutex::new(LookedUp::new(&registry)?),
            registry,
        })
    }

    /// A request was answered. `route` is the pattern that it matched.
    pub fn answered(&self, method: &str, route: &str, status: &str, time: Duration) {
        // Anyone may invent a method.
        let known = ["GET", "POST", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH"];
        let method = known.iter().find(|it| **it == method).unwrap_or(&"other");
        let requests = self.requests.with_label_values(&[method, route, status]);
        requests.observe(time.as_secs_f64());
    }

    /// Times a query until it is dropped.
    pub fn query(&self) -> HistogramTimer {
        self.queries.start_timer()
    }

    /// Times a mutation until it is dropped.
    pub fn mutation(&self) -> HistogramTimer {
        self.mutations.start_timer()
    }

    /// An answer has an error with this code, one of a closed list.
    pub fn error(&self, code: &str) {
        self.errors.with_label_values(&[code]).inc();
    }

    /// A subscriber gets an answer.
    pub fn event(&self) {
        self.events.inc();
    }

    /// A kept answer was looked for.
    pub fn looked_for_answer(&self, result: CacheUse) {
        self.answers[result as usize].inc();
    }

    /// So many kept answers were made from what is another now.
    pub fn let_go_of(&self, answers: usize) {
        self.answers_let_go.inc_by(answers as u64);
    }

    /// Everything, in [`MEDIA_TYPE`].
    pub fn text(&self, present: Present) -> Result<String, Error> {
        // Held until all is written, so that two who ask get what each has looked up.
        let looked_up = self
            .looked_up
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        looked_up.set(present);
        TextEncoder::new().encode_to_string(&self.registry.gather())
    }
}

impl LookedUp {
    fn new(registry: &Registry) -> Result<Self, Error> {
        let gauge = |name, help| registered(registry, IntGauge::new(name, help)?);
        let connections = Opts::new(
            "imprenta_database_connections",
            "Connections to PostgreSQL, by what they do: used, idle.",
        );
        Ok(Self {
            statements: registered(
                registry,
                IntCounter::new(
                    "imprenta_database_statements_total",
                    "Statements that were sent to PostgreSQL.",
                )?,
            )?,
            connections: registered(registry, IntGaugeVec::new(connections, &["state"])?)?,
            connections_limit: gauge(
                "imprenta_database_connections_limit",
                "The most connections to PostgreSQL, DATABASE_POOL_SIZE.",
            )?,
            connections_awaited: gauge(
                "imprenta_database_connections_awaited",
                "Those who wait for a connection to PostgreSQL.",
            )?,
            subscription_connections: gauge(
                "imprenta_subscription_connections",
                "Connections that are held open for subscriptions.",
            )?,
            answers_kept: gauge(
                "imprenta_response_cache_entries",
                "Answers that are kept for visitors.",
            )?,
            answers_bytes: gauge(
                "imprenta_response_cache_bytes",
                "How many bytes they take, of RESPONSE_CACHE_BYTES.",
            )?,
        })
    }

    fn set(&self, present: Present) {
        let more = present.statements.saturating_sub(self.statements.get());
        self.statements.inc_by(more);
        let states = [
            ("used", present.connections_used),
            ("idle", present.connections_idle),
        ];
        for (state, count) in states {
            set(&self.connections.with_label_values(&[state]), count);
        }
        set(&self.connections_limit, present.connections_limit);
        set(&self.connections_awaited, present.connections_awaited);
        set(
            &self.subscription_connections,
            present.subscription_connections,
        );
        set(&self.answers_kept, present.answers_kept);
        let bytes = usize::try_from(present.answers_bytes).unwrap_or(usize::MAX);
        set(&self.answers_bytes, bytes);
    }
}

impl std::fmt::Debug for Metrics {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Metrics").finish_non_exhaustive()
    }
}

/// Adds one to those that are shown.
fn registered<T: prometheus::core::Collector + Clone + 'static>(
    registry: &Registry,
    metric: T,
) -> Result<T, Error> {
    registry.register(Box::new(metric.clone()))?;
    Ok(metric)
}

fn seconds(name: &str, help: &str) -> HistogramOpts {
    HistogramOpts::new(name, help).buckets(SECONDS.to_vec())
}

fn set(gauge: &IntGauge, count: usize) {
    gauge.set(i64::try_from(count).unwrap_or(i64::MAX));
}

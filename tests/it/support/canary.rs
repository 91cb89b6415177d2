//! Nothing secret is written anywhere: looked for in everything that the tests make the program
//! write, as it is written, so that the test fails that did it.
//!
//! Every line of the log, as an operator gets it at `LOG_LEVEL=trace`, goes through [`Line`]. What
//! holds a secret is noted, for a panic there would hit whoever happens to write; [`check`] fails
//! the test. The kit calls it after each answer and at the end of each application.

use std::backtrace::Backtrace;
use std::cell::RefCell;
use std::io::{self, Write};
use std::rc::{self, Rc};
use std::sync::{Arc, Mutex, Once, Weak};
use std::thread::{self, ThreadId};

use serde_json::Value;
use tracing_subscriber::fmt;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use super::Answer;
pub use super::secrets::note;
use super::secrets::secret_in;

/// Begins to look at the log.
pub fn watch() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let lines = fmt::layer().with_ansi(false).with_writer(|| Line);
        tracing_subscriber::registry()
            .with(lines)
            .with(imprenta::telemetry::filter("trace"))
            .init();
    });
}

/// A line that was written although it holds a secret.
struct Leak {
    what: String,
    /// A test and all that it spawns have one thread, unless it asks for more.
    thread: ThreadId,
    /// Ends with the thread.
    alive: Weak<()>,
    is_test: bool,
    from: Backtrace,
}

static LEAKS: Mutex<Vec<Leak>> = Mutex::new(Vec::new());

thread_local! {
    static ALIVE: Arc<()> = Arc::default();
    static MAIL_IN_LOG: RefCell<rc::Weak<RefCell<Vec<String>>>> = RefCell::default();
}

/// Looks at what was written somewhere.
pub fn look_at(place: &str, text: &str) {
    let Some(kind) = secret_in(text) else {
        return;
    };
    let leak = Leak {
        what: format!("{place} holds {kind}: {text}"),
        thread: thread::current().id(),
        alive: ALIVE.try_with(Arc::downgrade).unwrap_or_default(),
        // The harness names threads after the paths of tests.
        is_test: thread::current().name().is_some_and(|it| it.contains("::")),
        from: Backtrace::force_capture(),
    };
    LEAKS.lock().unwrap().push(leak);
}

/// Fails if a secret was written: by this test, by a thread that is no test's, or by a test that is
/// over.
pub fn check() {
    if thread::panicking() {
        return;
    }
    let here = thread::current().id();
    let is_ours =
        |leak: &mut Leak| leak.thread == here || !leak.is_test || leak.alive.strong_count() == 0;
    let found: Vec<_> = LEAKS.lock().unwrap().extract_if(.., is_ours).collect();
    let said: Vec<_> = found
        .iter()
        .map(|it| format!("{}\n{}", it.what, it.from))
        .collect();
    assert!(said.is_empty(), "{}", said.join("\n"));
}

/// Where the layer writes the lines of the log, each at once.
struct Line;

impl Write for Line {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(line);
        if !is_expected_mail(&text) {
            look_at("a line of the log", &text);
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// While it lives, mail may be written to the log by what its test does: a token of a password
/// reset, too.
pub struct MailInLog(Rc<RefCell<Vec<String>>>);

impl MailInLog {
    pub fn expected() -> Self {
        let lines = Rc::default();
        MAIL_IN_LOG.set(Rc::downgrade(&lines));
        Self(lines)
    }

    /// The lines so far.
    pub fn lines(&self) -> Vec<String> {
        self.0.borrow().clone()
    }
}

fn is_expected_mail(line: &str) -> bool {
    let expected = MAIL_IN_LOG.with_borrow(rc::Weak::upgrade);
    match expected.filter(|_| line.contains(" imprenta::mail::log: ")) {
        Some(lines) => {
            lines.borrow_mut().push(line.to_owned());
            true
        }
        None => false,
    }
}

/// Looks at all of an answer that may quote what it was asked: its head, what is said of errors, and
/// the whole body of one that is a refusal.
pub fn look_at_answer(answer: &Answer) {
    for (name, value) in &answer.headers {
        let value = String::from_utf8_lossy(value.as_bytes());
        match name.as_str() {
            "set-cookie" => note_cookie(&value),
            _ => look_at(&format!("the header {name}"), &value),
        }
    }
    match serde_json::from_slice::<Value>(&answer.body) {
        Ok(json) if answer.status.is_success() => look_at_errors(&json),
        _ => look_at("an answer", &answer.text()),
    }
}

fn note_cookie(cookie: &str) {
    let value = cookie.split_once('=').map_or("", |(_, rest)| rest);
    note(value.split(';').next().unwrap_or_default());
}

/// Errors stand at the top of an answer and in the payloads of mutations. Notes tokens by the way.
fn look_at_errors(json: &Value) {
    match json {
        Value::Object(fields) => {
            for (name, value) in fields {
                match (name.as_str(), value) {
                    ("errors" | "userErrors" | "error_description", _) => {
                        look_at("an error", &value.to_string());
                    }
                    ("csrfToken", Value::String(token)) => note(token),
                    _ => look_at_errors(value),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(look_at_errors),
        _ => {}
    }
}

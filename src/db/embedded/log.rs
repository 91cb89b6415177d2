//! The server's log: kept short from one start to the next, and quoted in errors.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom};

use super::error::Problem;
use super::files;
use super::home::Home;

/// When the log is put aside at the next start, in bytes. One older log is kept.
const LIMIT: u64 = 4 * 1024 * 1024;

/// How much of the end of the log an error shows.
const TAIL_LINES: usize = 10;

/// Puts a log aside that has grown too long, and makes sure the server's user can write to it.
/// Answers with its length in bytes.
pub(super) fn prepare(home: &Home) -> Result<u64, Problem> {
    let log = home.log();
    let prepare = || {
        let length = fs::metadata(&log).map_or(0, |log| log.len());
        if length > LIMIT {
            fs::rename(&log, log.with_added_extension("1"))?;
        }
        let mut options = OpenOptions::new();
        let file = files::private(options.append(true).create(true)).open(&log)?;
        home.account.own(&file)?;
        Ok(file.metadata()?.len())
    };
    prepare().map_err(|error| Problem::io("write", &log, error))
}

/// The last lines that the log got since it had a given length; none if it cannot be read.
pub(super) async fn tail(home: &Home, start: u64) -> String {
    let log = home.log();
    let read = move || {
        let mut file = File::open(log)?;
        file.seek(SeekFrom::Start(start))?;
        let mut bytes = Vec::new();
        file.take(LIMIT).read_to_end(&mut bytes)?;
        Ok::<_, io::Error>(String::from_utf8_lossy(&bytes).into_owned())
    };
    let text = files::blocking(move || Ok(read().unwrap_or_default())).await;
    let text = text.unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(TAIL_LINES)..].join("\n")
}

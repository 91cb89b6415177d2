//! Bundles the GraphiQL explorer (`web/graphiql`) into the server.
//!
//! The bundle is made with npm in `OUT_DIR`; the source tree is never written
//! to. Without npm or its registry the server still builds, without an explorer.
//!
//! - `IMPRENTA_SKIP_EXPLORER=1` leaves the explorer out and needs no npm.
//! - `IMPRENTA_REQUIRE_EXPLORER=1` makes a missing explorer an error (releases).

#![expect(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::panic,
    reason = "a build script reads what cargo sets, and fails by panicking"
)]

use std::collections::hash_map::DefaultHasher;
use std::env;
use std::fmt::Write as _;
use std::fs;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Leaves the explorer out.
const SKIP: &str = "IMPRENTA_SKIP_EXPLORER";
/// Makes a missing explorer an error.
const REQUIRE: &str = "IMPRENTA_REQUIRE_EXPLORER";
/// What the bundle is made of, below the manifest's folder.
const SOURCES: &str = "web/graphiql";
/// Only these entries are sources: a developer's `node_modules` or `dist` is not.
const SOURCE_ENTRIES: [&str; 5] = [
    "package.json",
    "package-lock.json",
    ".npmrc",
    "build.mjs",
    "src",
];
/// Fails within seconds when there is no network, and uses npm's cache first.
const NPM_CI: [&str; 8] = [
    "ci",
    "--ignore-scripts",
    "--no-audit",
    "--no-fund",
    "--prefer-offline",
    "--fetch-retries=2",
    "--fetch-retry-mintimeout=500",
    "--fetch-retry-maxtimeout=2000",
];

type Outcome<T> = Result<T, String>;

fn main() {
    let sources = PathBuf::from(variable("CARGO_MANIFEST_DIR")).join(SOURCES);
    let out = PathBuf::from(variable("OUT_DIR"));
    declare_inputs(&sources);

    let bundle = out.join("graphiql");
    let assets = bundle_explorer(&sources, &out.join("graphiql-src"), &bundle)
        .and_then(|()| list_assets(&bundle))
        .unwrap_or_else(|reason| without_explorer(&reason));
    fs::write(out.join("graphiql_assets.rs"), assets).expect("OUT_DIR is writable");
}

/// A variable that Cargo always sets.
fn variable(name: &str) -> String {
    env::var(name).unwrap_or_else(|_| panic!("cargo sets {name}"))
}

/// True when the variable is set to anything but nothing or `0`.
fn is_on(name: &str) -> bool {
    env::var(name).is_ok_and(|value| !value.is_empty() && value != "0")
}

/// Ordinary builds do not run npm again: only a change of these does.
fn declare_inputs(sources: &Path) {
    println!("cargo::rerun-if-changed=build.rs");
    // Migrations become part of the program, and a new one is not known to it otherwise.
    println!("cargo::rerun-if-changed=migrations");
    println!("cargo::rerun-if-env-changed={SKIP}");
    println!("cargo::rerun-if-env-changed={REQUIRE}");
    for entry in SOURCE_ENTRIES {
        println!("cargo::rerun-if-changed={}", sources.join(entry).display());
    }
}

/// Says that the server has no explorer, and yields its empty list of assets.
fn without_explorer(reason: &str) -> String {
    assert!(!is_on(REQUIRE), "the explorer is required: {reason}");
    println!("cargo::warning=This build has no GraphiQL explorer: {reason}");
    if !is_on(SKIP) {
        println!(
            "cargo::warning=The API works without it. To get it, have npm and its registry at hand, then: touch {SOURCES}/package.json"
        );
    }
    "&[]\n".to_owned()
}

/// Copies the sources to `work` and runs their npm build there, into `bundle`.
fn bundle_explorer(sources: &Path, work: &Path, bundle: &Path) -> Outcome<()> {
    if is_on(SKIP) {
        return Err(format!("{SKIP} is set"));
    }
    // This script also runs when something else has changed; npm need not.
    let stamp = bundle.with_extension("stamp");
    let state = state_of(sources)?;
    if fs::read_to_string(&stamp).is_ok_and(|made_of| made_of == state) {
        return Ok(());
    }
    empty(work)?;
    for entry in SOURCE_ENTRIES {
        copy(&sources.join(entry), &work.join(entry))?;
    }
    let done = npm(work, bundle, &NPM_CI).and_then(|()| npm(work, bundle, &["run", "build"]));
    // Some 200 MB which nothing needs any more, in every target folder.
    let _ = fs::remove_dir_all(work);
    done?;
    fs::write(&stamp, state).map_err(|error| format!("{}: {error}", stamp.display()))
}

/// What the sources hold, as a short text.
fn state_of(sources: &Path) -> Outcome<String> {
    let mut hasher = DefaultHasher::new();
    for entry in SOURCE_ENTRIES {
        hash_files(&sources.join(entry), &mut hasher)
            .map_err(|error| format!("{entry}: {error}"))?;
    }
    Ok(format!("{:016x}", hasher.finish()))
}

fn hash_files(path: &Path, hasher: &mut DefaultHasher) -> std::io::Result<()> {
    path.hash(hasher);
    if !path.is_dir() {
        fs::read(path)?.hash(hasher);
        return Ok(());
    }
    let mut entries = fs::read_dir(path)?.collect::<Result<Vec<_>, _>>()?;
    entries.sort_by_key(fs::DirEntry::path);
    entries
        .iter()
        .try_for_each(|entry| hash_files(&entry.path(), hasher))
}

/// Makes `folder` exist and hold nothing.
fn empty(folder: &Path) -> Outcome<()> {
    let _ = fs::remove_dir_all(folder);
    fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))
}

/// Copies a file, or a folder with all that is in it.
fn copy(from: &Path, to: &Path) -> Outcome<()> {
    let context = |error| format!("{}: {error}", from.display());
    if !from.is_dir() {
        return fs::copy(from, to).map(|_| ()).map_err(context);
    }
    fs::create_dir_all(to).map_err(context)?;
    for entry in fs::read_dir(from).map_err(context)? {
        let name = entry.map_err(context)?.file_name();
        copy(&from.join(&name), &to.join(&name))?;
    }
    Ok(())
}

/// Runs npm; its own last words become the error.
fn npm(work: &Path, bundle: &Path, arguments: &[&str]) -> Outcome<()> {
    let program = if cfg!(windows) { "npm.cmd" } else { "npm" };
    let output = Command::new(program)
        .args(arguments)
        .current_dir(work)
        .env("OUT", bundle)
        // Development tools are what we install; do not let this leave them out.
        .env_remove("NODE_ENV")
        .env_remove("NODE_OPTIONS")
        .output()
        .map_err(|error| format!("npm could not be started ({error})"))?;
    if output.status.success() {
        return Ok(());
    }
    let words = String::from_utf8_lossy(&output.stderr);
    Err(format!(
        "`npm {}` failed: {}",
        arguments.join(" "),
        telling_line(&words)
    ))
}

/// Of npm's many lines, the one which tells most.
fn telling_line(words: &str) -> &str {
    let containing = |mark: &str| words.lines().find(|line| line.contains(mark));
    let line = containing("reason:")
        .or_else(|| containing("ERROR"))
        .or_else(|| containing("error"));
    line.unwrap_or("no reason given").trim()
}

/// Writes the bundle down as a Rust expression: a slice of `Asset`.
fn list_assets(bundle: &Path) -> Outcome<String> {
    let mut list = "&[\n".to_owned();
    for name in asset_names(bundle)? {
        let raw = fs::read(bundle.join(&name)).map_err(|error| format!("{name}: {error}"))?;
        writeln!(
            list,
            "    Asset {{ name: {name:?}, content_type: {:?}, etag: {:?}, gzip: include_bytes!(concat!(env!(\"OUT_DIR\"), \"/graphiql/{name}.gz\")) }},",
            content_type(&name)?,
            etag(&raw),
        )
        .map_err(|error| error.to_string())?;
    }
    list.push_str("]\n");
    Ok(list)
}

/// The names of all files that are not the gzip copy of another, sorted.
fn asset_names(bundle: &Path) -> Outcome<Vec<String>> {
    let entries = fs::read_dir(bundle).map_err(|error| format!("no bundle: {error}"))?;
    let mut names: Vec<String> = entries
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| !name.ends_with(".gz"))
        .collect();
    names.sort();
    Ok(names)
}

/// The type to serve a file with; a new kind of file has to be thought about.
fn content_type(name: &str) -> Outcome<&'static str> {
    match name.rsplit_once('.').map(|(_, extension)| extension) {
        Some("html") => Ok("text/html; charset=utf-8"),
        Some("js") => Ok("text/javascript; charset=utf-8"),
        Some("css") => Ok("text/css; charset=utf-8"),
        Some("ttf") => Ok("font/ttf"),
        Some("txt") => Ok("text/plain; charset=utf-8"),
        _ => Err(format!("no content type is known for {name}")),
    }
}

/// A validator which changes with the content; nothing secret depends on it.
fn etag(content: &[u8]) -> String {
    let mut hasher = DefaultHasher::new();
    content.hash(&mut hasher);
    format!("\"{:016x}\"", hasher.finish())
}

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::canary;

/// The real program with an environment of its own, in an empty folder.
pub struct Program {
    command: Command,
    folder: tempfile::TempDir,
    input: Option<String>,
}

/// The key of every server that a test starts.
const SECRET_KEY: &str = "canary: a key of the tests, known to everyone";

/// The program, with nothing set but a free port and a key.
pub fn program(arguments: &[&str]) -> Program {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_imprenta"));
    command
        .args(arguments)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("PORT", "0")
        .env("SECRET_KEY", SECRET_KEY)
        .current_dir(folder.path())
        .stdin(Stdio::null());
    Program {
        command,
        folder,
        input: None,
    }
}

impl Program {
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    /// Puts a file into its folder.
    pub fn file(self, name: &str, text: &str) -> Self {
        let path = self.folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
        self
    }

    /// What it can read from its standard input, where there is else nothing.
    pub fn input(mut self, text: &str) -> Self {
        self.input = Some(text.to_owned());
        self
    }

    /// Runs it to its end.
    pub fn output(mut self) -> Output {
        let output = match self.input.take() {
            None => self.command.output().unwrap(),
            Some(input) => self.output_of(&input),
        };
        canary::look_at("the output", &String::from_utf8_lossy(&output.stdout));
        canary::look_at("the log", &String::from_utf8_lossy(&output.stderr));
        canary::check();
        output
    }

    fn output_of(&mut self, input: &str) -> Output {
        self.command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = self.command.spawn().unwrap();
        // A program that refuses to go on has closed it already.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        child.wait_with_output().unwrap()
    }

    /// Starts it and waits until its log says that it serves.
    pub fn start(mut self) -> Running {
        self.command
            .env("LOG_FORMAT", "json")
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
        let mut child = self.command.spawn().unwrap();
        let mut log = BufReader::new(child.stderr.take().unwrap()).lines();
        let mut said = Vec::new();
        let port = loop {
            let line = log
                .next()
                .unwrap_or_else(|| panic!("it ended: {said:?}"))
                .unwrap();
            let json: serde_json::Value = serde_json::from_str(&line).unwrap_or_default();
            if json["message"] == "serving" {
                let address = json["address"].as_str().unwrap();
                break address.rsplit(':').next().unwrap().parse().unwrap();
            }
            said.push(line);
        };
        canary::look_at("the log", &said.join("\n"));
        // Whatever else it says must be read, or it would wait for that.
        let log = std::thread::spawn(move || log.map_while(Result::ok).collect());
        Running {
            child,
            port,
            log: Some(log),
            _folder: self.folder,
        }
    }
}

/// A program that serves; killed if a test drops it.
pub struct Running {
    child: Child,
    /// Where.
    pub port: u16,
    /// What else it says, to its end.
    log: Option<JoinHandle<Vec<String>>>,
    _folder: tempfile::TempDir,
}

impl Running {
    /// Sends SIGTERM and waits for the end.
    pub fn terminate(mut self) -> ExitStatus {
        let pid = nix::unistd::Pid::from_raw(self.child.id().try_into().unwrap());
        nix::sys::signal::kill(pid, nix::sys::signal::Signal::SIGTERM).unwrap();
        self.child.wait().unwrap()
    }

    /// Waits until it says that it can do its work.
    pub fn until_ready(&self) {
        let deadline = Instant::now() + Duration::from_mins(1);
        while !program(&["healthcheck"])
            .env("PORT", &self.port.to_string())
            .output()
            .status
            .success()
        {
            assert!(Instant::now() < deadline, "it is never ready");
        }
    }

    /// Ends it without warning.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// The same while others are still at it.
    pub fn kill_now(&self) {
        let pid = nix::unistd::Pid::from_raw(self.child.id().try_into().unwrap());
        nix::sys::signal::kill(pid, nix::sys::signal::Signal::SIGKILL).unwrap();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let said = self.log.take().and_then(|log| log.join().ok());
        canary::look_at("the log", &said.unwrap_or_default().join("\n"));
        canary::check();
    }
}

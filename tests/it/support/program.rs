use std::io::{BufRead, BufReader};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::time::{Duration, Instant};

/// The real program with an environment of its own, in an empty folder.
pub struct Program {
    command: Command,
    folder: tempfile::TempDir,
}

/// The program, with nothing set but a free port.
pub fn program(arguments: &[&str]) -> Program {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_imprenta"));
    command
        .args(arguments)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("PORT", "0")
        .current_dir(folder.path())
        .stdin(Stdio::null());
    Program { command, folder }
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

    /// Runs it to its end.
    pub fn output(mut self) -> Output {
        self.command.output().unwrap()
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
        // Whatever else it says must be read, or it would wait for that.
        std::thread::spawn(move || log.for_each(drop));
        Running {
            child,
            port,
            _folder: self.folder,
        }
    }
}

/// A program that serves; killed if a test drops it.
pub struct Running {
    child: Child,
    /// Where.
    pub port: u16,
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
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

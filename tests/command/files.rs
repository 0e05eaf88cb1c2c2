//! What the tests of the command share: a directory of its own with a floor and a scenario, and the command run in it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

/// A directory of its own with both files, gone when dropped.
pub(crate) struct Files(PathBuf);

impl Files {
    /// Under a name that no other test has.
    pub(crate) fn new(test: &str, floor: &str, scenario: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("cordboard-{test}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let files = Self(folder);
        files.write("floor.toml", floor);
        files.write("scenario.toml", scenario);
        files
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        std::fs::write(self.path(name), content).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// One of the commands that take a floor and a scenario, of these files.
    pub(crate) fn command(&self, what: &str, arguments: &[&str]) -> Command {
        let mut command = cordboard(&self.0);
        command.args([what, "floor.toml", "scenario.toml"]).args(arguments);
        command
    }

    /// Any command line, in this directory.
    pub(crate) fn other(&self, arguments: &[&str]) -> Output {
        cordboard(&self.0).args(arguments).output().unwrap()
    }

    pub(crate) fn run(&self, what: &str, arguments: &[&str]) -> Output {
        self.command(what, arguments).output().unwrap()
    }

    pub(crate) fn text(&self, what: &str, arguments: &[&str]) -> String {
        let output = self.run(what, arguments);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    pub(crate) fn json(&self, what: &str, arguments: &[&str]) -> Value {
        serde_json::from_str(&self.text(what, &[arguments, &["--json"]].concat())).unwrap()
    }

    /// What is said when it fails with this status; nothing is printed then.
    pub(crate) fn failure(&self, status: i32, what: &str, arguments: &[&str]) -> String {
        let output = self.run(what, arguments);
        let message = String::from_utf8(output.stderr).unwrap();
        assert_eq!((output.status.code(), output.stdout.len()), (Some(status), 0), "{arguments:?}: {message}");
        message
    }
}

impl Drop for Files {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// The command in this directory, in a terminal that shows Unicode.
pub(crate) fn cordboard(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cordboard"));
    command.current_dir(folder).env("LC_ALL", "C.UTF-8").env_remove("NO_COLOR");
    command
}

/// Lines of cells, by the rules of RFC 4180.
pub(crate) fn cells(csv: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut cell, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut chars = csv.chars().peekable();
    while let Some(next) = chars.next() {
        match next {
            '"' if quoted && chars.peek() == Some(&'"') => cell.extend(chars.next()),
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(std::mem::take(&mut cell)),
            '\r' if !quoted => {}
            '\n' if !quoted => {
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            other => cell.push(other),
        }
    }
    assert!(!quoted && row.is_empty() && cell.is_empty(), "the last line ends");
    rows
}

//! Where a command's figures go: to standard output, and to files that are asked for.

use core::convert::Infallible;
use core::str::FromStr;
use std::ffi::OsStr;
use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde::Serialize;

/// Where figures go; as an argument, a file or `-` for standard output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Output {
    Stdout,
    File(PathBuf),
}

/// An output that can be written to.
#[derive(Debug)]
pub(crate) struct Opened {
    output: Output,
    file: Option<File>,
}

impl FromStr for Output {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(if text == "-" { Self::Stdout } else { Self::File(text.into()) })
    }
}

impl Output {
    /// The file that would be written, unless it is there and no file, as /dev/null, to which all may write.
    pub(crate) fn file(&self) -> Option<&Path> {
        match self {
            Self::File(path) if !path.exists() || path.is_file() => Some(path),
            _ => None,
        }
    }

    /// Opens it before the work begins, so that nobody waits in vain. What is in the file stays until there is something
    /// to take its place.
    pub(crate) fn open(&self) -> Result<Opened, String> {
        let file = match self {
            Self::Stdout => None,
            Self::File(path) => {
                let file = OpenOptions::new().write(true).create(true).truncate(false).open(path);
                Some(file.map_err(|error| format!("cannot write `{}`: {error}", path.display()))?)
            }
        };
        Ok(Opened { output: self.clone(), file })
    }
}

impl Opened {
    /// Writes everything.
    pub(crate) fn write(self, text: &str) -> Result<(), String> {
        let (Output::File(path), Some(mut file)) = (self.output, self.file) else { return print(text) };
        // What is no file, as /dev/null or a pipe, has no length.
        let emptied = file.metadata().and_then(|of| if of.is_file() { file.set_len(0) } else { Ok(()) });
        let written = emptied.and_then(|()| file.write_all(text.as_bytes())).and_then(|()| file.flush());
        written.map_err(|error| format!("cannot write `{}`: {error}", path.display()))
    }
}

/// Prints to standard output. A reader who has seen enough and closes the pipe is no failure.
pub(crate) fn print(text: &str) -> Result<(), String> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(format!("cannot write the figures: {error}")),
        _ => Ok(()),
    }
}

/// How many columns there are for what people read on standard output: those of the terminal it goes to, or as COLUMNS has
/// it. `None` where it goes to no terminal, so that what is kept is the same everywhere.
pub(crate) fn columns() -> Option<usize> {
    let terminal = console::Term::stdout();
    let size = || terminal.size_checked().map(|(_, columns)| columns.into());
    let given = std::env::var_os("COLUMNS");
    columns_by(terminal.is_term(), size, given.as_deref().and_then(OsStr::to_str))
}

fn columns_by(terminal: bool, size: impl FnOnce() -> Option<usize>, given: Option<&str>) -> Option<usize> {
    let given = given.and_then(|columns| columns.parse().ok()).filter(|columns| *columns > 0);
    if terminal { given.or_else(size) } else { None }
}

/// Ends a command: with the status it has come to, or saying why it has come to nothing.
pub(crate) fn concluded(status: Result<ExitCode, String>) -> ExitCode {
    status.unwrap_or_else(|message| {
        crate::say(format_args!("{}", message.trim_end()));
        ExitCode::FAILURE
    })
}

/// Figures as JSON, for people too.
pub(crate) fn json(figures: &impl Serialize) -> Result<String, String> {
    serde_json::to_string_pretty(figures).map(|text| text + "\n").map_err(in_words)
}

pub(crate) fn in_words(error: impl core::fmt::Display) -> String {
    error.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_is_as_wide_as_columns_says_or_it_is_and_a_file_has_no_width() {
        let size = || Some(80);
        assert_eq!(columns_by(true, size, None), Some(80));
        assert_eq!(columns_by(true, size, Some("60")), Some(60));
        for odd in ["", "0", "-1", "wide"] {
            assert_eq!(columns_by(true, size, Some(odd)), Some(80), "{odd}");
        }
        assert_eq!(columns_by(true, || None, None), None);
        assert_eq!(columns_by(false, size, Some("60")), None);
    }
}

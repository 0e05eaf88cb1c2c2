//! `cordboard test`: runs floor scripts in virtual time, or rewrites what they expect.

use std::fs;
use std::io::{self, Read as _, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use cordboard::Plan;
use cordboard::script::{Failure, Script};

/// The ending of script files.
const SCRIPT: &str = "script";

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The floor file, then the scripts; a directory stands for every `.script` file in it. The floor may be left out
    /// where every script brings its own, which stands before the one given here.
    #[arg(required = true, value_name = "FLOOR> <SCRIPT")]
    paths: Vec<PathBuf>,
    /// Rewrite the expectations of the scripts to what the engine says, for review as a diff.
    #[arg(long)]
    bless: bool,
}

pub(crate) fn run(args: &Args) -> ExitCode {
    let (plan, scripts) = match given(&args.paths) {
        Ok(given) => given,
        Err(wrong) => {
            // Without anybody to read it, it is lost; the code still tells.
            let _ = writeln!(io::stderr(), "{wrong}");
            return ExitCode::from(2);
        }
    };
    match all(plan.as_ref(), &scripts, args.bless, &mut io::stdout().lock()) {
        Ok(0) => ExitCode::SUCCESS,
        // An error is one of writing: whoever reads the output has gone, and there is nobody to tell.
        Ok(_) | Err(_) => ExitCode::FAILURE,
    }
}

/// The floor, if there is one, and the scripts, directories opened.
fn given(paths: &[PathBuf]) -> Result<(Option<Arc<Plan>>, Vec<PathBuf>), String> {
    let (floor, rest) = match paths {
        [first, rest @ ..] if !is_script(first) && !first.is_dir() => (Some(first), rest),
        all => (None, all),
    };
    let plan = floor.map(|path| Plan::load(path).map(Arc::new)).transpose();
    let plan = plan.map_err(|problems| problems.to_string())?;
    let mut scripts = Vec::new();
    for path in rest {
        if path.is_dir() {
            scripts.extend(scripts_in(path).map_err(|error| format!("{}: {error}", path.display()))?);
        } else {
            scripts.push(path.clone());
        }
    }
    if scripts.is_empty() {
        return Err("expected at least one script to run, got none".to_owned());
    }
    Ok((plan, scripts))
}

fn is_script(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending == SCRIPT)
}

fn scripts_in(directory: &Path) -> io::Result<Vec<PathBuf>> {
    let paths = fs::read_dir(directory)?.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>()?;
    let mut scripts: Vec<_> = paths.into_iter().filter(|path| is_script(path)).collect();
    scripts.sort();
    Ok(scripts)
}

/// Runs or blesses every script; gives how many failed.
fn all(plan: Option<&Arc<Plan>>, scripts: &[PathBuf], bless: bool, out: &mut impl Write) -> io::Result<usize> {
    let mut failed = 0;
    for path in scripts {
        let done = read(path).and_then(|script| if bless { rewrite(path, &script, plan) } else { test(&script, plan) });
        match done {
            Ok(line) => writeln!(out, "{line}")?,
            Err(why) => {
                failed += 1;
                writeln!(out, "FAILED {why}")?;
                if bless {
                    writeln!(out, "  nothing is rewritten in {}", path.display())?;
                }
            }
        }
    }
    let done = if bless { "blessed" } else { "passed" };
    writeln!(out, "{} {done}, {failed} failed", scripts.len() - failed)?;
    out.flush()?;
    Ok(failed)
}

fn read(path: &Path) -> Result<Script, String> {
    let name = path.display().to_string();
    // One byte more than allowed tells a file that is too large, or has no end, from one that just fits.
    let file = fs::File::open(path).map_err(|error| format!("{name}: {error}"))?;
    let mut text = String::new();
    let read = file.take(Script::BYTES_MAX as u64 + 1).read_to_string(&mut text);
    let size = read.map_err(|error| format!("{name}: {error}"))?;
    if size > Script::BYTES_MAX {
        return Err(format!("{name}: expected a script of at most {} bytes, got more", Script::BYTES_MAX));
    }
    Script::parse(&name, &text).map_err(|error| error.to_string())
}

fn test(script: &Script, plan: Option<&Arc<Plan>>) -> Result<String, String> {
    let plan = script.plan(plan).map_err(text)?;
    script.run(&plan).map_err(text)?;
    Ok(format!("ok     {}", script.title()))
}

fn rewrite(path: &Path, script: &Script, plan: Option<&Arc<Plan>>) -> Result<String, String> {
    let plan = script.plan(plan).map_err(text)?;
    let blessed = script.bless(&plan).map_err(text)?;
    if blessed == script.text() {
        return Ok(format!("same   {}", script.title()));
    }
    replace(path, &blessed).map_err(|error| format!("{}: {error}", script.name()))?;
    Ok(format!("blessed {}", script.title()))
}

/// Writes a file beside the old one and puts it in its place at once, so that nobody ever reads half of it.
fn replace(path: &Path, text: &str) -> io::Result<()> {
    let path = fs::canonicalize(path)?;
    let mut beside = path.clone().into_os_string();
    beside.push(format!(".{}", std::process::id()));
    let beside = PathBuf::from(beside);
    let written =
        write_new(&beside, text, fs::metadata(&path)?.permissions()).and_then(|()| fs::rename(&beside, &path));
    if written.is_err() {
        // What is left of a failed attempt is of no use; the first error is the one to tell.
        let _ = fs::remove_file(&beside);
    }
    written
}

fn write_new(path: &Path, text: &str, permissions: fs::Permissions) -> io::Result<()> {
    let mut file = fs::File::create_new(path)?;
    file.write_all(text.as_bytes())?;
    file.set_permissions(permissions)?;
    file.sync_all()
}

fn text(failure: Failure) -> String {
    failure.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    const FLOOR: &str = "floor <<\nname = \"x\"\nteams = [{ name = \"a\" }]\nagents = [{ name = \"li\", team = \"a\" }]\nqueues = [{ name = \"desk\" }]\n>>\n";

    /// A directory of this test's own, gone when the test is over.
    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Self {
            let path = std::env::temp_dir().join(format!("cordboard-{name}-{}", std::process::id()));
            fs::create_dir_all(&path).unwrap();
            Self(path)
        }

        fn script(&self, name: &str, lines: &str) -> PathBuf {
            let path = self.0.join(name);
            fs::write(&path, format!("title x\n{FLOOR}{lines}")).unwrap();
            path
        }
    }

    /// How many failed of this one, and what was told.
    fn done(path: &Path, bless: bool) -> (usize, String) {
        let mut told = Vec::new();
        let failed = all(None, &[path.to_owned()], bless, &mut told).unwrap();
        (failed, String::from_utf8(told).unwrap())
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn blessing_puts_the_new_text_in_the_place_of_the_old_and_leaves_nothing_else() {
        let folder = Folder::new("bless");
        let path = folder.script("one.script", "0s arrive anna desk\n");
        assert_eq!(done(&path, false).0, 1);
        assert_eq!(done(&path, true).0, 0);
        assert!(fs::read_to_string(&path).unwrap().ends_with("0s arrive anna desk\n0s > offer anna li\n"));
        assert_eq!(done(&path, false).0, 0);
        assert_eq!(fs::read_dir(&folder.0).unwrap().count(), 1);
    }

    #[test]
    fn a_script_that_fails_is_left_as_it_is_when_blessed() {
        let folder = Folder::new("fails");
        for lines in ["0s arrive anna dsk\n", "0s ring li\n"] {
            let path = folder.script("one.script", lines);
            let before = fs::read_to_string(&path).unwrap();
            let (failed, told) = done(&path, true);
            assert_eq!(failed, 1);
            assert!(told.contains("  nothing is rewritten in "), "{told}");
            assert_eq!(fs::read_to_string(&path).unwrap(), before);
        }
    }

    #[test]
    fn who_stops_reading_ends_it_without_a_panic() {
        /// A pipe whose reader has gone.
        struct Gone;

        impl Write for Gone {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                Err(io::ErrorKind::BrokenPipe.into())
            }

            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }

        let folder = Folder::new("pipe");
        let path = folder.script("one.script", "0s arrive anna desk\n0s > offer anna li\n");
        let error = all(None, &[path], false, &mut Gone).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::BrokenPipe);
    }

    #[test]
    fn a_directory_stands_for_its_scripts_in_order() {
        let folder = Folder::new("folder");
        let (b, a) = (folder.script("b.script", ""), folder.script("a.script", ""));
        folder.script("floor.txt", "");
        let (plan, scripts) = given(std::slice::from_ref(&folder.0)).unwrap();
        assert!(plan.is_none());
        assert_eq!(scripts, [a, b]);
    }

    #[test]
    fn a_floor_without_a_script_is_not_enough() {
        let folder = Folder::new("alone");
        let floor = folder.0.join("floor.toml");
        fs::write(&floor, FLOOR.lines().skip(1).take(4).collect::<Vec<_>>().join("\n")).unwrap();
        assert_eq!(given(&[floor]).unwrap_err(), "expected at least one script to run, got none");
        let missing = folder.0.join("none.toml");
        assert!(given(&[missing]).unwrap_err().contains("none.toml"));
    }
}

//! Floor scripts: an error names its line; one that can be read runs to its end, and what is blessed holds.

use std::str;
use std::sync::{Arc, LazyLock};

use cordboard::Plan;
use cordboard::script::{Failure, FloorSource, FloorTrouble, Script, ScriptError, Trouble};

use super::problems::are_told_well;
use super::shift::HOUSE;

static GIVEN: LazyLock<Arc<Plan>> =
    LazyLock::new(|| Plan::from_toml(HOUSE).unwrap_or_else(|problems| panic!("{problems}")).into());

/// A script, on its own floor where it brings one along. A file that it names is not looked for.
pub fn script(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else { return };
    let script = match Script::parse("a.script", text) {
        Ok(script) => script,
        Err(error) => return is_told_well(&error, text),
    };
    let plan = match script.floor() {
        Some(FloorSource::Inline { .. }) => match script.plan(None) {
            Ok(plan) => plan,
            Err(Failure::Floor { trouble: FloorTrouble::Wrong(problems), .. }) => {
                return are_told_well(&problems, text);
            }
            Err(failure) => panic!("{failure}"),
        },
        Some(FloorSource::File { .. }) | None => GIVEN.clone(),
    };
    let holds = script.run(&plan).map_err(|failure| is_no_trouble(&failure, text)).is_ok();
    let blessed = match script.bless(&plan) {
        Ok(blessed) => blessed,
        Err(failure) => return is_no_trouble(&failure, text),
    };
    assert!(!holds || blessed == text, "to bless what holds changes nothing:\n{blessed}");
    // With what the engine says written out, a script may be longer than a script may be.
    if blessed.len() > Script::BYTES_MAX || blessed.lines().count() > Script::LINES_MAX {
        return;
    }
    let again = Script::parse("blessed.script", &blessed).unwrap_or_else(|error| panic!("{error}\n{blessed}"));
    again.run(&plan).unwrap_or_else(|failure| panic!("what was blessed does not hold: {failure}\n{blessed}"));
}

fn is_no_trouble(failure: &Failure, text: &str) {
    assert!(!failure.to_string().is_empty());
    match failure {
        Failure::Script(error) => is_told_well(error, text),
        Failure::Trouble { trouble: Trouble::TooLong { .. }, .. } | Failure::Mismatch(_) => {}
        other => panic!("{other}"),
    }
}

fn is_told_well(error: &ScriptError, text: &str) {
    let lines = text.lines().count().max(1);
    assert!((1..=lines).contains(&error.line), "there is no such line: {error}");
    assert!(!error.to_string().contains(['\n', '\r']), "more than one line: {error:?}");
}

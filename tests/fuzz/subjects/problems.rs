//! What is promised of problems: each in one line, and at a line that the text has.

use cordboard::floor::Problems;

/// Checks what is told about a text.
pub(super) fn are_told_well(problems: &Problems, text: &str) {
    let lines = 1 + text.bytes().filter(|byte| *byte == b'\n').count();
    let mut before = 0;
    assert!((1..=1000).contains(&problems.len()), "{} problems", problems.len());
    for problem in problems {
        let told = problem.to_string();
        let line = problem.line.unwrap_or_else(|| panic!("where? {told}"));
        assert!(line >= 1 && line as usize <= lines, "there is no such line: {told}");
        assert!(line >= before, "in the order of lines: {told}");
        before = line;
        assert!(!problem.found.is_empty(), "what is wrong? {told}");
        assert!(!told.contains(['\n', '\r']), "more than one line: {told:?}");
        assert!(told.starts_with(&format!("line {line}: ")), "{told}");
    }
    let more = usize::from(problems.more() > 0);
    assert_eq!(problems.to_string().lines().count(), problems.len() + more, "one problem per line: {problems}");
}

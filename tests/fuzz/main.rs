//! What is fuzzed, held on stable Rust too: every file of the corpus in `fuzz/corpus` goes through its subject, by name.
//!
//! A crash that was found is kept there under a name that tells what it was. To look for more, from the corpus on and
//! without adding to it: `cargo +nightly fuzz run inputs $(mktemp -d) fuzz/corpus/inputs`.

mod subjects;

use std::collections::BTreeSet;
use std::fs;
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};

use subjects::SUBJECTS;

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus")
}

fn paths_in(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry of the folder").path()).collect();
    paths.sort();
    paths
}

/// Runs the whole corpus of a subject; fails with the names of the files.
fn holds(name: &str) {
    let (_, subject) = SUBJECTS.into_iter().find(|(subject, _)| *subject == name).expect("a subject");
    let paths = paths_in(&corpus().join(name));
    assert!(!paths.is_empty(), "{name} has no corpus");
    let fails = |path: &PathBuf| {
        let bytes = fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let failed = catch_unwind(|| subject(&bytes)).is_err();
        if failed {
            eprintln!("that was {}", path.display());
        }
        failed
    };
    let failed: Vec<PathBuf> = paths.into_iter().filter(fails).collect();
    assert!(failed.is_empty(), "{name} fails on {failed:#?}");
}

#[test]
fn a_floor_in_json_runs_or_is_told_line_by_line() {
    holds("floor_json");
}

#[test]
fn a_floor_in_toml_runs_or_is_told_line_by_line() {
    holds("floor_toml");
}

#[test]
fn whatever_a_host_hands_in_no_promise_is_broken_and_the_same_comes_again() {
    holds("inputs");
}

#[test]
fn a_need_that_is_read_and_printed_reads_back_as_the_same() {
    holds("need");
}

#[test]
fn a_scenario_begins_the_same_twice_or_is_told_line_by_line() {
    holds("scenario");
}

#[test]
fn a_script_that_is_blessed_holds_and_one_that_cannot_be_read_is_told_by_its_line() {
    holds("script");
}

#[test]
fn every_subject_has_a_target_and_a_corpus_and_there_are_no_others() {
    let subjects: BTreeSet<String> = SUBJECTS.into_iter().map(|(name, _)| name.to_owned()).collect();
    let stems = |folder: &Path| -> BTreeSet<String> {
        let stem = |path: &PathBuf| path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
        paths_in(folder).iter().filter_map(stem).collect()
    };
    assert_eq!(stems(&corpus()), subjects);
    assert_eq!(stems(&corpus().with_file_name("fuzz_targets")), subjects);
}

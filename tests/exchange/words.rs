//! What the sources of the exchange do not contain.

use std::fs;
use std::path::{Path, PathBuf};

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(sources(&path)) } else { found.push(path) }
    }
    found
}

/// The code of a file, without comments.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    let code = text.lines().map(|line| line.split("//").next().unwrap_or(""));
    code.collect::<Vec<_>>().join("\n")
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src/exchange")
}

#[test]
fn between_submitting_and_deciding_nothing_locks_parks_or_spins() {
    let words = [
        "Mutex",
        "RwLock",
        "Condvar",
        "OnceLock",
        "LazyLock",
        "OnceCell",
        "OnceBox",
        "std::sync::Once",
        "Barrier",
        "mpsc",
        "park(",
        "park_timeout",
        "sleep(",
        "spin_loop",
        "yield_now",
        "Backoff",
        "Instant",
        "SystemTime",
    ];
    let sources = sources(&folder());
    assert!(sources.len() > 15, "{sources:?}");
    for path in sources {
        // One thread runs at a time under the model checkers; this file is theirs.
        if path.ends_with("sync/model.rs") {
            continue;
        }
        let code = code(&path);
        for word in words {
            assert!(!code.contains(word), "{} says {word}", path.display());
        }
    }
}

#[test]
fn one_file_is_unsafe_and_no_other_has_atomics_of_its_own() {
    for path in sources(&folder()) {
        let code = code(&path);
        let own = path.ends_with("sync/pointer.rs");
        assert_eq!(code.contains("unsafe {") || code.contains("unsafe impl"), own, "{}", path.display());
        let sync =
            own || path.ends_with("sync.rs") || path.ends_with("sync/real.rs") || path.ends_with("sync/model.rs");
        assert!(sync || !code.contains("sync::atomic"), "{}", path.display());
    }
}

//! How long each study runs: as long as its figures need to be known to one per cent, and no case longer than it must.

/// Replications of a study that needs no other number.
const REPLICATIONS: u32 = 100;

/// Studies that need another number of calls in all than their kind, in thousands; found by trying.
const CALLS: &[(&str, f64)] = &[("EA08", 600.0), ("MK04", 400.0), ("MG05", 300.0), ("MK05", 200.0)];

/// The quick set: one study of each kind and rule that the engine knows, each of them short.
const QUICK: &[&str] = &["EA08", "MG05", "MK04", "MK05"];

/// How many calls in all, and over how many replications.
pub(super) fn of(study: &str) -> (f64, u32) {
    let usual = match study.get(..2) {
        Some("EC" | "NP" | "DC" | "MG") => 3_000.0,
        Some("PU") => 2_000.0,
        Some("TR") => 4_000.0,
        _ => 1_000.0,
    };
    let calls = CALLS.iter().find(|(name, _)| *name == study).map_or(usual, |(_, calls)| *calls);
    (calls * 1_000.0, REPLICATIONS)
}

/// Whether a study is in the quick set.
pub(super) fn is_quick(study: &str) -> bool {
    QUICK.contains(&study)
}

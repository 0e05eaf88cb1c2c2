//! How long each study runs: as long as its figures need to be known to one per cent, and no case longer than it must.

/// Replications of a study that needs no other number.
const REPLICATIONS: u32 = 100;

/// Studies that need another number of calls in all than their kind, in thousands; found by trying.
#[rustfmt::skip]
const CALLS: &[(&str, f64)] = &[
    // The rarer what is measured, and the nearer to full load, the longer.
    ("EC01", 7_000.0), ("EC02", 30_000.0), ("EC04", 12_000.0), ("EC05", 4_000.0), ("EC07", 32_000.0),
    ("EC10", 2_000.0), ("EC11", 50_000.0), ("EC12", 4_000.0),
    ("EB02", 400.0),
    ("MK01", 2_000.0), ("MK04", 400.0), ("MK05", 200.0), ("MK06", 3_000.0), ("MK07", 6_000.0), ("MK08", 700.0),
    ("EA01", 12_000.0), ("EA02", 4_000.0), ("EA06", 1_000.0), ("EA08", 600.0), ("EA14", 12_000.0),
    ("AK01", 1_000.0), ("AK03", 600.0),
    ("NP05", 8_000.0), ("NP09", 4_000.0),
    ("MG01", 1_500.0), ("MG05", 300.0),
    ("DC04", 6_000.0),
    ("PG04", 90_000.0), ("PG05", 2_000.0), ("PG06", 2_000.0), ("PG07", 4_000.0), ("PG08", 1_000.0), ("PG09", 1_000.0), ("PG10", 13_000.0),
    ("R08", 500.0), ("R14", 900.0), ("R15", 900.0), ("R16", 1_400.0), ("R17", 900.0), ("R18", 900.0), ("R23", 700.0), ("R25", 1_500.0),
    ("R27", 1_200.0), ("R33", 400.0), ("R34", 2_500.0), ("R36", 1_200.0), ("R37", 1_200.0), ("R38", 3_000.0),
    ("R39", 3_700.0), ("R40", 3_400.0),
    ("TR01", 7_000.0), ("TR03", 7_000.0),
    ("WW4", 6_000.0), ("WW5", 6_000.0), ("WW6", 6_000.0),
    ("PUB-CC.MMCBlocked", 8_000.0), ("PUB-CC.Telethon", 1_400.0), ("PUB-WH2.LN11", 3_500.0),
    ("PUB-WH4.LN4q", 90_000.0), ("PUB-WH5.E2E2", 7_500.0), ("PUB-WH6.LN(1,1)", 3_000.0),
];

/// Figures of what hardly ever happens, which would take from 300 million calls to a milliard to be known to one per cent.
/// They may not be further off than their errors allow, and need not be known better.
const ROUGH: &[(&str, &str)] = &[
    ("EC11", "var_wait_all"),
    ("TR01", "0.end_mean_queue"),
    ("TR01", "waiting_time_after_close_s"),
    ("TR03", "0.end_mean_queue"),
    ("TR03", "waiting_time_after_close_s"),
];

/// The quick set: studies that are short, for each kind of rule at least one.
const QUICK: &[&str] = &["AK03", "EB02", "MG05", "MK04", "MK05", "R33"];

/// How many calls in all, and over how many replications.
pub(super) fn of(study: &str) -> (f64, u32) {
    let usual = match study.get(..2) {
        Some("EC" | "EA" | "NP" | "DC" | "MG" | "PG") => 3_000.0,
        Some("MK" | "AK" | "PU") => 2_000.0,
        Some("TR") => 4_000.0,
        _ => 700.0,
    };
    let calls = CALLS.iter().find(|(name, _)| *name == study).map_or(usual, |(_, calls)| *calls);
    // Where the warm-up is long, there are fewer.
    let replications = if calls > 10_000.0 { 40 } else { REPLICATIONS };
    (calls * 1_000.0, replications)
}

/// Whether a figure need not be known to one per cent.
pub(super) fn is_rough(case: &str, metric: &str) -> bool {
    ROUGH.contains(&(case, metric))
}

/// Whether a study is in the quick set.
pub(super) fn is_quick(study: &str) -> bool {
    QUICK.contains(&study)
}

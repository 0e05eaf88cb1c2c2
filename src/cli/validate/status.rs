//! What becomes of each reference case: run through the engine, for calculators only, or not applicable, and why.
//!
//! The list stands beside the cases, in `tests/reference/STATUS.md`, as a table for people; this reads it.

use std::collections::BTreeMap;

/// The list.
const TEXT: &str = include_str!("../../../tests/reference/STATUS.md");

/// What becomes of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Status {
    /// It is a scenario, and runs.
    Run,
    /// It is a formula without a scenario.
    CalculatorOnly,
    /// It is neither.
    NotApplicable,
}

/// The status of each case, and what is to be said of it.
pub(super) fn list() -> Result<BTreeMap<&'static str, (Status, &'static str)>, String> {
    let mut list = BTreeMap::new();
    for line in TEXT.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| ---")) {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let &[case, status, why] = cells.as_slice() else { return Err(format!("expected three cells, got `{line}`")) };
        let status = match status {
            "run" => Status::Run,
            "calculator only" => Status::CalculatorOnly,
            "not applicable" => Status::NotApplicable,
            // The table's head.
            _ if case == "case" => continue,
            other => return Err(format!("{case}: `{other}` is no status")),
        };
        if list.insert(case, (status, why)).is_some() {
            return Err(format!("{case} stands in the list twice"));
        }
    }
    Ok(list)
}

impl core::fmt::Display for Status {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.pad(match self {
            Self::Run => "run",
            Self::CalculatorOnly => "calculator only",
            Self::NotApplicable => "not applicable",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::cases::Case;
    use super::*;

    #[test]
    fn every_reference_case_stands_in_the_list_once_and_what_is_not_run_has_a_reason() {
        let (cases, list) = (Case::all().unwrap(), list().unwrap());
        let ids: std::collections::BTreeSet<&str> = cases.iter().map(|case| case.id.as_str()).collect();
        assert_eq!(ids.len(), 212);
        assert_eq!(ids, list.keys().copied().collect());
        for (case, (status, why)) in list {
            assert!(status == Status::Run || !why.is_empty(), "{case} is {status} without a reason");
        }
    }
}

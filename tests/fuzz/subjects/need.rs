//! Needs: an error names its character; a need that is read can be printed, and reads back as the same.

use std::str;
use std::sync::LazyLock;

use cordboard::Plan;
use cordboard::floor::NeedErrorKind;

/// How many characters a need may have.
const CHARACTERS_MAX: usize = 1000;

/// Names that are easy and names that have to be quoted.
static PLAN: LazyLock<Plan> = LazyLock::new(|| {
    let plan = Plan::from_toml(
        r#"
        skills = ["a", "english", "日本語", 'old "school" \ fax', "team", "4..6"]
        teams = [{ name = "operators" }, { name = "front desk" }, { name = "and" }]
        agents = [
            { name = "li", team = "operators", skills = { a = 1, english = 5, "日本語" = 10 } },
            { name = "wang", team = "front desk", role = "foreman", skills = { 'old "school" \ fax' = 3, team = 4 } },
            { name = "gao", team = "and", role = "manager", skills = { "4..6" = 6 } },
        ]
        "#,
    );
    plan.unwrap_or_else(|problems| panic!("{problems}"))
});

/// A need as text.
pub fn need(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else { return };
    let characters = text.chars().count();
    match PLAN.parse_need(text) {
        Err(error) => {
            let told = error.to_string();
            assert!((1..=characters.min(CHARACTERS_MAX) + 1).contains(&error.at), "there is no such character: {told}");
            assert!(!error.found.is_empty() && !told.contains(['\n', '\r']), "{told:?}");
            assert!(error.near.is_none() || error.kind == NeedErrorKind::UnknownName, "{told}");
        }
        Ok(need) => {
            assert!(need.within_limits() && characters <= CHARACTERS_MAX, "{need:?}");
            let printed = PLAN.need_text(&need);
            match PLAN.parse_need(&printed) {
                Ok(again) => assert_eq!(need, again, "{printed}"),
                Err(error) => assert!(printed.chars().count() > CHARACTERS_MAX, "{printed}: {error}"),
            }
            assert!(need.skills().is_sorted_by(|a, b| a < b), "ascending, each once: {need:?}");
        }
    }
}

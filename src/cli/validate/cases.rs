//! The reference cases as their file has them. What the file is and where it comes from stands beside it, in
//! `tests/reference/README.md`.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// The file.
const TEXT: &str = include_str!("../../../tests/reference/cases.json");

/// One case: a model with its parameters, and what is known of it.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Case {
    pub(super) id: String,
    pub(super) kind: Kind,
    pub(super) model: String,
    parameters: Value,
    pub(super) expected: BTreeMap<String, Value>,
    #[serde(default)]
    pub(super) tolerance: Tolerance,
}

/// What kind of knowledge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Kind {
    /// A closed form.
    Analytic,
    /// A small centre with skills, solved exactly.
    RoutingExact,
    /// A larger one, solved exactly or simulated elsewhere.
    RoutingLarge,
    /// A day with a beginning and an end, solved exactly.
    TerminatingExact,
    /// A row of a published table.
    Published,
}

/// How exact a published figure is.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Tolerance {
    /// Half the width of its 95 % interval, or half a unit of its last digit.
    #[serde(default)]
    pub(super) abs: f64,
    /// Which of them.
    #[serde(default)]
    pub(super) meaning: String,
}

impl Case {
    /// All cases, in the file's order.
    pub(super) fn all() -> Result<Vec<Self>, String> {
        #[derive(Deserialize)]
        struct File {
            cases: Vec<Case>,
        }
        serde_json::from_str(TEXT).map(|file: File| file.cases).map_err(|error| format!("cases.json: {error}"))
    }

    /// Its parameters, as those of its kind are laid out.
    pub(super) fn parameters<T: DeserializeOwned>(&self) -> Result<T, String> {
        T::deserialize(&self.parameters).map_err(|error| self.says(&format!("parameters: {error}")))
    }

    /// Its figures by name, where each is one number.
    pub(super) fn figures(&self) -> Result<Vec<(&str, f64)>, String> {
        let number = |(name, value): (&'_ String, &Value)| {
            value.as_f64().ok_or_else(|| self.says(&format!("{name} is no number")))
        };
        self.expected.iter().map(|of| Ok((of.0.as_str(), number(of)?))).collect()
    }

    /// A part of what is expected.
    pub(super) fn expects<T: DeserializeOwned>(&self, name: &str) -> Result<T, String> {
        let value = self.expected.get(name).ok_or_else(|| self.says(&format!("no `{name}` is expected")))?;
        T::deserialize(value).map_err(|error| self.says(&format!("{name}: {error}")))
    }

    /// Something that is wrong with this case.
    pub(super) fn says(&self, what: &str) -> String {
        format!("{}: {what}", self.id)
    }
}

//! Text about a caller that must not leak: numbers, names, rooms (S5, G13).

use core::fmt;
use std::sync::{Arc, LazyLock};

use serde::{Deserialize, Serialize};

/// Caller data. `Debug` and `Display` show `***`; only [`reveal`](Self::reveal) gives the text. Cheap to clone.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Masked(Arc<str>);

impl Masked {
    /// The text itself. Whoever calls this is answerable for where it goes.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl Default for Masked {
    fn default() -> Self {
        // One for all: a text of no length has its counts to be kept somewhere, too.
        static EMPTY: LazyLock<Arc<str>> = LazyLock::new(|| "".into());
        Self(EMPTY.clone())
    }
}

impl<T: Into<Arc<str>>> From<T> for Masked {
    fn from(text: T) -> Self {
        Self(text.into())
    }
}

impl fmt::Debug for Masked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl fmt::Display for Masked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guests_number_is_never_shown_unless_asked_for() {
        let number = Masked::from("+86 21 5555 0142");
        assert_eq!(format!("{number} {number:?}"), "*** ***");
        assert_eq!(number.reveal(), "+86 21 5555 0142");
    }
}

//! The host's own data about a call: passed on unchanged, and never shown.

use core::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// Opaque bytes of the host's. `Debug` shows how many there are, not which (G13). Cheap to clone.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Attributes(Arc<[u8]>);

impl Attributes {
    /// The bytes themselves.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl<T: Into<Arc<[u8]>>> From<T> for Attributes {
    fn from(bytes: T) -> Self {
        Self(bytes.into())
    }
}

impl fmt::Debug for Attributes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "*** ({} bytes)", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_host_says_of_a_caller_is_passed_on_and_not_shown() {
        let attributes = Attributes::from(b"Moreau".as_slice());
        assert_eq!(attributes.as_bytes(), b"Moreau");
        assert_eq!(format!("{attributes:?}"), "*** (6 bytes)");
    }
}

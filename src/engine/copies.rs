//! Copying into a copy: an engine that is copied again and again, as for checkpoints, goes into the memory of an earlier
//! copy. So nothing is allocated, and no memory is touched for the first time, which takes several times as long as to
//! copy.

/// Implements `Clone` field by field, as `derive` would, and `clone_from`, which `derive` would not: it makes each field of
/// an earlier copy equal. Names every field, so that none is forgotten.
macro_rules! copies {
    ($type:ident $(<$parameter:ident>)? { $($field:ident),+ $(,)? }) => {
        impl $(<$parameter: Clone>)? Clone for $type $(<$parameter>)? {
            fn clone(&self) -> Self {
                let Self { $($field),+ } = self;
                Self { $($field: $field.clone()),+ }
            }

            fn clone_from(&mut self, source: &Self) {
                let Self { $($field),+ } = source;
                $(self.$field.clone_from($field);)+
            }
        }
    };
}

pub(in crate::engine) use copies;

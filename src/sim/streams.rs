//! Random streams: one for each purpose, all from one seed.
//!
//! What a call brings is drawn when it arrives, in order of arrival, from streams that nothing else draws from. So the
//! same seed brings the same calls to every roster and every ladder, and two floors differ only by what they do with
//! them (common random numbers). A stream belongs to the name of a queue or an agent and not to its place on the floor,
//! so whoever is added in front changes nothing for the others.

use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};

use crate::mix::mix;

/// 2⁶⁴ over the golden ratio, odd: steps of it come back to none of the values before.
const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

/// What a stream is for. The number is part of what a seed means: never change one, only add.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Purpose {
    Arrivals = 1,
    Mix = 2,
    Patience = 3,
    Talk = 4,
    Hold = 5,
    WrapUp = 6,
    End = 7,
    Agent = 8,
    Switch = 9,
    Faults = 10,
    Life = 11,
    Supervision = 12,
    FollowUp = 13,
    Factors = 14,
    SharedFactors = 15,
    Bursts = 16,
    Attendance = 17,
    Phone = 18,
}

/// The stream for this purpose and the queue or agent of this name; where there is only one, the name is empty.
pub(crate) fn stream(seed: u64, purpose: Purpose, name: &str) -> ChaCha8Rng {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let bytes = name.bytes().map(u64::from);
    rng.set_stream(bytes.fold(mix(purpose as u64), |hash, byte| mix(hash.wrapping_add(STEP) ^ byte)));
    rng
}

/// Whether something of this probability happens. Draws once in any case, so streams keep step.
pub(crate) fn happens(rng: &mut ChaCha8Rng, share: f64) -> bool {
    rng.random::<f64>() < share
}

/// The seed of a replication. The first is the seed itself, so that a single run is the first of many; the others are
/// far apart (SplitMix64: Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014).
pub(crate) fn replication_seed(seed: u64, replication: u32) -> u64 {
    if replication == 0 {
        return seed;
    }
    mix(seed.wrapping_add(u64::from(replication).wrapping_mul(STEP)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_of_one_seed_differ_by_purpose_and_name() {
        let first = |seed, purpose, name| stream(seed, purpose, name).random::<u64>();
        let here = first(1, Purpose::Talk, "desk");
        assert_eq!(here, first(1, Purpose::Talk, "desk"));
        assert_ne!(here, first(2, Purpose::Talk, "desk"));
        assert_ne!(here, first(1, Purpose::Patience, "desk"));
        for other in ["", "desk ", "ksed", "外线"] {
            assert_ne!(here, first(1, Purpose::Talk, other), "{other}");
        }
    }

    #[test]
    fn the_first_replication_is_the_single_run_of_that_seed() {
        assert_eq!(replication_seed(7, 0), 7);
        let seeds: std::collections::BTreeSet<u64> =
            (0..4).flat_map(|seed| (0..1_000).map(move |i| replication_seed(seed, i))).collect();
        assert_eq!(seeds.len(), 4_000);
    }
}

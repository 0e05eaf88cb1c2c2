//! Random streams: one for each purpose, all from one seed.
//!
//! What a call brings is drawn when it arrives, in order of arrival, from streams that nothing else draws from. So the
//! same seed brings the same calls to every roster and every ladder, and two floors differ only by what they do with
//! them (common random numbers).

use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};

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
}

/// The stream for this purpose and this queue or agent.
pub(crate) fn stream(seed: u64, purpose: Purpose, index: u32) -> ChaCha8Rng {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rng.set_stream((purpose as u64) << 32 | u64::from(index));
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
    let mut mixed = seed.wrapping_add(u64::from(replication).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_of_one_seed_differ_by_purpose_and_index() {
        let first = |seed, purpose, index| stream(seed, purpose, index).random::<u64>();
        let here = first(1, Purpose::Talk, 0);
        assert_eq!(here, first(1, Purpose::Talk, 0));
        assert_ne!(here, first(2, Purpose::Talk, 0));
        assert_ne!(here, first(1, Purpose::Talk, 1));
        assert_ne!(here, first(1, Purpose::Patience, 0));
    }

    #[test]
    fn the_first_replication_is_the_single_run_of_that_seed() {
        assert_eq!(replication_seed(7, 0), 7);
        let seeds: std::collections::BTreeSet<u64> =
            (0..4).flat_map(|seed| (0..1_000).map(move |i| replication_seed(seed, i))).collect();
        assert_eq!(seeds.len(), 4_000);
    }
}

//! The least cover: it covers, and nothing covers with less.

use cordboard::planning::{CoverError, Pattern, least_cover};
use proptest::prelude::*;

/// Whether this many of each pattern is enough.
fn enough(agents: &[u32], required: &[u32], interval: u32, patterns: &[Pattern]) -> bool {
    required.iter().zip((0..).map(|place: u32| place * interval)).all(|(needed, from)| {
        let there = agents.iter().zip(patterns).filter(|(_, pattern)| pattern.covers(from, interval));
        there.map(|(count, _)| *count).sum::<u32>() >= *needed
    })
}

/// The fewest paid minutes, by trying everything.
fn least_by_trying(required: &[u32], interval: u32, patterns: &[Pattern]) -> u32 {
    let most = required.iter().copied().max().unwrap_or(0);
    let mut agents = vec![0; patterns.len()];
    let mut least = u32::MAX;
    loop {
        let paid: u32 = agents.iter().zip(patterns).map(|(count, pattern)| count * pattern.minutes).sum();
        if paid < least && enough(&agents, required, interval, patterns) {
            least = paid;
        }
        let Some(next) = agents.iter().position(|count| *count < most) else { return least };
        agents[next] += 1;
        agents[..next].fill(0);
    }
}

#[test]
fn a_day_of_three_shifts_has_three_shifts() {
    let cover = least_cover(&[2; 48], 30, &Pattern::grid(&[480], 480)).unwrap();
    assert_eq!((cover.agents, cover.paid_hours, cover.proven_least), (vec![2, 2, 2], 48.0, true));
}

#[test]
fn of_two_covers_that_cost_the_same_the_one_with_fewer_people_is_taken() {
    let patterns = Pattern::grid(&[240, 480], 240);
    let cover = least_cover(&[3, 3, 0, 0, 0, 0], 240, &patterns).unwrap();
    assert_eq!((cover.agents.iter().sum::<u32>(), cover.paid_hours), (3, 24.0));
}

#[test]
fn a_shift_over_midnight_covers_both_sides_of_it() {
    let night = Pattern { from: 22 * 60, minutes: 480 };
    let mut required = vec![0; 24];
    (required[23], required[0], required[5]) = (1, 2, 2);
    let cover = least_cover(&required, 60, &[night]).unwrap();
    assert_eq!((cover.agents, night.to()), (vec![2], 6 * 60));
    assert!(night.covers(5 * 60, 60) && !night.covers(5 * 60 + 30, 60) && !night.covers(21 * 60, 60));
}

#[test]
fn a_time_that_no_shift_reaches_is_named() {
    let early = [Pattern { from: 8 * 60, minutes: 480 }];
    let mut required = vec![0; 48];
    required[37] = 1;
    let error = least_cover(&required, 30, &early).unwrap_err();
    assert_eq!(error, CoverError::Uncovered { from: 18 * 60 + 30 });
    assert_eq!(error.to_string(), "nobody can be at work at 18:30: no shift covers it");
    assert!(matches!(least_cover(&required, 60, &early), Err(CoverError::OutOfRange { .. })));
    assert!(matches!(
        least_cover(&[1], 60, &[Pattern { from: 1_440, minutes: 60 }]),
        Err(CoverError::OutOfRange { .. })
    ));
}

#[test]
fn a_centre_of_two_thousand_is_covered_in_quarters_of_an_hour_and_proven_least() {
    // Two peaks; shifts of 4, 6 and 8 hours from every half hour.
    let hump = |place: f64, at: f64, width: f64| (-((place - at) / width).powi(2)).exp();
    let need = |place: u32| 40.0 + 1_600.0 * hump(place.into(), 42.0, 12.0) + 900.0 * hump(place.into(), 70.0, 9.0);
    let required: Vec<u32> = (0..96).map(|place| need(place) as u32).collect();
    let patterns = Pattern::grid(&[240, 360, 480], 30);
    let cover = least_cover(&required, 15, &patterns).unwrap();
    assert!(cover.proven_least && enough(&cover.agents, &required, 15, &patterns));
    let needed_hours = f64::from(required.iter().sum::<u32>()) / 4.0;
    assert!(cover.paid_hours >= needed_hours && cover.paid_hours < 1.1 * needed_hours, "{}", cover.paid_hours);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn no_cover_has_fewer_paid_hours(
        required in proptest::collection::vec(0u32..4, 8),
        starts in proptest::collection::vec((0u32..8, 1u32..6), 1..5),
    ) {
        let patterns: Vec<Pattern> =
            starts.into_iter().map(|(from, length)| Pattern { from: from * 180, minutes: length * 180 }).collect();
        let least = least_by_trying(&required, 180, &patterns);
        match least_cover(&required, 180, &patterns) {
            Ok(cover) => {
                prop_assert!(enough(&cover.agents, &required, 180, &patterns));
                prop_assert!(cover.proven_least && cover.least_hours == cover.paid_hours);
                prop_assert_eq!((cover.paid_hours * 60.0).round() as u32, least);
            }
            Err(error) => prop_assert!(matches!(error, CoverError::Uncovered { .. }) && least == u32::MAX, "{error}"),
        }
    }
}

//! The behaviour of the engine, as floor scripts: one test per script under `tests/floors`, named by its title.
//!
//! A new script is added to the list at the end; a test tells if it is forgotten. To rewrite what the scripts expect,
//! run `cordboard test --bless tests/floors` and read the diff.

#![cfg(feature = "script")]

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use cordboard::script::Script;

/// The requirements (A1 …) and promises (G1 …) that scripts can show and that this engine serves.
const SERVED: &[&str] = &[
    "A1", "A2", "A4", "A6", "A7", "D1", "D2", "D3", "E1", "E2", "E3", "E5", "E7", "F2", "G1", "G2", "G3", "G4", "G5",
    "G6", "G7", "G8", "G9", "G10", "G12",
];

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/floors")
}

fn listed_path(name: &str) -> PathBuf {
    folder().join(name).with_extension("script")
}

fn scripts_in(folder: PathBuf) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("the folder of scripts");
    let paths = entries.map(|entry| entry.expect("an entry of the folder").path());
    paths.filter(|path| path.extension().is_some_and(|ending| ending == "script")).collect()
}

fn script(path: PathBuf) -> Script {
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    Script::parse(&path.display().to_string(), &text).unwrap_or_else(|error| panic!("{error}"))
}

/// Runs a script; and to bless what passes changes nothing.
fn holds(path: PathBuf) {
    comes_true(&script(path));
}

fn comes_true(script: &Script) {
    let plan = script.plan(None).unwrap_or_else(|failure| panic!("{failure}"));
    script.run(&plan).unwrap_or_else(|failure| panic!("\n{failure}\n"));
    let blessed = script.bless(&plan).unwrap_or_else(|failure| panic!("{failure}"));
    assert_eq!(blessed, script.text(), "{} passes, but to bless it changes it", script.name());
}

/// Runs every script beside the hotel's floor.
#[test]
fn the_hotels_own_scripts_hold() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("examples/floors");
    let scripts = scripts_in(folder);
    assert!(!scripts.is_empty());
    scripts.into_iter().for_each(holds);
}

/// Runs what people read first as if it stood beside the hotel's floor.
#[test]
fn the_samples_of_the_readme_and_of_the_documentation_hold() {
    for (file, prefix) in [("README.md", ""), ("src/script/mod.rs", "//!")] {
        let text = fs::read_to_string(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(file)).expect(file);
        let lines = text.lines().filter_map(|line| line.strip_prefix(prefix));
        let lines: Vec<&str> = lines.map(|line| line.strip_prefix(' ').unwrap_or(line)).collect();
        let blocks = lines.split(|line| line.starts_with("```"));
        let samples: Vec<_> =
            blocks.filter(|block| block.first().is_some_and(|line| line.starts_with("title "))).collect();
        let [sample] = samples[..] else { panic!("{file} has {} samples of a script", samples.len()) };
        let name = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("examples/floors/sample").display().to_string();
        let script = Script::parse(&name, &(sample.join("\n") + "\n"));
        comes_true(&script.unwrap_or_else(|error| panic!("{file}: {error}")));
    }
}

/// A title as the name of a file and of a test.
fn name_of(title: &str) -> String {
    let kept: String = title.to_lowercase().chars().filter(|c| *c != '\'').collect();
    let words = kept.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("_")
}

#[test]
fn every_script_is_listed_here_and_named_by_its_title() {
    let stem = |path: PathBuf| path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
    let found: BTreeSet<String> = scripts_in(folder()).into_iter().filter_map(stem).collect();
    let listed: BTreeSet<String> = LISTED.iter().map(|name| (*name).to_owned()).collect();
    assert_eq!(found, listed, "the scripts in the folder (left) are not those listed in tests/floors.rs (right)");
    for name in LISTED {
        assert_eq!(*name, name_of(script(listed_path(name)).title()), "the file's name and the title");
    }
}

#[test]
fn every_requirement_and_promise_is_shown_by_a_script() {
    let scripts: Vec<Script> = LISTED.iter().map(|name| script(listed_path(name))).collect();
    let covered: BTreeSet<&str> = scripts.iter().flat_map(Script::covers).collect();
    let missing: Vec<_> = SERVED.iter().filter(|id| !covered.contains(**id)).collect();
    assert!(missing.is_empty(), "no script covers {missing:?}");
}

#[test]
fn every_id_that_a_script_covers_is_explained_and_every_id_explained_is_covered() {
    let mut scripts: Vec<Script> = scripts_in(folder()).into_iter().map(script).collect();
    let hotel = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("examples/floors");
    scripts.extend(scripts_in(hotel).into_iter().map(script));
    let covered: BTreeSet<&str> = scripts.iter().flat_map(Script::covers).collect();
    let text = fs::read_to_string(folder().join("README.md")).expect("the list of ids");
    let rows = text.lines().filter_map(|line| line.strip_prefix("| ")?.strip_suffix(" |")?.split_once(" | "));
    let rows: Vec<(&str, &str)> = rows.filter(|(id, _)| !matches!(*id, "id" | "---")).collect();
    let explained: BTreeSet<&str> = rows.iter().map(|(id, _)| *id).collect();
    assert_eq!(covered, explained, "the ids that scripts cover (left) are not those of tests/floors/README.md (right)");
    assert_eq!(rows.len(), explained.len(), "an id is explained twice");
    assert!(rows.iter().all(|(_, meaning)| meaning.ends_with('.')), "a meaning is a sentence");
}

macro_rules! scripts {
    ($($name:ident)*) => {
        const LISTED: &[&str] = &[$(stringify!($name)),*];
        $(
            #[test]
            fn $name() {
                holds(listed_path(stringify!($name)));
            }
        )*
    };
}

scripts! {
    a_break_asked_for_during_a_call_begins_after_the_work_that_follows_it
    a_break_asked_for_while_the_phone_rings_begins_after_the_call
    a_break_asked_for_while_the_phone_rings_begins_with_the_miss
    a_break_of_an_agent_with_two_lines_begins_when_both_are_free
    a_break_that_was_asked_for_can_be_taken_back
    a_call_climbs_the_ladder_of_the_queue_it_has_come_to
    a_call_for_a_queue_that_is_not_there_is_turned_away
    a_call_goes_to_somebody_who_meets_all_it_needs
    a_call_is_known_to_be_late_once_at_the_first_moment_after_three_rings
    a_call_is_not_sent_round_in_circles_for_ever
    a_call_is_reported_twice_and_comes_once
    a_call_nobody_can_take_leaves_at_the_wait_limit
    a_call_that_has_waited_as_long_as_it_may_leaves_even_while_a_phone_rings
    a_call_that_is_moved_as_a_new_one_goes_behind_those_already_there
    a_call_that_nobody_answers_may_be_ended_with_a_reason
    a_call_that_nobody_answers_may_go_to_a_telephone_number
    a_call_that_nobody_present_can_serve_does_not_hold_up_those_behind_it
    a_call_that_overflows_to_another_queue_keeps_its_age
    a_call_that_was_raised_stays_raised_when_a_later_rung_moves_it_to_another_queue
    a_call_that_would_overflow_into_a_full_queue_stays_where_it_is
    a_call_waits_in_vain_for_its_class_until_the_starvation_bound
    a_call_whose_end_nobody_reports_is_lost_after_its_lease_and_the_operator_is_free
    a_caller_on_hold_is_not_forgotten
    a_caller_on_hold_who_hangs_up_has_been_served
    a_caller_who_is_back_in_time_is_not_brought_back_again
    a_credit_counts_like_so_much_more_time_waited
    a_credit_that_was_given_goes_along_when_a_later_rung_moves_the_call
    a_floor_that_holds_all_the_calls_it_may_turns_the_next_away
    a_full_queue_turns_the_next_call_away
    a_guest_who_hangs_up_as_the_operator_answers_is_abandoned_and_the_operator_is_free
    a_guest_who_hangs_up_before_the_two_are_joined_is_abandoned_too
    a_guest_who_hangs_up_while_the_phone_rings_is_no_miss_for_the_operator
    a_guest_who_hangs_up_while_waiting_has_abandoned
    a_late_failure_of_the_first_leg_does_not_cut_off_the_second
    a_line_that_breaks_during_a_call_ends_it
    a_missed_call_costs_the_operator_the_turn
    a_missed_call_goes_back_to_its_place
    a_number_that_is_not_in_the_directory_is_nobody_special
    a_phone_on_a_call_of_its_own_is_not_rung
    a_phone_that_comes_into_use_while_it_rings_goes_on_ringing
    a_phone_that_is_not_registered_is_not_rung
    a_phone_that_is_unplugged_while_it_rings_loses_the_call_to_the_next
    a_phone_that_never_rings_is_given_up_after_ten_seconds
    a_phone_that_vanishes_while_it_rings_is_unreachable_not_missed
    a_report_from_a_call_that_was_lost_comes_too_late_and_harms_nothing
    a_ring_that_goes_to_another_queue_now_is_cut_short
    a_rung_may_give_a_call_a_credit
    a_rung_may_lift_a_call_into_a_class_that_goes_first
    a_rung_that_adds_people_leaves_the_ringing_phone_alone
    a_rung_that_comes_due_while_two_are_being_joined_waits_for_the_outcome
    a_rung_that_replaces_waits_for_the_ringing_phone
    a_rung_that_says_now_does_not_wait_for_the_ringing_phone
    a_rung_whose_people_are_all_at_home_is_passed_at_once
    a_second_report_that_a_phone_rings_does_not_make_it_ring_longer
    a_sign_of_life_keeps_a_long_call
    a_switch_that_cannot_join_the_two_gives_the_call_its_place_back
    a_switch_that_never_joins_the_two_has_ten_seconds
    a_switch_that_stops_ringing_a_phone_reports_a_miss
    a_team_may_be_added_when_nobody_of_the_first_answers
    a_vip_goes_before_everybody_who_has_waited_longer
    a_vip_goes_to_the_duty_manager_after_one_ring_while_the_operators_phone_keeps_ringing
    a_wait_limit_may_let_a_ringing_phone_ring_to_its_end
    an_agent_drawn_by_chance_is_the_same_every_time
    an_agent_whose_own_leg_fails_at_the_answer_is_left_alone_and_the_call_goes_on
    an_agent_with_two_lines_takes_two_calls_at_once
    an_answer_after_the_last_ring_is_too_late
    an_answer_comes_in_time_while_the_wait_limit_spares_the_ringing_phone
    an_answered_call_wipes_the_misses_before_it_out
    an_emergency_call_of_a_vip_stays_an_emergency
    an_emergency_does_not_take_a_phone_from_another_emergency
    an_emergency_never_takes_a_call_that_is_being_talked
    an_emergency_takes_a_free_phone_before_one_that_rings
    an_emergency_takes_a_phone_that_rings_for_an_ordinary_call
    an_emergency_takes_one_of_two_phones_that_ring_for_a_call_and_the_other_goes_on_ringing
    an_official_is_put_through_to_the_duty_manager_at_once
    an_operator_may_finish_the_work_after_a_call_early
    an_operator_serves_one_guest_from_the_first_ring_to_the_last_word
    an_operator_who_answers_before_a_waiting_rung_takes_the_call
    an_operator_who_hangs_up_before_the_two_are_joined_gives_the_call_its_place_back
    answering_on_the_third_rings_last_instant_counts
    each_rung_lowers_what_a_call_needs_at_its_own_time
    equals_are_served_first_come_first_served
    every_call_ends_in_exactly_one_way
    failures_that_are_reported_after_the_answer_change_nothing
    lowering_a_level_brings_in_who_knows_enough
    nobody_is_reminded_of_a_caller_who_hung_up_while_on_hold
    of_two_equally_idle_operators_the_first_on_the_floor_is_rung
    one_agent_free_for_two_queues_serves_the_call_that_has_waited_longest
    one_phone_is_never_rung_for_two_calls
    operators_in_a_fixed_order_are_rung_from_the_top_every_time
    rungs_of_one_instant_are_climbed_in_one_step_and_nobody_is_rung_for_zero_seconds
    somebody_is_told_when_a_call_waits_too_long
    the_first_to_answer_wins_and_the_other_is_withdrawn_without_a_miss
    the_foreman_is_rung_after_three_rings_never_for_zero_seconds
    the_operator_ends_the_call
    the_operator_who_has_been_idle_longest_is_rung_first
    the_operator_with_the_best_skills_is_rung_first
    the_ring_limit_runs_from_the_ringing_not_from_the_offer
    the_same_phone_is_not_rung_for_the_same_guest_again_at_once
    the_work_after_a_call_for_one_queue_keeps_the_operator_from_every_queue
    three_calls_come_at_once_to_two_operators_and_the_third_waits
    three_misses_in_a_row_and_the_operator_is_not_ready
    to_press_ready_while_ready_does_not_make_a_miss_forgotten
    two_who_are_being_joined_are_not_cut_off_by_the_wait_limit
    vips_of_one_tier_are_served_in_the_order_they_came
    what_nobody_answers_goes_up_the_whole_chain_of_command
    what_people_ask_is_refused_when_it_makes_no_sense_and_nothing_changes
    when_everybody_in_the_order_has_let_it_ring_it_starts_again_from_the_top
    where_a_ring_lasts_five_seconds_three_rings_are_fifteen
    who_answers_before_the_ringing_is_reported_has_answered
    who_asks_to_go_home_during_a_call_goes_after_it
    who_declined_was_busy_or_was_out_of_reach_is_left_alone_for_different_times
    who_goes_home_while_a_phone_rings_goes_when_the_ringing_is_withdrawn
    who_has_taken_a_break_goes_to_the_end_of_the_line
    who_is_on_a_break_is_not_rung
    who_missed_a_call_is_left_alone_for_a_while_where_he_stays_ready
    who_signs_in_takes_calls_when_ready_not_before
    work_after_a_call_of_ten_seconds_that_begins_at_100_ends_at_exactly_110
    work_after_a_call_without_a_limit_lasts_until_the_operator_says_so
}

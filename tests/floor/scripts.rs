//! The behaviour of the engine, as floor scripts: one test per script under `tests/floors`, named by its title.
//!
//! A new script is added to the list at the end; a test tells if it is forgotten. To rewrite what the scripts expect,
//! run `cordboard test --bless tests/floors` and read the diff.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use cordboard::script::Script;

/// The requirements (A1 …) and promises (G1 …) that scripts can show and that this engine serves.
const SERVED: &[&str] = &[
    "A1", "A2", "A3", "A4", "A5", "A6", "A7", "D1", "D2", "D3", "D4", "E1", "E2", "E3", "E4", "E5", "E6", "E7", "E8",
    "F2", "G1", "G2", "G3", "G4", "G5", "G6", "G7", "G8", "G9", "G10", "G12", "S6",
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
    assert_eq!(
        found, listed,
        "the scripts in the folder (left) are not those listed in tests/floor/scripts.rs (right)"
    );
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
    a_break_after_one_call_more_is_not_hindered_by_a_consultation
    a_break_asked_for_during_a_call_begins_after_the_work_that_follows_it
    a_break_asked_for_while_the_phone_rings_begins_after_the_call
    a_break_asked_for_while_the_phone_rings_begins_with_the_miss
    a_break_does_not_make_an_agents_calls_forgotten
    a_break_of_an_agent_with_two_lines_begins_when_both_are_free
    a_break_that_is_approved_during_the_work_after_a_call_begins_when_that_is_done
    a_break_that_needs_approval_begins_when_the_foreman_approves_it
    a_break_that_needs_approval_is_not_had_by_taking_one_call_more
    a_break_that_the_foreman_himself_orders_needs_no_approval
    a_break_that_the_foreman_refuses_does_not_begin
    a_break_that_was_asked_for_can_be_taken_back
    a_call_climbs_the_ladder_of_the_queue_it_has_come_to
    a_call_for_a_queue_that_is_not_there_is_turned_away
    a_call_for_which_somebody_is_free_needs_no_place_to_wait_in
    a_call_goes_to_anybody_when_the_agent_it_prefers_lets_it_ring
    a_call_goes_to_somebody_who_meets_all_it_needs
    a_call_goes_to_the_first_team_that_has_somebody_free
    a_call_is_known_to_be_late_once_at_the_first_moment_after_three_rings
    a_call_is_not_moved_by_an_operator_nor_into_a_full_queue_nor_once_somebody_talks_with_the_caller
    a_call_is_not_sent_round_in_circles_for_ever
    a_call_is_not_transferred_to_who_is_away_or_in_it_already_or_not_of_this_floor
    a_call_is_refused_at_the_door_when_everybody_is_on_a_break_or_out_of_reach
    a_call_is_refused_when_nobody_who_is_there_speaks_its_language
    a_call_is_reported_twice_and_comes_once
    a_call_may_join_when_one_is_on_a_break_and_the_other_only_busy
    a_call_nobody_can_take_leaves_at_the_wait_limit
    a_call_put_back_into_its_own_queue_does_not_come_back_to_the_same_desk_at_once
    a_call_stops_waiting_for_an_agent_who_takes_a_break
    a_call_that_a_rung_brings_people_to_does_not_leave_while_they_are_there
    a_call_that_asked_for_no_queue_of_this_floor_cannot_be_called_back_into_one
    a_call_that_goes_on_in_another_one_is_followed_up_when_somebody_answers_that
    a_call_that_has_been_handed_on_as_often_as_the_floor_allows_is_not_handed_on_to_another_queue_again
    a_call_that_has_waited_as_long_as_it_may_leaves_even_while_a_phone_rings
    a_call_that_has_waited_in_another_queue_before_has_waited_for_the_rung_of_this_one
    a_call_that_is_moved_as_a_new_one_goes_behind_those_already_there
    a_call_that_is_put_through_to_another_queue_climbs_the_ladder_there_from_its_coming
    a_call_that_names_its_agent_rings_him_though_another_has_been_idle_for_longer
    a_call_that_nobody_answers_may_be_ended_with_a_reason
    a_call_that_nobody_answers_may_be_led_to_a_message
    a_call_that_nobody_answers_may_go_to_a_telephone_number
    a_call_that_nobody_present_can_serve_does_not_hold_up_those_behind_it
    a_call_that_overflows_to_another_queue_keeps_its_age
    a_call_that_rings_at_all_phones_leaves_exactly_at_its_wait_limit
    a_call_that_rings_is_moved_as_well_and_the_phone_that_rang_is_no_miss
    a_call_that_waits_for_one_agent_alone_has_no_place_in_his_order
    a_call_that_waits_for_one_agent_alone_says_so
    a_call_that_waits_for_one_agent_rings_him_as_soon_as_he_is_free
    a_call_that_was_offered_and_not_taken_is_not_counted_among_an_agents_calls
    a_call_that_was_raised_stays_raised_when_a_later_rung_moves_it_to_another_queue
    a_call_that_would_overflow_into_a_full_queue_stays_where_it_is
    a_call_waits_for_the_agent_it_prefers_but_not_for_ever
    a_call_waits_in_vain_for_its_class_until_the_starvation_bound
    a_call_whose_end_nobody_reports_is_lost_after_its_lease_and_the_operator_is_free
    a_call_whose_phone_rings_stays_until_it_has_rung_out_though_its_agent_has_asked_for_a_break
    a_call_whose_ringing_agent_goes_on_a_break_may_still_be_answered
    a_callback_climbs_the_ladder_like_a_caller_who_waits_but_does_not_leave_for_a_message
    a_callback_is_called_off_on_request_and_nobody_is_rung_for_it_any_more
    a_callback_is_moved_to_another_queue_by_the_foreman_and_stays_a_callback
    a_callback_keeps_its_class_and_its_place_however_long_it_waits_for_the_time_that_was_asked_for
    a_callback_that_was_called_off_leaves_the_first_call_on_the_follow_up_list
    a_callback_waits_on_when_everybody_has_gone_home
    a_caller_at_the_message_recorder_is_past_help
    a_caller_in_a_conference_who_hangs_up_ends_it_for_all
    a_caller_is_not_handed_on_to_a_queue_when_nobody_may_wait_there_any_more
    a_caller_is_remembered_for_so_long_and_no_longer_and_from_the_last_time_he_was_served
    a_caller_leaves_by_a_key_for_a_telephone_number_or_ends_the_call_himself
    a_caller_leaves_the_queue_by_a_key_for_another_queue_and_keeps_his_age
    a_caller_may_press_a_key_while_he_waits_for_one_agent
    a_caller_on_hold_is_not_forgotten
    a_caller_on_hold_who_hangs_up_has_been_served
    a_caller_presses_the_key_for_a_callback_and_keeps_his_place_when_he_hangs_up
    a_caller_put_through_to_an_extension_has_left_the_floor_when_it_is_answered
    a_caller_who_calls_again_goes_back_to_who_served_him_last
    a_caller_who_complains_while_he_still_waits_complains_about_nobody_in_particular
    a_caller_who_hangs_up_a_moment_before_he_is_handed_on_is_not_handed_on
    a_caller_who_hangs_up_instead_of_leaving_a_message_has_abandoned
    a_caller_who_hangs_up_while_all_phones_ring_is_a_miss_for_none_of_them
    a_caller_who_hangs_up_while_he_is_talked_about_ends_it_for_both
    a_caller_who_hangs_up_while_his_transferred_call_rings_has_abandoned_it_after_being_served
    a_caller_who_hangs_up_while_the_extension_rings_has_abandoned
    a_caller_who_hangs_up_while_the_foreman_is_rung_for_him_has_been_served_by_the_operator_who_stayed
    a_caller_who_hangs_up_while_the_supervisor_takes_over_has_been_served_by_the_operator
    a_caller_who_has_been_promised_a_callback_and_was_reached_is_on_the_line_like_any_other
    a_caller_who_is_back_in_time_is_not_brought_back_again
    a_caller_who_is_dialled_through_is_neither_listened_to_nor_taken_over_nor_moved
    a_caller_who_is_not_reached_is_tried_again_after_a_while_and_in_the_end_is_left_to_the_follow_up_list
    a_caller_who_is_offered_a_message_takes_it_by_a_key_and_whoever_does_not_waits_on
    a_caller_who_takes_a_callback_while_a_phone_rings_for_him_is_called_back_from_that_phone
    a_caller_who_was_passed_on_is_remembered_with_whoever_served_him_in_the_end
    a_clock_that_is_set_anew_counts_from_then_on
    a_colleague_is_consulted_while_the_caller_holds_and_then_has_him
    a_colleague_may_not_complain_about_a_call_that_is_none_of_his
    a_colleague_who_declines_to_be_consulted_leaves_the_caller_with_the_operator
    a_colleague_who_hangs_up_in_the_very_moment_he_is_to_have_the_caller_leaves_him_with_the_operator
    a_colleague_who_is_consulted_has_the_caller_when_the_operators_line_is_lost
    a_colleague_who_puts_the_phone_down_after_the_consultation_leaves_the_caller_on_hold_with_the_operator
    a_colleague_who_signs_out_while_a_transferred_call_rings_at_his_desk_lets_it_ring_out_first
    a_colleague_who_signs_out_while_a_transferred_call_waits_for_him_sends_it_back
    a_complaint_about_the_manager_is_recorded_though_nobody_is_above_him
    a_complaint_goes_up_to_the_foreman_and_is_recorded_against_the_operator
    a_complaint_is_not_closed_by_the_one_it_is_against
    a_complaint_is_not_settled_by_a_call_back_from_the_one_it_is_against
    a_complaint_is_recorded_and_stays_with_the_operator_where_nobody_above_is_signed_in
    a_complaint_is_recorded_once_against_each_who_took_the_call
    a_complaint_made_during_the_work_after_the_call_is_recorded_against_who_had_it
    a_complaint_may_go_past_the_foreman_to_the_supervisor_at_once
    a_complaint_stays_on_the_list_when_the_caller_calls_again_and_goes_when_a_colleague_calls_her_back_for_it
    a_complaint_that_comes_up_during_a_consultation_calls_that_off_and_goes_up
    a_conference_goes_on_between_the_caller_and_the_colleague_when_the_operator_leaves
    a_conference_may_be_left_by_the_colleague_first
    a_conference_with_a_telephone_outside_goes_on_without_the_operator_as_one_that_is_handed_on
    a_consulted_extension_that_the_operator_left_ringing_in_vain_gives_him_the_caller_back
    a_credit_counts_like_so_much_more_time_waited
    a_credit_that_was_given_goes_along_when_a_later_rung_moves_the_call
    a_floor_that_holds_all_the_calls_it_may_turns_the_next_away
    a_floor_without_a_follow_up_list_keeps_none
    a_foreman_about_whom_somebody_complains_does_not_move_her_out_of_the_way
    a_foreman_moves_a_waiting_call_to_another_queue_and_it_keeps_its_age
    a_foreman_puts_a_waiting_call_before_others_by_its_class_or_by_a_credit
    a_foreman_sets_the_state_of_operators_and_nobody_sets_that_of_his_equals_or_of_those_above
    a_foreman_takes_a_waiting_call_out_of_its_queue_and_it_is_ended
    a_foreman_who_ends_an_operators_work_after_a_call_makes_him_free_for_the_next
    a_foreman_who_is_at_home_is_passed_over_on_the_way_up
    a_foreman_who_is_busy_is_waited_for_and_the_supervisor_is_brought_in_after_three_rings
    a_foreman_who_is_still_rung_when_the_supervisor_is_brought_in_may_be_the_one_to_answer
    a_foreman_who_listens_records_the_complaint_he_hears_and_has_it_put_through_to_him
    a_full_follow_up_list_says_so_and_forgets_nobody_in_silence
    a_full_queue_turns_the_next_call_away
    a_guest_who_hangs_up_as_the_operator_answers_is_abandoned_and_the_operator_is_free
    a_guest_who_hangs_up_before_the_two_are_joined_is_abandoned_too
    a_guest_who_hangs_up_while_the_phone_rings_is_no_miss_for_the_operator
    a_guest_who_hangs_up_while_waiting_has_abandoned
    a_key_into_a_full_queue_leaves_the_caller_where_he_is
    a_key_that_is_pressed_while_the_phone_rings_takes_the_caller_away_and_is_no_miss
    a_key_that_leads_nowhere_or_comes_too_late_means_nothing
    a_late_failure_of_the_first_leg_does_not_cut_off_the_second
    a_line_that_breaks_during_a_call_ends_it
    a_message_is_taken_for_the_extension_that_did_not_answer_where_its_sender_is_busy_and_does_not_come
    a_missed_call_costs_the_operator_the_turn
    a_missed_call_goes_back_to_its_place
    a_number_that_is_not_in_the_directory_is_nobody_special
    a_phone_on_a_call_of_its_own_is_not_rung
    a_phone_that_comes_free_while_the_others_ring_is_not_rung_for_the_same_call
    a_phone_that_comes_into_use_while_it_rings_goes_on_ringing
    a_phone_that_is_not_registered_is_not_rung
    a_phone_that_is_unplugged_while_it_rings_loses_the_call_to_the_next
    a_phone_that_never_rings_is_given_up_after_ten_seconds
    a_phone_that_rings_for_a_preferred_agent_rings_on_when_the_wait_for_him_is_over
    a_phone_that_vanishes_while_it_rings_is_unreachable_not_missed
    a_promise_that_is_made_too_late_is_overdue_at_once
    a_promised_time_that_passes_is_told_once_and_the_promise_counts_as_broken
    a_queue_leaves_the_last_idle_agent_of_a_team_to_others
    a_queue_that_remembers_nobody_sends_a_caller_to_whoever_is_free
    a_rank_that_a_foreman_has_given_goes_along_when_the_call_is_moved
    a_report_from_a_call_that_was_lost_comes_too_late_and_harms_nothing
    a_ring_that_goes_to_another_queue_now_is_cut_short
    a_rung_for_a_long_queue_is_taken_only_when_the_queue_is_long
    a_rung_for_one_day_of_the_week_goes_by_the_floors_calendar
    a_rung_for_when_nobody_is_there_is_taken_only_then
    a_rung_may_be_left_out_unless_something_holds
    a_rung_may_bring_more_phones_to_ring_beside_those_that_ring_already
    a_rung_may_give_a_call_a_credit
    a_rung_may_lift_a_call_into_a_class_that_goes_first
    a_rung_that_adds_people_leaves_the_ringing_phone_alone
    a_rung_that_comes_due_while_two_are_being_joined_waits_for_the_outcome
    a_rung_that_comes_while_a_call_waits_for_one_agent_brings_nobody_else_in_before_its_time
    a_rung_that_is_for_the_hours_of_the_night_is_passed_by_day
    a_rung_that_is_for_the_hours_of_the_night_is_taken_by_night
    a_rung_that_replaces_waits_for_the_ringing_phone
    a_rung_that_says_now_does_not_wait_for_the_ringing_phone
    a_rung_whose_people_are_all_at_home_is_passed_at_once
    a_second_report_that_a_phone_rings_does_not_make_it_ring_longer
    a_sign_of_life_keeps_a_long_call
    a_sign_of_life_keeps_everybody_who_is_in_the_call
    a_supervisor_listens_then_whispers_then_barges_in
    a_supervisor_on_a_break_may_listen_and_take_over_all_the_same
    a_supervisor_takes_a_caller_over_and_the_operator_is_free_when_they_are_joined
    a_supervisor_who_does_not_pick_up_leaves_the_caller_with_the_operator
    a_supervisor_who_listens_already_takes_over_without_being_rung
    a_supervisor_who_listens_hears_no_more_when_the_operator_has_handed_the_caller_on
    a_supervisor_who_listens_hears_on_when_the_caller_goes_straight_to_a_colleague
    a_supervisor_who_listens_hears_the_call_to_its_end_and_is_free
    a_supervisor_who_listens_takes_no_call_meanwhile
    a_supervisor_who_takes_over_ends_a_consultation_that_is_going_on
    a_supervisor_who_wants_a_caller_has_him_though_the_foreman_is_rung_to_take_over_already
    a_supervisor_whose_phone_is_not_answered_does_not_listen
    a_supervisor_with_a_call_of_his_own_cannot_listen_to_another_and_not_to_his_own
    a_switch_that_cannot_join_the_two_gives_the_call_its_place_back
    a_switch_that_never_joins_the_two_has_ten_seconds
    a_switch_that_stops_ringing_a_phone_reports_a_miss
    a_team_may_be_added_when_nobody_of_the_first_answers
    a_telephone_outside_is_consulted_and_then_has_the_caller
    a_transfer_into_a_full_queue_is_refused_and_the_operator_keeps_the_caller
    a_transferred_call_rings_at_the_colleague_it_was_meant_for_though_others_are_free
    a_transferred_call_that_comes_back_finds_its_sender_though_he_had_it_a_moment_ago
    a_transferred_call_that_its_sender_does_not_take_back_is_led_to_a_message
    a_transferred_call_that_nobody_takes_and_whose_sender_has_gone_to_lunch_is_led_to_a_message
    a_transferred_call_that_the_colleague_does_not_take_in_five_rings_comes_back_to_who_sent_it
    a_transferred_call_waits_for_a_colleague_who_is_busy_and_rings_him_when_he_is_free
    a_transferred_caller_keeps_his_age_and_stands_before_whoever_came_later
    a_vip_goes_before_everybody_who_has_waited_longer
    a_vip_goes_to_the_duty_manager_after_one_ring_while_the_operators_phone_keeps_ringing
    a_vip_who_is_called_back_still_goes_before_everybody_else
    a_wait_limit_may_let_a_ringing_phone_ring_to_its_end
    a_waiting_call_leaves_when_the_last_who_could_serve_it_goes_on_a_break
    a_waiting_call_says_in_a_line_what_keeps_everybody_from_it_and_what_comes_next
    after_each_call_of_a_queue_the_agent_has_the_break_that_goes_with_it
    agents_of_equal_skill_are_rung_in_the_order_in_which_they_have_become_idle
    all_free_phones_ring_at_once_and_the_first_to_answer_has_the_call
    an_agent_answers_and_then_the_caller_is_dialled_and_the_promise_was_kept
    an_agent_drawn_by_chance_is_the_same_every_time
    an_agent_of_three_times_the_weight_is_drawn_more_often_than_the_other
    an_agent_takes_the_calls_of_the_first_queue_in_his_order_before_all_others
    an_agent_who_hangs_up_while_the_caller_is_dialled_spoils_the_attempt_and_nothing_else
    an_agent_who_has_asked_for_a_break_may_think_better_of_it_or_ask_for_another
    an_agent_who_is_about_to_go_home_finishes_the_callback_he_has_begun
    an_agent_who_misses_the_one_call_more_is_not_ready_and_nothing_follows
    an_agent_who_takes_one_call_more_goes_home_after_it
    an_agent_who_wanted_one_call_more_may_change_his_mind
    an_agent_whose_own_leg_fails_at_the_answer_is_left_alone_and_the_call_goes_on
    an_agent_with_two_lines_takes_two_calls_at_once
    an_agents_own_order_takes_the_place_of_the_teams
    an_alarm_stands_before_every_order_of_queues_and_so_does_who_has_waited_too_long
    an_alarm_takes_no_phone_that_its_queue_leaves_to_others
    an_answer_after_the_last_ring_is_too_late
    an_answer_comes_in_time_while_the_wait_limit_spares_the_ringing_phone
    an_answered_call_wipes_the_misses_before_it_out
    an_emergency_call_of_a_vip_stays_an_emergency
    an_emergency_does_not_take_a_phone_from_another_emergency
    an_emergency_never_takes_a_call_that_is_being_talked
    an_emergency_takes_a_free_phone_before_one_that_rings
    an_emergency_takes_a_phone_that_rings_for_an_ordinary_call
    an_emergency_takes_one_of_two_phones_that_ring_for_a_call_and_the_other_goes_on_ringing
    an_emergency_takes_the_phone_that_rings_for_a_mere_consultation
    an_entry_of_the_follow_up_list_is_dismissed_with_a_reason_or_not_at_all
    an_extension_that_does_not_answer_a_consultation_leaves_the_caller_with_the_operator
    an_extension_that_is_busy_gives_the_caller_back_at_once
    an_extension_that_is_never_known_to_ring_has_five_rings_from_the_dialling
    an_extension_that_rings_five_times_in_vain_gives_the_caller_back_to_who_sent_him
    an_official_is_put_through_to_the_duty_manager_at_once
    an_operator_asks_one_at_a_time
    an_operator_may_finish_the_work_after_a_call_early
    an_operator_may_not_keep_a_caller_who_has_complained
    an_operator_on_hold_with_one_caller_and_in_talk_with_another_hands_on_the_one_he_names
    an_operator_serves_one_guest_from_the_first_ring_to_the_last_word
    an_operator_who_answers_before_a_waiting_rung_takes_the_call
    an_operator_who_hangs_up_before_the_colleague_answers_leaves_the_caller_waiting_for_him
    an_operator_who_hangs_up_before_the_two_are_joined_gives_the_call_its_place_back
    an_operator_who_hangs_up_while_he_consults_has_handed_the_caller_over
    an_operator_who_hangs_up_while_the_consulted_extension_rings_has_handed_the_caller_to_it
    an_operator_who_hangs_up_while_the_supervisor_is_rung_leaves_the_caller_to_him
    an_operator_who_stayed_and_hangs_up_leaves_the_caller_waiting_for_the_foreman
    an_operator_who_stayed_and_leaves_while_the_foreman_is_being_joined_leaves_the_caller_to_him
    an_operator_who_thinks_better_of_it_calls_the_consultation_off_while_the_phone_rings
    answering_on_the_third_rings_last_instant_counts
    as_long_as_nobody_has_told_the_time_it_is_no_hour_of_the_day
    at_the_time_that_was_asked_for_the_callback_is_the_first_again
    both_who_had_the_caller_have_work_to_do_when_a_supervisor_has_taken_over
    each_offer_says_in_a_line_why_it_was_this_agent
    each_role_has_three_rings_before_the_next_above_may_take_the_call_too
    each_rung_lowers_what_a_call_needs_at_its_own_time
    equals_are_served_first_come_first_served
    every_call_ends_in_exactly_one_way
    every_call_that_nobody_answered_stands_on_the_follow_up_list
    failures_that_are_reported_after_the_answer_change_nothing
    five_rings_is_all_the_time_a_busy_colleague_has_to_take_a_transferred_call
    lowering_a_level_brings_in_who_knows_enough
    no_more_phones_ring_at_once_than_the_queue_says
    no_wait_limit_runs_while_the_operator_stays_with_the_caller_but_from_when_he_leaves
    nobody_is_above_the_manager_who_cannot_answer_so_he_keeps_the_caller
    nobody_is_called_back_through_a_queue_that_is_full
    nobody_is_called_back_whose_number_is_not_known
    nobody_is_reminded_of_a_caller_who_hung_up_while_on_hold
    nobody_talks_to_the_message_recorder_for_ever
    nobody_waits_for_an_agent_who_is_on_a_break_or_at_home_or_cannot_serve_him
    nobody_waits_for_the_first_tier_when_only_the_second_is_there
    of_a_round_each_has_his_turn
    of_more_callers_than_a_floor_can_remember_the_one_who_called_longest_ago_is_forgotten
    of_two_equally_idle_operators_the_first_on_the_floor_is_rung
    of_two_who_become_free_at_once_each_takes_what_comes_first_in_his_order
    one_agent_free_for_two_queues_serves_the_call_that_has_waited_longest
    one_call_more_means_one_that_was_taken
    one_phone_is_never_rung_for_two_calls
    one_who_declines_while_all_phones_ring_is_left_out_and_the_others_ring_on
    only_a_supervisor_listens_and_only_for_himself_and_only_to_calls_in_which_somebody_talks
    operators_in_a_fixed_order_are_rung_from_the_top_every_time
    reports_about_a_telephone_that_has_nothing_to_do_with_the_call_any_more_mean_nothing
    rungs_of_one_instant_are_climbed_in_one_step_and_nobody_is_rung_for_zero_seconds
    somebody_from_the_follow_up_list_is_called_back_and_then_stands_there_no_more
    somebody_is_told_when_a_call_waits_too_long
    somebody_of_another_queue_is_consulted_whoever_is_free_there
    somebody_on_the_follow_up_list_whose_number_is_not_known_is_called_back_at_one_that_is_given
    somebody_outside_who_leaves_the_conference_first_leaves_the_caller_with_the_operator
    the_agent_a_call_names_stands_before_the_one_who_served_the_caller_last
    the_agent_who_is_just_good_enough_is_rung_before_the_expert
    the_first_to_answer_wins_and_the_other_is_withdrawn_without_a_miss
    the_five_rings_cut_short_a_phone_that_began_to_ring_late
    the_foreman_is_rung_after_three_rings_never_for_zero_seconds
    the_hold_limit_does_not_bring_a_caller_back_while_he_is_talked_about
    the_host_hands_a_caller_on_in_the_name_of_the_agent_who_has_him
    the_night_begins_on_the_second
    the_operator_ends_the_call
    the_operator_stays_with_the_caller_until_the_foreman_has_taken_over
    the_operator_who_found_the_answer_himself_calls_the_foreman_off
    the_operator_who_has_been_idle_longest_is_rung_first
    the_operator_who_stayed_with_the_caller_keeps_him_when_nobody_comes
    the_operator_with_the_best_skills_is_rung_first
    the_phones_of_the_first_choice_ring_together_and_those_of_the_second_not_at_all
    the_ring_limit_runs_from_the_ringing_not_from_the_offer
    the_same_phone_is_not_rung_for_the_same_guest_again_at_once
    the_waiting_places_of_a_floor_are_counted_over_all_queues
    the_work_after_a_call_for_one_queue_keeps_the_operator_from_every_queue
    the_work_after_a_transferred_call_begins_when_the_sender_hands_it_on
    those_of_the_first_choice_are_rung_before_all_others_however_long_those_have_been_idle
    three_calls_come_at_once_to_two_operators_and_the_third_waits
    three_misses_in_a_row_and_the_operator_is_not_ready
    to_press_ready_while_ready_does_not_make_a_miss_forgotten
    two_equals_are_always_rung_in_the_floors_order_whatever_the_way_of_choosing
    two_people_who_set_one_agents_state_are_both_on_record_and_the_last_to_speak_is_right
    two_who_answer_at_the_same_moment_and_one_is_told_that_it_was_the_other
    two_who_are_being_joined_are_not_cut_off_by_the_wait_limit
    vips_of_one_tier_are_served_in_the_order_they_came
    what_a_caller_needs_holds_on_the_way_up_too
    what_a_foreman_cannot_answer_goes_on_up_from_him
    what_an_operator_cannot_answer_goes_to_the_foreman_and_the_caller_is_held_meanwhile
    what_came_of_a_call_may_be_said_where_nobody_asks_for_it_too
    what_nobody_answers_goes_up_the_whole_chain_of_command
    what_people_ask_is_refused_when_it_makes_no_sense_and_nothing_changes
    when_all_trunks_are_taken_the_next_call_is_refused_though_an_agent_is_free
    when_everybody_in_the_order_has_let_it_ring_it_starts_again_from_the_top
    when_nobody_answers_a_call_that_rang_at_all_phones_each_has_missed_one_and_the_call_is_back_in_its_place
    when_one_more_is_idle_than_a_queue_leaves_to_others_its_calls_are_served_at_once
    when_the_beginner_has_let_it_ring_the_expert_who_has_come_free_meanwhile_goes_first
    where_a_queue_says_so_a_transferred_caller_is_the_last_to_come
    where_a_ring_lasts_five_seconds_three_rings_are_fifteen
    where_all_phones_ring_no_more_ring_than_the_queue_may_take_of_a_team
    where_nobody_may_wait_a_call_is_taken_at_once_or_refused
    where_supervision_begins_with_the_supervisor_a_foreman_is_an_operator_among_others
    where_the_queue_says_so_a_phone_that_comes_free_while_the_others_ring_is_rung_as_well
    where_there_are_no_messages_a_transferred_call_that_comes_back_is_anybodys_in_the_end
    where_there_is_no_place_to_wait_nobody_waits_for_one_agent_alone
    who_answers_before_the_ringing_is_reported_has_answered
    who_asks_for_a_break_does_not_approve_it_himself_and_only_those_above_him_do
    who_asks_for_one_agent_alone_has_him_though_he_is_left_to_other_queues
    who_asks_to_go_home_during_a_call_goes_after_it
    who_declined_was_busy_or_was_out_of_reach_is_left_alone_for_different_times
    who_goes_home_while_a_phone_rings_goes_when_the_ringing_is_withdrawn
    who_has_taken_a_break_goes_to_the_end_of_the_line
    who_is_busy_loses_his_turn_and_the_round_goes_on
    who_is_consulted_through_a_queue_is_not_counted_among_those_who_wait_there
    who_is_on_a_break_is_not_rung
    who_missed_a_call_is_left_alone_for_a_while_where_he_stays_ready
    who_signs_in_takes_calls_when_ready_not_before
    who_waits_to_be_called_back_is_on_no_trunk_and_takes_no_waiting_place
    who_was_only_consulted_has_no_work_after_it
    whoever_has_been_busy_for_the_smallest_share_of_his_time_is_rung_though_another_has_been_idle_for_longer
    whoever_has_taken_the_fewest_calls_is_rung_first
    whoever_of_the_other_queue_answers_first_is_consulted_where_all_phones_ring
    with_one_free_agent_who_fits_an_offer_comes_whatever_the_way_of_choosing
    work_after_a_call_of_a_fixed_length_is_not_ended_early_by_anybody
    work_after_a_call_of_ten_seconds_that_begins_at_100_ends_at_exactly_110
    work_after_a_call_that_must_be_named_lasts_until_it_is
    work_after_a_call_without_a_limit_lasts_until_the_operator_says_so
}

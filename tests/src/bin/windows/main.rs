//! The real application in real windows, one test after the other.
//!
//! Each test gets a session and a till of its own; none is tried a second time. Words on the command line choose the
//! tests whose names contain one of them. What went wrong is left in `target/windows/`: a picture, both pages, the log.
#![allow(clippy::print_stdout, reason = "a command line program talks through its standard output")]

mod bad_input;
mod books;
mod challenge;
mod check;
mod dutch;
mod gone;
mod keyboard;
mod killed;
mod leaving;
mod led_elsewhere;
mod machine;
mod next_customer;
mod once;
mod page_ends;
mod palette;
mod pressed;
mod private;
mod refunds;
mod refused_key;
mod rows;
mod same_amount;
mod screens;
mod setup;
mod trust;
mod typed;

use countersign_tests::desk::Desk;
use countersign_tests::failure::{Failure, Outcome};
use countersign_tests::interrupt::until_interrupted;
use countersign_tests::places;
use countersign_tests::session::Screen;
use std::fs;
use std::path::Path;
use std::pin::Pin;
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// No test takes longer than this, whatever it waits for.
fn limit() -> Duration {
    // Whoever asks for another number of sales waits for them.
    Duration::from_secs(if books::other_number().is_some() { 7_200 } else { 180 })
}

type Running<'a> = Pin<Box<dyn Future<Output = Outcome> + 'a>>;

/// A test: its name, the screen that it is for, and what is done on a desk whose till is not open yet.
struct Case {
    name: &'static str,
    screen: Screen,
    run: for<'a> fn(&'a mut Desk) -> Running<'a>,
}

macro_rules! cases {
    ($screen:ident, $prefix:literal; $($module:ident: $($name:ident),+;)+) => {
        &[$($(Case {
            name: concat!($prefix, stringify!($module), "::", stringify!($name)),
            screen: Screen::$screen,
            run: |desk| Box::pin($module::$name(desk)),
        }),+),+]
    };
}

const CASES: &[Case] = cases! {
    X11, "";
    rows: approved_at_once, declined_then_paid, challenge_completed, challenge_failed, challenge_left;
    once: charge_pressed_twice, submitted_twice, payment_page_reloaded_in_mid_call, main_page_reloaded_in_mid_call,
        answer_lost, power_cut_in_mid_call;
    gone: simulator_gone_before_the_charge, simulator_gone_in_mid_call;
    challenge: window_closed_then_completed_elsewhere, window_closed_then_opened_again, cancelled_in_the_challenge,
        that_does_not_come_is_opened_afresh, that_does_not_come_is_opened_afresh_from_the_main_window,
        that_did_not_come_but_was_passed_is_not_opened_again, on_the_screen_is_opened_again_after_a_second_yes,
        after_a_look_at_the_browser, a_look_that_does_not_end_is_no_page_of_the_banks;
    killed: finished_with_one_key, cancelled_with_one_key, too_late_to_finish;
    page_ends: of_the_till_while_a_card_is_keyed, of_the_till_while_a_call_is_out, of_the_till_in_the_challenge,
        of_the_till_on_the_outcome, of_the_till_in_the_history, of_the_till_again_and_again,
        of_the_payment_while_a_card_is_keyed, of_the_payment_in_the_challenge, of_the_payment_again_and_again,
        of_the_networks_process, that_hang, that_would_take_the_window;
    next_customer: finds_nothing_of_the_one_before, finds_nothing_of_an_earlier_run, waits_until_all_is_removed,
        finds_no_client_secret;
    leaving: escape_keeps_the_sale, cancel_before_any_card;
    keyboard: sale_without_a_mouse, three_sales_without_a_mouse;
    refunds: given_back_in_parts, charged_after_all, given_back_elsewhere;
    same_amount: warned_about;
    refused_key: no_card_is_asked_for;
    palette: one_press_uses_a_card;
    pressed: thirty_fast_enters, the_enter_that_charged_is_held, the_enter_that_opened_the_card_window_is_held;
    typed: pasted_amounts, names;
    trust: payment_page_may_call_its_own_commands_only, main_page_may_not_call_the_payment_windows_commands,
        foreign_frames_reach_nothing, payment_page_stays, bank_cannot_take_the_window, secrets_stay_where_they_belong;
    setup: keys_are_kept_in_the_keyring_and_used, replaced_keys_leave_nothing_behind, mixed_and_malformed_keys_are_refused,
        no_keyring_is_explained, locked_keyring_is_explained, the_sales_are_copied_to_the_chosen_folder;
    check: all_is_well_in_training, trouble_is_told_line_by_line, power_cut_in_mid_check, window_closed_in_the_challenge,
        the_challenge_is_no_sale, a_sale_takes_the_window_from_the_challenge;
    dutch: a_sale_with_the_banks_question, check_this_till;
    led_elsewhere: a_shipped_till_believes_no_variable_that_leads_elsewhere, a_proxy_is_told_where_to_go_and_no_more;
    machine: disk_full_then_freed, disk_full_while_a_card_is_keyed, disk_full_at_the_start, file_in_the_folders_place,
        disk_that_can_only_be_read, folder_of_another_user, log_that_cannot_be_written, web_views_without_a_folder, settings_that_cannot_be_saved,
        no_session_bus, first_till_that_cannot_be_reached, journal_taken_over_and_given_back;
    private: every_file_is_for_this_user_alone, every_file_in_the_systems_own_places_too, nothing_printed_is_kept;
    books: found_among_many, made_again_after_damage;
    bad_input: amounts, corrupt_settings, journal_from_a_newer_version, second_instance, restart_keeps_the_history;
};

const LARGE_CASES: &[Case] = cases! {
    LARGE, "large_screen::";
    screens: everything_is_in_reach, the_field_stays_whole, opens_as_it_was_left, the_screen_changes;
};

const NOTEBOOK_CASES: &[Case] = cases! {
    NOTEBOOK, "1280x720::";
    screens: everything_is_in_reach, the_field_stays_whole, kept_places_of_other_screens;
};

const SMALL_CASES: &[Case] = cases! {
    SMALL, "1024x600::";
    screens: everything_is_in_reach, the_till_is_calm_behind, kept_places_of_other_screens;
};

const DOUBLED_CASES: &[Case] = cases! {
    DOUBLED, "scale_2::";
    screens: everything_is_in_reach, the_till_is_calm_behind, kept_places_of_other_screens;
};

const WAYLAND_CASES: &[Case] = cases! {
    WAYLAND, "wayland::";
    keyboard: three_sales_without_a_mouse;
    screens: the_till_is_calm_behind;
};

const WAYLAND_DOUBLED_CASES: &[Case] = cases! {
    WAYLAND_DOUBLED, "wayland_scale_2::";
    keyboard: three_sales_without_a_mouse;
    screens: everything_is_in_reach, the_till_is_calm_behind;
};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    until_interrupted(run_all()).await
}

async fn run_all() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let reports = places::reports("windows");
    // What an earlier run left must not be taken for this one's.
    let _nothing_there = fs::remove_dir_all(&reports);
    let chosen: Vec<&Case> = every_case().filter(|case| is_chosen(case, &words)).collect();
    let mut failed = Vec::new();
    let mut passed: u32 = 0;
    for case in chosen {
        let started = Instant::now();
        let outcome = attempt(case, &reports).await;
        let seconds = started.elapsed().as_secs();
        match outcome {
            Ok(()) => {
                passed += 1;
                println!("ok      {} ({seconds} s)", case.name);
            }
            Err(failure) => {
                println!("FAILED  {} ({seconds} s)\n        {failure}", case.name);
                failed.push(format!("{}: {failure}", case.name));
            }
        }
    }
    if !failed.is_empty() {
        println!("\nPictures and pages of what failed are in {}. Failed:\n{}", reports.display(), failed.join("\n"));
    }
    println!("\n{passed} passed, {} failed", failed.len());
    if failed.is_empty() && passed > 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn every_case() -> impl Iterator<Item = &'static Case> {
    let screens = [LARGE_CASES, NOTEBOOK_CASES, SMALL_CASES, DOUBLED_CASES, WAYLAND_CASES, WAYLAND_DOUBLED_CASES];
    CASES.iter().chain(screens.into_iter().flatten())
}

fn is_chosen(case: &Case, words: &[String]) -> bool {
    words.is_empty() || words.iter().any(|word| case.name.contains(word.as_str()))
}

/// Runs a test on a desk of its own, and writes down what helps when it fails.
async fn attempt(case: &Case, reports: &Path) -> Outcome {
    let name = case.name.replace("::", "-");
    let mut desk = Desk::bare_on(case.screen, reports.join(&name))?;
    let outcome = match tokio::time::timeout(limit(), (case.run)(&mut desk)).await {
        Ok(outcome) => outcome,
        Err(_elapsed) => Err(Failure::new(format!("it took longer than {} s", limit().as_secs()))),
    };
    match outcome {
        Ok(()) => Ok(()),
        Err(failure) => {
            let told = desk.autopsy(reports, &name).await;
            Err(Failure::new(format!("{failure}\n{told}").trim_end().to_owned()))
        }
    }
}

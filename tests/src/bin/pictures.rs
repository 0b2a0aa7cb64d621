//! `cargo xtask pictures`: the real windows, light and dark, in English and Dutch, in the folder `windows` of `target/pictures/`.
#![allow(clippy::print_stdout, reason = "a command line program talks through its standard output")]

use countersign_tests::check;
use countersign_tests::desk::Desk;
use countersign_tests::failure::{During, Outcome};
use countersign_tests::interrupt::until_interrupted;
use countersign_tests::open_till::Window;
use countersign_tests::places;
use countersign_tests::rows::{APPROVED, AUTHENTICATE, INSUFFICIENT_FUNDS};
use countersign_tests::session::Screen;
use countersign_tests::simulator::{Fault, FaultKind};
use countersign_tests::staff::Answer;
use std::fs;
use std::path::Path;
use std::process::ExitCode;
use thirtyfour::Key;

/// What both keys of an account share after their prefix. The account exists in the simulator alone.
const ACCOUNT: &str = "51CountersignPictures0123456789abcdefghijklmnopqrstuvwxyz";

/// What both windows are shown on besides a screen that has room for them.
const SCREENS: [(&str, Screen); 4] = [
    ("1024x600", Screen::SMALL),
    ("1280x720", Screen::NOTEBOOK),
    ("scale-2", Screen::DOUBLED),
    ("wayland-scale-2", Screen::WAYLAND_DOUBLED),
];

/// How a shop has set its till.
#[derive(Clone, Copy)]
struct Look {
    theme: &'static str,
    language: &'static str,
    currency: &'static str,
    locale: &'static str,
}

const LOOKS: [Look; 4] = [
    Look { theme: "light", language: "en", currency: "GBP", locale: "en-GB" },
    Look { theme: "dark", language: "en", currency: "GBP", locale: "en-GB" },
    Look { theme: "light", language: "nl", currency: "EUR", locale: "nl-NL" },
    Look { theme: "dark", language: "nl", currency: "EUR", locale: "nl-NL" },
];

impl Look {
    /// An amount in pounds as staff of this shop type it.
    fn typed(self, amount: &str) -> String {
        if self.locale == "nl-NL" { amount.replace('.', ",") } else { amount.to_owned() }
    }

    fn folder(self) -> String {
        format!("{}-{}", self.theme, self.language)
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    until_interrupted(take_all()).await
}

async fn take_all() -> ExitCode {
    let pictures = places::pictures().join("windows");
    let _nothing_there = fs::remove_dir_all(&pictures);
    for look in LOOKS {
        println!("Taking pictures of the windows: {}.", look.folder());
        if let Err(failure) = take_everywhere(&pictures, look).await {
            println!("{failure}");
            return ExitCode::FAILURE;
        }
    }
    println!("Pictures are in {}.", pictures.display());
    ExitCode::SUCCESS
}

async fn take_everywhere(pictures: &Path, look: Look) -> Outcome {
    take(pictures, look).await?;
    for (name, screen) in SCREENS {
        take_on(screen, &pictures.join(format!("{}-{name}", look.folder())), look).await?;
    }
    Ok(())
}

async fn take(pictures: &Path, look: Look) -> Outcome {
    let mut desk = Desk::bare(pictures.join(look.folder()))?;
    choose(&desk, look)?;
    desk.open_till(&[]).await?;
    desk.picture("till").await?;
    desk.till()?.start_sale(&look.typed("25.00")).await?;
    desk.picture("card").await?;
    desk.till()?.press(Window::Payment, "palette").await?;
    desk.picture("test-cards").await?;
    desk.till()?.press(Window::Payment, "palette-close").await?;
    desk.till()?.pay_with(INSUFFICIENT_FUNDS).await?;
    desk.till()?.decline_in_payment_window().await?;
    desk.picture("declined").await?;
    desk.till()?.pay_with(AUTHENTICATE).await?;
    desk.till()?.wait_for_challenge().await?;
    desk.picture("the-bank-asks").await?;
    desk.till()?.answer_bank(Answer::Complete).await?;
    desk.till()?.stage(&["approved"]).await?;
    desk.till()?.wait_until_payment_window_is_hidden().await?;
    desk.picture("approved").await?;
    give_back(&mut desk).await?;
    desk.till()?.next_sale().await?;
    charge_after_all(&mut desk, look).await?;
    desk.till()?.next_sale().await?;
    desk.till()?.start_sale(&look.typed("12.50")).await?;
    desk.till()?.pay_with(APPROVED).await?;
    desk.till()?.stage(&["approved"]).await?;
    take_screens(&mut desk).await?;
    desk.close_till().await?;
    test_mode(pictures, look).await
}

/// Both windows on a screen that is small, or whose pixels are.
async fn take_on(screen: Screen, pictures: &Path, look: Look) -> Outcome {
    let mut desk = Desk::bare_on(screen, pictures.to_owned())?;
    choose(&desk, look)?;
    desk.open_till(&[]).await?;
    desk.picture("till").await?;
    desk.till()?.start_sale(&look.typed("1234.50")).await?;
    desk.picture("card").await?;
    desk.till()?.press(Window::Payment, "palette").await?;
    desk.picture("test-cards").await?;
    desk.till()?.press(Window::Payment, "palette-close").await?;
    desk.till()?.pay_with(INSUFFICIENT_FUNDS).await?;
    desk.till()?.decline_in_payment_window().await?;
    desk.picture("declined").await?;
    desk.till()?.pay_with(AUTHENTICATE).await?;
    desk.till()?.wait_for_challenge().await?;
    desk.picture("the-bank-asks").await?;
    desk.till()?.answer_bank(Answer::Complete).await?;
    desk.till()?.stage(&["approved"]).await?;
    desk.till()?.wait_until_payment_window_is_hidden().await?;
    desk.picture("approved").await?;
    desk.till()?.press(Window::Main, "action-refund").await?;
    desk.till()?.element(Window::Main, "refund-confirm").await?;
    desk.picture("refund").await?;
    take_screens(&mut desk).await?;
    desk.close_till().await
}

/// The screens that are reached by themselves, with a check of the till that has run to its end.
async fn take_screens(desk: &mut Desk) -> Outcome {
    desk.till()?.press(Window::Main, "screen-settings").await?;
    desk.picture("settings").await?;
    check::begin(desk).await?;
    check::wait_for_the_bank(desk).await?;
    desk.till()?.wait_for_challenge().await?;
    desk.picture("check-the-bank-asks").await?;
    desk.till()?.answer_bank(Answer::Complete).await?;
    desk.till()?.wait_until_payment_window_is_hidden().await?;
    check::stands(desk, "done").await?;
    desk.picture("check").await?;
    desk.till()?.press(Window::Main, "screen-history").await?;
    desk.picture("history").await?;
    desk.till()?.press(Window::Main, "open-reconcile").await?;
    desk.till()?.press(Window::Main, "compare").await?;
    desk.till()?.element(Window::Main, "verdict").await?;
    desk.picture("reconciled").await
}

/// A part of what was just paid goes back.
async fn give_back(desk: &mut Desk) -> Outcome {
    desk.till()?.press(Window::Main, "action-refund").await?;
    let field = desk.till()?.element(Window::Main, "refund-amount").await?;
    field.send_keys(Key::Control + "a").await.during("select the amount")?;
    field.send_keys("5").await.during("type the amount")?;
    desk.picture("refund").await?;
    desk.till()?.press(Window::Main, "refund-confirm").await?;
    desk.till()?.matching(Window::Main, "[data-testid=refund-1][data-state=refunded]").await?;
    desk.picture("partly-refunded").await
}

/// An answer is lost, the same amount is asked for again, the sale is given up, and then it turns out to be paid.
async fn charge_after_all(desk: &mut Desk, look: Look) -> Outcome {
    let lost = |method, after| Fault { method, path: "/v1/payment_intents*", next: 1000, after, kind: FaultKind::Drop };
    desk.simulator()?.faults(&[lost("POST", true), lost("GET", false)]).await?;
    let till = desk.till()?;
    till.start_sale(&look.typed("30.00")).await?;
    till.pay_with(APPROVED).await?;
    till.stage(&["not_known"]).await?;
    till.wait_until_payment_window_is_hidden().await?;
    till.press(Window::Main, "next-sale").await?;
    till.type_amount(&look.typed("30.00")).await?;
    till.press(Window::Main, "charge-start").await?;
    till.element(Window::Main, "same-amount").await?;
    desk.picture("the-same-amount-again").await?;
    let till = desk.till()?;
    till.press(Window::Main, "same-amount-wait").await?;
    till.press(Window::Main, "action-cancel").await?;
    till.press(Window::Main, "cancel-confirm").await?;
    desk.simulator()?.faults(&[]).await?;
    desk.till()?.stage(&["approved"]).await?;
    desk.picture("charged-after-all").await?;
    desk.till()?.press(Window::Main, "action-refund").await?;
    desk.till()?.matching(Window::Main, "[data-testid=refund-1][data-state=refunded]").await?;
    desk.picture("refunded").await
}

/// The same windows in test mode, with keys in a real keyring. Its Stripe is the till's own simulator.
async fn test_mode(pictures: &Path, look: Look) -> Outcome {
    let mut desk = Desk::bare(pictures.join(format!("{}-test-mode", look.folder())))?;
    choose(&desk, look)?;
    desk.session_mut().start_keyring()?;
    desk.open_till(&[("COUNTERSIGN_STRIPE_BASE", "training".to_owned())]).await?;
    let till = desk.till()?;
    till.press(Window::Main, "screen-settings").await?;
    till.press(Window::Main, "room-stripe").await?;
    for (field, prefix) in [
        (till.element(Window::Main, "secret-key").await?, "rk_test_"),
        (till.element(Window::Main, "publishable-key").await?, "pk_test_"),
    ] {
        field.send_keys(format!("{prefix}{ACCOUNT}")).await.during("type a key")?;
    }
    till.press(Window::Main, "save-keys").await?;
    till.element(Window::Main, "account-test").await?;
    till.press(Window::Main, "choose-test").await?;
    till.matching(Window::Main, "[data-testid=mode][data-mode=test]").await?;
    desk.picture("settings").await?;
    desk.till()?.press(Window::Main, "screen-sale").await?;
    desk.picture("till").await?;
    desk.till()?.start_sale(&look.typed("25.00")).await?;
    desk.picture("card").await?;
    desk.till()?.pay_with(AUTHENTICATE).await?;
    desk.till()?.wait_for_challenge().await?;
    desk.picture("the-bank-asks").await?;
    desk.till()?.answer_bank(Answer::Complete).await?;
    desk.till()?.stage(&["approved"]).await?;
    desk.till()?.wait_until_payment_window_is_hidden().await?;
    desk.picture("approved").await?;
    desk.close_till().await
}

/// As the till's own settings file has it.
fn choose(desk: &Desk, Look { theme, language, currency, locale }: Look) -> Outcome {
    fs::create_dir_all(desk.data()).during("make the data folder")?;
    let preferences = serde_json::json!({
        "shop_name": "The Corner Shop", "currency": currency, "locale": locale, "theme": theme, "language": language,
    });
    let settings = serde_json::json!({ "mode": "training", "preferences": preferences });
    fs::write(desk.data().join("settings.json"), settings.to_string()).during("write the settings")
}

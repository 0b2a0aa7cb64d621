//! A Dutch till in the real windows: a sale with the bank's question, and "Check this till".

use countersign_tests::check::{begin, stands, wait_for_the_bank};
use countersign_tests::desk::Desk;
use countersign_tests::failure::{During, Outcome, expect_eq};
use countersign_tests::open_till::Window;
use countersign_tests::rows::{AUTHENTICATE, INSUFFICIENT_FUNDS};
use countersign_tests::staff::Answer;
use std::fs;

/// A declined card, then one whose bank asks: both windows speak Dutch, and write amounts as the Netherlands do.
pub(crate) async fn a_sale_with_the_banks_question(desk: &mut Desk) -> Outcome {
    speak_dutch(desk, "EUR")?;
    desk.open_till(&[]).await?;
    desk.meet_simulator().await?;
    let till = desk.till()?;
    till.start_sale("12,50").await?;
    till.pay_with(INSUFFICIENT_FUNDS).await?;
    till.decline_in_payment_window().await?;
    reads_dutch(desk, Window::Payment, &["Geweigerd", "saldo te laag", "€ 12,50"]).await?;
    desk.picture("declined").await?;
    let till = desk.till()?;
    till.pay_with(AUTHENTICATE).await?;
    till.wait_for_challenge().await?;
    reads_dutch(desk, Window::Payment, &["€ 12,50"]).await?;
    desk.picture("the-bank-asks").await?;
    desk.till()?.answer_bank(Answer::Complete).await?;
    desk.till()?.stage(&["approved"]).await?;
    desk.till()?.wait_until_payment_window_is_hidden().await?;
    reads_dutch(desk, Window::Main, &["Akkoord", "De klant heeft betaald.", "€ 12,50"]).await?;
    desk.picture("approved").await?;
    let paid = desk.simulator()?.ledger().await?;
    let taken = paid.payment_intents().iter().filter_map(|intent| intent["amount_received"].as_u64()).sum::<u64>();
    expect_eq("what was taken, in cents", taken, 1_250)
}

/// Each line of the check is Dutch, and so is what the card window says meanwhile.
pub(crate) async fn check_this_till(desk: &mut Desk) -> Outcome {
    speak_dutch(desk, "EUR")?;
    desk.session_mut().start_keyring()?;
    desk.open_till(&[]).await?;
    desk.meet_simulator().await?;
    begin(desk).await?;
    wait_for_the_bank(desk).await?;
    reads_dutch(desk, Window::Payment, &["€ 1,00"]).await?;
    desk.picture("the-bank-asks").await?;
    desk.till()?.answer_bank(Answer::Complete).await?;
    stands(desk, "done").await?;
    desk.till()?.wait_until_payment_window_is_hidden().await?;
    reads_dutch(desk, Window::Main, &["Deze kassa controleren", "Stripe neemt de aanvraag aan."]).await?;
    desk.picture("checked").await
}

/// As an owner in the Netherlands has chosen it.
pub(crate) fn speak_dutch(desk: &Desk, currency: &str) -> Outcome {
    fs::create_dir_all(desk.data()).during("make the data folder")?;
    let preferences = serde_json::json!({
        "shop_name": "De Hoek", "currency": currency, "locale": "nl-NL", "theme": "light", "language": "nl",
    });
    let settings = serde_json::json!({ "mode": "training", "preferences": preferences });
    fs::write(desk.data().join("settings.json"), settings.to_string()).during("write the settings")
}

/// Words that no Dutch sentence of a till has.
const ENGLISH: [&str; 12] =
    ["the", "and", "with", "your", "payment", "sale", "customer", "declined", "left", "shown", "again", "settings"];

/// The page says that it is Dutch, says all of `wanted`, and nothing in English. The test cards and Stripe's own frame, which
/// have languages of their own, are not looked at; Stripe's parameters (`payment_method`) are no words.
async fn reads_dutch(desk: &Desk, window: Window, wanted: &[&str]) -> Outcome {
    let script = "return [document.documentElement.lang, document.body.innerText]";
    let told = desk.till()?.script(window, script, Vec::new()).await?;
    expect_eq("the page's language", told[0].as_str(), Some("nl"))?;
    let text = told[1].as_str().unwrap_or_default().replace('\u{a0}', " ");
    let missing: Vec<&&str> = wanted.iter().filter(|text_of| !text.contains(**text_of)).collect();
    expect_eq(&format!("what is missing in {text:?}"), missing, Vec::new())?;
    let is_english = |word: &&str| ENGLISH.contains(&word.to_lowercase().as_str());
    let english: Vec<&str> = text.split(|c: char| !c.is_alphabetic() && c != '_').filter(is_english).collect();
    expect_eq(&format!("English words in {text:?}"), english, Vec::new())
}

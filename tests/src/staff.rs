//! What staff and the customer do at the till, in words: key an amount, key a card, answer the bank.
//!
//! Card digits go in by key events only, as from a keyboard; nothing is set by script.

use crate::failure::{During, Failure, Outcome};
use crate::open_till::{OpenTill, PATIENCE, Window, until};
use thirtyfour::prelude::*;

/// The card number field, inside the card Element's frame.
const NUMBER: &str = "input[name=cardnumber]";
/// The card Element's fields after the number, in the order of keying, with what a test card takes.
const AFTER_NUMBER: [(&str, &str); 3] = [("exp-date", "1234"), ("cvc", "123"), ("postal", "12345")];

/// What the customer does when the bank asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// The customer passes the bank's authentication.
    Complete,
    /// The customer does not pass.
    Fail,
    /// The challenge is closed with its own Cancel.
    Cancel,
}

impl Answer {
    /// The button, inside the challenge's frames.
    #[must_use]
    pub fn button(self) -> &'static str {
        match self {
            Self::Complete => "#test-source-authorize-3ds",
            Self::Fail => "#test-source-fail-3ds",
            Self::Cancel => "button#cancel",
        }
    }
}

impl OpenTill {
    /// Types an amount into the main window, replacing what was there.
    ///
    /// # Errors
    /// When there is no amount field in time.
    pub async fn type_amount(&self, text: &str) -> Outcome {
        let amount = self.element(Window::Main, "amount").await?;
        amount.click().await.during("click into the amount")?;
        amount.send_keys(Key::Control + "a").await.during("select the amount")?;
        amount.send_keys(text).await.during("type the amount")
    }

    /// Types an amount and charges it; the payment window stands open when this returns.
    ///
    /// # Errors
    /// When the payment window does not open in time.
    pub async fn start_sale(&self, amount: &str) -> Outcome {
        self.type_amount(amount).await?;
        self.press(Window::Main, "charge-start").await?;
        self.wait_for_payment_window().await
    }

    /// Waits until the payment window is on the screen with its card fields ready.
    ///
    /// # Errors
    /// When it is not in time.
    pub async fn wait_for_payment_window(&self) -> Outcome {
        until(PATIENCE, "the payment window should open", async || {
            Ok(self.is_visible(Window::Payment).await?.then_some(()))
        })
        .await?;
        self.frame_element(Window::Payment, NUMBER).await.map(drop)
    }

    /// Waits until the payment window is off the screen.
    ///
    /// # Errors
    /// When it is still there.
    pub async fn wait_until_payment_window_is_hidden(&self) -> Outcome {
        until(PATIENCE, "the payment window should close", async || {
            Ok((!self.is_visible(Window::Payment).await?).then_some(()))
        })
        .await
    }

    /// Keys a card's number, expiry, code and postal code; the card fields move on by themselves.
    ///
    /// # Errors
    /// When the fields do not take the keys.
    pub async fn key_card(&self, number: &str) -> Outcome {
        self.look_at(Window::Payment).await?;
        let field = self.frame_element(Window::Payment, NUMBER).await?;
        field.click().await.during("click into the card number")?;
        field.send_keys(Key::Control + "a").await.during("select the card number")?;
        self.keys(number).await?;
        for (name, value) in AFTER_NUMBER {
            if self.focused_field_becomes(name).await? {
                self.keys(value).await?;
            } else if name != "postal" {
                return Err(Failure::new(format!("the card fields should have moved on to {name} by themselves")));
            }
        }
        Ok(())
    }

    /// Keys a card and charges it with Enter.
    ///
    /// # Errors
    /// As [`Self::key_card`].
    pub async fn pay_with(&self, number: &str) -> Outcome {
        self.key_card(number).await?;
        self.driver().action_chain().send_keys(Key::Enter).perform().await.during("press Enter in the card fields")
    }

    /// Uses a card of the palette, by one press: in training it is filled in.
    ///
    /// # Errors
    /// When the palette does not have the card.
    pub async fn pay_from_palette(&self, number: &str) -> Outcome {
        self.press(Window::Payment, "palette").await?;
        self.press(Window::Payment, &format!("palette-card-{number}")).await
    }

    /// Presses keys in the frame that has the focus.
    ///
    /// # Errors
    /// When the driver refuses.
    pub async fn keys(&self, text: &str) -> Outcome {
        self.driver().action_chain().send_keys(text).perform().await.during("press keys")
    }

    /// True when the card field of this name has the focus within a moment; false when the Element has no such field.
    async fn focused_field_becomes(&self, name: &str) -> Outcome<bool> {
        let script = "const field = document.querySelector(`input[name=${arguments[0]}]`);\
                      if (!field || field.hidden || getComputedStyle(field).display === 'none'\
                          || field.closest('[hidden]')) return 'absent';\
                      return document.activeElement === field ? 'focused' : 'waiting';";
        until(PATIENCE, &format!("{name} should get the focus"), async || {
            let state = self.script_here(script, vec![name.into()]).await?;
            Ok(match state.as_str() {
                Some("focused") => Some(true),
                Some("absent") => Some(false),
                _ => None,
            })
        })
        .await
    }

    /// Waits for the bank's challenge.
    ///
    /// # Errors
    /// When it is not there in time.
    pub async fn wait_for_challenge(&self) -> Outcome {
        self.frame_element(Window::Payment, Answer::Complete.button()).await.map(drop)
    }

    /// Answers the bank's challenge.
    ///
    /// # Errors
    /// When there is no challenge in time.
    pub async fn answer_bank(&self, answer: Answer) -> Outcome {
        self.wait_for_challenge().await?;
        let button = self.frame_element(Window::Payment, answer.button()).await?;
        button.click().await.during(format_args!("press {answer:?} in the bank's challenge"))
    }

    /// Waits until the main window shows the sale in one of these stages, and tells what it says.
    ///
    /// # Errors
    /// Where it stands instead.
    pub async fn stage(&self, kinds: &[&str]) -> Outcome<String> {
        let mut last = String::from("nothing");
        let what = format!("the sale should stand at {}", kinds.join(" or "));
        let found = until(PATIENCE, &what, async || {
            let stage = self.element(Window::Main, "stage").await?;
            last = stage.attr("data-stage").await.during("read the stage")?.unwrap_or_default();
            if !kinds.contains(&last.as_str()) {
                return Ok(None);
            }
            stage.text().await.during("read the stage").map(Some)
        })
        .await;
        found.map_err(|failure| Failure::new(format!("{failure}; it stands at {last}")))
    }

    /// The words that the main window shows in large type.
    ///
    /// # Errors
    /// When it shows no sale.
    pub async fn headline(&self) -> Outcome<String> {
        let headline = self.matching(Window::Main, "[data-testid=stage] h1").await?;
        headline.text().await.during("read the headline")
    }

    /// The stage that the main window shows right now.
    ///
    /// # Errors
    /// When it shows none.
    pub async fn stage_now(&self) -> Outcome<String> {
        let stage = self.element(Window::Main, "stage").await?;
        Ok(stage.attr("data-stage").await.during("read the stage")?.unwrap_or_default())
    }

    /// Leaves a sale that has ended, for the next customer.
    ///
    /// # Errors
    /// When the amount field is not back in time.
    pub async fn next_sale(&self) -> Outcome {
        self.press(Window::Main, "next-sale").await?;
        self.element(Window::Main, "amount").await.map(drop)
    }

    /// Waits until the payment window stands at the card fields again and says something about the card before.
    ///
    /// # Errors
    /// When it does not in time.
    pub async fn decline_in_payment_window(&self) -> Outcome<String> {
        self.reads(Window::Payment, "decline", "the payment window should say why", |text| !text.trim().is_empty())
            .await
    }
}

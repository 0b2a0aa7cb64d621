//! Small screens, large pixels, screens that are gone: no window is larger than what its screen has room for, everything is in
//! reach, and what stands behind the payment window can be read or is not there.

use countersign_tests::desk::Desk;
use countersign_tests::failure::{During, Failure, Outcome, expect, expect_eq};
use countersign_tests::open_till::{OpenTill, PATIENCE, Window, by_test_id, until};
use countersign_tests::rows::{APPROVED, AUTHENTICATE, INSUFFICIENT_FUNDS};
use countersign_tests::session::{Place, Session, WindowSystem};
use countersign_tests::staff::Answer;
use serde_json::{Value, json};
use std::fs;
use std::time::Duration;

const TILL: &str = "Countersign";
const PAYMENT: &str = "Card payment";

/// A declined card, a challenge that is not passed, one that is: the windows fit, and what is to be pressed is in sight.
pub(crate) async fn everything_is_in_reach(desk: &mut Desk) -> Outcome {
    desk.open_till(&[]).await?;
    fits(desk.session(), TILL).await?;
    let till = desk.till()?;
    in_sight(till, Window::Main, &["amount", "charge-start", "screen-settings"]).await?;
    till.start_sale("25.00").await?;
    fits(desk.session(), PAYMENT).await?;
    desk.picture("card").await?;
    let till = desk.till()?;
    in_sight(till, Window::Payment, &["payment-amount", "card-mount", "charge", "cancel-sale", "close"]).await?;
    is_in_the_houses_font(till).await?;
    till.pay_with(INSUFFICIENT_FUNDS).await?;
    till.decline_in_payment_window().await?;
    desk.picture("declined").await?;
    let till = desk.till()?;
    in_sight(till, Window::Payment, &["decline", "card-mount", "charge", "cancel-sale", "close"]).await?;
    till.pay_with(AUTHENTICATE).await?;
    till.wait_for_challenge().await?;
    desk.picture("the-bank-asks").await?;
    challenge_in_sight(desk.till()?).await?;
    fits(desk.session(), PAYMENT).await?;
    let till = desk.till()?;
    till.answer_bank(Answer::Complete).await?;
    till.stage(&["approved"]).await?;
    till.wait_until_payment_window_is_hidden().await?;
    desk.picture("approved").await?;
    in_sight(desk.till()?, Window::Main, &["stage-amount", "next-sale", "action-refund"]).await?;
    desk.simulator()?.ledger().await?.expect_paid_once(2500)
}

/// The payment window stands over the side panel; the field is whole, and nothing else of the till shows through.
pub(crate) async fn the_field_stays_whole(desk: &mut Desk) -> Outcome {
    desk.open_till(&[]).await?;
    fits(desk.session(), TILL).await?;
    key_sale(desk, "25.00").await?;
    fits(desk.session(), PAYMENT).await?;
    desk.picture("card").await?;
    beside_the_field(desk).await?;
    covers(desk.till()?, "side").await?;
    let page = desk.session().page_place_of(TILL)?;
    // It goes where the till goes.
    let moved = Place { x: 40, y: 60, width: page.width - 100, height: page.height - 60 };
    desk.session().move_window(TILL, moved)?;
    until(PATIENCE, "the payment window should have followed the till", async || {
        let payment = desk.session().place_of(PAYMENT)?;
        let page = desk.session().page_place_of(TILL)?;
        Ok((payment.x < 40 + page.width && payment.y < page.y + 60).then_some(()))
    })
    .await?;
    desk.picture("moved").await?;
    fits(desk.session(), PAYMENT).await
}

/// The payment window begins where the field ends, without a gap. It has the time that a slow window manager takes.
async fn beside_the_field(desk: &mut Desk) -> Outcome {
    // Asking the page turns to it, and then it has the focus: what it looked like is told by what it was told.
    let field = desk
        .till()?
        .script(
            Window::Main,
            "const field = document.querySelector('[data-testid=stage] > *');\
        return field.getBoundingClientRect().right;",
            vec![],
        )
        .await?;
    let scale = i64::from(desk.session().screen().scale);
    let right = desk.session().page_place_of(TILL)?.x + whole(&field)? * scale;
    let mut seen = None;
    let outcome =
        until(PATIENCE, &format!("the payment window should begin at {right}, where the field ends"), async || {
            let payment = desk.session().place_of(PAYMENT)?;
            seen = Some(payment);
            let begins_there =
                payment.x >= right - scale && (payment.x <= right + scale || payment.width >= 720 * scale);
            Ok(begins_there.then_some(()))
        })
        .await;
    outcome.map_err(|failure| Failure::new(format!("{failure}; it stands at {seen:?}")))
}

/// Where no program may place its windows, and on a screen that is too small for both, all of the till is calm.
pub(crate) async fn the_till_is_calm_behind(desk: &mut Desk) -> Outcome {
    desk.open_till(&[]).await?;
    key_sale(desk, "25.00").await?;
    fits(desk.session(), PAYMENT).await?;
    desk.picture("card").await?;
    if desk.session().screen().system == WindowSystem::X11 {
        let (till, payment) = (desk.session().place_of(TILL)?, desk.session().place_of(PAYMENT)?);
        expect(payment.x <= till.x && payment.y <= till.y && payment.x + payment.width >= till.x + till.width, || {
            format!("the payment window {payment:?} should cover the till {till:?}")
        })?;
    }
    // Escape brings the till back, all of it.
    desk.session().press_key("Escape")?;
    has_focus(desk.session(), TILL).await?;
    let till = desk.till()?;
    covers(till, "nothing").await?;
    till.matching(Window::Main, "[data-testid=window][data-calm=nothing]").await?;
    desk.picture("escaped").await?;
    in_sight(desk.till()?, Window::Main, &["stage-amount", "action-take_card", "action-cancel", "screen-history"]).await
}

/// What was kept on a larger screen, or on one that is gone, opens on this one.
pub(crate) async fn kept_places_of_other_screens(desk: &mut Desk) -> Outcome {
    for (name, kept) in [
        ("as large as a 4K screen", json!({ "x": 120, "y": 80, "width": 3600, "height": 1990, "maximized": false })),
        ("maximised on a 4K screen", json!({ "x": 0, "y": 0, "width": 3840, "height": 2120, "maximized": true })),
        ("off the screen", json!({ "x": 2900, "y": 1700, "width": 900, "height": 500, "maximized": false })),
        ("above the screen", json!({ "x": -500, "y": -400, "width": 900, "height": 500, "maximized": false })),
        (
            "as an earlier version kept it",
            json!({
            "x": 2000, "y": 900, "width": 2400, "height": 1600, "prev_x": 0, "prev_y": 0, "maximized": false,
            "visible": true, "decorated": true, "fullscreen": false }),
        ),
    ] {
        fs::create_dir_all(desk.data()).during("make the data folder")?;
        fs::write(desk.data().join("window-state.json"), json!({ "main": kept }).to_string())
            .during("write a place")?;
        desk.open_till(&[]).await?;
        fits(desk.session(), TILL).await.map_err(|failure| failure.during(name))?;
        in_sight(desk.till()?, Window::Main, &["amount", "charge-start"]).await?;
    }
    desk.close_till().await
}

/// The window opens where and as large as it was left, start after start.
pub(crate) async fn opens_as_it_was_left(desk: &mut Desk) -> Outcome {
    desk.open_till(&[]).await?;
    has_focus(desk.session(), TILL).await?;
    desk.session().move_window(TILL, Place { x: 310, y: 120, width: 1000, height: 700 })?;
    let mut left = settled_place(desk.session()).await?;
    for start in 1..=3 {
        desk.session().close_window(TILL)?;
        until(PATIENCE, "the till should have closed", async || {
            Ok(desk.session().place_of(TILL).is_err().then_some(()))
        })
        .await?;
        desk.cut_power();
        desk.open_till(&[]).await?;
        let opened = settled_place(desk.session()).await?;
        expect_eq(&format!("the place at start {start}"), opened, left)?;
        left = opened;
    }
    Ok(())
}

/// Somebody takes the large screen away while a card is keyed, and brings it back.
pub(crate) async fn the_screen_changes(desk: &mut Desk) -> Outcome {
    desk.open_till(&[]).await?;
    key_sale(desk, "25.00").await?;
    let (width, height) = (desk.session().screen().width, desk.session().screen().height);
    desk.session_mut().change_screen(1024, 600)?;
    fits(desk.session(), TILL).await?;
    fits(desk.session(), PAYMENT).await?;
    desk.picture("on-a-small-screen").await?;
    let till = desk.till()?;
    in_sight(till, Window::Payment, &["payment-amount", "card-mount", "charge", "cancel-sale", "close"]).await?;
    till.pay_with(APPROVED).await?;
    till.stage(&["approved"]).await?;
    till.wait_until_payment_window_is_hidden().await?;
    till.next_sale().await?;
    desk.session_mut().change_screen(width, height)?;
    key_sale(desk, "7.00").await?;
    fits(desk.session(), PAYMENT).await?;
    desk.picture("on-the-large-one-again").await
}

/// Types an amount and Enter as a keyboard does; the payment window then has the keys.
async fn key_sale(desk: &Desk, amount: &str) -> Outcome {
    desk.till()?.element(Window::Main, "amount").await?;
    has_focus(desk.session(), TILL).await?;
    desk.session().type_keys(amount)?;
    desk.till()?.matching(Window::Main, "[data-testid=priced][data-kind=amount]").await?;
    desk.session().press_key("Return")?;
    has_focus(desk.session(), PAYMENT).await?;
    // The card field comes up, and a window manager has told what its frame takes.
    tokio::time::sleep(Duration::from_millis(1500)).await;
    Ok(())
}

async fn has_focus(session: &Session, window: &str) -> Outcome {
    until(PATIENCE, &format!("the window {window:?} should have the focus"), async || {
        Ok((session.focused_window()? == window).then_some(()))
    })
    .await
}

/// Waits until the window stands within what its screen has room for, and stays there.
async fn fits(session: &Session, title: &str) -> Outcome {
    let screen = session.screen();
    let (width, height) = (i64::from(screen.width), i64::from(screen.height - screen.panel));
    let mut seen = None;
    let mut times = 0;
    let outcome = until(PATIENCE, &format!("{title:?} should stand within {width} x {height}"), async || {
        let place = session.place_of(title)?;
        seen = Some(place);
        let fits = place.x >= 0 && place.y >= 0 && place.x + place.width <= width && place.y + place.height <= height;
        times = if fits { times + 1 } else { 0 };
        Ok((times >= 20).then_some(()))
    })
    .await;
    outcome.map_err(|failure| Failure::new(format!("{failure}; it stands at {seen:?}")))
}

/// The till's place once it no longer moves.
async fn settled_place(session: &Session) -> Outcome<Place> {
    let mut last = None;
    until(PATIENCE, "the till's window should come to rest", async || {
        tokio::time::sleep(Duration::from_millis(700)).await;
        let place = session.page_place_of(TILL)?;
        let rests = last == Some(place);
        last = Some(place);
        Ok(rests.then_some(place))
    })
    .await
}

/// The core has told the till's window what the payment window covers of it.
async fn covers(till: &OpenTill, what: &str) -> Outcome {
    until(PATIENCE, &format!("the till should know that {what} is covered"), async || {
        let told = till
            .script(Window::Main, "return document.querySelector('[data-testid=window]').dataset.covered;", vec![])
            .await?;
        Ok((told == json!(what)).then_some(()))
    })
    .await
}

/// Whether what a selector matches stands wholly within its frame: `null`, or where it stands.
const WHERE: &str = "const shown = [...document.querySelectorAll(arguments[0])].map((each) => each.getBoundingClientRect())\
        .filter((at) => at.width >= (arguments[1] ?? 1) && at.height > 0);\
    if (shown.length === 0) return 'is not there';\
    const off = shown.find((at) => at.left < -1 || at.top < -1 || at.right > innerWidth + 1 || at.bottom > innerHeight + 1);\
    return off ? `stands at ${JSON.stringify(off)} of ${innerWidth} x ${innerHeight}` : null;";

async fn in_sight(till: &OpenTill, window: Window, test_ids: &[&str]) -> Outcome {
    for test_id in test_ids {
        till.element(window, test_id).await?;
        let off = till.script(window, WHERE, vec![by_test_id(test_id).into()]).await?;
        expect(off.is_null(), || format!("{test_id} in the {window:?} window is not in sight: it {off}"))?;
    }
    Ok(())
}

/// The bank's page in its frame in the dialog's frame: each in sight of the one around it.
async fn challenge_in_sight(till: &OpenTill) -> Outcome {
    let off = till.script(Window::Payment, WHERE, vec!["iframe".into(), 200.into()]).await?;
    expect(off.is_null(), || format!("the challenge is not in sight of the page: it {off}"))?;
    for button in [Answer::Complete, Answer::Fail, Answer::Cancel].map(Answer::button) {
        till.frame_element(Window::Payment, button).await?;
        let off = till.script_here(WHERE, vec![button.into()]).await?;
        expect(off.is_null(), || format!("{button} is not in sight: it {off}"))?;
    }
    till.frame_element(Window::Payment, Answer::Cancel.button()).await?;
    let off = till.script_here(WHERE, vec!["iframe".into()]).await?;
    expect(off.is_null(), || format!("the bank's page is not in sight of its dialog: it {off}"))
}

async fn is_in_the_houses_font(till: &OpenTill) -> Outcome {
    let loaded =
        "return [...document.fonts].filter((font) => font.status === 'loaded').map((font) => font.family).join();";
    let families = till.script(Window::Payment, loaded, vec![]).await?;
    let written = "return getComputedStyle(document.querySelector('[data-testid=charge]')).fontFamily;";
    let family = till.script(Window::Payment, written, vec![]).await?;
    let both = [&families, &family].map(|family| family.as_str().unwrap_or_default().to_owned());
    expect(both.iter().all(|family| family.contains("Inter Variable")), || format!("the page is written in {both:?}"))
}

fn whole(number: &Value) -> Outcome<i64> {
    let number = number.as_f64().ok_or_else(|| Failure::new(format!("{number} is no number")))?;
    // A page is a few thousand pixels wide.
    format!("{number:.0}").parse().during("read a number")
}

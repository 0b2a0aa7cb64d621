//! What people type and paste: taken whole or refused, and however it is written, it leaves the window as it is.

use crate::setup::fill_in;
use countersign_tests::desk::Desk;
use countersign_tests::failure::{During, Outcome, expect, expect_eq};
use countersign_tests::open_till::{PATIENCE, Window, by_test_id, until};
use countersign_tests::rows::Row;
use thirtyfour::prelude::*;

/// Amounts from the clipboard: nothing is cut off and nothing falls out; what can be read in two ways is refused.
pub(crate) async fn pasted_amounts(desk: &mut Desk) -> Outcome {
    desk.open_till(&[]).await?;
    for (text, said, kind) in [
        (format!("{}1250.00", " ".repeat(21)), "£1,250.00", "amount"),
        ("１２．５０".to_owned(), "£12.50", "amount"),
        ("\u{feff}2\u{200b}5\u{ad}.00\u{2060}\u{200e}".to_owned(), "£25.00", "amount"),
        ("12.50\n".to_owned(), "£12.50", "amount"),
        ("1 250.00".to_owned(), "£1,250.00", "amount"),
        ("25 00".to_owned(), "two ways", "refused"),
        ("12\t50".to_owned(), "two ways", "refused"),
        ("1,00,000".to_owned(), "two ways", "refused"),
        ("\u{202e}52.1".to_owned(), "two ways", "refused"),
        ("1\n250".to_owned(), "figures", "refused"),
        ("2½".to_owned(), "figures", "refused"),
    ] {
        paste(desk, "amount", &text).await?;
        let till = desk.till()?;
        let what = format!("{text:?} should be said as {said:?}");
        till.reads(Window::Main, "priced", &what, |priced| priced.contains(said)).await?;
        till.matching(Window::Main, &format!("[data-testid=priced][data-kind={kind}]")).await?;
    }
    Ok(())
}

/// Copies a text by a button that is put into the page for it, and pastes it into a field in the place of what stands there.
async fn paste(desk: &Desk, test_id: &str, text: &str) -> Outcome {
    let copy = "const button = document.createElement('button');\
        button.textContent = 'Copy'; button.dataset.testid = 'copy-for-test';\
        button.style.cssText = 'position: fixed; inset: 40px auto auto 400px; z-index: 9';\
        button.onclick = () => { navigator.clipboard.writeText(arguments[0]).then(() => { button.remove(); }); };\
        document.body.append(button); return null;";
    let till = desk.till()?;
    till.script(Window::Main, copy, vec![text.into()]).await?;
    till.press(Window::Main, "copy-for-test").await?;
    let copied = "return document.querySelector('[data-testid=copy-for-test]') === null;";
    until(PATIENCE, "it should be copied", async || {
        Ok((till.script(Window::Main, copied, vec![]).await? == true).then_some(()))
    })
    .await?;
    let field = till.element(Window::Main, test_id).await?;
    field.click().await.during("click into the field")?;
    field.send_keys(Key::Control + "a").await.during("select what stands there")?;
    desk.session().press_key("ctrl+v")
}

/// Names of sixty letters, from right to left, and turned round for good: the menu and the receipt stand where they stood.
pub(crate) async fn names(desk: &mut Desk) -> Outcome {
    desk.open_till(&[]).await?;
    let arabic = "متجر الزاوية للخبز والحلويات والقهوة والشاي في وسط المدينة";
    for (kind, name) in [
        ("wide", "W".repeat(60)),
        ("arabic", arabic.to_owned()),
        ("hebrew", format!("בית{}", "ק".repeat(57))),
        ("turned", "\u{202e}The Corner Shop".to_owned()),
    ] {
        desk.till()?.press(Window::Main, "screen-settings").await?;
        desk.till()?.press(Window::Main, "room-shop").await?;
        fill_in(desk, "shop-name", &name).await?;
        desk.till()?.press(Window::Main, "room-leave").await?;
        desk.till()?.element(Window::Main, "preferences-saved").await?;
        stands_in_its_place(desk).await?;
        desk.till()?.press(Window::Main, "screen-sale").await?;
        Row::ApprovedAtOnce.run(desk).await?;
        desk.till()?.press(Window::Main, "screen-history").await?;
        desk.till()?.element(Window::Main, "receipt").await?;
        stands_in_its_place(desk).await?;
        desk.picture(&format!("name-{kind}")).await?;
        desk.till()?.press(Window::Main, "screen-sale").await?;
    }
    // One letter more is refused, and not cut.
    desk.till()?.press(Window::Main, "screen-settings").await?;
    desk.till()?.press(Window::Main, "room-shop").await?;
    fill_in(desk, "shop-name", &"W".repeat(61)).await?;
    desk.till()?.press(Window::Main, "room-leave").await?;
    let told = |text: &str| text.contains("at most 60");
    desk.till()?.reads(Window::Main, "preferences-refusal", "it should be refused", told).await?;
    let field = desk.till()?.element(Window::Main, "shop-name").await?;
    let typed = field.prop("value").await.during("read the name")?.unwrap_or_default();
    expect_eq("the letters in the field", typed.len(), 61)
}

/// Fails unless the menu is in the window, in its order, and nothing is wider than the window.
async fn stands_in_its_place(desk: &Desk) -> Outcome {
    let script = "const box = (id) => document.querySelector(id).getBoundingClientRect();\
        const tabs = ['sale', 'history', 'settings'].map((name) => box(`[data-testid=screen-${name}]`));\
        return tabs[0].left < tabs[1].left && tabs[1].left < tabs[2].left && tabs[2].right <= innerWidth\
            && box('[data-testid=shop]').right <= tabs[0].left && document.documentElement.scrollWidth <= innerWidth;";
    let stands = desk.till()?.script(Window::Main, script, vec![]).await?;
    expect(stands == true, || {
        format!("the name should leave the menu ({}) in its place", by_test_id("screen-settings"))
    })
}

//! The main window's commands about the books: finding sales, saving a list of them, and adding up.

use till::books::{ListForm, NoAnswer, Page as BooksPage, ReadAs, SpanView, TimelineRow, Wanted};

use super::ShopState;
use crate::facts::{BooksFault, CommandResult, SavedList, TillFact};
use crate::payment_desk::sale_id_of;
use crate::shop::Shop;
use crate::views::Mode;

/// The sales that are asked for, a page from past the number `past` on. A later question takes this one's place.
#[tauri::command]
pub(crate) async fn find_sales(wanted: Wanted, past: Option<u32>, shop: ShopState<'_>) -> CommandResult<BooksPage> {
    drop(shop.status().await);
    let in_force = shop.in_force();
    let Some(open) = &in_force.books else { return Err(not_read(&shop)) };
    let read_as = ReadAs { locale: shop.locale(), currency: shop.currency(), live: in_force.mode == Mode::Live };
    open.books.find(wanted, past, read_as).await.map_err(|why| told(&why, || open.filing.are_damaged()))
}

/// What happened to a sale, oldest first.
#[tauri::command]
pub(crate) async fn timeline(sale_id: String, shop: ShopState<'_>) -> CommandResult<Vec<TimelineRow>> {
    let sale = sale_id_of(&sale_id)?;
    let in_force = shop.in_force();
    let Some(open) = &in_force.books else { return Err(not_read(&shop)) };
    let timeline = open.books.timeline(sale).await.map_err(|why| told(&why, || open.filing.are_damaged()))?;
    Ok(timeline.view(shop.locale()))
}

/// What was taken and given back between each two of these times, milliseconds since 1970: rising, each a whole quarter of an
/// hour, the last one the end.
#[tauri::command]
pub(crate) async fn totals(edges_ms: Vec<i64>, shop: ShopState<'_>) -> CommandResult<SpanView> {
    drop(shop.status().await);
    let in_force = shop.in_force();
    let Some(open) = &in_force.books else { return Err(not_read(&shop)) };
    let slots = open.books.totals(edges_ms).await.map_err(|why| told(&why, || open.filing.are_damaged()))?;
    Ok(SpanView::of(&slots, shop.locale()))
}

/// Saves all the sales that are asked for as a file; none when it was stopped.
#[tauri::command]
pub(crate) async fn save_list(wanted: Wanted, form: ListForm, shop: ShopState<'_>) -> CommandResult<Option<SavedList>> {
    let in_force = shop.in_force();
    let Some(open) = &in_force.books else { return Err(not_read(&shop)) };
    shop.save_list(open, wanted, form, in_force.mode).await
}

/// Stops a list that is being saved. Nothing is left of it.
#[tauri::command]
pub(crate) async fn stop_list(shop: ShopState<'_>) -> CommandResult<()> {
    shop.saving.stop();
    Ok(())
}

/// No till is open, and the status says why; or its books cannot be read.
fn not_read(shop: &Shop) -> TillFact {
    match shop.till() {
        Ok(_) => TillFact::BooksNotRead { why: BooksFault::NotOpened },
        Err(fact) => fact,
    }
}

pub(crate) fn told(why: &NoAnswer, are_damaged: impl FnOnce()) -> TillFact {
    let why = match why {
        NoAnswer::Overtaken => BooksFault::Overtaken,
        NoAnswer::TooLong => BooksFault::TooLong,
        NoAnswer::Damaged => {
            are_damaged();
            BooksFault::Damaged
        }
        NoAnswer::Closed => BooksFault::NotOpened,
        NoAnswer::BadEdges(_) => BooksFault::BadEdges,
        NoAnswer::Journal(error) => {
            log::error!("The books cannot be read: {error}");
            BooksFault::NotOpened
        }
    };
    TillFact::BooksNotRead { why }
}

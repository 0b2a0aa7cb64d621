//! The books of a journal on the disk: written beside the rows, made again from them, found and added up.

#[path = "books/shop.rs"]
mod shop;

#[path = "books/damaged.rs"]
mod damaged;
#[path = "books/filing.rs"]
mod filing;
#[path = "books/finding.rs"]
mod finding;
#[path = "books/kept.rs"]
mod kept;
#[path = "books/listing.rs"]
mod listing;
#[path = "books/timeline.rs"]
mod timeline;
#[path = "books/totals.rs"]
mod totals;
#[path = "books/typed.rs"]
mod typed;

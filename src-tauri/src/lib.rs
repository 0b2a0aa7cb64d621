//! The desktop shell: windows, commands, keyring, settings. Thin: no payment rule lives here (that is `till`).
//!
//! This file is start-up and end. What the windows may ask is in `commands`, and what they work on in `shop`.

// A function fits a screen: 70 lines, as `clippy.toml` says.

mod account;
mod asking;
mod card_field;
mod checking;
mod commands;
mod copies;
mod current;
mod data_folder;
mod environment;
pub mod facts;
mod following;
mod guards;
mod in_force;
mod keys;
mod logging;
mod main_window;
mod opening;
#[cfg(debug_assertions)]
mod page_elsewhere;
mod payment_desk;
mod payment_window;
mod saving;
mod scene;
mod screen;
mod settings;
mod shop;
mod side_service;
mod stderr;
mod system_locale;
mod test_cards;
mod training;
pub mod views;
mod which_journal;
mod wiped;
mod words;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use tauri::{App, AppHandle, Builder, Manager as _, RunEvent, WindowEvent, Wry};
use till::check::CheckHeard;

use in_force::InForce;
use logging::Log;
use payment_window::PaymentWindow;
use settings::Settings;
use shop::Shop;
use side_service::SideService;

/// How long closing the till waits for a call that is out. Nothing is lost when it takes longer: the journal has it.
const CLOSE_WAITS: Duration = Duration::from_secs(5);

/// Where the web views of this run keep their data.
struct WebData(PathBuf);

/// Runs the till until its main window is closed.
pub fn run() -> ExitCode {
    let not_believed = environment::forget();
    stderr::keep_out_of_files();
    data_folder::make_files_private();
    logging::log_panics();
    match builder(not_believed).build(tauri::generate_context!()) {
        Ok(app) => {
            app.run(|app, event| {
                if let RunEvent::Exit = event {
                    if let Some(shop) = app.try_state::<Arc<Shop>>() {
                        app.state::<main_window::Place>().keep(&shop.data);
                        tauri::async_runtime::block_on(shop.close());
                    }
                    if let Some(WebData(folder)) = app.try_state::<WebData>().as_deref() {
                        data_folder::end_web_views(folder);
                    }
                }
            });
            ExitCode::SUCCESS
        }
        Err(reason) => {
            stderr::say(format_args!("the till could not be started: {reason}"));
            ExitCode::FAILURE
        }
    }
}

fn builder(not_believed: Vec<String>) -> Builder<Wry> {
    let builder = tauri::Builder::default()
        // First, so that a second start ends before it opens anything.
        .plugin(SideService(tauri_plugin_single_instance::init(|app, _arguments, _folder| main_window::focus(app))))
        .plugin(tauri_plugin_store::Builder::new().build())
        .register_asynchronous_uri_scheme_protocol(training::SCHEME, training::serve_page)
        .setup(move |app| set_up(app, &not_believed))
        .invoke_handler(commands::handler());
    #[cfg(windows)]
    let builder = builder.register_uri_scheme_protocol(payment_window::PAGE_SCHEME, |context, request| {
        payment_window::serve(context.webview_label(), request.uri().path())
    });
    #[cfg(target_os = "macos")]
    let builder = builder.on_web_content_process_terminate(|webview| page_died(webview.app_handle(), webview.label()));
    builder
}

/// The process behind a window's page has ended.
#[cfg(target_os = "macos")]
fn page_died(app: &AppHandle, label: &str) {
    if label == main_window::LABEL
        && let Some(main) = app.try_state::<Arc<main_window::MainWindow>>()
    {
        main.ended(guards::PageEnd::Died);
    }
    if label == payment_window::LABEL
        && let Some(shop) = app.try_state::<Arc<Shop>>()
    {
        shop.desk.window.page_ended(guards::PageEnd::Died);
    }
}

fn set_up(app: &mut App, not_believed: &[String]) -> Result<(), Box<dyn std::error::Error>> {
    let app = app.handle();
    let data = data_folder::of(app)?;
    // What prevents it is said when the till is opened, in the window that is not there yet. The log begins after it, so that
    // its folder is not made before the till's own.
    let is_usable = data_folder::make_ready(&data).is_ok();
    data_folder::make_others_ready(app);
    let log = Log::default();
    log.try_again(app);
    if !not_believed.is_empty() {
        log::warn!("Set for this program, and not believed: {}.", not_believed.join(", "));
    }
    let web_data = data_folder::for_web_views(app, &data, is_usable);
    let settings = Settings::open(app, &data)?;
    if is_usable {
        settings.read_if_unread();
    }
    let main = main_window::open(app, &data, &web_data)?;
    let host = InForce::closed(settings.mode(), Vec::new()).host;
    let (for_dismissal, for_trouble) = (app.clone(), app.clone());
    let on_dismiss = move || {
        let app = for_dismissal.clone();
        tauri::async_runtime::spawn(async move {
            if let Some(shop) = app.try_state::<Arc<Shop>>() {
                drop(shop.desk.abandon(None, CheckHeard::Closed).await);
            }
        });
    };
    let on_trouble = move || {
        let app = for_trouble.clone();
        tauri::async_runtime::spawn(async move {
            if let Some(shop) = app.try_state::<Arc<Shop>>() {
                shop.window_in_trouble().await;
            }
        });
    };
    let window = PaymentWindow::open(app, &main, &web_data, host, on_dismiss, on_trouble)?;
    #[cfg(target_os = "linux")]
    screen::on_change({
        let (main, window) = (main.clone(), window.clone());
        move || {
            main_window::settle(&main);
            window.stand_again();
        }
    });
    app.manage(WebData(web_data));
    let shop = Arc::new(Shop::new(app.clone(), data, settings, window, log));
    app.manage(Arc::clone(&shop));
    let for_closing = app.clone();
    main.on_window_event(move |event| {
        if let WindowEvent::CloseRequested { api, .. } = event {
            api.prevent_close();
            tauri::async_runtime::spawn(close(for_closing.clone()));
        }
    });
    #[cfg(unix)]
    tauri::async_runtime::spawn(close_when_told(app.clone()));
    tauri::async_runtime::spawn(async move {
        shop.open_last_mode().await;
        shop.keep_trying().await;
    });
    Ok(())
}

/// The end of the session closes the program as its window does: with the answer to a call that is out, and a copy.
#[cfg(unix)]
async fn close_when_told(app: AppHandle) {
    use tokio::signal::unix::{SignalKind, signal};
    let listening = (signal(SignalKind::terminate()), signal(SignalKind::hangup()), signal(SignalKind::interrupt()));
    let (Ok(mut terminate), Ok(mut hang_up), Ok(mut interrupt)) = listening else {
        log::warn!("The end of the session cannot be listened for. The journal is whole without it.");
        return;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = hang_up.recv() => {}
        _ = interrupt.recv() => {}
    }
    close(app).await;
}

/// Ends the program, after a call that is out has had a moment to be answered.
async fn close(app: AppHandle) {
    if let Some(shop) = app.try_state::<Arc<Shop>>() {
        let answered = async {
            let till = shop.in_force().till.clone();
            while shop.call_in_flight(till.as_ref()).await {
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        };
        if tokio::time::timeout(CLOSE_WAITS, answered).await.is_err() {
            log::warn!("The till closes while a call is out. The next start finds out what became of it.");
        }
        shop.close().await;
        shop.copy_at_the_end().await;
    }
    app.exit(0);
}

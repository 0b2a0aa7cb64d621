//! Who may call what, and where secrets may be. Tried from inside the windows, as a hostile script would.

use countersign_tests::desk::Desk;
use countersign_tests::failure::{During, Failure, Outcome, expect, expect_eq};
use countersign_tests::open_till::{OpenTill, PATIENCE, Window, until};
use countersign_tests::places;
use countersign_tests::rows::{AUTHENTICATE, Row};
use countersign_tests::staff::Answer;
use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use std::time::Duration;

/// Every command of the main window, with arguments that it would take.
fn main_commands() -> Vec<(&'static str, Value)> {
    let sale = json!({ "saleId": "3f2f3c1e-8f0e-4a55-9d8a-0f7b5f6a1c11" });
    let preferences = json!({ "shop_name": "x", "currency": "GBP", "locale": "en-GB", "theme": "dark" });
    vec![
        ("till_status", json!({})),
        ("on_screen", json!({})),
        ("put_on_screen", sale.clone()),
        ("price", json!({ "text": "1" })),
        (
            "start_sale",
            json!({ "saleId": sale["saleId"], "text": "66.60", "reference": "", "note": "", "anyway": true }),
        ),
        ("take_card", sale.clone()),
        ("finish_sale", sale.clone()),
        ("try_again", sale.clone()),
        ("look_again", sale.clone()),
        ("cancel_sale", sale.clone()),
        ("refund_price", json!({ "saleId": sale["saleId"], "text": "1" })),
        ("refund_sale", json!({ "saleId": sale["saleId"], "refundId": sale["saleId"], "text": "1" })),
        ("keep_payment", sale.clone()),
        ("set_aside_sale", sale.clone()),
        ("read_sale", sale.clone()),
        ("recent_sales", json!({})),
        ("find_sales", json!({ "wanted": {}, "past": null })),
        ("timeline", json!({ "saleId": sale["saleId"] })),
        ("totals", json!({ "edgesMs": [0, 900_000] })),
        ("save_list", json!({ "wanted": {}, "form": { "form": "plain" } })),
        ("stop_list", json!({})),
        ("reconcile", json!({ "fromMs": 0, "toMs": 1 })),
        ("stop_reconcile", json!({})),
        ("comparing", json!({})),
        ("reconciliation", json!({})),
        ("take_in", json!({ "paymentIntent": "pi_1" })),
        ("check_till", json!({})),
        ("stop_check", json!({})),
        ("check_report", json!({})),
        ("setup", json!({})),
        ("save_keys", json!({ "secretKey": "x", "publishableKey": "x" })),
        ("forget_keys", json!({ "mode": "test" })),
        ("choose_mode", json!({ "mode": "live" })),
        ("save_preferences", json!({ "preferences": preferences })),
        ("answer_journal", json!({ "journal": "x" })),
        ("copies", json!({})),
        ("choose_copies_folder", json!({ "folder": "/tmp" })),
        ("copy_journal", json!({})),
    ]
}

/// The till's own commands that a capability file grants, in order, so that a new one cannot be forgotten here.
fn commands_by_capability(name: &str) -> Outcome<Vec<String>> {
    let file = places::root().join(format!("src-tauri/capabilities/{name}.json"));
    let text = fs::read_to_string(&file).during("read a capability file")?;
    let capability: Value = serde_json::from_str(&text).during("understand a capability file")?;
    let permissions = capability["permissions"].as_array().ok_or_else(|| Failure::new("it grants nothing"))?;
    let own = permissions.iter().filter_map(|permission| permission.as_str()?.strip_prefix("allow-"));
    let mut commands: Vec<String> = own.map(|command| command.replace('-', "_")).collect();
    commands.sort();
    Ok(commands)
}

/// Commands that Tauri and the plugins bring along.
const FOREIGN: [&str; 15] = [
    "plugin:event|listen",
    "plugin:event|emit",
    "plugin:window|close",
    "plugin:window|set_title",
    "plugin:webview|create_webview_window",
    "plugin:webview|internal_toggle_devtools",
    "plugin:app|version",
    "plugin:path|resolve_directory",
    "plugin:resources|close",
    "plugin:store|load",
    "plugin:store|get",
    "plugin:log|log",
    "plugin:shell|execute",
    "plugin:fs|read_text_file",
    "plugin:menu|new",
];

/// Calls a command from a window's own page: `Ok` is its answer, `Err` what it was refused with.
pub(crate) async fn invoke(
    till: &OpenTill,
    window: Window,
    command: &str,
    arguments: &Value,
) -> Outcome<Result<Value, String>> {
    till.turn_to(window).await?;
    let answer = till
        .async_script_here(
            "const [command, args, done] = arguments;\
             window.__TAURI_INTERNALS__.invoke(command, args)\
               .then(answer => done({ answer: answer ?? null }),\
                     error => done({ refused: typeof error === 'string' ? error : JSON.stringify(error) }));",
            vec![json!(command), arguments.clone()],
        )
        .await?;
    Ok(match answer["refused"].as_str() {
        Some(refused) => Err(refused.to_owned()),
        None => Ok(answer["answer"].clone()),
    })
}

/// Fails unless the permission system itself refuses the command.
async fn expect_refused(till: &OpenTill, window: Window, command: &str, arguments: &Value) -> Outcome {
    match invoke(till, window, command, arguments).await? {
        Err(refused) if refused.contains("not allowed") || refused.contains("not found") => Ok(()),
        Err(other) => Err(Failure::new(format!(
            "{command} from the {window:?} window was refused, but not by its permissions: {other}"
        ))),
        Ok(answer) => Err(Failure::new(format!("{command} from the {window:?} window was answered: {answer}"))),
    }
}

pub(crate) async fn payment_page_may_call_its_own_commands_only(desk: &mut Desk) -> Outcome {
    desk.open_till(&[]).await?;
    let till = desk.till()?;
    till.start_sale("25.00").await?;
    // The way there works: what follows is refused because of what it asks for.
    let scene = invoke(till, Window::Payment, "watch_payment", &json!({ "seen": 0 })).await?;
    let scene = scene.map_err(|refused| Failure::new(format!("watch_payment should be allowed: {refused}")))?;
    expect_eq("what the payment window is told to show", scene["view"]["kind"].as_str(), Some("card"))?;
    let commands = main_commands();
    let mut tried: Vec<String> = commands.iter().map(|(command, _)| (*command).to_owned()).collect();
    tried.sort();
    expect_eq("the main window's commands that are tried", tried, commands_by_capability("main")?)?;
    for (command, arguments) in commands {
        expect_refused(till, Window::Payment, command, &arguments).await?;
    }
    for command in FOREIGN {
        expect_refused(till, Window::Payment, command, &json!({})).await?;
    }
    Ok(())
}

pub(crate) async fn main_page_may_not_call_the_payment_windows_commands(desk: &mut Desk) -> Outcome {
    desk.open_till(&[]).await?;
    let till = desk.till()?;
    let status = invoke(till, Window::Main, "till_status", &json!({})).await?;
    status.map_err(|refused| Failure::new(format!("till_status should be allowed: {refused}")))?;
    let card = json!({ "saleId": "x", "attemptId": "x", "paymentMethod": "pm_card_visa", "seen": 0, "hint": "returned",
        "atWindow": "x", "checkId": "x", "told": { "told": "closed" } });
    for command in [
        "watch_payment",
        "submit_card",
        "authentication_hint",
        "abandon_payment",
        "cancel_payment",
        "fresh_page",
        "place_cursor",
        "tell_check",
        "card_field",
    ] {
        expect_refused(till, Window::Main, command, &card).await?;
    }
    for command in FOREIGN.into_iter().filter(|command| *command != "plugin:event|listen") {
        expect_refused(till, Window::Main, command, &json!({})).await?;
    }
    Ok(())
}

/// Frames of the simulator and of the bank, as Stripe's and the bank's in real life, find no way to the core.
pub(crate) async fn foreign_frames_reach_nothing(desk: &mut Desk) -> Outcome {
    desk.open_till(&[]).await?;
    let till = desk.till()?;
    till.start_sale("25.00").await?;
    till.pay_with(AUTHENTICATE).await?;
    till.wait_for_challenge().await?;
    let changes = changing_calls(desk).await?;
    for inside in ["input[name=cardnumber]", Answer::Complete.button(), Answer::Cancel.button()] {
        // The card fields may be out of sight behind the challenge; then the bank's frames are the ones to try from.
        if !till.some_frame_shows(Window::Payment, inside).await? {
            continue;
        }
        try_everything_here(till)
            .await
            .map_err(|failure| failure.during(format_args!("from the frame with {inside}")))?;
    }
    till.frame_element(Window::Payment, Answer::Complete.button()).await?;
    try_everything_here(till).await?;
    // And nothing of it had an effect.
    let sales = invoke(till, Window::Main, "recent_sales", &json!({})).await?;
    let sales = sales.map_err(Failure::new)?;
    expect_eq("sales after the frames tried", sales.as_array().map(Vec::len), Some(1))?;
    expect_eq("calls that change something, after the frames tried", changing_calls(desk).await?, changes)?;
    till.stage(&["needs_authentication"]).await.map(drop)
}

/// How many calls about payments have changed something so far.
async fn changing_calls(desk: &Desk) -> Outcome<usize> {
    let ledger = desk.simulator()?.ledger().await?;
    Ok(ledger.requests.iter().filter(|request| request.is_payment_call() && request.method == "POST").count())
}

/// Tries every way to the core from the frame that the driver stands in.
async fn try_everything_here(till: &OpenTill) -> Outcome {
    let place = till.script_here("return location.origin + ' ' + (window !== window.top);", vec![]).await?;
    let place = place.as_str().unwrap_or_default().to_owned();
    expect(place.ends_with("true") && !place.starts_with("https://countersign.localhost"), || {
        format!("the driver should stand in a foreign frame, but it stands at {place}")
    })?;
    let found = till
        .async_script_here(
            "const done = arguments[0]; const found = [];\
             if (window.__TAURI_INTERNALS__ !== undefined) found.push('__TAURI_INTERNALS__');\
             if (window.__TAURI__ !== undefined) found.push('__TAURI__');\
             let above; try { above = window.top.__TAURI_INTERNALS__; } catch { above = undefined; }\
             if (above !== undefined) found.push('top.__TAURI_INTERNALS__');\
             const sale = { saleId: crypto.randomUUID(), text: '66.60', reference: '', note: '', anyway: true };\
             const message = JSON.stringify({ cmd: 'start_sale', callback: 1, error: 2, payload: sale,\
               options: { headers: { 'Tauri-Invoke-Key': 'guess' } } });\
             try { window.webkit?.messageHandlers?.ipc?.postMessage(message); } catch {}\
             try { window.ipc?.postMessage(message); } catch {}\
             window.top.postMessage(message, '*');\
             (async () => {\
               for (const command of ['till_status', 'recent_sales', 'watch_payment', 'start_sale']) {\
                 for (const address of ['ipc://localhost/', 'http://ipc.localhost/']) {\
                   try {\
                     const answer = await fetch(address + command, { method: 'POST', body: JSON.stringify(sale),\
                       headers: { 'Content-Type': 'application/json' } });\
                     if (answer.ok && answer.headers.get('Tauri-Response') !== 'error')\
                       found.push(address + command + ': ' + (await answer.text()).slice(0, 200));\
                   } catch {}\
                 }\
               }\
               done(found);\
             })();",
            vec![],
        )
        .await?;
    expect(found.as_array().is_some_and(Vec::is_empty), || format!("a foreign frame at {place} found {found}"))
}

/// Scripts cannot lead the payment window away, open another, or find storage to leave things in.
pub(crate) async fn payment_page_stays(desk: &mut Desk) -> Outcome {
    desk.open_till(&[]).await?;
    let till = desk.till()?;
    till.start_sale("25.00").await?;
    for script in [
        "location.reload();",
        "location.href = 'http://127.0.0.1:9/';",
        "location.href = 'tauri://localhost/index.html';",
        "location.href = 'file:///etc/passwd';",
        "location.href = 'data:text/html,gone';",
        "window.open('https://example.com/');",
    ] {
        let script = format!("setTimeout(() => {{ {script} }}, 0); return null;");
        till.script(Window::Payment, &script, vec![]).await?;
        tokio::time::sleep(Duration::from_millis(300)).await;
        let address = till.script(Window::Payment, "return location.href;", vec![]).await?;
        expect(address.as_str().is_some_and(|address| address.starts_with("https://countersign.localhost/")), || {
            format!("after {script} the payment window stands at {address}")
        })?;
    }
    // To a foreign https page, as a bank's is, the window may set out; it must come back by itself.
    till.script(
        Window::Payment,
        "setTimeout(() => { location.href = 'https://127.0.0.1:9/'; }, 0); return null;",
        vec![],
    )
    .await?;
    expect_home_again(till).await?;
    let windows = till.driver().windows().await.during("list the windows")?;
    expect_eq("windows after the page tried to open one", windows.len(), 2)?;
    till.pay_with(countersign_tests::rows::APPROVED).await?;
    till.stage(&["approved"]).await?;
    desk.simulator()?.ledger().await?.expect_paid_once(2500)
}

/// The bank's frame leads the whole window away in mid-challenge, with a customer's press behind it: the page comes
/// back, the challenge with it, and the sale is paid.
pub(crate) async fn bank_cannot_take_the_window(desk: &mut Desk) -> Outcome {
    desk.open_till(&[]).await?;
    let till = desk.till()?;
    till.start_sale("25.00").await?;
    till.pay_with(AUTHENTICATE).await?;
    till.wait_for_challenge().await?;
    till.frame_element(Window::Payment, Answer::Complete.button()).await?;
    let leave = "const leave = () => { try { top.location = 'https://127.0.0.1:9/'; } catch {} };\
                 document.documentElement.addEventListener('click', leave, { capture: true, once: true });\
                 setTimeout(leave, 0); return null;";
    till.script_here(leave, vec![]).await?;
    tokio::time::sleep(Duration::from_secs(1)).await;
    till.frame_element(Window::Payment, "body").await?.click().await.during("press inside the bank's frame")?;
    tokio::time::sleep(Duration::from_secs(1)).await;
    let address = home_address(till).await?;
    till.answer_bank(Answer::Complete).await.map_err(|failure| failure.during(format_args!("at {address}")))?;
    till.stage(&["approved"]).await?;
    desk.simulator()?.ledger().await?.expect_paid_once(2500)
}

/// Waits until the payment window stands at our own page, and tells its address.
async fn home_address(till: &OpenTill) -> Outcome<String> {
    until(PATIENCE, "the payment window should stand at our own page", async || {
        let address = till.script(Window::Payment, "return location.href;", vec![]).await?;
        let address = address.as_str().unwrap_or_default().to_owned();
        Ok(address.starts_with("https://countersign.localhost/").then_some(address))
    })
    .await
}

/// Waits until our own page is back with its card fields, and makes sure that it stays.
async fn expect_home_again(till: &OpenTill) -> Outcome {
    tokio::time::sleep(Duration::from_secs(1)).await;
    home_address(till).await?;
    till.wait_for_payment_window().await
}

/// After payments of every kind: no client secret, no key and no card digits in files, in the log, in the main window.
pub(crate) async fn secrets_stay_where_they_belong(desk: &mut Desk) -> Outcome {
    desk.open_till(&[]).await?;
    for row in [Row::ApprovedAtOnce, Row::DeclinedThenPaid, Row::ChallengeCompleted] {
        row.run(desk).await?;
    }
    let till = desk.till()?;
    let main = till.page(Window::Main).await?;
    search("the main window", main.as_bytes())?;
    till.press(Window::Main, "screen-history").await?;
    till.press(Window::Main, "sale-3").await?;
    search("the history", till.page(Window::Main).await?.as_bytes())?;
    let sales = invoke(till, Window::Main, "recent_sales", &json!({})).await?.map_err(Failure::new)?;
    search("the main window's sales", sales.to_string().as_bytes())?;
    desk.close_till().await?;
    let mut files = 0;
    search_folder(desk.session().folder(), &mut files)?;
    expect(files > 3, || format!("only {files} files were searched"))
}

/// What must be nowhere: client secrets, secret keys, the digits of the cards that were keyed.
const SECRETS: [&str; 9] = [
    "_secret_",
    "sk_test_",
    "rk_test_",
    "4242424242424242",
    "4242 4242 4242 4242",
    "4000000000009995",
    "4000 0000 0000 9995",
    "4000002500003155",
    "4000 0025 0000 3155",
];

fn search(place: &str, bytes: &[u8]) -> Outcome {
    for secret in SECRETS {
        let at = bytes.windows(secret.len()).position(|window| window == secret.as_bytes());
        expect(at.is_none(), || format!("{place} holds {secret} at byte {}", at.unwrap_or_default()))?;
    }
    Ok(())
}

fn search_folder(folder: &Path, files: &mut u32) -> Outcome {
    for entry in fs::read_dir(folder).during("read the data folder")? {
        let entry = entry.during("read the data folder")?;
        let kind = entry.file_type().during("read the data folder")?;
        if kind.is_dir() {
            search_folder(&entry.path(), files)?;
        } else if kind.is_file() {
            *files += 1;
            let bytes = fs::read(entry.path()).during("read a file of the data folder")?;
            search(&entry.path().display().to_string(), &bytes)?;
        }
    }
    Ok(())
}

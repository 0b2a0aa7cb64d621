//! What the till writes is for the user who runs it, and what it prints is for nobody.

use countersign_tests::desk::Desk;
use countersign_tests::failure::{During, Failure, Outcome, expect};
use countersign_tests::open_till::{OpenTill, PATIENCE, Window, until};
use countersign_tests::rows::Row;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

/// Every file and folder below, and what others may do with it.
fn below(folder: &Path) -> Outcome<Vec<(PathBuf, u32)>> {
    let mut found = Vec::new();
    let mut waiting = vec![folder.to_owned()];
    while let Some(path) = waiting.pop() {
        // A web view's process may just be tidying up.
        let Ok(kind) = fs::symlink_metadata(&path) else { continue };
        if kind.is_symlink() {
            continue;
        }
        if kind.is_dir() {
            waiting.extend(fs::read_dir(&path).into_iter().flatten().flatten().map(|entry| entry.path()));
        }
        found.push((path, kind.permissions().mode() & 0o7777));
    }
    Ok(found)
}

fn expect_private(folder: &Path) -> Outcome {
    let open: Vec<String> = below(folder)?
        .into_iter()
        .filter(|(path, mode)| *mode != if path.is_dir() { 0o700 } else { 0o600 } && path.exists())
        .map(|(path, mode)| format!("{} {mode:o}", path.display()))
        .collect();
    expect(open.is_empty(), || format!("not for this user alone: {}", open.join(", ")))
}

fn expect_there(folder: &Path, names: &[&str]) -> Outcome {
    let all: Vec<String> = below(folder)?.iter().map(|(path, _)| path.display().to_string()).collect();
    for name in names {
        expect(all.iter().any(|path| path.ends_with(name)), || format!("there is no {name} among {all:?}"))?;
    }
    Ok(())
}

/// A folder of before, whose files others could read: after a start, a sale, a copy and a change of the settings, no file in it
/// can be.
pub(crate) async fn every_file_is_for_this_user_alone(desk: &mut Desk) -> Outcome {
    desk.open_till(&[]).await?;
    Row::ApprovedAtOnce.run(desk).await?;
    desk.close_till().await?;
    for (path, _) in below(&desk.data())? {
        let mode = if path.is_dir() { 0o755 } else { 0o644 };
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).during("open the folder up")?;
    }
    let copies = desk.session().folder().join("copies");
    fs::create_dir_all(&copies).during("make a folder for copies")?;
    desk.open_till(&[]).await?;
    let till = desk.till()?;
    till.press(Window::Main, "screen-settings").await?;
    till.press(Window::Main, "room-copies").await?;
    let field = till.element(Window::Main, "copies-folder").await?;
    field.send_keys(copies.display().to_string()).await.during("name the folder for copies")?;
    till.press(Window::Main, "save-copies-folder").await?;
    until(PATIENCE, "the copy should be there", async || Ok(fs::read_dir(&copies).during("look")?.next().map(drop)))
        .await?;
    till.press(Window::Main, "screen-sale").await?;
    Row::ApprovedAtOnce.run(desk).await?;
    let names = ["training.sqlite", "training.sqlite-wal", "training.sqlite-shm", "training.lock", "settings.json"];
    expect_there(&desk.data(), &names)?;
    expect_private(&desk.data())?;
    for (copy, mode) in below(&copies)?.iter().filter(|(path, _)| path.is_file()) {
        expect(*mode == 0o600, || format!("{} {mode:o}", copy.display()))?;
    }
    desk.session().close_window("Countersign")?;
    until(PATIENCE, "the windows' places should be kept", async || {
        Ok(desk.data().join("window-state.json").exists().then_some(()))
    })
    .await?;
    expect_there(&desk.data(), &["countersign.log", "window-state.json"])?;
    expect_private(&desk.data())
}

/// The same where the system has its places for the app's files, as at a shop.
pub(crate) async fn every_file_in_the_systems_own_places_too(desk: &mut Desk) -> Outcome {
    let home = desk.session().folder().join("home");
    let data = home.join(".local/share/shop.countersign.till");
    fs::create_dir_all(&data).during("make the folder")?;
    fs::set_permissions(&data, fs::Permissions::from_mode(0o755)).during("open the folder up")?;
    desk.open_till(&[("COUNTERSIGN_DATA_DIR", String::new())]).await?;
    Row::ApprovedAtOnce.run(desk).await?;
    desk.session().close_window("Countersign")?;
    until(PATIENCE, "the windows' places should be kept", async || {
        let kept = below(&home)?.into_iter().any(|(path, _)| path.to_string_lossy().contains("window-state"));
        Ok(kept.then_some(()))
    })
    .await?;
    expect_there(&data, &["training.sqlite", "settings.json", "logs/countersign.log"])?;
    for (path, _) in below(&home)? {
        let name = path.strip_prefix(&home).unwrap_or(&path).to_string_lossy().into_owned();
        if name.contains("ountersign") {
            expect_private(&path)?;
        }
    }
    Ok(())
}

/// What Tauri says on standard error to a call with a wrong key.
const TOLD: &str = "__TAURI_INVOKE_KEY__ expected";

/// A frame calls the core with a key that is not the windows'. Tauri answers by printing the right one: into no file.
pub(crate) async fn nothing_printed_is_kept(desk: &mut Desk) -> Outcome {
    desk.open_till(&[]).await?;
    call_with_a_wrong_key(desk.till()?).await?;
    // In a debug build that is told to keep what is printed, it is there: so the call gets as far as that.
    let application = desk.session().folder().join("application.txt");
    let printed = || fs::read_to_string(&application).unwrap_or_default();
    until(PATIENCE, "the right key should be printed", async || Ok(printed().contains(TOLD).then_some(()))).await?;
    desk.close_till().await?;
    fs::remove_file(&application).during("remove what was printed")?;

    desk.open_till(&[("COUNTERSIGN_STDERR", String::new())]).await?;
    call_with_a_wrong_key(desk.till()?).await?;
    Row::ApprovedAtOnce.run(desk).await?;
    expect(!printed().contains("TAURI_INVOKE_KEY"), || format!("the right key is in a file: {}", printed()))?;
    for (path, _) in below(&desk.data())?.iter().filter(|(path, _)| path.is_file()) {
        let bytes = fs::read(path).unwrap_or_default();
        let told = TOLD.as_bytes();
        expect(!bytes.windows(told.len()).any(|part| part == told), || format!("it is in {}", path.display()))?;
    }
    Ok(())
}

async fn call_with_a_wrong_key(till: &OpenTill) -> Outcome {
    let call = "const message = JSON.stringify({ cmd: 'till_status', callback: 1, error: 2, payload: {},\
                  options: { headers: {} }, __TAURI_INVOKE_KEY__: 'guess' });\
                window.webkit?.messageHandlers?.ipc?.postMessage(message);\
                window.ipc?.postMessage(message);\
                fetch('ipc://localhost/till_status', { method: 'POST', body: '{}', headers: { 'Content-Type': 'application/json',\
                  'Tauri-Callback': '1', 'Tauri-Error': '2', 'Tauri-Invoke-Key': 'guess' } }).catch(() => undefined);\
                return null;";
    till.script(Window::Main, call, vec![]).await?;
    till.script(Window::Payment, call, vec![]).await.map(drop).map_err(|failure: Failure| failure.during("a wrong key"))
}

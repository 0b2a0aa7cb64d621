//! The list of commands against everything that has to say the same: the functions, the permissions of both windows, and the
//! TypeScript.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

/// A command as the list has it: types as Rust writes them.
struct Command {
    window: &'static str,
    module: &'static str,
    name: &'static str,
    request: &'static [(&'static str, &'static str)],
    answer: &'static str,
}

macro_rules! commands {
    ($($window:ident {
        $($module:ident::$name:ident($($argument:ident: $asked:ty),*) -> $answered:ty;)*
    })*) => {
        const COMMANDS: &[Command] = &[$($(Command {
            window: stringify!($window),
            module: stringify!($module),
            name: stringify!($name),
            request: &[$((stringify!($argument), stringify!($asked))),*],
            answer: stringify!($answered),
        }),*),*];
    };
}
include!("list.rs");

fn here(file: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).expect("a file of the shell")
}

fn without_blanks(text: &str) -> String {
    text.chars().filter(|character| !character.is_whitespace()).collect::<String>().replace(",)", ")")
}

#[test]
fn each_function_asks_and_answers_what_the_list_says() {
    for Command { module, name, request, answer, .. } in COMMANDS {
        let source = without_blanks(&here(&format!("src/commands/{module}.rs")));
        let asked: String = request.iter().map(|(argument, asked)| format!("{argument}:{asked},")).collect();
        let head = without_blanks(&format!("fn {name}({asked}shop:ShopState<'_>)->"));
        let refusable = without_blanks(&format!("{head}CommandResult<{answer}>{{"));
        let never_refused = without_blanks(&format!("{head}{answer}{{"));
        assert!(source.contains(&refusable) || source.contains(&never_refused), "{module}::{name} is not {refusable}");
    }
}

#[test]
fn no_function_is_a_command_without_being_listed() {
    for module in COMMANDS.iter().map(|command| command.module).collect::<BTreeSet<_>>() {
        let marked = here(&format!("src/commands/{module}.rs")).matches("#[tauri::command]").count();
        let listed = COMMANDS.iter().filter(|command| command.module == module).count();
        assert_eq!(marked, listed, "{module}");
    }
}

/// Any script in a window's main frame can call what its window may: so each has its own commands, and not one more.
#[test]
fn each_window_may_call_its_own_commands_and_no_other() {
    for (file, window, besides) in [
        ("main", "main", &["core:event:allow-listen", "core:event:allow-unlisten"][..]),
        ("payment", "payment", &[]),
        ("payment-windows", "payment", &[]),
    ] {
        let capability: serde_json::Value =
            serde_json::from_str(&here(&format!("capabilities/{file}.json"))).expect("a capability");
        assert_eq!(capability["windows"], serde_json::json!([window]));
        let granted: BTreeSet<String> = capability["permissions"]
            .as_array()
            .expect("permissions")
            .iter()
            .map(|permission| permission.as_str().expect("a name").to_owned())
            .collect();
        let wanted = COMMANDS
            .iter()
            .filter(|command| command.window == window)
            .map(|command| format!("allow-{}", command.name.replace('_', "-")));
        let wanted: BTreeSet<String> = wanted.chain(besides.iter().map(|name| (*name).to_owned())).collect();
        assert_eq!(granted, wanted, "{file}.json");
    }
}

/// As JavaScript names arguments, which is how Tauri hears them.
fn camel(name: &str) -> String {
    let mut words = name.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |name, word| name + &word[..1].to_uppercase() + &word[1..])
}

/// A type of the list in TypeScript; what is not built in is a type of the bindings, and is noted.
fn typescript(rust: &str, used: &mut BTreeSet<String>) -> String {
    let inside = |outer: &str| rust.strip_prefix(outer)?.strip_suffix('>');
    if let Some(inner) = inside("Option<") {
        return format!("{} | null", typescript(inner, used));
    }
    if let Some(inner) = inside("Vec<") {
        return format!("{}[]", typescript(inner, used));
    }
    match rust {
        "String" => "string".to_owned(),
        "bool" => "boolean".to_owned(),
        "u32" | "i64" => "number".to_owned(),
        "()" => "void".to_owned(),
        named => {
            used.insert(named.to_owned());
            named.to_owned()
        }
    }
}

/// Written like the types of ts-rs: `cargo xtask types` puts it among them, and a test run finds it stale.
#[test]
fn export_bindings_commands() {
    let Some(folder) = std::env::var_os("TS_RS_EXPORT_DIR") else { return };
    let mut used = BTreeSet::new();
    let mut body = String::new();
    for Command { window, name, request, answer, .. } in COMMANDS {
        let asked: Vec<String> = request
            .iter()
            .map(|(argument, asked)| format!("{}: {}", camel(argument), typescript(asked, &mut used)))
            .collect();
        let asked =
            if asked.is_empty() { "Record<string, never>".to_owned() } else { format!("{{ {} }}", asked.join(", ")) };
        let answer = typescript(answer, &mut used);
        writeln!(body, "  {name}: {{ window: \"{window}\", request: {asked}, answer: {answer} }},").expect("written");
    }
    let imports: String = used.iter().map(|name| format!("import type {{ {name} }} from \"./{name}\";\n")).collect();
    let text = format!(
        "// Written by a test of the shell from its list of commands (src-tauri/src/commands/list.rs). Do not edit this file \
         manually.\n{imports}\n/** Every command: for which window it is, what is asked, and what is answered when it is not \
         refused. */\nexport type Commands = {{\n{body}}};\n"
    );
    fs::write(Path::new(&folder).join("Commands.ts"), text).expect("written");
}

//! The walls of the house: who may use whom.

use std::path::{Path, PathBuf};

fn sources(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
    found
}

/// The code of a file without its tests and comments.
fn code(path: &Path) -> String {
    let text = std::fs::read_to_string(path).unwrap();
    let text = text.split("#[cfg(test)]").next().unwrap().to_owned();
    text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

fn room(path: &Path) -> String {
    let inside = path.strip_prefix("src").unwrap();
    inside.components().next().unwrap().as_os_str().to_string_lossy().trim_end_matches(".rs").to_owned()
}

/// What must not stand in a room, and why.
const WALLS: &[(&str, &[&str])] = &[
    (
        "domain",
        &[
            "crate::db",
            "crate::models",
            "crate::stripe",
            "crate::web",
            "crate::jobs",
            "crate::cli",
            "crate::config",
            "crate::schema",
            "crate::clock",
            "actix",
            "tokio",
            "reqwest",
            "RunQueryDsl",
            "Utc::now",
        ],
    ),
    (
        "models",
        &[
            "crate::web",
            "crate::stripe",
            "crate::jobs",
            "crate::cli",
            "crate::cashier",
            "crate::clock",
            "crate::config",
            "actix",
            "tokio",
            "reqwest",
            "Utc::now",
        ],
    ),
    ("stripe", &["crate::db", "crate::models", "crate::web", "crate::jobs", "crate::cli", "diesel", "PgConnection"]),
    ("mail", &["crate::web", "crate::jobs", "crate::cli", "crate::db", "actix", "diesel", "sql_query"]),
    ("jobs", &["crate::cli", "crate::web", "actix_web::", "sql_query"]),
    ("cashier", &["crate::web", "crate::jobs", "crate::cli", "crate::sandbox", "sql_query", "crate::schema"]),
    (
        "web",
        &[
            "crate::cli",
            "crate::sandbox",
            "crate::schema",
            "crate::private_pg",
            ".execute(",
            "diesel::insert",
            "diesel::update",
            "diesel::delete",
        ],
    ),
    ("locale", &["crate::web", "crate::models", "crate::db"]),
    ("documents", &["crate::web", "crate::models", "crate::db", "crate::config", "actix", "tokio", "Utc::now"]),
    ("config", &["crate::web", "crate::models", "crate::db", "crate::stripe"]),
];

#[test]
fn no_wall_has_fallen() {
    let mut broken = Vec::new();
    for path in sources(Path::new("src")) {
        let (room, code) = (room(&path), code(&path));
        for (_, forbidden) in WALLS.iter().filter(|(name, _)| *name == room) {
            broken.extend(
                forbidden.iter().filter(|word| code.contains(**word)).map(|word| format!("{}: {word}", path.display())),
            );
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}

#[test]
fn only_config_reads_the_environment_and_only_the_clock_tells_the_time() {
    for path in sources(Path::new("src")) {
        let code = code(&path);
        let name = path.strip_prefix("src").unwrap().to_string_lossy().into_owned();
        assert!(name.starts_with("config") || !code.contains("env::var"), "{name} reads the environment");
        assert!(name == "clock.rs" || !code.contains("Utc::now"), "{name} asks the machine's clock");
        assert!(!code.contains("block_in_place"), "{name}");
    }
}

#[test]
fn serve_never_mounts_the_sandbox() {
    for path in sources(Path::new("src")) {
        let name = path.strip_prefix("src").unwrap().to_string_lossy().into_owned();
        let may = name.starts_with("sandbox")
            || name.starts_with("cli/demo")
            || name == "cli/sandbox.rs"
            || name.starts_with("cli/bench");
        assert!(may || !code(&path).contains("crate::sandbox"), "{name} uses the sandbox");
    }
}

#[test]
fn templates_escape_everything() {
    let mut dirs = vec![PathBuf::from("templates")];
    while let Some(dir) = dirs.pop() {
        for entry in std::fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                dirs.push(path);
                continue;
            }
            // The one script there is, from a file of ours; nothing can be put into it.
            let script = r#"<script src="{{ chrome.asset("js/passkey.js") }}" defer></script>"#;
            let text = std::fs::read_to_string(&path).unwrap().replace(script, "");
            for word in ["|safe", "| safe", "|escape(", "<script", "<style", " style=", " onclick", "javascript:"] {
                assert!(!text.contains(word), "{}: {word}", path.display());
            }
        }
    }
}

//! `cargo otp new`: a project that builds, tests and releases.

use std::path::{Path, PathBuf};

use super::template::render;
use super::{BuildError, Console, copy};

/// The files of a new project: where each goes, and its template.
const FILES: [(&str, &str); 9] = [
    ("Cargo.toml", include_str!("templates/new/Cargo.toml.template")),
    ("src/main.rs", include_str!("templates/new/main.rs.template")),
    ("src/lib.rs", include_str!("templates/new/lib.rs.template")),
    ("tests/greeter.rs", include_str!("templates/new/greeter.rs.template")),
    ("config/config.toml", include_str!("templates/new/config.toml.template")),
    ("config/runtime.toml", include_str!("templates/new/runtime.toml.template")),
    ("rel/env.sh.template", super::init::ENV),
    ("README.md", include_str!("templates/new/README.md.template")),
    (".gitignore", "/target\n"),
];

/// Makes a project: an application with a supervisor and a server, a test, configuration, and a release of its name.
///
/// `otp` is a checkout of this crate's repository to depend on; without it, the one that this program was built from, or, if that is
/// gone, the published version.
///
/// # Errors
/// [`BuildError::ProjectName`] for a name that is none, [`BuildError::NoCheckout`] if `otp` is not what it should be, and
/// [`BuildError::File`] if the directory exists or cannot be written.
///
/// Follows `mix new --sup`.
pub fn new(path: &Path, otp: Option<&Path>, console: &mut dyn Console) -> Result<(), BuildError> {
    let package = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let name = package.replace('-', "_");
    if let Err(why) = check_name(&name) {
        return Err(BuildError::ProjectName { name: package, why });
    }
    if std::fs::read_dir(path).is_ok_and(|mut entries| entries.next().is_some()) {
        return Err(BuildError::file("create", path)(std::io::ErrorKind::AlreadyExists.into()));
    }
    let built_from = Path::new(env!("CARGO_MANIFEST_DIR"));
    let dependency = match otp {
        Some(checkout) => Some(crate_in(checkout)?),
        None => Some(built_from.to_owned()).filter(|path| path.is_dir()),
    };
    let dependency = match dependency {
        Some(checkout) => format!("path = {:?}", checkout.display().to_string()),
        None => format!("version = {:?}", env!("CARGO_PKG_VERSION")),
    };
    let variables = [
        ("PACKAGE", package.clone()),
        ("CRATE", name.clone()),
        ("RELEASE_NAME", name.clone()),
        ("APP", camel(&name)),
        ("OTP", dependency),
    ];
    for (file, text) in FILES {
        let to = path.join(file);
        console.say(&format!("* creating {}", to.display()));
        // A template of the project's own stays one.
        let is_template = file.ends_with(".template");
        let text = if is_template { text.to_owned() } else { render(Path::new(file), text, &variables)? };
        copy::write(&to, text, 0o644)?;
    }
    console
        .say(&format!("\nTry it:\n\n    cd {}\n    cargo test\n    cargo run\n    cargo otp release", path.display()));
    Ok(())
}

const KEYWORDS: &str = "abstract as async await become box break const continue crate do dyn else enum extern false final fn for gen if \
                        impl in let loop macro match mod move mut override priv pub ref return self static struct super trait \
                        true try type typeof unsafe unsized use virtual where while yield";

/// Whether a package can have the name, with `_` for `-`.
fn check_name(name: &str) -> Result<(), &'static str> {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if !name.starts_with(|c: char| c.is_ascii_lowercase()) || !name.chars().all(fits) {
        return Err("a name begins with a lowercase letter, followed by lowercase letters, digits, `_` and `-`");
    }
    // The package depends on these, or cargo refuses it.
    if matches!(name, "otp" | "tracing_subscriber" | "std" | "core" | "alloc" | "proc_macro" | "test") {
        return Err("another crate has it");
    }
    if KEYWORDS.split_whitespace().any(|keyword| keyword == name) { Err("it is a keyword of Rust") } else { Ok(()) }
}

/// The crate in a checkout of the repository, or in the crate's own directory.
fn crate_in(checkout: &Path) -> Result<PathBuf, BuildError> {
    let found = [checkout.join("otp"), checkout.to_owned()].into_iter().find(|directory| {
        let manifest = std::fs::read_to_string(directory.join("Cargo.toml")).ok();
        let manifest = manifest.and_then(|text| toml::from_str::<toml::Table>(&text).ok());
        manifest.is_some_and(|manifest| {
            manifest.get("package").and_then(|package| package.get("name")).and_then(toml::Value::as_str) == Some("otp")
        })
    });
    let found = found.ok_or_else(|| BuildError::NoCheckout(checkout.to_owned()))?;
    std::path::absolute(&found).map_err(BuildError::file("find", found))
}

fn camel(name: &str) -> String {
    let words = name.split('_').filter(|word| !word.is_empty());
    words.map(|word| word[..1].to_ascii_uppercase() + &word[1..]).collect()
}

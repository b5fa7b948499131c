//! `cargo otp release.init` and `cargo otp new`, as a library.

use std::fs;

use otp::release::build::{init, new};

use super::support::{Directory, Said, text};

#[test]
fn rel_053_templates_are_written_and_not_replaced_without_a_yes() {
    let directory = Directory::new();
    let rel = directory.path().join("rel");
    let mut said = Said::default();
    init(&rel, false, false, &mut said).unwrap();
    let files = ["env.sh.template", "start.toml.template"].map(|name| rel.join(name));
    let creating: Vec<String> = files.iter().map(|file| format!("* creating {}", file.display())).collect();
    assert_eq!(said.lines, creating);
    assert!(said.questions.is_empty());
    let original = text(&files[0]);
    // As it was written, it may be written again.
    init(&rel, false, false, &mut said).unwrap();
    assert!(said.questions.is_empty());

    let change = || fs::write(&files[0], "mine").unwrap();
    change();
    init(&rel, false, false, &mut said).unwrap();
    assert_eq!(said.questions, [format!("{} already exists. Overwrite?", files[0].display())]);
    assert_eq!(text(&files[0]), "mine");
    let mut yes = Said { answer: true, ..Said::default() };
    init(&rel, false, false, &mut yes).unwrap();
    assert_eq!(text(&files[0]), original);

    change();
    let mut said = Said::default();
    init(&rel, true, false, &mut said).unwrap();
    assert!(said.questions.is_empty() && text(&files[0]) == original);
    change();
    let mut said = Said::default();
    init(&rel, true, true, &mut said).unwrap();
    assert!(said.lines.is_empty() && text(&files[0]) == original);
}

#[test]
fn a_new_project_is_named_and_never_written_over() {
    let directory = Directory::new();
    let path = directory.path().join("my-shop");
    let mut said = Said::default();
    new(&path, None, &mut said).unwrap();
    let manifest = text(path.join("Cargo.toml"));
    assert!(manifest.contains("name = \"my-shop\"") && manifest.contains("[package.metadata.otp.releases.my_shop]"));
    assert!(text(path.join("src/lib.rs")).contains("pub struct MyShop;"));
    // The application's name, not the package's.
    assert!(text(path.join("src/lib.rs")).contains("get_env_or(\"my_shop\""));
    assert!(text(path.join("config/config.toml")).contains("\n[my_shop]\n"));
    assert!(text(path.join("config/runtime.toml")).contains("\n# [my_shop]\n"));
    assert!(text(path.join("rel/env.sh.template")).contains("{{ RELEASE_NAME }}"));
    assert!(new(&path, None, &mut said).unwrap_err().to_string().starts_with("cannot create "));
    let bad = new(&directory.path().join("9shops"), None, &mut said).unwrap_err();
    assert!(bad.to_string().starts_with("`9shops` cannot be the name"));
}

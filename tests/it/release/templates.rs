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
    assert!(bad.to_string().starts_with("`9shops` cannot be the name of a project: a name begins with"), "{bad}");
    for (name, why) in
        [("match", "it is a keyword of Rust"), ("otp", "another crate has it"), ("Shop", "a name begins")]
    {
        let bad = new(&directory.path().join(name), None, &mut said).unwrap_err().to_string();
        assert!(bad.starts_with(&format!("`{name}` cannot be the name of a project: {why}")), "{bad}");
        assert!(!directory.path().join(name).exists());
    }
}

#[test]
fn the_checkout_that_a_new_project_depends_on_is_looked_at() {
    let (directory, mut said) = (Directory::new(), Said::default());
    let project = directory.path().join("shop");
    let nothing = new(&project, Some(directory.path()), &mut said).unwrap_err().to_string();
    let here = directory.path().display();
    assert_eq!(
        nothing,
        format!("{here} is no checkout of otp: there is no Cargo.toml of a package `otp` in it, nor in `otp` below it")
    );
    assert!(!project.exists() && said.lines.is_empty());
    // The repository, and the crate in it.
    let repository = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    for checkout in [repository.to_owned(), repository.join("otp")] {
        new(&project, Some(&checkout), &mut said).unwrap();
        let dependency = format!("otp = {{ path = {:?}", repository.join("otp").display().to_string());
        assert!(text(project.join("Cargo.toml")).contains(&dependency));
        fs::remove_dir_all(&project).unwrap();
    }
}

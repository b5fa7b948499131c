//! What a release does with its configuration when it starts.

use super::files::Folder;
use super::provider::trace;
use otp::config::{self, Booted, Config, Stored, StoredProvider, Value};

fn stored(providers: Vec<StoredProvider>) -> Stored {
    let mut stored = Stored::new(Config::new().with("app", "größe", "日本 ☕"));
    stored.providers = providers;
    stored
}

fn folder(stored: &Stored) -> Folder {
    let folder = Folder::of(&[]);
    stored.write(folder.path("sys.toml")).unwrap();
    folder
}

fn steps(config: &Config) -> Vec<String> {
    config.get("trace", "steps").unwrap().unwrap_or_default()
}

#[otp::test]
async fn cfg_038_providers_run_in_order_each_with_what_the_one_before_made() {
    let folder = folder(&stored(vec![trace("one"), trace("two"), trace("three")]));
    let booted = config::boot(folder.path("sys.toml")).run().await.unwrap();
    assert!(matches!(booted, Booted::Computed { written: None, .. }));
    assert_eq!(steps(booted.config()), ["initialised one", "initialised two", "initialised three"]);
    // What is stored stays as it was.
    assert_eq!(Stored::read(folder.path("sys.toml")).unwrap().providers.len(), 3);
}

#[otp::test]
async fn cfg_053_without_providers_there_is_nothing_to_do() {
    let stored = stored(Vec::new());
    let folder = folder(&stored);
    let booted = config::boot(folder.path("sys.toml")).tmp(folder.path("tmp")).run().await.unwrap();
    assert_eq!(booted, Booted::NoProviders(stored));
    assert!(!folder.path("tmp").exists());
}

/// CFG-045: after the boot too.
#[otp::test]
async fn the_computed_values_are_written_where_that_is_asked_for() {
    let folder = folder(&stored(vec![trace("one")]));
    let booted = config::boot(folder.path("sys.toml")).tmp(folder.path("new/tmp")).run().await.unwrap();
    let file = folder.path("new/tmp/computed.toml");
    assert!(matches!(&booted, Booted::Computed { written: Some(written), .. } if *written == file));
    let computed = Stored::read(&file).unwrap();
    assert!(computed.booted && computed.providers.is_empty());
    assert_eq!(&computed.config, booted.config());
    assert_eq!(computed.config.get::<String>("app", "größe").unwrap().as_deref(), Some("日本 ☕"));
}

#[otp::test]
async fn cfg_044_with_reboot_the_result_is_written_back_and_a_restart_asked_for_once() {
    let mut stored = stored(vec![trace("one")]);
    stored.reboot = true;
    let folder = folder(&stored);
    let file = folder.path("sys.toml");
    let booted = config::boot(&file).run().await.unwrap();
    assert!(matches!(&booted, Booted::Restart { written, .. } if *written == file));
    assert!(Stored::read(&file).unwrap().booted);

    let again = config::boot(&file).run().await.unwrap();
    assert!(matches!(again, Booted::Again { pruned: false, .. }));
    assert_eq!(again.config(), booted.config());
    assert_eq!(steps(again.config()), ["initialised one"]);
}

#[otp::test]
async fn cfg_048_the_file_is_removed_after_the_restart_if_that_was_asked_for() {
    let mut stored = stored(vec![trace("one")]);
    (stored.reboot, stored.prune) = (true, true);
    let folder = folder(&stored);
    let file = folder.path("sys.toml");
    config::boot(&file).run().await.unwrap();
    assert!(file.exists());
    let again = config::boot(&file).run().await.unwrap();
    assert!(matches!(again, Booted::Again { pruned: true, .. }));
    assert!(!file.exists());
}

#[otp::test]
async fn where_the_stored_place_cannot_be_written_the_temporary_folder_is() {
    let mut stored = stored(vec![trace("one")]);
    stored.reboot = true;
    let folder = Folder::of(&[]);
    // A name that leaves no room for the file beside it: for root no right would do.
    let file = folder.path(&"x".repeat(250));
    std::fs::write(&file, stored.to_text().unwrap()).unwrap();
    let booted = config::boot(&file).tmp(folder.path("tmp")).run().await.unwrap();
    let Booted::Restart { written, .. } = booted else { panic!("a restart was asked for: {booted:?}") };
    assert_eq!(written, folder.path("tmp/computed.toml"));
    assert!(matches!(config::boot(written).run().await.unwrap(), Booted::Again { .. }));

    let error = config::boot(&file).run().await.unwrap_err().to_string();
    assert!(error.contains("cannot write the configuration") && error.contains("xxx"), "{error}");
}

#[otp::test]
async fn cfg_052_what_cannot_be_read_or_written_is_named_with_the_cause() {
    let folder = folder(&stored(vec![trace("one")]));
    let error = config::boot(folder.path("gone.toml")).run().await.unwrap_err();
    assert_eq!(
        folder.relative(error),
        "cannot read the stored configuration gone.toml: No such file or directory (os error 2)"
    );
    folder.write("file", "");
    let error = config::boot(folder.path("sys.toml")).tmp(folder.path("file")).run().await.unwrap_err();
    let error = folder.relative(error);
    assert!(error.starts_with("cannot write the configuration file/computed.toml: "), "{error}");
}

#[otp::test]
async fn an_unknown_or_failing_provider_aborts_the_boot_and_is_named() {
    let mut unknown = trace("one");
    unknown.name = "Valut".into();
    let folder_ = folder(&stored(vec![trace("one"), unknown]));
    let error = config::boot(folder_.path("sys.toml")).run().await.unwrap_err().to_string();
    assert!(error.contains("no configuration provider \"Valut\""), "{error}");

    let folder_ = folder(&stored(vec![trace("load fails")]));
    let error = config::boot(folder_.path("sys.toml")).run().await.unwrap_err().to_string();
    assert!(error.contains("tests.trace failed in `load`: as it should"), "{error}");

    let mut foreign = trace("one");
    foreign.state = Value::from(5);
    let folder_ = folder(&stored(vec![foreign]));
    let error = config::boot(folder_.path("sys.toml")).run().await.unwrap_err().to_string();
    assert!(error.contains("its stored state is wrong"), "{error}");
}

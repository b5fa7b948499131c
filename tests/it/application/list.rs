//! Loading, unloading, and what is listed; environments that come and go with it.

use super::fixtures::{is_loaded, is_started, with_tree};
use otp::application::{self, EnvError, LoadError, UnloadError};
use otp::prelude::*;

#[otp::test]
async fn rel_010_started_and_loaded_applications_are_listed() {
    with_tree!(Listed = "rel_010", version = "1.2.3", description = "is listed");
    with_tree!(Next = "rel_010_next");
    application::load(Next).unwrap();
    application::start(Listed).await.unwrap();
    for list in [application::started(), application::loaded()] {
        let info = list.into_iter().find(|info| info.name == "rel_010").expect("it is listed");
        assert_eq!((info.version.as_str(), info.description.as_str()), ("1.2.3", "is listed"));
    }
    assert!(is_loaded("rel_010_next") && !is_started("rel_010_next"));
    application::start(Next).await.unwrap();
    // In the order in which they were started; by name those that are loaded.
    let order = |list: Vec<application::AppInfo>| {
        list.into_iter().map(|info| info.name).filter(|name| name.starts_with("rel_010")).collect::<Vec<_>>()
    };
    assert_eq!(order(application::started()), ["rel_010", "rel_010_next"]);
    assert_eq!(order(application::loaded()), ["rel_010", "rel_010_next"]);
    application::stop("rel_010").await.unwrap();
    application::stop("rel_010_next").await.unwrap();
    assert!(!is_started("rel_010") && is_loaded("rel_010"));
}

#[test]
fn rel_011_the_specification_is_answered_of_what_is_loaded() {
    with_tree!(Store = "rel_011_store");
    with_tree!(
        Shop = "rel_011",
        version = "1.2.3",
        mode = transient,
        dependencies(Store),
        optional("more"),
        env(port = 80)
    );
    assert!(application::spec("rel_011").is_none());
    application::load(Shop).unwrap();
    let spec = application::spec("rel_011").unwrap();
    assert_eq!((spec.version.as_str(), spec.mode), ("1.2.3", application::Mode::Transient));
    let dependencies: Vec<_> = spec.dependencies.iter().map(|one| (one.name.as_str(), one.optional)).collect();
    assert_eq!(dependencies, [("more", true), ("rel_011_store", false)]);
    assert_eq!(spec.env["port"], 80.into());
    assert!(application::spec("rel_011_nobody").is_none());
}

#[test]
fn name_version_and_description_are_those_of_the_package() {
    #[application(library)]
    struct Package;
    let spec = application::App::of::<Package>().spec();
    assert_eq!((spec.name.as_str(), spec.version.as_str()), ("otp_tests", env!("CARGO_PKG_VERSION")));
    assert_eq!(spec.description, env!("CARGO_PKG_DESCRIPTION"));
}

#[test]
fn loading_sets_the_defaults_and_unloading_forgets_them() {
    with_tree!(Loads = "list_loads", env(port = 80, name = "x"));
    let unknown = application::fetch_env::<u16>("list_loads", "port").unwrap_err();
    assert!(matches!(unknown, EnvError::UnknownApplication { .. }));
    application::load(Loads).unwrap();
    assert_eq!(application::fetch_env("list_loads", "port"), Ok(80));
    assert!(matches!(application::fetch_env::<u16>("list_loads", "other"), Err(EnvError::NotSet { .. })));
    assert_eq!(application::load(Loads), Err(LoadError::AlreadyLoaded("list_loads".into())));

    application::put_env("list_loads", "port", 81);
    assert_eq!(application::fetch_env("list_loads", "port"), Ok(81));
    application::unload("list_loads").unwrap();
    assert!(!is_loaded("list_loads"));
    assert_eq!(application::get_env::<u16>("list_loads", "port"), Ok(None));
    assert_eq!(application::unload("list_loads"), Err(UnloadError::NotLoaded("list_loads".into())));
}

#[otp::test]
async fn what_runs_cannot_be_unloaded() {
    with_tree!(Runs = "list_runs");
    application::start(Runs).await.unwrap();
    assert_eq!(application::unload("list_runs"), Err(UnloadError::Running("list_runs".into())));
    application::stop("list_runs").await.unwrap();
    application::unload("list_runs").unwrap();
}

#[test]
fn an_application_without_environment_is_known_when_it_is_loaded() {
    with_tree!(Bare = "list_bare");
    application::load(Bare).unwrap();
    assert!(matches!(application::fetch_env::<u16>("list_bare", "port"), Err(EnvError::NotSet { .. })));
}

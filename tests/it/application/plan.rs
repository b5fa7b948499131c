//! Lists of applications: what is in them, in which mode and order.

use super::fixtures::{is_loaded, is_started, with_tree};
use otp::application::{self, App, Application, ApplicationSpec, BootList, BootListError, Declared, Mode, Start, Top};
use otp::config::Config;
use otp::prelude::*;

with_tree!(Log = "plan_log", version = "1.0.0");
with_tree!(Store = "plan_store", version = "2.0.0", dependencies(Log), description = "keeps \"all\"");
with_tree!(Shop = "plan_shop", version = "3.0.0", dependencies(Store));
with_tree!(Other = "plan_other", dependencies(Log), mode = temporary);

fn modes(list: BootList) -> Vec<(String, Mode)> {
    let plan = list.resolve().expect("the list can be");
    plan.applications().iter().map(|one| (one.spec.name.clone(), one.mode)).collect()
}

fn pairs<const N: usize>(pairs: [(&str, Mode); N]) -> Vec<(String, Mode)> {
    pairs.map(|(name, mode)| (name.to_string(), mode)).into()
}

#[test]
fn rel_024_all_it_depends_on_is_in_it_and_an_unknown_one_is_named() {
    use Mode::Permanent;
    let all = pairs([("plan_log", Permanent), ("plan_store", Permanent), ("plan_shop", Permanent)]);
    assert_eq!(modes(BootList::from(Shop)), all);
    assert_eq!(modes(BootList::new().add("plan_shop")), all);
    let error = BootList::new().add("plan_shp").resolve().unwrap_err();
    assert!(matches!(&error, BootListError::Unknown(unknown) if unknown.name == "plan_shp"), "{error}");
}

#[test]
fn rel_026_a_mode_is_that_of_dependencies_too_unless_another_counts() {
    use Mode::{Load, Permanent, Temporary, Transient};
    let cascade = pairs([("plan_log", Temporary), ("plan_store", Temporary), ("plan_shop", Temporary)]);
    assert_eq!(modes(BootList::new().add_as(Shop, Temporary)), cascade);
    // A setting of its own.
    let set = BootList::new().add_as(Shop, Temporary).add_as(Store, Transient);
    assert_eq!(modes(set), pairs([("plan_log", Transient), ("plan_store", Transient), ("plan_shop", Temporary)]));
    // Another that needs it, and asks for more.
    let shared = BootList::new().add_as(Store, Load).add_as(Other, Permanent);
    assert_eq!(modes(shared), pairs([("plan_log", Permanent), ("plan_store", Load), ("plan_other", Permanent)]));
    // The mode that the application declares.
    assert_eq!(modes(BootList::from(Other)), pairs([("plan_log", Temporary), ("plan_other", Temporary)]));
}

#[otp::test]
async fn rel_028_what_is_loaded_is_configured_and_not_started_and_none_is_neither() {
    with_tree!(Loaded = "rel_028_load", env(default = 1));
    with_tree!(Left = "rel_028_none", env(default = 1));
    let plan = BootList::new().add_as(Loaded, Mode::Load).add_as(Left, Mode::None).resolve().unwrap();
    assert_eq!(plan.start().await.unwrap(), [""; 0]);
    assert!(is_loaded("rel_028_load") && !is_started("rel_028_load"));
    assert_eq!(application::fetch_env("rel_028_load", "default"), Ok(1));
    assert!(!is_loaded("rel_028_none"));
    assert_eq!(application::get_env::<u8>("rel_028_none", "default"), Ok(None));
}

#[test]
fn rel_029_what_is_started_does_not_depend_on_what_is_not() {
    for mode in [Mode::Load, Mode::None] {
        let list = BootList::new().add_as(Shop, Mode::Permanent).add_as(Store, mode);
        let error = list.clone().resolve().unwrap_err();
        assert_eq!(
            error.to_string(),
            format!(
                "application plan_shop has mode permanent and depends on plan_store, which has mode {mode} and would not be \
                 started: start plan_store, or exempt it with skip_mode_validation_for"
            )
        );
        let exempt = list.skip_mode_validation_for("plan_shop").resolve().unwrap();
        assert_eq!(exempt.applications().len(), 3);
    }
}

#[otp::test]
async fn one_that_is_exempt_starts_without_what_it_depends_on() {
    with_tree!(Absent = "exempt_absent");
    with_tree!(Exempt = "exempt", dependencies(Absent));
    let list = BootList::new().add_as(Exempt, Mode::Temporary).add_as(Absent, Mode::Load);
    let plan = list.skip_mode_validation_for("exempt").resolve().unwrap();
    assert_eq!(plan.start().await.unwrap(), ["exempt"]);
    application::stop("exempt").await.unwrap();
}

struct ByHand;

impl Declared for ByHand {
    fn spec() -> ApplicationSpec {
        ApplicationSpec::new("rel_030", "1.0.0").dependency_named("rel_030_nobody")
    }
    fn new() -> Self {
        Self
    }
}

impl Application for ByHand {
    async fn start(&mut self, _: Start) -> otp::Result<Top> {
        Ok(Top::none())
    }
}

#[test]
fn rel_030_an_unknown_application_a_missing_dependency_and_an_unknown_mode_are_named() {
    assert!(BootList::new().add("rel_030_nobody").resolve().unwrap_err().to_string().contains("rel_030_nobody"));
    let error = BootList::from(ByHand).resolve().unwrap_err();
    assert_eq!(
        error.to_string(),
        "application rel_030 depends on rel_030_nobody, which this program does not have: declare it with \
         `#[application]`, or make the dependency optional"
    );
    let error = "permament".parse::<Mode>().unwrap_err();
    assert!(error.contains("\"permament\"") && error.contains("transient"), "{error}");
    assert_eq!("transient".parse(), Ok(Mode::Transient));
}

#[test]
fn rel_031_a_clean_start_loads_all_and_starts_none() {
    let list = BootList::from(Shop).add_as(Other, Mode::None);
    let plan = list.resolve().unwrap().clean();
    let modes: Vec<_> = plan.applications().iter().map(|one| (one.spec.name.as_str(), one.mode)).collect();
    let expected =
        [("plan_log", Mode::Load), ("plan_store", Mode::Load), ("plan_shop", Mode::Load), ("plan_other", Mode::None)];
    assert_eq!(modes, expected);
}

#[otp::test]
async fn rel_032_what_is_included_is_loaded_and_not_both() {
    with_tree!(Part = "rel_032_part");
    with_tree!(Whole = "rel_032_whole", includes(Part));
    let plan = BootList::from(Whole).resolve().unwrap();
    let modes: Vec<_> = plan.applications().iter().map(|one| (one.spec.name.as_str(), one.mode)).collect();
    assert_eq!(modes, [("rel_032_part", Mode::Load), ("rel_032_whole", Mode::Permanent)]);
    assert_eq!(application::ensure_all_started(Whole).await.unwrap(), ["rel_032_whole"]);
    assert!(is_loaded("rel_032_part") && !is_started("rel_032_part"));
    application::stop("rel_032_whole").await.unwrap();

    struct Both;
    impl Declared for Both {
        fn spec() -> ApplicationSpec {
            ApplicationSpec::new("rel_032_both", "1.0.0").dependency(App::of::<Part>()).include(App::of::<Part>())
        }
        fn new() -> Self {
            Self
        }
    }
    impl Application for Both {
        async fn start(&mut self, _: Start) -> otp::Result<Top> {
            Ok(Top::none())
        }
    }
    let expected =
        "application rel_032_both lists rel_032_part both as a dependency and as included: it can be one of the two";
    assert_eq!(BootList::from(Both).resolve().unwrap_err().to_string(), expected);
    assert_eq!(application::load(Both).unwrap_err().to_string(), expected);
}

#[test]
fn rel_033_an_optional_dependency_that_is_not_there_is_left_out() {
    with_tree!(Uses = "rel_033", optional("rel_033_nobody", "plan_log"));
    use Mode::{Load, Permanent, Transient};
    assert_eq!(modes(BootList::from(Uses)), pairs([("plan_log", Permanent), ("rel_033", Permanent)]));
    let merged = BootList::new().add_as(Uses, Transient).add_as(Store, Load);
    assert_eq!(modes(merged), pairs([("plan_log", Transient), ("rel_033", Transient), ("plan_store", Load)]));
}

#[test]
fn rel_037_the_manifest_lists_name_version_and_mode_in_order() {
    let plan = BootList::new().add_as(Store, Mode::Transient).add_as(Other, Mode::Load).resolve().unwrap();
    let expected = format!(
        "[[applications]]
name = \"plan_log\"
version = \"1.0.0\"
mode = \"transient\"
description = {package:?}
dependencies = []

[[applications]]
name = \"plan_store\"
version = \"2.0.0\"
mode = \"transient\"
description = 'keeps \"all\"'
dependencies = [\"plan_log\"]

[[applications]]
name = \"plan_other\"
version = \"{version}\"
mode = \"load\"
description = {package:?}
dependencies = [\"plan_log\"]
",
        package = env!("CARGO_PKG_DESCRIPTION"),
        version = env!("CARGO_PKG_VERSION"),
    );
    assert_eq!(plan.manifest(), expected);
}

#[otp::test]
async fn a_plan_that_fails_is_taken_back() {
    with_tree!(First = "plan_first");
    #[application(name = "plan_bad", dependencies(First))]
    struct Bad;
    impl Application for Bad {
        async fn start(&mut self, _: Start) -> otp::Result<Top> {
            Err("no disk".into())
        }
    }
    let error = BootList::from(Bad).resolve().unwrap().start().await.unwrap_err();
    assert_eq!(error.application, "plan_bad");
    assert!(!is_started("plan_first"));
}

#[test]
fn the_configuration_of_one_that_is_left_out_is_left_out() {
    // Only what it would set: the program of the tests has one configuration for all of them.
    let plan = BootList::new().add_as(Store, Mode::None).resolve().unwrap();
    let config = Config::new().with("plan_store", "a", 1).with("plan_else", "a", 1);
    assert_eq!(plan.configuration(config), Config::new().with("plan_else", "a", 1));
}

//! Starting an application with all that it depends on.

use super::fixtures::{is_started, noted, with_tree};
use otp::application::{self, App, Application, ApplicationSpec, Declared, Start, StartAppError, Top};
use otp::prelude::*;

#[otp::test]
async fn all_it_depends_on_is_started_in_order_and_only_the_new_ones_are_answered() {
    with_tree!(Log = "ensure_log");
    with_tree!(Store = "ensure_store", dependencies(Log));
    with_tree!(Mail = "ensure_mail", dependencies(Log));
    with_tree!(Shop = "ensure_shop", dependencies(Store, Mail));
    application::start(Log).await.unwrap();
    let started = application::ensure_all_started(Shop).await.unwrap();
    assert_eq!(started, ["ensure_store", "ensure_mail", "ensure_shop"]);
    assert_eq!(application::ensure_all_started(App::of::<Shop>()).await.unwrap(), [""; 0]);
    for name in ["ensure_shop", "ensure_mail", "ensure_store", "ensure_log"] {
        application::stop(name).await.unwrap();
    }
}

#[otp::test]
async fn rel_004_when_one_fails_it_is_named_and_the_new_ones_are_stopped_again() {
    with_tree!(Old = "rel_004_old");
    with_tree!(New = "rel_004_new", dependencies(Old));
    #[application(name = "rel_004_bad", dependencies(New))]
    struct Bad;
    impl Application for Bad {
        async fn start(&mut self, _: Start) -> otp::Result<Top> {
            Err("no disk".into())
        }
    }
    with_tree!(Shop = "rel_004_shop", dependencies(Bad));
    application::start(Old).await.unwrap();
    let error = application::ensure_all_started(Shop).await.unwrap_err();
    assert_eq!(error.application, "rel_004_bad");
    assert!(
        error.to_string().contains("application rel_004_bad could not be started")
            && error.to_string().contains("no disk")
    );
    assert_eq!(noted("rel_004_new "), ["up", "prepare_stop", "down", "stop"]);
    assert!(is_started("rel_004_old") && !is_started("rel_004_new"));
    application::stop("rel_004_old").await.unwrap();
}

#[otp::test]
async fn a_circle_of_applications_is_shown() {
    struct Ring<const N: usize>;
    impl<const N: usize> Declared for Ring<N> {
        fn spec() -> ApplicationSpec {
            let next = [App::of::<Ring<1>>(), App::of::<Ring<2>>(), App::of::<Ring<0>>()][N];
            let name = ["ring_a", "ring_b", "ring_c"];
            let spec = ApplicationSpec::new(name[N], "1.0.0");
            // By its name: to ask the next one for it would go round for ever.
            let _ = next;
            spec.dependency_named(name[(N + 1) % 3])
        }
        fn new() -> Self {
            Self
        }
    }
    impl<const N: usize> Application for Ring<N> {
        async fn start(&mut self, _: Start) -> otp::Result<Top> {
            Ok(Top::none())
        }
    }
    for app in [App::of::<Ring<0>>(), App::of::<Ring<1>>(), App::of::<Ring<2>>()] {
        application::load(app).unwrap();
    }
    let error = application::ensure_all_started("ring_a").await.unwrap_err().to_string();
    assert_eq!(
        error,
        "applications depend on each other in a circle: ring_a depends on ring_b depends on ring_c depends on ring_a"
    );
}

#[otp::test]
async fn a_missing_dependency_is_named_and_an_optional_one_is_not_missed() {
    struct Hand;
    impl Declared for Hand {
        fn spec() -> ApplicationSpec {
            ApplicationSpec::new("by_hand", "1.0.0").dependency_named("by_nobody")
        }
        fn new() -> Self {
            Self
        }
    }
    impl Application for Hand {
        async fn start(&mut self, _: Start) -> otp::Result<Top> {
            Ok(Top::none())
        }
    }
    let error = application::ensure_all_started(Hand).await.unwrap_err();
    assert!(
        error.to_string().starts_with("application by_hand depends on by_nobody, which this program does not have")
    );
    assert!(matches!(error.error, StartAppError::Spec(_)));

    with_tree!(Extra = "optional_extra");
    with_tree!(Uses = "optional_uses", optional("optional_extra", "optional_nobody"));
    assert_eq!(application::ensure_all_started(Uses).await.unwrap(), ["optional_extra", "optional_uses"]);
    application::stop("optional_uses").await.unwrap();
    application::stop("optional_extra").await.unwrap();
}

/// Forty layers of two, each of which depends on both below: 2 to the power of 40 ways from the top down.
#[otp::test]
async fn what_many_depend_on_is_looked_at_once() {
    struct Node<const LAYER: usize, const SIDE: usize>;
    fn name(layer: usize, side: usize) -> String {
        format!("layer_{layer}_{side}")
    }
    macro_rules! layers {
        ($($layer:literal: $($below:literal)?),*) => {$(
            impl<const SIDE: usize> Declared for Node<$layer, SIDE> {
                fn spec() -> ApplicationSpec {
                    let spec = ApplicationSpec::new(Self::name(), "1.0.0");
                    $(let spec = spec.dependency(App::of::<Node<$below, 0>>()).dependency(App::of::<Node<$below, 1>>());)?
                    spec
                }
                fn name() -> String {
                    name($layer, SIDE)
                }
                fn new() -> Self {
                    Self
                }
            }
            impl<const SIDE: usize> Application for Node<$layer, SIDE> {
                async fn start(&mut self, _: Start) -> otp::Result<Top> {
                    Ok(Top::none())
                }
            }
        )*};
    }
    layers!(
        0:, 1: 0, 2: 1, 3: 2, 4: 3, 5: 4, 6: 5, 7: 6, 8: 7, 9: 8, 10: 9, 11: 10, 12: 11, 13: 12, 14: 13, 15: 14, 16: 15, 17: 16,
        18: 17, 19: 18, 20: 19, 21: 20, 22: 21, 23: 22, 24: 23, 25: 24, 26: 25, 27: 26, 28: 27, 29: 28, 30: 29, 31: 30, 32: 31,
        33: 32, 34: 33, 35: 34, 36: 35, 37: 36, 38: 37, 39: 38
    );
    let top = App::of::<Node<39, 0>>();
    let started = application::ensure_all_started(top).await.unwrap();
    assert_eq!(started.len(), 79);
    assert_eq!((started[0].as_str(), started[78].as_str()), ("layer_0_0", "layer_39_0"));
    // As a program's list, too.
    assert_eq!(application::BootList::from(top).resolve().unwrap().applications().len(), 79);
    for name in started.iter().rev() {
        application::stop(name).await.unwrap();
    }
}

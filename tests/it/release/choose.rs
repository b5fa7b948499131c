//! Which release is made, with which name, version and path.

use std::collections::VecDeque;
use std::path::Path;

use otp::release::build::{BuildError, Options, Project, Release, Step, Strip};

use super::support::{choose, package, project, project_of, settings};

fn error(project: &Project, name: Option<&str>) -> String {
    choose(project, name).map(|release| release.name).expect_err("it must not be chosen").to_string()
}

#[test]
fn rel_014_without_settings_the_release_is_the_packages() {
    let root = Path::new("/project");
    let release = choose(&project(root, ""), None).unwrap();
    assert_eq!((release.name.as_str(), release.version.as_str()), ("demo", "0.1.0"));
    assert_eq!(release.path, root.join("target/rel/demo"));
    assert_eq!(release.version_path, root.join("target/rel/demo/releases/0.1.0"));
    // A package may have a name that a release cannot have.
    let dashed = project_of(root, "", vec![package(root, "my-demo", "1.0.0")]);
    assert_eq!(choose(&dashed, None).unwrap().name, "my_demo");
}

#[test]
fn rel_015_the_command_line_wins_over_settings_and_these_over_defaults() {
    let root = Path::new("/project");
    let release = choose(&project(root, ""), None).unwrap();
    assert_eq!((release.overwrite, release.quiet, release.strip), (false, false, Strip::All(true)));

    let settings =
        "[releases.demo]\noverwrite = true\nquiet = true\nstrip = false\npath = \"out\"\nversion = \"2.0.0\"";
    let configured = project(root, settings);
    let release = choose(&configured, None).unwrap();
    assert_eq!((release.overwrite, release.quiet, release.strip.clone()), (true, true, Strip::All(false)));
    assert_eq!((release.path.as_path(), release.version.as_str()), (Path::new("/project/out"), "2.0.0"));

    let options = Options {
        path: Some("/elsewhere".into()),
        version: Some("3.0.0".into()),
        overwrite: true,
        quiet: true,
        env: Some("staging".into()),
        ..Options::default()
    };
    let release = Release::choose(&configured, None, &options).unwrap();
    assert_eq!(release.version_path, Path::new("/elsewhere/releases/3.0.0"));
    assert_eq!(release.env, "staging");
    let release = Release::choose(&project(root, ""), None, &options).unwrap();
    assert!(release.overwrite && release.quiet);
}

#[test]
fn rel_017_an_unknown_release_is_named_with_those_there_are() {
    let configured = project(Path::new("/project"), "[releases.one]\n[releases.two]\n");
    assert_eq!(error(&configured, Some("three")), "unknown release `three`; available: one, two");
    assert_eq!(
        error(&configured, None),
        "several releases are configured (one, two): name one, or set `default_release`"
    );
    assert_eq!(choose(&configured, Some("two")).unwrap().name, "two");
    let with_default = project(Path::new("/project"), "default_release = \"two\"\n[releases.one]\n[releases.two]\n");
    assert_eq!(choose(&with_default, None).unwrap().name, "two");
    assert_eq!(error(&project(Path::new("/project"), ""), Some("other")), "unknown release `other`; available: demo");
}

#[test]
fn rel_018_the_version_may_be_another_packages() {
    let root = Path::new("/project");
    let packages = || vec![package(root, "demo", "0.1.0"), package(&root.join("core"), "core", "4.5.6")];
    let of = |from: &str| {
        let settings = format!(
            "[releases.demo]\napplications = {{ demo = \"permanent\" }}\nversion = {{ from_package = \"{from}\" }}"
        );
        choose(&project_of(root, &settings, packages()), None)
    };
    assert_eq!(of("core").unwrap().version, "4.5.6");
    assert_eq!(
        of("cor").unwrap_err().to_string(),
        "release `demo` takes its version from package `cor`, which is not in the workspace; available: demo, core"
    );
}

#[test]
fn rel_019_a_release_has_a_version() {
    let root = Path::new("/project");
    let missing = project_of(root, "", vec![package(root, "demo", "")]);
    let text = "release `demo` has no version: set `version` in its settings or in the package";
    assert_eq!(error(&missing, None), text);
    assert_eq!(error(&project(root, "[releases.demo]\nversion = \" \""), None), text);
    // It becomes a directory.
    for bad in ["../1", "a b", "1/2", ".1", "-1"] {
        let settings = format!("[releases.demo]\nversion = \"{bad}\"");
        assert!(error(&project(root, &settings), None).contains("cannot be the version of release `demo`"), "{bad}");
    }
}

#[test]
fn rel_020_a_release_has_a_name_that_is_allowed() {
    for bad in ["Demo", "1demo", "my-demo", "_demo", "démo"] {
        let configured = project(Path::new("/project"), &format!("[releases.{bad:?}]"));
        let expected = format!(
            "`{bad}` cannot be the name of a release: a name begins with a lowercase letter, followed by lowercase letters, digits \
             and underscores"
        );
        assert_eq!(error(&configured, None), expected);
    }
    for good in ["d", "demo_2"] {
        let configured = project(Path::new("/project"), &format!("[releases.{good}]"));
        assert_eq!(choose(&configured, None).unwrap().name, good);
    }
}

#[test]
fn rel_022_a_release_of_a_workspace_names_its_applications() {
    let root = Path::new("/project");
    let packages =
        || vec![package(&root.join("shop"), "shop", "0.1.0"), package(&root.join("store"), "store", "0.2.0")];
    let of = |settings: &str, name: Option<&str>| choose(&project_of(root, settings, packages()), name);
    assert!(matches!(of("", None), Err(BuildError::NoReleaseInWorkspace)));
    assert!(matches!(of("", Some("shop")), Err(BuildError::NoReleaseInWorkspace)));
    let nothing = of("[releases.all]\nversion = \"1.0.0\"", None).unwrap_err();
    assert!(nothing.to_string().starts_with("release `all` of a workspace of several packages needs `applications`"));

    let release = of("[releases.all]\nversion = \"1.0.0\"\napplications = { store = \"permanent\" }", None).unwrap();
    assert_eq!((release.name.as_str(), release.package.name.as_str(), release.bin.as_str()), ("all", "store", "store"));
    let named = "[releases.all]\npackage = \"shop\"\napplications = { store = \"load\" }";
    assert_eq!(of(named, None).unwrap().version, "0.1.0");
    let unknown = "[releases.all]\npackage = \"shoe\"\napplications = { store = \"load\" }";
    assert!(of(unknown, None).unwrap_err().to_string().contains("package `shoe`, which is not in the workspace"));
}

#[test]
fn rel_023_steps_are_assemble_once_and_tar_at_most_once_after_it() {
    let of = |steps: &str| {
        let settings = format!("[releases.demo]\nsteps = {steps}");
        choose(&project(Path::new("/project"), &settings), None)
    };
    let steps = of("[{ command = [\"true\"] }, \"assemble\", \"tar\"]").unwrap().steps;
    assert_eq!(format!("{steps:?}"), "[true, assemble, tar]");
    for (steps, wrong) in [
        ("[]", "`assemble` is missing"),
        ("[\"tar\"]", "`assemble` is missing"),
        ("[\"assemble\", \"assemble\"]", "`assemble` stands twice"),
        ("[\"assemble\", \"tar\", \"tar\"]", "`tar` stands twice"),
        ("[\"tar\", \"assemble\"]", "`tar` stands before `assemble`"),
        ("[\"assemble\", \"zip\"]", "`zip` is no step"),
        ("[\"assemble\", { command = [] }]", "a command without a program"),
    ] {
        let error = of(steps).unwrap_err().to_string();
        assert!(
            error.starts_with("the steps of release `demo` are wrong: ") && error.contains(wrong),
            "{steps}: {error}"
        );
    }
    // Not a list, not a function, not a word.
    for steps in ["steps = \"assemble\"", "steps = [1]", "steps = [{ run = \"x\" }]"] {
        assert!(settings(steps).is_err(), "{steps}");
    }
}

/// REL-021: a build program makes the release that it wants of the one that was configured.
#[test]
fn rel_021_a_release_may_be_computed() {
    let mut release = choose(&project(Path::new("/project"), ""), None).unwrap();
    release.version.push_str("+git.abcdef");
    release.steps = VecDeque::from([Step::Assemble, Step::Tar]);
    assert_eq!((release.version.as_str(), release.steps.len()), ("0.1.0+git.abcdef", 2));
}

/// REL-030: a mode that does not exist is refused where it is written.
#[test]
fn settings_that_cannot_be_are_refused_by_name() {
    let error = settings("applications = { demo = \"sometimes\" }").unwrap_err();
    assert!(
        error.contains("application `demo`") && error.contains("permanent, transient, temporary, load or none"),
        "{error}"
    );
    assert!(settings("overlay = []").unwrap_err().contains("unknown field `overlay`"));
}

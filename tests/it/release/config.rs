//! Configuration of releases: stored when they are made, completed when they start.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use otp::config::Stored;
use otp::release::build::make;

use super::support::{Directory, Ran, Released, Running, Said, choose, project, text};

#[test]
fn rel_057_build_time_configuration_is_stored_as_it_is() {
    let files = [
        (
            "config/config.toml",
            "[store]\nstart = 7\nname = \"grüezi 🙂\"\n[[import_config]]\nfile = \"{env}.toml\"\noptional = true\n",
        ),
        ("config/prod.toml", "[store]\nenvironment = \"prod\"\n"),
    ];
    let running = Running::with_files("", &files);
    let stored = Stored::read(running.release.version_path.join("sys.toml")).unwrap();
    assert!(stored.providers.is_empty() && !stored.booted);
    let value = |key: &str| stored.config.get::<String>("store", key).unwrap();
    assert_eq!(value("name").as_deref(), Some("grüezi 🙂"));
    assert_eq!(value("environment").as_deref(), Some("prod"));
    assert_eq!(running.run(&["eval", "Tasks::configured()"]).out, "start 7, level 1, counter runs: false\n");
}

/// REL-058: nothing listens before the providers have run, as `control.rs` shows; REL-059 is all there is.
#[test]
fn rel_059_providers_are_stored_with_their_state_and_change_nothing_stored() {
    let files = [("config/config.toml", "[store]\nstart = 1\n"), ("config/runtime.toml", "[store]\nstart = 2\n")];
    let running = Running::with_files("config_providers = [{ name = \"Fixed\", args = 40 }]", &files);
    let stored = Stored::read(running.release.version_path.join("sys.toml")).unwrap();
    assert!(!stored.reboot && !stored.booted);
    let names: Vec<_> = stored.providers.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, ["Reader", "Fixed"]);
    assert_eq!(stored.providers[1].state, otp::config::Value::from(41));
    assert_eq!(stored.config.get::<i64>("store", "start").unwrap(), Some(1));
    assert_eq!(running.run(&["eval", "Tasks::configured()"]).out, "start 41, level 1, counter runs: false\n");

    // What `init` refuses, and who is not known, is an error of the build.
    for (provider, message) in [
        ("{ name = \"Fixed\", args = -1 }", "a count does not begin below 0"),
        ("{ name = \"Fixed\", args = \"x\" }", "expected"),
        ("{ name = \"Fixd\" }", "Fixd"),
    ] {
        let directory = Directory::new();
        let settings = format!("[releases.demo]\nconfig_providers = [{provider}]");
        let release = choose(&project(directory.path(), &settings), None).unwrap();
        let error = make(release, &Released, &mut Said::default()).unwrap_err().to_string();
        assert!(error.contains(message), "{error}");
        assert!(!directory.path().join("target/rel").exists());
    }
}

/// REL-058: what is stored has the providers, and their values are there when the first application starts.
#[test]
fn rel_058_providers_run_before_anything_else() {
    let running = Running::new("config_providers = [{ name = \"Fixed\", args = 9 }]");
    let daemon = running.daemon();
    assert_eq!(running.run(&["rpc", "Tasks::add(0)"]), Ran::well("10\n"));
    drop(daemon);
}

/// REL-058: what is asked of the computed configuration is recorded, and done.
#[test]
fn rel_058_a_computed_configuration_stays_only_if_it_may() {
    let files = [("config/runtime.toml", "[store]\nstart = 3\nkey = { env = \"HOME\", secret = true }\n")];
    let running = Running::with_files("", &files);
    let daemon = running.daemon();
    assert!(text(running.tmp().join("computed.toml")).contains("start = 3"));
    assert_eq!(super::support::mode(&running.tmp().join("computed.toml")), 0o600);
    drop(daemon);

    let running = Running::with_files("prune_runtime_sys_config_after_boot = true", &files);
    assert!(Stored::read(running.release.version_path.join("sys.toml")).unwrap().prune);
    // One of an earlier start goes too.
    fs::create_dir_all(running.tmp()).unwrap();
    fs::write(running.tmp().join("computed.toml"), "").unwrap();
    let _daemon = running.daemon();
    assert_eq!(running.run(&["rpc", "Tasks::add(0)"]), Ran::well("3\n"));
    assert_eq!(running.run(&["restart"]), Ran::well(""));
    assert!(!running.tmp().join("computed.toml").exists());
}

#[test]
fn rel_062_the_run_time_configuration_may_be_another_file_or_none() {
    let files = [
        ("config/runtime.toml", "[store]\nstart = 1\n"),
        ("other/config.toml", ""),
        ("other/runtime.toml", "[store]\nstart = 2\n"),
        ("elsewhere.toml", "[store]\nstart = 3\n"),
    ];
    let configured = |settings: &str| {
        let running = Running::with_files(settings, &files);
        running.run(&["eval", "Tasks::configured()"]).out.split(',').next().unwrap().to_owned()
    };
    assert_eq!(configured(""), "start 1");
    assert_eq!(configured("config_path = \"other/config.toml\""), "start 2");
    assert_eq!(configured("runtime_config_path = \"elsewhere.toml\""), "start 3");
    assert_eq!(configured("runtime_config_path = false"), "start 0");

    let directory = Directory::new();
    for key in ["config_path", "runtime_config_path"] {
        let project = project(directory.path(), &format!("[releases.demo]\n{key} = \"gone.toml\""));
        let error = choose(&project, None).unwrap_err().to_string();
        assert!(error.starts_with("cannot read ") && error.contains("gone.toml"), "{error}");
    }
}

#[test]
fn rel_065_a_temporary_directory_that_cannot_be_written_is_named() {
    let mut running = Running::with_files("", &[("config/runtime.toml", "")]);
    // Not even the administrator can write here, who runs the tests in some places.
    running.variables.push(("RELEASE_TMP", "/proc/otp".into()));
    for command in ["start", "daemon"] {
        let ran = running.run(&[command]);
        assert_eq!(ran.status, Some(1), "{command}");
        assert!(
            ran.error.starts_with("ERROR: cannot write to the temporary directory, /proc/otp: ")
                && ran.error.ends_with("; set RELEASE_TMP to a directory that can be written\n"),
            "{ran:?}"
        );
    }
    // The computed configuration has its own message.
    running.variables.clear();
    running.variables.push(("RELEASE_DISTRIBUTION", "none".into()));
    fs::create_dir_all(running.tmp().join("computed.toml")).unwrap();
    let ran = running.run(&["start"]);
    assert_eq!(ran.status, Some(1));
    assert!(ran.error.contains("computed.toml"), "{ran:?}");
}

#[test]
fn a_release_starts_where_its_own_files_cannot_be_written() {
    let files = [("config/config.toml", "[store]\nstart = 1\n"), ("config/runtime.toml", "[store]\nstart = 4\n")];
    let mut running = Running::with_files("", &files);
    for path in ["releases/0.1.0", "releases"] {
        fs::set_permissions(running.release.path.join(path), fs::Permissions::from_mode(0o555)).unwrap();
    }
    let before = text(running.release.version_path.join("sys.toml"));
    let tmp = running.directory.path().join("elsewhere");
    running.variables.push(("RELEASE_TMP", tmp.display().to_string()));
    let daemon = running.daemon();
    assert_eq!(running.run(&["rpc", "Tasks::add(0)"]), Ran::well("4\n"));
    assert_eq!(text(running.release.version_path.join("sys.toml")), before);
    assert!(tmp.join("computed.toml").is_file() && !running.tmp().exists());
    drop(daemon);
    for path in ["releases", "releases/0.1.0"] {
        fs::set_permissions(running.release.path.join(path), fs::Permissions::from_mode(0o755)).unwrap();
    }
}

#[test]
fn rel_066_a_compiled_value_that_differs_stops_the_start_unless_told_not_to() {
    let both = "applications = { shop = \"permanent\", compiled = \"permanent\" }\n";
    let files = [("config/runtime.toml", "[compiled]\nlevel = 3\n")];
    let running = Running::with_files(both, &files);
    for command in [&["start"][..], &["eval", "puts(1)"]] {
        let ran = running.run(command);
        assert_eq!((ran.status, ran.out.as_str()), (Some(1), ""), "{ran:?}");
        assert!(ran.error.contains("compiled") && ran.error.contains("level") && ran.error.contains('3'), "{ran:?}");
    }
    let running = Running::with_files(&format!("{both}validate_compile_env = false"), &files);
    assert_eq!(running.run(&["eval", "puts(1)"]), Ran::well("1\n"));
    let equal = Running::with_files(both, &[("config/runtime.toml", "[store]\nstart = 3\n")]);
    assert_eq!(equal.run(&["eval", "puts(1)"]), Ran::well("1\n"));
}

/// REL-028: `load` has its configuration and is not started, `none` has neither. REL-029: what needs it is not built.
/// REL-031: a one-off command loads and starts nothing.
#[test]
fn rel_026_the_modes_of_the_settings_are_those_of_the_start() {
    let files = [("config/config.toml", "[store]\nstart = 5\n")];
    let running = Running::with_files("applications = { store = \"load\" }", &files);
    let daemon = running.daemon();
    assert_eq!(running.run(&["rpc", "Tasks::configured()"]), Ran::well("start 5, level 1, counter runs: false\n"));
    assert_eq!(running.run(&["rpc", "applications"]), Ran::well("store  1.2.3  loaded  keeps a number\n"));
    drop(daemon);
    let running = Running::with_files("applications = { store = \"none\" }", &files);
    let daemon = running.daemon();
    assert_eq!(running.run(&["rpc", "Tasks::configured()"]), Ran::well("start 0, level 1, counter runs: false\n"));
    drop(daemon);

    for (applications, message) in [
        ("{ shop = \"permanent\", store = \"load\" }", ["shop", "permanent", "store", "load"]),
        ("{ shop = \"temporary\", store = \"none\" }", ["shop", "temporary", "store", "none"]),
        ("{ shoe = \"permanent\" }", ["shoe", "", "", ""]),
    ] {
        let directory = Directory::new();
        let settings = format!("[releases.demo]\napplications = {applications}");
        let release = choose(&project(directory.path(), &settings), None).unwrap();
        let error = make(release, &Released, &mut Said::default()).unwrap_err().to_string();
        assert!(message.iter().all(|word| error.contains(word)), "{error}");
    }
    let exempt = "applications = { shop = \"permanent\", store = \"load\" }\nskip_mode_validation_for = [\"shop\"]";
    let running = Running::new(exempt);
    let daemon = running.daemon();
    assert!(running.run(&["rpc", "applications"]).out.contains("shop   0.1.0  started"));
    drop(daemon);
}

/// REL-024: of an application and of all that it depends on.
#[test]
fn rel_024_a_release_is_of_all_that_its_applications_depend_on() {
    let running = Running::new("");
    let names: Vec<_> = running.release.applications.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, ["store", "shop"]);
    let modes: Vec<_> = running.release.applications.iter().map(|one| one.mode.as_str()).collect();
    assert_eq!(modes, ["permanent", "permanent"]);
}

#[test]
fn broken_configuration_is_one_message_that_names_the_place() {
    for (file, content, message) in [
        ("config/config.toml", "[store\n", "config.toml"),
        ("config/config.toml", "import_config = [\"gone.toml\"]\n", "gone.toml"),
        ("config/config.toml", "store = 1\n", "store"),
    ] {
        let directory = Directory::new();
        directory.file(file, content);
        let release = choose(&project(directory.path(), ""), None).unwrap();
        let error = make(release, &Released, &mut Said::default()).unwrap_err().to_string();
        assert!(error.contains(message), "{error}");
    }
    for (content, message) in [
        ("[store\n", "runtime.toml"),
        ("import_config = [\"x.toml\"]\n", "import"),
        ("[store]\nstart = { env = \"OTP_TEST_NOT_SET\" }\n", "OTP_TEST_NOT_SET"),
        ("[store]\nstart = \"many\"\n", "start"),
    ] {
        let running = Running::with_files("", &[("config/runtime.toml", content)]);
        let ran = running.run(&["start"]);
        assert_eq!(ran.status, Some(1), "{content}: {ran:?}");
        assert!(ran.error.starts_with("ERROR: ") && ran.error.contains(message), "{content}: {ran:?}");
    }
}

//! Whole programs of applications: signals, ends that are the end of all, exit statuses.

use super::child::{Ended, Program};
use crate::config::files::Folder;
use otp::config::{Config, Provider, Reader, Stored, Value};

fn run(scenario: &str, files: &[(&str, &str)]) -> Ended {
    let folder = Folder::of(files);
    Program::start(scenario, folder.as_ref(), &[]).end()
}

const UP: [&str; 2] = ["store up", "shop up"];
const DOWN: [&str; 6] =
    ["shop prepare_stop", "shop down", "shop stop", "store prepare_stop", "store down", "store stop"];

#[test]
fn a_signal_stops_all_in_reverse_and_the_status_is_0() {
    for signal in ["-TERM", "-INT"] {
        let folder = Folder::of(&[]);
        let mut program = Program::start("two", folder.as_ref(), &[]);
        program.wait_for("shop up");
        program.signal(signal);
        let ended = program.end();
        assert_eq!((ended.status, ended.errors.as_str()), (Some(0), ""), "{signal}");
        assert_eq!(ended.lines, [&UP[..], &DOWN[..]].concat());
    }
}

#[test]
fn a_signal_while_it_starts_stops_what_is_up() {
    let folder = Folder::of(&[("config/config.toml", "stuck.starts = false")]);
    let mut program = Program::start("stuck", folder.as_ref(), &[]);
    program.wait_for("stuck starts");
    program.signal("-TERM");
    let ended = program.end();
    assert_eq!(ended.status, Some(0), "{}", ended.errors);
    assert_eq!(ended.lines.last().map(String::as_str), Some("store stop"));
}

#[test]
fn a_second_signal_does_not_wait() {
    let folder = Folder::of(&[]);
    let mut program = Program::start("stuck", folder.as_ref(), &[]);
    program.wait_for("stuck up");
    program.signal("-TERM");
    program.wait_for("stuck stops");
    // It is an echo for the first second; somebody who is losing patience sends more.
    while !program.has_ended() {
        program.signal("-TERM");
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    let ended = program.end();
    assert_eq!(ended.status, Some(1));
    assert_eq!(
        ended.errors,
        "error: SIGTERM came while the applications stopped: not waiting for them (still up: store, stuck)\n"
    );
}

#[test]
fn the_echo_of_a_signal_does_not_interrupt_the_stop() {
    let folder = Folder::of(&[("config/config.toml", "stuck.stops = true")]);
    let mut program = Program::start("stuck", folder.as_ref(), &[]);
    program.wait_for("stuck up");
    program.signal("-INT");
    program.wait_for("stuck stops");
    // As under `cargo run`, or `timeout`.
    program.signal("-INT");
    let ended = program.end();
    assert_eq!((ended.status, ended.errors.as_str()), (Some(0), ""));
    assert_eq!(ended.lines.last().map(String::as_str), Some("store stop"));
}

/// Nobody can tell it to, and nobody can keep it from being killed: then it ends as if its tree had.
#[test]
fn rel_008_a_master_that_is_killed_is_the_end_of_a_permanent_application() {
    let ended = run("master permanent", &[]);
    assert_eq!(ended.status, Some(1));
    assert_eq!(ended.errors, "error: application shop (permanent) has ended, and with it all others: killed\n");
    let lines: Vec<&str> = ended.lines.iter().map(String::as_str).collect();
    assert_eq!(lines, ["store up", "shop up", "shop down", "store prepare_stop", "store down", "store stop"]);

    let ended = run("master temporary", &[]);
    assert_eq!((ended.status, ended.errors.as_str()), (Some(0), ""), "nobody else minds");
    assert_eq!(ended.lines.iter().filter(|line| line.ends_with("shop down")).count(), 1);
}

#[test]
fn a_failed_start_takes_back_what_is_up_and_the_status_is_1() {
    let ended = run("bad", &[]);
    assert_eq!(ended.status, Some(1));
    assert_eq!(ended.errors, "error: application bad could not be started: `start` answered an error: no disk\n");
    assert_eq!(ended.lines, [&UP[..], &DOWN[..]].concat());
}

#[test]
fn rel_008_the_end_of_a_permanent_or_failed_transient_application_is_the_end_of_all() {
    for (mode, reason, status) in [
        ("permanent", "normal", 0),
        ("permanent", "shutdown", 1),
        ("permanent", "failure", 1),
        ("transient", "shutdown", 1),
        ("transient", "failure", 1),
    ] {
        let ended = run(&format!("fragile {mode}"), &[("config/config.toml", &format!("fragile.ends = \"{reason}\""))]);
        assert_eq!(ended.status, Some(status), "{mode} {reason}: {}", ended.errors);
        let last: Vec<_> = ended.lines.iter().filter(|line| line.ends_with("down")).collect();
        assert_eq!(last, ["trigger down", "store down"], "{mode} {reason}");
        let says = format!("error: application fragile ({mode}) has ended, and with it all others: ");
        assert_eq!(ended.errors.starts_with(&says), status == 1, "{mode} {reason}: {}", ended.errors);
    }
}

#[test]
fn rel_008_the_normal_end_of_a_transient_application_stops_nobody() {
    let folder = Folder::of(&[("config/config.toml", "fragile.ends = \"normal\"")]);
    let mut program = Program::start("fragile transient", folder.as_ref(), &[]);
    program.wait_for("trigger up");
    program.signal("-TERM");
    let ended = program.end();
    assert_eq!((ended.status, ended.errors.as_str()), (Some(0), ""));
    assert_eq!(ended.lines.iter().filter(|line| line.ends_with("down")).count(), 2);
}

#[test]
fn a_list_that_cannot_be_is_told() {
    let ended = run("modes", &[]);
    assert_eq!(ended.status, Some(1));
    assert!(
        ended
            .errors
            .starts_with("error: application shop has mode permanent and depends on store, which has mode load")
    );
    assert!(ended.lines.is_empty());
}

const LAYERS: [(&str, &str); 4] = [
    ("config/config.toml", "[configured]\nb = \"config\"\nc = \"config\"\nd = \"config\"\n"),
    ("config/dev.toml", "[configured]\nc = \"dev\"\nd = \"dev\"\n"),
    ("config/prod.toml", "[configured]\nc = \"prod\"\n"),
    ("config/runtime.toml", "[configured]\nd = { env = \"CONFIGURED_D\", default = \"runtime\" }\n"),
];

#[test]
fn the_layers_of_a_project_are_laid_over_each_other() {
    assert_eq!(run("configured", &LAYERS).lines, ["code", "config", "dev", "runtime"]);
    let folder = Folder::of(&LAYERS);
    let variables = [("OTP_ENV", "prod"), ("CONFIGURED_D", "variable")];
    let ended = Program::start("configured", folder.as_ref(), &variables).end();
    assert_eq!(ended.lines, ["code", "config", "prod", "variable"]);
    assert_eq!(run("configured", &[]).lines, ["code"; 4]);
    // The configuration of a workspace, from one of its packages.
    let folder = Folder::of(&[LAYERS[0], ("Cargo.lock", ""), ("package/Cargo.toml", "")]);
    let ended = Program::start("configured", &folder.path("package"), &[]).end();
    assert_eq!(ended.lines, ["code", "config", "config", "config"]);
}

#[test]
fn each_broken_configuration_is_one_message_and_the_status_is_1() {
    let broken: [(&[(&str, &str)], &str); 7] = [
        (&[("config/config.toml", "[a]\nb = \n")], "config/config.toml:2: "),
        (&[("config/config.toml", "a = 1\n")], "config/config.toml:1: `a` is an integer, not an application"),
        (
            &[("config/config.toml", "import_config = \"x.toml\"")],
            "cannot read the configuration config/x.toml, imported at config/config.toml:1: ",
        ),
        (
            &[("config/config.toml", "import_config = \"config.toml\"")],
            "config/config.toml:1: the imports go in a circle",
        ),
        (&[("config/runtime.toml", "import_config = \"x.toml\"")], "config/runtime.toml:1: imports are not enabled"),
        (
            &[("config/runtime.toml", "[a]\n\nb = { env = \"NOBODY_SET_THIS_ONE\" }")],
            "config/runtime.toml:3: the environment variable NOBODY_SET_THIS_ONE is not set",
        ),
        (&[("config/config.toml", ""), ("config/dev.toml/x", "")], "cannot read the configuration config/dev.toml: "),
    ];
    for (files, message) in broken {
        for scenario in ["two", "configured"] {
            let ended = run(scenario, files);
            assert_eq!(ended.status, Some(1), "{message}");
            assert!(ended.errors.starts_with(&format!("error: {message}")), "{message}: {}", ended.errors);
            assert_eq!(
                ended.errors.lines().count(),
                if message.ends_with(":2: ") { ended.errors.lines().count() } else { 1 }
            );
            assert!(ended.lines.is_empty(), "{message}");
        }
    }
}

#[test]
fn a_value_of_the_wrong_type_fails_the_start_with_its_place() {
    let ended = run("fragile permanent", &[("config/config.toml", "[fragile]\nends = 5\n")]);
    assert_eq!(ended.status, Some(1));
    assert_eq!(
        ended.errors,
        "error: application fragile could not be started: `start` answered an error: the configuration is of the wrong type: \
         config/config.toml:2: fragile.ends: expected a string, found integer `5`\n"
    );
    assert_eq!(ended.lines.last().map(String::as_str), Some("store stop"));
}

#[test]
fn rel_013_in_a_release_the_folder_is_in_lib() {
    let folder = Folder::of(&[]);
    let root = folder.as_ref().display().to_string();
    let ended = Program::start("dir", folder.as_ref(), &[("RELEASE_ROOT", &root)]).end();
    assert_eq!(ended.lines[0], format!("{root}/lib/store-{}", env!("CARGO_PKG_VERSION")));
    assert!(ended.lines[1].starts_with("unknown application \"nobody\""));
}

fn release(runtime: &str) -> Folder {
    let folder = Folder::of(&[("runtime.toml", runtime)]);
    let built = Reader::new()
        .eval("config/config.toml", "[shop]\nkey = \"built\"\n[compiled]\nsize = 4096\nname = \"grüezi\"")
        .unwrap();
    let mut stored = Stored::new(complete(built));
    let path = folder.path("runtime.toml").display().to_string();
    stored.providers.push(Provider::find("Reader").unwrap().init(&Value::from(path)).unwrap());
    stored.write(folder.path("sys.toml")).unwrap();
    folder
}

/// What this test binary was compiled with.
fn complete(over: Config) -> Config {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/config/config.toml");
    Reader::new().env("dev").read(file).unwrap().merge(over)
}

#[test]
fn cfg_050_without_reboot_the_values_are_there_when_applications_start() {
    let folder = release("[shop]\nkey = \"runtime\"\n");
    let mut program = Program::start("stored", folder.as_ref(), &[]);
    program.wait_for("shop up");
    program.signal("-TERM");
    let ended = program.end();
    assert_eq!(ended.status, Some(0), "{}", ended.errors);
    assert_eq!(ended.lines[..4], ["false", "Ok(Some(\"runtime\"))", "store up", "shop up"]);
    assert!(folder.path("tmp/computed.toml").exists());
}

#[test]
fn cfg_049_a_compile_time_value_that_differs_aborts_the_boot_with_the_explanation() {
    let folder = release("[compiled]\nsize = 1\n");
    let ended = Program::start("stored", folder.as_ref(), &[]).end();
    assert_eq!(ended.status, Some(1));
    assert!(ended.errors.starts_with("error: the configuration differs from the one that was compiled in:\n"));
    let line = "application compiled, key `size`";
    assert!(
        ended.errors.contains(line) && ended.errors.contains("it was 4096 when the program was compiled, and is 1 now")
    );
    assert!(!ended.lines.iter().any(|line| line.ends_with("up")), "nothing is started");
    // After the restart too: the file then says that it is computed.
    let mut computed = Stored::read(folder.path("tmp/computed.toml")).unwrap();
    computed.reboot = true;
    computed.write(folder.path("sys.toml")).unwrap();
    let ended = Program::start("stored", folder.as_ref(), &[]).end();
    assert!(ended.status == Some(1) && ended.errors.contains(line));
}

#[test]
fn a_missing_variable_at_the_start_of_a_release_is_told() {
    let folder = release("[shop]\nkey = { env = \"NOBODY_SET_THIS_ONE\" }\n");
    let ended = Program::start("stored", folder.as_ref(), &[]).end();
    assert_eq!(ended.status, Some(1));
    assert!(
        ended.errors.contains("runtime.toml:2: the environment variable NOBODY_SET_THIS_ONE is not set"),
        "{}",
        ended.errors
    );
}

#[test]
fn a_program_can_begin_anew() {
    let ended = run("reset", &[]);
    assert_eq!(ended.status, Some(0), "{}", ended.errors);
    let round = [UP.to_vec(), vec!["round"], DOWN.to_vec(), vec!["{} 0"]].concat();
    let seen: Vec<String> =
        ended.lines.iter().map(|line| if line.starts_with("Ok") { "round".into() } else { line.clone() }).collect();
    assert_eq!(seen, [round.clone(), round].concat());
    let rounds: Vec<_> = ended.lines.iter().filter(|line| line.starts_with("Ok")).collect();
    assert_eq!(rounds, ["Ok(Some(1))", "Ok(Some(2))"]);
}

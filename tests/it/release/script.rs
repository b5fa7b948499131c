//! The launch script, on a program that prints what it is given.

use std::fs;
use std::os::unix::fs::symlink;
use std::process::Command;

use super::support::{Directory, Ran, made};

const PLAIN: &str = "[releases.demo]\nstrip = false\n";

fn run(mut command: Command) -> Ran {
    Ran::of(command.env_clear().env("PATH", std::env::var_os("PATH").unwrap()).output().unwrap())
}

fn script(directory: &Directory, arguments: &[&str]) -> Command {
    let mut command = Command::new(directory.path().join("target/rel/demo/bin/demo"));
    command.args(arguments);
    command
}

fn variable(ran: &Ran, name: &str) -> Option<String> {
    ran.out.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('=')).map(str::to_owned)
}

#[test]
fn rel_067_the_program_has_the_variables_of_the_release() {
    let directory = Directory::new();
    let release = made(&directory, PLAIN);
    let ran = run(script(&directory, &["start", "a", "b c"]));
    assert_eq!(ran.status, Some(0));
    assert!(ran.out.starts_with("arguments: a b c\n"), "{}", ran.out);
    let root = release.path.display().to_string();
    for (name, value) in [
        ("RELEASE_ROOT", root.clone()),
        ("RELEASE_NAME", "demo".into()),
        ("RELEASE_VSN", "0.1.0".into()),
        ("RELEASE_COMMAND", "start".into()),
        ("RELEASE_PROG", "demo".into()),
        ("RELEASE_NODE", "demo".into()),
        ("RELEASE_MODE", "embedded".into()),
        ("RELEASE_TMP", format!("{root}/tmp")),
        ("RELEASE_DISTRIBUTION", "local".into()),
        ("RELEASE_COOKIE", fs::read_to_string(release.path.join("releases/COOKIE")).unwrap()),
    ] {
        assert_eq!(variable(&ran, name), Some(value), "{name}");
    }
    // What is set before is used.
    let mut command = Command::new("sh");
    let set = "RELEASE_TMP=/elsewhere RELEASE_COOKIE=mine RELEASE_NODE=two";
    command.arg("-c").arg(format!("{set} {root}/bin/demo start_iex"));
    let ran = run(command);
    assert_eq!(variable(&ran, "RELEASE_TMP").as_deref(), Some("/elsewhere"));
    assert_eq!(variable(&ran, "RELEASE_COOKIE").as_deref(), Some("mine"));
    assert_eq!(variable(&ran, "RELEASE_NODE").as_deref(), Some("two"));
    assert_eq!(variable(&ran, "RELEASE_COMMAND").as_deref(), Some("start_console"));
}

/// REL-056: the launch script starts the version of the version file.
#[test]
fn rel_069_the_environment_script_sees_the_command_and_sets_what_is_used() {
    let directory = Directory::new();
    let script_text = "export MINE=\"$RELEASE_NAME $RELEASE_VSN $RELEASE_COMMAND $2 ${RELEASE_TMP:-unset}\"\n\
                       export RELEASE_TMP=/from/env\nexport RELEASE_NODE=from_env\n";
    directory.file("rel/env.sh.template", script_text);
    made(&directory, PLAIN);
    for command in ["start", "eval", "stop"] {
        let ran = run(script(&directory, &[command, "argument"]));
        assert_eq!(variable(&ran, "MINE"), Some(format!("demo 0.1.0 {command} argument unset")));
        assert_eq!(variable(&ran, "RELEASE_TMP").as_deref(), Some("/from/env"));
        assert_eq!(variable(&ran, "RELEASE_NODE").as_deref(), Some("from_env"));
    }
    made(&directory, &format!("{PLAIN}version = \"0.2.0\""));
    let ran = run(script(&directory, &["start"]));
    assert_eq!(variable(&ran, "RELEASE_VSN").as_deref(), Some("0.2.0"));
    let mut command = Command::new("sh");
    command.arg("-c").arg(format!("RELEASE_VSN=9 {}/target/rel/demo/bin/demo start", directory.path().display()));
    let ran = run(command);
    assert!(ran.status == Some(1) && ran.error.starts_with("ERROR: there is no version 9 in "), "{ran:?}");
}

#[test]
fn rel_071_an_unknown_distribution_is_refused() {
    let directory = Directory::new();
    directory.file("rel/env.sh.template", "export RELEASE_DISTRIBUTION=sname\n");
    made(&directory, PLAIN);
    let ran = run(script(&directory, &["start"]));
    assert_eq!(ran, Ran::failed("ERROR: RELEASE_DISTRIBUTION must be local or none, got: sname\n"));
}

#[test]
fn rel_072_version_prints_name_and_version_and_starts_nothing() {
    let directory = Directory::new();
    let release = made(&directory, PLAIN);
    fs::remove_file(release.version_path.join("demo")).unwrap();
    assert_eq!(run(script(&directory, &["version"])), Ran::well("demo 0.1.0\n"));
}

#[test]
fn rel_081_without_or_with_an_unknown_command_the_commands_are_listed() {
    let directory = Directory::new();
    made(&directory, PLAIN);
    let nothing = run(script(&directory, &[]));
    assert_eq!((nothing.status, nothing.out.as_str()), (Some(0), ""));
    for command in [
        "start",
        "start_console",
        "daemon",
        "daemon_console",
        "eval",
        "rpc",
        "remote",
        "restart",
        "stop",
        "pid",
        "version",
        "help",
    ] {
        assert!(nothing.error.lines().any(|line| line.trim_start().starts_with(command)), "{command}");
    }
    let unknown = run(script(&directory, &["begin"]));
    assert_eq!(unknown.status, Some(1));
    assert!(unknown.error.starts_with("Usage: demo COMMAND [ARGS]"));
    assert!(unknown.error.ends_with("ERROR: Unknown command begin\n"));
    let help = run(script(&directory, &["help"]));
    assert_eq!(help, Ran::well(&nothing.error));
    for command in ["eval", "rpc"] {
        let ran = run(script(&directory, &[command]));
        assert!(
            ran.status == Some(1) && ran.error.starts_with(&format!("ERROR: {command} expects a call as argument"))
        );
    }
}

#[test]
fn rel_083_a_release_can_be_moved_and_linked_to() {
    let directory = Directory::new();
    let release = made(&directory, PLAIN);
    let moved = directory.path().join("a place of its own");
    fs::rename(&release.path, &moved).unwrap();
    fs::remove_dir_all(directory.path().join("target")).unwrap();
    fs::create_dir(directory.path().join("links")).unwrap();
    symlink("../a place of its own/bin/demo", directory.path().join("links/first")).unwrap();
    symlink(directory.path().join("links/first"), directory.path().join("links/second")).unwrap();
    for path in [moved.join("bin/demo"), directory.path().join("links/first"), directory.path().join("links/second")] {
        let mut command = Command::new(&path);
        command.arg("start").current_dir("/");
        let ran = run(command);
        assert_eq!(ran.status, Some(0), "{}: {ran:?}", path.display());
        assert_eq!(variable(&ran, "RELEASE_ROOT"), Some(moved.display().to_string()));
    }
    // No file of it names the place where it was made, as far as a release is more than its program.
    let grep = Command::new("grep").arg("-rlF").arg(release.path.as_os_str()).arg(&moved).output().unwrap();
    assert_eq!(String::from_utf8(grep.stdout).unwrap(), "");
}

#[test]
fn a_release_of_another_target_is_refused() {
    let directory = Directory::new();
    let release = made(&directory, PLAIN);
    for target in ["sparc64-unknown-solaris Solaris sparc64", "x Linux vax", "x Plan9 any"] {
        fs::write(release.version_path.join("target"), format!("{target}\n")).unwrap();
        let ran = run(script(&directory, &["start"]));
        let built_for = target.split(' ').next().unwrap();
        assert_eq!(ran.status, Some(1));
        assert!(
            ran.error.starts_with(&format!("ERROR: this release was built for {built_for}, and this machine is ")),
            "{ran:?}"
        );
        // What needs no program works anywhere.
        assert_eq!(run(script(&directory, &["version"])).status, Some(0));
    }
    fs::write(release.version_path.join("target"), "x any any\n").unwrap();
    assert_eq!(run(script(&directory, &["start"])).status, Some(0));
}

#[test]
fn the_log_level_of_the_start_settings_is_the_programs() {
    let directory = Directory::new();
    let release = made(&directory, &format!("{PLAIN}start = {{ log_level = \"debug,otp=info\" }}"));
    // The program of this release prints only RELEASE_ and MINE.
    fs::write(release.version_path.join("demo"), "#!/bin/sh\necho \"$RUST_LOG\"\n").unwrap();
    assert_eq!(run(script(&directory, &["start"])), Ran::well("debug,otp=info\n"));
    let mut command = Command::new("sh");
    command.arg("-c").arg(format!("RUST_LOG=warn {}/bin/demo start", release.path.display()));
    assert_eq!(run(command), Ran::well("warn\n"));
}

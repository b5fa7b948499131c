//! Running a release and controlling it.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::process::{Child, ChildStdout, Command, Stdio};

use nix::pty::openpty;
use nix::sys::termios::{LocalFlags, tcgetattr};
use nix::unistd::{Gid, Uid, geteuid, setgid, setuid};

use super::support::{Ran, Running, mode, text, until};

const STARTED: &str = "store starts\nshop starts\n";
const STOPPED: &str = "shop has stopped\nstore has stopped\n";

/// A system in the foreground, which ends with its test.
struct Foreground {
    child: Child,
    out: BufReader<ChildStdout>,
}

impl Foreground {
    /// Starts one, and waits until its applications are up and, if it can be reached, its socket is there.
    fn start(running: &Running) -> Self {
        let mut command = running.command(&["start"]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut read = String::new();
        while !read.ends_with("shop starts\n") {
            assert_ne!(out.read_line(&mut read).unwrap(), 0, "it ended after {read}");
        }
        assert_eq!(read, STARTED);
        if running.variables.is_empty() {
            until("the control socket", || running.tmp().join("demo.sock").exists());
        }
        Self { child, out }
    }

    fn signal(&self, name: &str) {
        let sent = Command::new("kill").arg(format!("-{name}")).arg(self.child.id().to_string()).status();
        assert!(sent.expect("kill runs").success());
    }

    /// What it prints until its end.
    fn end(mut self) -> Ran {
        let (mut out, mut error) = (String::new(), String::new());
        self.out.read_to_string(&mut out).unwrap();
        self.child.stderr.take().unwrap().read_to_string(&mut error).unwrap();
        Ran { status: self.child.wait().unwrap().code(), out, error }
    }
}

impl Drop for Foreground {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Each of the two signals stops in reverse order, status 0.
#[test]
fn a_signal_stops_in_order_with_status_0() {
    for name in ["TERM", "INT"] {
        let running = Running::new("");
        let system = Foreground::start(&running);
        system.signal(name);
        assert_eq!(system.end(), Ran::well(STOPPED));
    }
}

#[test]
fn rel_075_rpc_calls_in_the_running_system() {
    let running = Running::new("");
    let ran = running.run(&["rpc", "Tasks::add(1)"]);
    let socket = running.tmp().join("demo.sock");
    assert_eq!(ran, Ran::failed(&format!("ERROR: demo is not running: there is no socket {}\n", socket.display())));

    let _daemon = running.daemon();
    assert_eq!(running.run(&["rpc", "Tasks::add(1)"]), Ran::well("1\n"));
    assert_eq!(running.run(&["rpc", "Tasks::add(41); Tasks::add(1)"]), Ran::well("42\n43\n"));
    assert_eq!(running.run(&["rpc", "Tasks::chatty()"]), Ran::well("first\nsecond\nthird\n"));
    assert_eq!(running.run(&["rpc", "puts(\"hello\")"]), Ran::well("hello\n"));
    assert_eq!(running.run(&["rpc", "Tasks::fails()"]), Ran::failed("it did not work\n"));
    let panicked = running.run(&["rpc", "Tasks::panics()"]);
    assert!(panicked.status == Some(1) && panicked.error.contains("oh no"), "{panicked:?}");
    assert_eq!(running.run(&["rpc", "Tasks::add(0)"]), Ran::well("43\n"));
    // What a command prints goes to whoever called, and not to the log.
    assert!(!running.log().contains("hello"));
    let two = running.run(&["rpc", "puts(1)", "puts(2)"]);
    assert_eq!(two, Ran::failed("ERROR: rpc takes one argument, the call: put it into quotes\n"));
}

#[test]
fn rel_076_pid_prints_the_process_of_the_running_system() {
    let running = Running::new("");
    let system = Foreground::start(&running);
    assert_eq!(running.run(&["pid"]), Ran::well(&format!("{}\n", system.child.id())));
    assert_eq!(running.run(&["stop"]), Ran::well(""));
    assert_eq!(system.end(), Ran::well(STOPPED));
    // In order: nothing is left behind that looks like an accident.
    let socket = running.tmp().join("demo.sock");
    assert_eq!(
        running.run(&["pid"]),
        Ran::failed(&format!("ERROR: demo is not running: there is no socket {}\n", socket.display()))
    );
}

#[test]
fn rel_078_restart_starts_the_applications_again_with_new_configuration() {
    let running = Running::with_files("", &[("config/runtime.toml", "[store]\nstart = 10\n")]);
    let _daemon = running.daemon();
    let pid = running.run(&["pid"]);
    assert_eq!(running.run(&["rpc", "Tasks::add(1)"]), Ran::well("11\n"));
    let runtime = running.release.version_path.join("runtime.toml");
    fs::write(&runtime, "[store]\nstart = 20\n").unwrap();
    for _ in 0..3 {
        assert_eq!(running.run(&["restart"]), Ran::well(""));
        assert_eq!(running.run(&["rpc", "Tasks::add(1)"]), Ran::well("21\n"));
        assert_eq!(running.run(&["pid"]), pid);
    }
    running.logs(&format!("{STARTED}{}", format!("{STOPPED}{STARTED}").repeat(3)));

    // A restart that fails is told, and is the end.
    fs::write(&runtime, "[store]\nfails = true\n").unwrap();
    let failed = running.run(&["restart"]);
    assert_eq!(failed.status, Some(1));
    assert!(failed.error.contains("the store was told to fail"), "{failed:?}");
    until("the end of the system", || running.run(&["pid"]).status == Some(1));
}

#[test]
fn rel_079_a_daemon_runs_in_the_background_with_its_output_in_files() {
    let mut running = Running::new("");
    running.variables.push(("RELEASE_LOG_SIZE", "60".into()));
    running.variables.push(("RELEASE_LOG_FILES", "2".into()));
    let daemon = running.daemon();
    running.logs(STARTED);
    assert_eq!(mode(&running.tmp().join("log/demo.log")), 0o600);
    for _ in 0..4 {
        assert_eq!(running.run(&["restart"]), Ran::well(""));
    }
    until("files that are full", || running.tmp().join("log/demo.log.2").is_file());
    assert!(!running.tmp().join("log/demo.log.3").exists());
    let second = running.run(&["daemon"]);
    assert!(
        second.status == Some(1) && second.error.starts_with("ERROR: demo is running already, as process "),
        "{second:?}"
    );
    drop(daemon);
    assert_eq!(running.run(&["pid"]).status, Some(1));
    until("the last line", || running.log().ends_with("demo ended with status 0\n"));

    // One that does not come up says why, and the log has it too.
    let running = Running::with_files("", &[("config/runtime.toml", "[store]\nfails = true\n")]);
    let failed = running.run(&["daemon"]);
    assert_eq!(failed.status, Some(1));
    assert!(failed.error.starts_with("ERROR: demo did not start:\n"), "{failed:?}");
    assert!(failed.error.contains("the store was told to fail"), "{failed:?}");
    until("the last line", || running.log().ends_with("demo ended with status 1\n"));
}

#[test]
fn rel_070_without_distribution_nothing_reaches_the_system() {
    let mut running = Running::new("");
    running.variables.push(("RELEASE_DISTRIBUTION", "none".into()));
    let system = Foreground::start(&running);
    for command in [&["pid"][..], &["stop"], &["rpc", "puts(1)"], &["remote"], &["restart"]] {
        let ran = running.run(command);
        assert_eq!((ran.status, ran.out.as_str()), (Some(1), ""), "{command:?}");
        assert!(ran.error.contains("RELEASE_DISTRIBUTION is none"), "{ran:?}");
    }
    // Also for whoever does not know of it.
    running.variables.clear();
    assert!(running.run(&["pid"]).error.contains("is not running"));
    assert!(!running.tmp().join("demo.sock").exists());
    system.signal("TERM");
    assert_eq!(system.end().status, Some(0));
}

#[test]
fn a_second_start_a_wrong_cookie_and_a_stale_socket_are_told_apart() {
    let mut running = Running::new("");
    let mut system = Foreground::start(&running);
    assert_eq!(mode(&running.tmp().join("demo.sock")), 0o600);
    assert_eq!(mode(&running.tmp()), 0o700);

    let second = running.run(&["start"]);
    assert_eq!(
        second,
        Ran::failed(&format!(
            "ERROR: demo is running already, as process {} of the operating system; stop it first, or give this one another name \
             with RELEASE_NODE\n",
            system.child.id()
        ))
    );
    running.variables.push(("RELEASE_NODE", "other".into()));
    let other = running.daemon();
    assert_eq!(running.run(&["rpc", "Tasks::add(1)"]), Ran::well("1\n"));
    drop(other);
    running.variables.clear();

    running.variables.push(("RELEASE_COOKIE", "guess".into()));
    for command in [&["pid"][..], &["stop"], &["rpc", "puts(1)"]] {
        let refused =
            "ERROR: demo refuses this command: its cookie is another one; see RELEASE_COOKIE and releases/COOKIE\n";
        assert_eq!(running.run(command), Ran::failed(refused));
    }
    running.variables.clear();

    system.child.kill().unwrap();
    system.child.wait().unwrap();
    let stale = running.run(&["pid"]);
    assert!(
        stale.status == Some(1) && stale.error.contains("which a system that ended left behind; start replaces it"),
        "{stale:?}"
    );
    let daemon = running.daemon();
    assert_eq!(running.run(&["rpc", "Tasks::add(1)"]), Ran::well("1\n"));
    drop(daemon);
}

#[test]
fn noise_on_the_socket_harms_nobody() {
    let running = Running::new("");
    let _daemon = running.daemon();
    let connect = || UnixStream::connect(running.tmp().join("demo.sock")).unwrap();
    for noise in [
        &b"GET / HTTP/1.1\r\n\r\n"[..],
        b"H\xff\xff\xff\xff",
        b"H\0\0\0\x05hello",
        b"A\0\0\0\x04stop",
        b"H\0\0\0\x01\xff",
    ] {
        let mut stream = connect();
        stream.write_all(noise).unwrap();
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        assert!(answer.is_empty() || answer.starts_with(b"R"), "{answer:?}");
    }
    // Those that say nothing at all take no place from others.
    let silent: Vec<UnixStream> = (0..32).map(|_| connect()).collect();
    assert_eq!(running.run(&["rpc", "Tasks::add(1)"]), Ran::well("1\n"));
    drop(silent);
}

#[test]
fn rel_008_the_end_of_a_permanent_application_is_the_systems() {
    let running = Running::new("");
    let system = Foreground::start(&running);
    let _ = running.run(&["rpc", "Tasks::end_store()"]);
    let ran = system.end();
    assert_eq!(ran.status, Some(1));
    assert!(ran.out.contains("store has stopped\n") && ran.out.contains("shop has stopped\n"), "{ran:?}");
    assert!(ran.error.contains("application store (permanent) has ended, and with it all others: "), "{ran:?}");
}

/// A system that nobody could reach does not stay up, and does not end before it has stopped in order.
#[test]
fn a_control_socket_that_cannot_be_made_ends_the_start_in_order() {
    let running = Running::new("");
    fs::create_dir_all(running.tmp().join("demo.sock/in the way")).unwrap();
    let ran = running.run(&["start"]);
    assert_eq!((ran.status, ran.out.as_str()), (Some(1), format!("{STARTED}{STOPPED}").as_str()), "{ran:?}");
    assert!(ran.error.starts_with("ERROR: cannot make the control socket "), "{ran:?}");
}

/// Types lines into a command, and answers what it printed.
fn typed(running: &Running, command: &str, lines: &str) -> Ran {
    let mut child = running
        .command(&[command])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(lines.as_bytes()).unwrap();
    Ran::of(child.wait_with_output().unwrap())
}

#[test]
fn rel_080_a_console_looks_into_the_running_system() {
    let running = Running::with_files(
        "",
        &[("config/config.toml", "[store]\nstart = 3\nkey = { env = \"HOME\", secret = true }\n")],
    );
    let _daemon = running.daemon();
    let lines = "Tasks::add(1)\nregistered\nsys.get_state(:counter)\nsys.get_status(\"counter\")\nsys.suspend(counter)\n\
                 sys.resume(counter)\nwhich_children(store_tree)\nconfig(store)\ntree\nprocesses\nnope\n";
    let ran = typed(&running, "remote", lines);
    assert_eq!(ran.status, Some(0));
    for part in [
        "4\n",
        "counter     <",
        "Counter { value: 4 }",
        "Status for generic server counter",
        "is suspended",
        "goes on",
        "start = 3",
        "[secret]",
        "└── ",
        "Initial call",
    ] {
        assert!(ran.out.contains(part), "{part:?} is not in:\n{}", ran.out);
    }
    assert!(ran.error.contains("there is no command `nope`"), "{ran:?}");
    assert!(!ran.out.contains(&std::env::var("HOME").unwrap_or_else(|_| "/nowhere".into())));
    // What was typed is there the next time.
    assert!(text(running.tmp().join("demo.history")).contains("sys.suspend(counter)\n"));
    assert_eq!(mode(&running.tmp().join("demo.history")), 0o600);
    let ran = typed(&running, "remote", "info(counter)\nexit\nputs(1)\n");
    assert!(ran.status == Some(0) && ran.out.contains("behaviour: \"gen_server\"") && !ran.out.ends_with("1\n"));
    assert!(running.run(&["pid"]).status == Some(0), "leaving a console ends nothing");
    let children = running.run(&["rpc", "which_children(counter)"]);
    assert!(children.status == Some(1) && children.error.ends_with(" is no supervisor\n"), "{children:?}");
    assert_eq!(
        running.run(&["rpc", "info(nobody)"]),
        Ran::failed("no process has the name \"nobody\"; `registered` lists the names, `processes` all processes\n")
    );
    // By name, by application, by type; a text or a word.
    for whom in ["store_tree", "\"store_tree\"", ":store_tree", "store", "StoreTree"] {
        let ran = running.run(&["rpc", &format!("which_children({whom})")]);
        assert!(ran.status == Some(0) && ran.out.contains("counter  <0."), "{whom}: {ran:?}");
    }
}

#[test]
fn a_console_of_its_own_ends_with_the_system() {
    let running = Running::new("");
    for command in ["start_console", "start_iex"] {
        let ran = typed(&running, command, "Tasks::add(5)\nexit\n");
        assert_eq!(ran.status, Some(0), "{ran:?}");
        assert!(ran.out.starts_with(STARTED) && ran.out.contains("5\n") && ran.out.ends_with(STOPPED), "{ran:?}");
    }
}

/// REL-083: wherever it is, and although the place where it was made is gone.
#[test]
fn a_release_that_was_moved_runs() {
    let mut running = Running::with_files("", &[("config/runtime.toml", "[store]\nstart = 8\n")]);
    // Deeper than the address of a socket is long.
    let deep = running.directory.path().join("deep".repeat(20)).join("er".repeat(30));
    fs::create_dir_all(deep.parent().unwrap()).unwrap();
    fs::rename(&running.release.path, &deep).unwrap();
    fs::remove_dir_all(running.directory.path().join("target")).unwrap();
    running.release.path = deep;
    let _daemon = running.daemon();
    assert_eq!(running.run(&["rpc", "Tasks::add(0)"]), Ran::well("8\n"));
}

#[test]
fn start_without_a_launch_script_says_what_is_missing() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_released"));
    command.env("RELEASE_ROOT", "/nowhere").env("RELEASE_COMMAND", "start");
    let ran = Ran::of(command.output().unwrap());
    assert_eq!(
        ran,
        Ran::failed("ERROR: RELEASE_NAME is not set: start the release with its launch script, bin/NAME\n")
    );
}

/// Paths need not be text.
#[test]
fn a_release_in_a_directory_that_is_no_text_runs() {
    let mut running = Running::with_files("", &[("config/runtime.toml", "[store]\nstart = 8\n")]);
    let odd = running.directory.path().join(std::ffi::OsStr::from_bytes(b"odd \xff"));
    fs::rename(&running.release.path, &odd).unwrap();
    running.release.path = odd;
    let daemon = running.daemon();
    assert_eq!(running.run(&["rpc", "Tasks::add(0)"]), Ran::well("8\n"));
    running.logs(STARTED);
    drop(daemon);
    let mut odd = running.command(&["eval"]);
    let ran = Ran::of(odd.arg(std::ffi::OsStr::from_bytes(b"puts(\xff)")).output().unwrap());
    assert!(ran.status == Some(1) && ran.error.starts_with("ERROR: the call of eval is not UTF-8: "), "{ran:?}");
}

#[test]
fn a_system_that_is_about_to_start_is_told_from_one_that_is_not_there() {
    let running = Running::with_files("", &[("config/runtime.toml", "")]);
    let go = running.directory.path().join("go");
    fs::write(running.release.version_path.join("runtime.toml"), format!("[store]\nwaits_for = {go:?}\n")).unwrap();
    let mut system = running.command(&["start"]).stdout(Stdio::piped()).spawn().unwrap();
    let mut out = BufReader::new(system.stdout.take().unwrap());
    let mut line = String::new();
    out.read_line(&mut line).unwrap();
    assert_eq!(line, "store starts\n");
    let starting =
        "ERROR: demo is about to start or to end, and cannot be reached: it can be once its applications are up\n";
    assert_eq!(running.run(&["pid"]), Ran::failed(starting));
    // So it is when an earlier one has left its socket behind.
    drop(UnixListener::bind(running.tmp().join("demo.sock")).unwrap());
    assert_eq!(running.run(&["pid"]), Ran::failed(starting));
    fs::write(&go, "").unwrap();
    until("an answer", || running.run(&["pid"]).status == Some(0));
    assert_eq!(running.run(&["stop"]), Ran::well(""));
    assert_eq!(system.wait().unwrap().code(), Some(0));
}

#[test]
fn a_daemon_does_not_wait_for_what_its_system_had_started() {
    let running = Running::new("");
    let daemon = running.daemon();
    let left = running.run(&["rpc", "Tasks::leave_behind()"]);
    assert_eq!(left.status, Some(0), "{left:?}");
    drop(daemon);
    until("the last line", || running.log().ends_with("demo ended with status 0\n"));
    // And the next one can write its log.
    let daemon = running.daemon();
    drop(daemon);
    let killed = Command::new("kill").arg(left.out.trim()).status().unwrap();
    assert!(killed.success(), "it still ran");
}

/// As a service manager does it, which ends all processes of a service at once: nothing is lost of what the system says at its end.
#[cfg(target_os = "linux")]
#[test]
fn a_signal_to_the_keeper_of_a_daemon_ends_both_in_order() {
    for to_both in [false, true] {
        let running = Running::new("");
        let daemon = running.daemon();
        let pid = running.run(&["pid"]).out.trim().to_owned();
        let status = text(format!("/proc/{pid}/status"));
        let keeper = status.lines().find_map(|line| line.strip_prefix("PPid:")).unwrap().trim().to_owned();
        let pids = if to_both { vec![keeper, pid] } else { vec![keeper] };
        let sent = Command::new("kill").arg("-TERM").args(pids).status().unwrap();
        // The keeper passes it on, so that the system may have ended before it gets its own.
        assert!(sent.success() || to_both);
        until("the last line", || running.log().ends_with("demo ended with status 0\n"));
        assert_eq!(running.log(), format!("{STARTED}{STOPPED}demo ended with status 0\n"));
        drop(daemon);
    }
}

/// Reads what it is sent by whoever trusts it: run by the test below, as nobody.
#[test]
fn impostor() {
    let Some(path) = std::env::var_os("OTP_TEST_IMPOSTOR") else { return };
    setgid(Gid::from_raw(65534)).unwrap();
    setuid(Uid::from_raw(65534)).unwrap();
    let listener = UnixListener::bind(path).unwrap();
    let mut told = String::new();
    listener.accept().unwrap().0.read_to_string(&mut told).unwrap();
    println!("## told {told:?}");
}

/// The administrator's as little as anybody's; only that one can play another user here.
#[test]
fn the_cookie_is_not_shown_to_another_user() {
    if !geteuid().is_root() {
        return;
    }
    let running = Running::new("");
    fs::create_dir_all(running.tmp()).unwrap();
    fs::set_permissions(running.tmp(), fs::Permissions::from_mode(0o777)).unwrap();
    let socket = running.tmp().join("demo.sock");
    let module = module_path!().split_once("::").unwrap().1;
    let mut impostor = Command::new(std::env::current_exe().unwrap());
    impostor.args([&format!("{module}::impostor"), "--exact", "--nocapture", "--test-threads=1"]);
    let impostor = impostor.env("OTP_TEST_IMPOSTOR", &socket).stdout(Stdio::piped()).spawn().unwrap();
    until("the impostor's socket", || socket.exists());
    let ran = running.run(&["stop"]);
    assert!(
        ran.error.contains(" is user 65534, and is not shown the cookie of demo: run this as that user"),
        "{ran:?}"
    );
    assert_eq!(ran.status, Some(1));
    let told = Ran::of(impostor.wait_with_output().unwrap());
    assert!(told.out.contains("## told \"\"\n"), "{told:?}");
}

#[test]
fn a_console_that_is_ended_by_a_signal_leaves_the_terminal_as_it_was() {
    let running = Running::new("");
    let daemon = running.daemon();
    for (command, signal, status) in
        [("remote", "-TERM", 143), ("remote", "-HUP", 129), ("start_console", "-TERM", 0), ("start_console", "-HUP", 0)]
    {
        if command == "start_console" {
            running.run(&["stop"]);
        }
        let terminal = openpty(None, None).unwrap();
        let ours = || terminal.slave.try_clone().unwrap();
        let is_plain =
            || tcgetattr(&terminal.slave).unwrap().local_flags.contains(LocalFlags::ICANON | LocalFlags::ECHO);
        let mut console = running.command(&[command]);
        let console = console.env("TERM", "xterm").stdin(ours()).stdout(ours()).stderr(ours());
        let mut console = console.spawn().unwrap();
        until("the line editor", || !is_plain());
        assert!(Command::new("kill").args([signal, &console.id().to_string()]).status().unwrap().success());
        assert_eq!(console.wait().unwrap().code(), Some(status), "{command} {signal}");
        assert!(is_plain(), "{command} {signal}");
    }
    drop(daemon);
}

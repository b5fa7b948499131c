//! `eval`: calls of registered functions, in a new process of the operating system.

use super::support::{Ran, Running};

fn eval(running: &Running, call: &str) -> Ran {
    running.run(&["eval", call])
}

#[test]
fn rel_073_eval_calls_a_function_with_the_configuration_and_starts_nothing() {
    let files = [("config/config.toml", "[store]\nstart = 5\n"), ("config/runtime.toml", "[store]\nstart = 6\n")];
    let running = Running::with_files("", &files);
    assert_eq!(eval(&running, "Tasks::configured()"), Ran::well("start 6, level 1, counter runs: false\n"));
    // Further arguments are the function's to ask for.
    let ran = running.run(&["eval", "Tasks::arguments()", "--dry-run", "x y"]);
    assert_eq!(ran, Ran::well("[\"--dry-run\", \"x y\"]\n"));
    assert_eq!(eval(&running, "puts(\"hello\"); IO.puts(:again)"), Ran::well("hello\nagain\n"));
    // Nothing was left that others could reach.
    assert!(!running.tmp().join("demo.sock").exists() && !running.tmp().join("demo.lock").exists());
    let none = running.run(&["eval"]);
    assert_eq!(none.status, Some(1));
    assert!(none.error.starts_with("ERROR: eval expects a call as argument"), "{none:?}");
    let environment = eval(&running, "Tasks::environment(\"RELEASE_COMMAND\")");
    assert_eq!(environment, Ran::well("Some(\"eval\")\n"));
}

#[test]
fn rel_074_eval_may_start_applications() {
    let running = Running::new("");
    let ran = eval(&running, "Tasks::with_store()");
    assert_eq!(ran, Ran::well("store starts\n1\nstore has stopped\n"));
    let ran = eval(&running, "Application.ensure_all_started(:shop); Tasks::add(2)");
    let started = "store starts\nshop starts\n[\"store\", \"shop\"]\n";
    assert_eq!(ran, Ran::well(&format!("{started}2\nshop has stopped\nstore has stopped\n")));
}

#[test]
fn arguments_are_literals_of_the_types_that_the_function_takes() {
    let running = Running::new("");
    for (call, printed) in [
        ("Tasks::take(\"a\\n\\u{e9}\", [1, 0x10], (true, 'c'), 1.5)", "a\né [1, 16] (true, 'c') Some(1.5)\n"),
        ("Tasks.take(word, [], (false, '\\''), None)", "word [] (false, '\\'') None\n"),
        ("Demo.Tasks.take(\"x\", [255,], (true, ' '), Some(-2))", "x [255] (true, ' ') Some(-2.0)\n"),
        ("take(\"x\", [], (true, 'x'), 1e-3)", "x [] (true, 'x') Some(0.001)\n"),
        ("Tasks::chatty", "first\nsecond\nthird\n"),
        (";; puts(1);;", "1\n"),
    ] {
        assert_eq!(eval(&running, call), Ran::well(printed), "{call}");
    }
}

#[test]
fn what_cannot_be_called_is_refused_with_what_can() {
    let running = Running::new("");
    let add = "Tasks::add(n: i64)";
    for (call, message) in [
        ("Tasks::ad(1)".to_owned(), format!("there is no command `Tasks::ad`; did you mean {add}?\n")),
        ("xyzzy()".to_owned(), "there is no command `xyzzy`; `help` lists all\n".to_owned()),
        ("Tasks::add()".to_owned(), format!("`Tasks::add` takes one argument and was given 0: {add}\n")),
        ("Tasks::add(1, 2)".to_owned(), format!("`Tasks::add` takes one argument and was given 2: {add}\n")),
        (
            "Tasks::add(\"1\")".to_owned(),
            format!("argument `n` of `Tasks::add` is i64, and was given \"1\": {add}\n"),
        ),
        (
            "Tasks::take(\"x\", [1, 256], (true, 'c'), 1)".to_owned(),
            "argument `numbers` of `Tasks::take` is Vec<u8>, and was given 256: Tasks::take(text: String, numbers: Vec<u8>, \
             pair: (bool, char), maybe: Option<f64>)\n"
                .to_owned(),
        ),
        (
            "Tasks::add(1".to_owned(),
            "expected `,` or `)` at column 13:\n  Tasks::add(1\n              ^\n".to_owned(),
        ),
        (
            "Tasks::add(f(1))".to_owned(),
            "expected a literal value instead of a call at column 12:\n  Tasks::add(f(1))\n             ^\n".to_owned(),
        ),
        ("1 + 1".to_owned(), "expected a call of a command, as in `puts(\"hello\")` (`help` lists them), at column 1:\n  1 + 1\n  ^\n".to_owned()),
        (
            "puts(\"x)".to_owned(),
            "expected an end of the text that begins at column 6:\n  puts(\"x)\n       ^\n".to_owned(),
        ),
        (" ; ".to_owned(), "expected a call, as in `puts(\"hello\")`, at column 4:\n   ; \n     ^\n".to_owned()),
        ("Tasks::fails()".to_owned(), "it did not work\n".to_owned()),
    ] {
        assert_eq!(eval(&running, &call), Ran::failed(&message), "{call}");
    }
    let panicked = eval(&running, "Tasks::panics()");
    assert_eq!((panicked.status, panicked.out.as_str()), (Some(1), ""));
    assert!(panicked.error.contains("`Tasks::panics` ended: ") && panicked.error.contains("oh no"), "{panicked:?}");
    // Of what does not run because nothing was started.
    let absent = eval(&running, "Tasks::add(1)");
    assert!(absent.error.starts_with("call of add on counter failed: noproc"), "{absent:?}");
    let hint = "\nhint: eval starts no application; `Application::ensure_all_started(\"shop\");` before the call does, and rpc asks the \
                system that runs\n";
    assert!(absent.status == Some(1) && absent.error.ends_with(hint), "{absent:?}");
    // The first that fails is the last.
    let ran = eval(&running, "puts(1); Tasks::fails(); puts(2)");
    assert_eq!((ran.status, ran.out.as_str(), ran.error.as_str()), (Some(1), "1\n", "it did not work\n"));
    let help = eval(&running, "help");
    assert!(help.out.contains("Tasks::add(n: i64)") && help.out.contains("Adds to the counter of the running system"));
}

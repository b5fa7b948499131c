//! Putting releases together: which file goes where.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::Command;

use otp::release::Manifest;
use otp::release::build::{Outcome, Release, Step, copy_directory, make, random_cookie};

use super::support::{
    Directory, Said, Script, choose, made, mode, package, project, project_of, runs_from_now_on, settings, text,
};

/// All files and directories below a path, from there.
fn tree(path: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut todo = vec![path.to_owned()];
    while let Some(directory) = todo.pop() {
        for entry in fs::read_dir(directory).unwrap() {
            let entry = entry.unwrap().path();
            found.push(entry.strip_prefix(path).unwrap().display().to_string());
            if entry.is_dir() {
                todo.push(entry);
            }
        }
    }
    found.sort();
    found
}

fn make_with(directory: &Directory, settings: &str, said: &mut Said) -> Outcome {
    let release = choose(&project(directory.path(), settings), None).unwrap();
    make(release, &Script::new(directory), said).unwrap()
}

const PLAIN: &str = "[releases.demo]\nstrip = false\n";

#[test]
fn rel_038_a_release_has_its_files_in_their_places() {
    let directory = Directory::new();
    directory.file("config/config.toml", "[demo]\nport = 1\n");
    directory.file("config/runtime.toml", "[demo]\nport = 2\n");
    directory.file("priv/data.txt", "data");
    let release = made(&directory, PLAIN);
    assert_eq!(
        tree(&release.path),
        [
            "bin",
            "bin/demo",
            "lib",
            "lib/demo-0.1.0",
            "lib/demo-0.1.0/priv",
            "lib/demo-0.1.0/priv/data.txt",
            "releases",
            "releases/0.1.0",
            "releases/0.1.0/demo",
            "releases/0.1.0/env.sh",
            "releases/0.1.0/manifest.toml",
            "releases/0.1.0/runtime.toml",
            "releases/0.1.0/start.toml",
            "releases/0.1.0/sys.toml",
            "releases/0.1.0/target",
            "releases/COOKIE",
            "releases/start_otp.data",
        ]
    );
    assert_eq!(mode(&release.path.join("bin/demo")), 0o755);
    // What may be secret is its owner's.
    for secret in ["COOKIE", "0.1.0/sys.toml", "0.1.0/runtime.toml", "0.1.0/env.sh"] {
        assert_eq!(mode(&release.path.join("releases").join(secret)), 0o600, "{secret}");
    }
}

#[test]
fn rel_037_the_manifest_lists_applications_versions_and_modes_in_order() {
    let directory = Directory::new();
    let release = made(&directory, PLAIN);
    let manifest: Manifest = toml::from_str(&text(release.version_path.join("manifest.toml"))).unwrap();
    assert_eq!((manifest.name.as_str(), manifest.version.as_str(), manifest.otp.as_str()), ("demo", "0.1.0", "9.8.7"));
    assert_eq!((manifest.env.as_str(), manifest.target), ("prod", release.description.target.clone()));
    let applications: Vec<_> =
        manifest.applications.iter().map(|one| (one.name.as_str(), one.version.as_str(), one.mode.as_str())).collect();
    assert_eq!(applications, [("store", "2.0.0", "permanent"), ("demo", "0.1.0", "permanent")]);
}

#[test]
fn rel_039_each_step_is_announced_unless_quiet() {
    let directory = Directory::new();
    directory.file("config/runtime.toml", "");
    let mut said = Said::default();
    make_with(&directory, &format!("{PLAIN}steps = [\"assemble\", \"tar\"]"), &mut said);
    let lines = said.lines.join("\n");
    let path = "target/rel/demo";
    for line in [
        "* assembling demo-0.1.0 for prod".to_owned(),
        "* using config/runtime.toml to configure the release at run time".to_owned(),
        "* packed target/demo-0.1.0.tar.gz".to_owned(),
        format!("Release created at {path}"),
        format!("{path}/bin/demo start"),
        format!("{path}/bin/demo remote"),
        format!("{path}/bin/demo stop"),
    ] {
        assert!(lines.contains(&line), "{line} is not in:\n{lines}");
    }

    let directory = Directory::new();
    let mut said = Said::default();
    make_with(&directory, PLAIN, &mut said);
    assert!(said.lines.contains(&"* skipping run-time configuration (config/runtime.toml not found)".to_owned()));

    let mut said = Said { answer: true, ..Said::default() };
    make_with(&directory, &format!("{PLAIN}quiet = true\noverwrite = true"), &mut said);
    assert!(said.lines.is_empty() && said.questions.is_empty());
}

#[test]
fn rel_040_path_and_version_are_in_the_names_of_directories() {
    let directory = Directory::new();
    let release = made(&directory, &format!("{PLAIN}path = \"out\"\nversion = \"7.0.0\""));
    assert_eq!(release.path, directory.path().join("out"));
    assert!(directory.path().join("out/releases/7.0.0/demo").is_file());
    assert_eq!(text(directory.path().join("out/releases/start_otp.data")), "9.8.7 7.0.0");
}

#[test]
fn rel_041_a_release_of_the_same_version_is_replaced_only_if_wished() {
    let directory = Directory::new();
    made(&directory, PLAIN);
    let mark = directory.path().join("target/rel/demo/releases/0.1.0/env.sh");
    fs::write(&mark, "changed").unwrap();

    let mut said = Said::default();
    assert!(matches!(make_with(&directory, PLAIN, &mut said), Outcome::Kept));
    assert_eq!(said.questions, ["Release demo-0.1.0 already exists. Overwrite?"]);
    assert_eq!(text(&mark), "changed");
    assert!(said.lines.is_empty());

    let mut said = Said { answer: true, ..Said::default() };
    assert!(matches!(make_with(&directory, PLAIN, &mut said), Outcome::Made(_)));
    assert_ne!(text(&mark), "changed");

    let mut said = Said::default();
    assert!(matches!(make_with(&directory, &format!("{PLAIN}overwrite = true"), &mut said), Outcome::Made(_)));
    assert!(said.questions.is_empty());
    // Another version lies beside it.
    make_with(&directory, &format!("{PLAIN}version = \"0.2.0\""), &mut said);
    assert!(said.questions.is_empty() && mark.is_file());
}

#[test]
fn rel_043_private_files_are_copies_with_their_modes() {
    let directory = Directory::new();
    let outside = directory.file("outside.txt", "from outside");
    let script = directory.file("priv/run.sh", "#!/bin/sh\n");
    fs::set_permissions(&script, fs::Permissions::from_mode(0o750)).unwrap();
    symlink(&outside, directory.path().join("priv/link.txt")).unwrap();
    let store = directory.file("store/priv/store.txt", "store");
    let packages = vec![
        package(directory.path(), "demo", "0.1.0"),
        package(store.parent().unwrap().parent().unwrap(), "store", "2.0.0"),
    ];
    let settings = format!("{PLAIN}applications = {{ demo = \"permanent\" }}");
    let release = choose(&project_of(directory.path(), &settings, packages), None).unwrap();
    let Outcome::Made(release) = make(release, &Script::new(&directory), &mut Said::default()).unwrap() else {
        panic!()
    };

    let private = release.path.join("lib/demo-0.1.0/priv");
    assert_eq!(mode(&private.join("run.sh")), 0o750);
    assert!(fs::symlink_metadata(private.join("link.txt")).unwrap().is_file());
    assert_eq!(text(private.join("link.txt")), "from outside");
    assert_eq!(text(release.path.join("lib/store-2.0.0/priv/store.txt")), "store");
}

#[test]
fn rel_045_a_program_is_stripped_unless_it_is_to_be_kept() {
    let directory = Directory::new();
    let source = directory.file("hello.rs", "fn main() { println!(\"hello\"); }");
    let program = directory.path().join("hello");
    let rustc = std::env::var("RUSTC").unwrap_or_else(|_| "rustc".into());
    let compiled = Command::new(rustc).args(["-g", "-o"]).arg(&program).arg(&source).status().unwrap();
    assert!(compiled.success());
    let stripped = |strip: &str| {
        let settings = format!("[releases.demo]\noverwrite = true\n{strip}");
        let release = choose(&project(directory.path(), &settings), None).unwrap();
        let mut script = Script::new(&directory);
        script.path = program.clone();
        make(release, &script, &mut Said::default()).unwrap();
        let made = directory.path().join("target/rel/demo/releases/0.1.0/demo");
        runs_from_now_on(&made);
        assert_eq!(Command::new(&made).output().unwrap().stdout, b"hello\n");
        fs::read(made).unwrap()
    };
    let built = fs::read(&program).unwrap();
    let (default, all) = (stripped(""), stripped("strip = true"));
    assert!(default == all && all.len() < built.len());
    assert!(stripped("strip = false") == built);
    assert!(stripped("strip = { keep = [\"symbols\", \"debuginfo\"] }") == built);
    let symbols = stripped("strip = { keep = [\"symbols\"] }").len();
    assert!(all.len() < symbols && symbols < built.len());
    let debug = stripped("strip = { keep = [\"debuginfo\"] }").len();
    assert!(all.len() < debug && debug < built.len());
}

#[test]
fn rel_046_nothing_to_copy_is_no_failure() {
    let directory = Directory::new();
    let to = directory.path().join("to");
    assert!(!copy_directory(&directory.path().join("unknown"), &to).unwrap());
    fs::create_dir(directory.path().join("empty")).unwrap();
    assert!(!copy_directory(&directory.path().join("empty"), &to).unwrap());
    directory.file("full/a/b.txt", "b");
    assert!(copy_directory(&directory.path().join("full"), &to).unwrap());
    assert_eq!(text(to.join("a/b.txt")), "b");
}

#[test]
fn a_link_to_a_directory_around_it_is_refused() {
    let directory = Directory::new();
    directory.file("from/a/b.txt", "b");
    let (from, to) = (directory.path().join("from"), directory.path().join("to"));
    // Twice the same directory, beside one another, is no circle.
    symlink("a", from.join("again")).unwrap();
    assert!(copy_directory(&from, &to).unwrap());
    assert_eq!(text(to.join("again/b.txt")), "b");
    symlink("..", from.join("a/back")).unwrap();
    let error = copy_directory(&from, &to).unwrap_err().to_string();
    assert!(error.starts_with("cannot copy ") && error.contains("back: it leads back to "), "{error}");
}

#[test]
fn the_stored_configuration_does_not_know_where_it_was_read() {
    let directory = Directory::new();
    directory.file("config/config.toml", "import_config = \"more.toml\"\n[demo]\nport = 1\nlist = [{ a = 1 }]\n");
    directory.file("config/more.toml", "[store]\nkey = { secret = \"hush\" }\n");
    let release = made(&directory, PLAIN);
    let stored = text(release.version_path.join("sys.toml"));
    assert!(!stored.contains(&directory.path().display().to_string()), "{stored}");
    assert!(stored.contains("\"config/config.toml\"") && stored.contains("\"config/more.toml\""), "{stored}");
    assert!(release.config.value("store", "key").unwrap().is_secret());
}

#[test]
fn rel_047_launch_scripts_can_be_left_out() {
    let directory = Directory::new();
    let release = made(&directory, &format!("{PLAIN}include_executables_for = []"));
    assert!(!release.path.join("bin").exists());
    let directory = Directory::new();
    assert!(made(&directory, PLAIN).path.join("bin/demo").is_file());
}

#[test]
fn rel_048_templates_are_filled_in_and_have_defaults() {
    let directory = Directory::new();
    let release = made(&directory, &format!("{PLAIN}start = {{ worker_threads = 3 }}"));
    assert!(text(release.version_path.join("env.sh")).contains("its name (demo unless"));
    assert_eq!(text(release.version_path.join("start.toml")), "worker_threads = 3\n");

    let directory = Directory::new();
    directory.file("rel/env.sh.template", "export MINE='{{ RELEASE_NAME }} {{RELEASE_VSN}} ${HOME} {{{{x}}'\n");
    directory.file("rel/start.toml.template", "stack_size = 4194304 # {{ RELEASE_ENV }}\n");
    let release = made(&directory, PLAIN);
    assert_eq!(text(release.version_path.join("env.sh")), "export MINE='demo 0.1.0 ${HOME} {{x}}'\n");
    assert_eq!(text(release.version_path.join("start.toml")), "stack_size = 4194304 # prod\n");

    let directory = Directory::new();
    directory.file("templates/env.sh.template", "# of another directory\n");
    let release = made(&directory, &format!("{PLAIN}rel_templates_path = \"templates\""));
    assert_eq!(text(release.version_path.join("env.sh")), "# of another directory\n");

    for (file, content, wrong) in [
        ("rel/env.sh.template", "\n{{ NAME }}", "env.sh.template:2: unknown variable `NAME`"),
        ("rel/start.toml.template", "workers = 1", "start.toml: "),
    ] {
        let directory = Directory::new();
        directory.file(file, content);
        let release = choose(&project(directory.path(), PLAIN), None).unwrap();
        let error = make(release, &Script::new(&directory), &mut Said::default()).unwrap_err().to_string();
        assert!(error.contains(wrong), "{error}");
    }
}

#[test]
fn rel_049_later_overlays_lie_on_earlier_ones() {
    let directory = Directory::new();
    for (file, content) in [
        ("rel/overlays/a.txt", "first"),
        ("rel/overlays/b.txt", "first"),
        ("more/b.txt", "second"),
        ("more/deep/c.txt", "second"),
        ("last/deep/c.txt", "third"),
    ] {
        directory.file(file, content);
    }
    fs::create_dir_all(directory.path().join("more/empty/inside")).unwrap();
    let release = made(&directory, &format!("{PLAIN}overlays = [\"more\", \"last\"]"));
    let read = |path: &str| text(release.path.join(path));
    assert_eq!([read("a.txt"), read("b.txt"), read("deep/c.txt")], ["first", "second", "third"]);
    assert!(release.path.join("empty/inside").is_dir());
    // One alone is no list.
    let release = made(&directory, &format!("{PLAIN}overwrite = true\noverlays = \"last\""));
    assert_eq!(text(release.path.join("deep/c.txt")), "third");

    let release =
        choose(&project(directory.path(), &format!("{PLAIN}overwrite = true\noverlays = \"gone\"")), None).unwrap();
    let error = make(release, &Script::new(&directory), &mut Said::default()).unwrap_err().to_string();
    assert!(error.contains("gone"), "{error}");
}

fn with_steps(directory: &Directory, steps: Vec<Step>) -> Result<Outcome, String> {
    let mut release = choose(&project(directory.path(), PLAIN), None).unwrap();
    release.steps = steps.into();
    make(release, &Script::new(directory), &mut Said::default()).map_err(|error| error.to_string())
}

#[test]
fn rel_050_steps_run_in_order_and_may_change_release_and_steps() {
    let directory = Directory::new();
    let seen = |name: &'static str| {
        move |release: &Release| {
            let there = release.path.join("bin/demo").exists();
            format!("{name} {:?} {there}", release.steps)
        }
    };
    let note = |release: &mut Release, line: String| {
        let path = release.root.join("notes");
        let before = fs::read_to_string(&path).unwrap_or_default();
        fs::write(path, before + &line + "\n").unwrap();
    };
    let steps = vec![
        Step::call("first", move |mut release| {
            let line = seen("first")(&release);
            note(&mut release, line);
            release.start.worker_threads = Some(7);
            release.steps.push_back(Step::call("third", move |mut release| {
                let line = seen("third")(&release);
                note(&mut release, line);
                Ok(release)
            }));
            Ok(release)
        }),
        Step::Assemble,
        Step::Command(["sh", "-c", "echo second $RELEASE_NAME $RELEASE_VSN >> notes"].map(str::to_owned).to_vec()),
    ];
    with_steps(&directory, steps).unwrap();
    assert_eq!(
        text(directory.path().join("notes")),
        "first [assemble, sh -c echo second $RELEASE_NAME $RELEASE_VSN >> notes] false\nsecond demo 0.1.0\nthird [] true\n"
    );
    assert_eq!(text(directory.path().join("target/rel/demo/releases/0.1.0/start.toml")), "worker_threads = 7\n");

    let failing = |name| Step::call(name, |_| Err("no".into()));
    let error = with_steps(&Directory::new(), vec![Step::Assemble, failing("third")]).unwrap_err();
    assert_eq!(error, "step `third` of release `demo` failed: no");
    let error = with_steps(&Directory::new(), vec![Step::Assemble, Step::Command(vec!["false".into()])]).unwrap_err();
    assert_eq!(error, "step `false` of release `demo` failed: exit status: 1");
    // What a step adds is looked at as what was configured.
    let adds = Step::call("adds", |mut release| {
        release.steps.push_back(Step::Assemble);
        Ok(release)
    });
    let error = with_steps(&Directory::new(), vec![adds, Step::Assemble]).unwrap_err();
    assert!(error.contains("`assemble` stands twice"), "{error}");
}

#[test]
fn rel_051_an_archive_has_all_that_belongs_to_the_version() {
    let directory = Directory::new();
    directory.file("config/runtime.toml", "");
    directory.file("priv/data.txt", "data");
    directory.file("rel/overlays/extra.txt", "extra");
    fs::create_dir_all(directory.path().join("rel/overlays/empty")).unwrap();
    // What other versions and a system that ran left behind stays out.
    for other in ["releases/0.0.9/demo", "lib/demo-0.0.9/priv/old.txt", "tmp/log/demo.log"] {
        directory.file(&format!("target/rel/demo/{other}"), "old");
    }
    let steps = "steps = [\"assemble\", \"tar\"]";
    let release = made(&directory, &format!("{PLAIN}{steps}"));
    let listed = |archive: &Path| {
        let output = Command::new("tar").arg("-tzf").arg(archive).output().unwrap();
        let names = String::from_utf8(output.stdout).unwrap();
        let mut names: Vec<String> = names.lines().map(|name| name.trim_end_matches('/').to_owned()).collect();
        names.sort();
        names
    };
    assert_eq!(
        listed(&directory.path().join("target/demo-0.1.0.tar.gz")),
        [
            "bin",
            "bin/demo",
            "empty",
            "extra.txt",
            "lib",
            "lib/demo-0.1.0",
            "lib/demo-0.1.0/priv",
            "lib/demo-0.1.0/priv/data.txt",
            "releases",
            "releases/0.1.0",
            "releases/0.1.0/demo",
            "releases/0.1.0/env.sh",
            "releases/0.1.0/manifest.toml",
            "releases/0.1.0/runtime.toml",
            "releases/0.1.0/start.toml",
            "releases/0.1.0/sys.toml",
            "releases/0.1.0/target",
            "releases/COOKIE",
            "releases/start_otp.data",
        ]
    );
    assert!(release.path.join("tmp/log/demo.log").is_file());
    // It holds what is its owner's alone.
    assert_eq!(mode(&directory.path().join("target/demo-0.1.0.tar.gz")), 0o600);

    let directory = Directory::new();
    made(&directory, &format!("{PLAIN}{steps}\npath = \"out\""));
    assert!(listed(&directory.path().join("out/demo-0.1.0.tar.gz")).contains(&"bin/demo".to_owned()));

    // What overlays bring is in it wherever it lies, and older archives are not.
    let overlaid = ["tools.tar.gz", "tmp/keep/me.txt", "lib/extra/x.txt", "releases/notes/n.txt"];
    let left =
        ["demo-0.0.9.tar.gz", "tmp/log/demo.log", "lib/demo-0.0.9/old.txt", "releases/0.0.9/demo", "lib/extra/old"];
    let directory = Directory::new();
    for file in overlaid {
        directory.file(&format!("rel/overlays/{file}"), "new");
    }
    for file in left {
        directory.file(&format!("out/{file}"), "old");
    }
    made(&directory, &format!("{PLAIN}{steps}\npath = \"out\""));
    let names = listed(&directory.path().join("out/demo-0.1.0.tar.gz"));
    for (files, packed) in [(&overlaid[..], true), (&left[..], false)] {
        for file in files {
            assert_eq!(names.contains(&(*file).to_owned()), packed, "{file} in {names:?}");
        }
    }
}

#[test]
fn rel_054_a_cookie_is_random_and_stays() {
    let directory = Directory::new();
    let release = made(&directory, PLAIN);
    let path = release.path.join("releases/COOKIE");
    let cookie = text(&path);
    assert!(
        cookie.len() == 56 && cookie.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit()),
        "{cookie}"
    );
    made(&directory, &format!("{PLAIN}overwrite = true"));
    assert_eq!(text(&path), cookie);
    let chosen = made(&directory, &format!("{PLAIN}overwrite = true\ncookie = \"chosen\""));
    assert_eq!(text(&path), "chosen");
    assert!(!format!("{chosen:?}").contains("\"chosen"), "{chosen:?}");
    assert!(!format!("{:?}", settings("cookie = \"hush\"").unwrap()).contains("hush"));
    let error = settings("cookie = { hush = 1 }").unwrap_err();
    assert!(error.contains("the cookie must be text"), "{error}");
    // One that somebody else could read is closed again.
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    made(&directory, &format!("{PLAIN}overwrite = true"));
    assert_eq!((text(&path).as_str(), mode(&path)), ("chosen", 0o600));
    let long = format!("{PLAIN}overwrite = true\ncookie = \"{}\"", "x".repeat(1025));
    let release = choose(&project(directory.path(), &long), None).unwrap();
    let error = make(release, &Script::new(&directory), &mut Said::default()).unwrap_err().to_string();
    assert!(error.contains("1025 bytes") && error.contains("at most 1024"), "{error}");
    assert_eq!(text(&path), "chosen");
    assert_ne!(random_cookie().unwrap(), random_cookie().unwrap());
}

#[test]
fn rel_056_the_version_file_has_both_versions() {
    let directory = Directory::new();
    let release = made(&directory, PLAIN);
    assert_eq!(text(release.path.join("releases/start_otp.data")), "9.8.7 0.1.0");
}

/// The file has one name here: one of the older name is not read, and the build says so.
#[test]
fn rel_063_run_time_configuration_of_the_older_name_is_warned_of() {
    let directory = Directory::new();
    directory.file("config/releases.toml", "[demo]\nport = 1\n");
    let mut said = Said::default();
    make_with(&directory, PLAIN, &mut said);
    let skipped = said.lines.iter().position(|line| line.starts_with("* skipping run-time configuration")).unwrap();
    assert_eq!(said.lines[skipped + 1], "* warning: config/releases.toml is not read; its name is runtime.toml now");

    directory.file("config/runtime.toml", "[demo]\nport = 2\n");
    let mut said = Said { answer: true, ..Said::default() };
    let Outcome::Made(release) = make_with(&directory, PLAIN, &mut said) else { panic!("it was kept") };
    let using = said.lines.iter().position(|line| line.starts_with("* using config/runtime.toml")).unwrap();
    assert_eq!(said.lines[using + 1], "* warning: config/releases.toml is not read");
    assert_eq!(text(release.version_path.join("runtime.toml")), "[demo]\nport = 2\n");
}

//! Projects, directories and releases for tests.

use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use otp::release::build::{
    BuildError, Builder, Console, Options, Outcome, Package, Project, Release, ReleaseSettings, Settings, make,
};
use otp::release::{BootEntry, Description, Question};

/// A directory that goes with its owner.
pub(super) struct Directory(PathBuf);

impl Directory {
    pub(super) fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("otp-rel-{}-{number}", std::process::id()));
        fs::create_dir_all(&path).expect("there is room for a directory");
        Self(path.canonicalize().expect("it was made"))
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }

    /// Writes a file, with the directories around it.
    pub(super) fn file(&self, path: &str, text: &str) -> PathBuf {
        let path = self.0.join(path);
        fs::create_dir_all(path.parent().expect("it is in a directory")).expect("directories can be made");
        fs::write(&path, text).expect("files can be written");
        path
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

pub(super) fn mode(path: &Path) -> u32 {
    fs::metadata(path).expect("it is there").permissions().mode() & 0o777
}

pub(super) fn package(directory: &Path, name: &str, version: &str) -> Package {
    Package {
        name: name.into(),
        version: version.into(),
        directory: directory.to_owned(),
        bins: vec![name.into()],
        default_run: None,
        member: true,
    }
}

/// A project of one package, `demo` 0.1.0, with these settings.
pub(super) fn project(root: &Path, settings: &str) -> Project {
    project_of(root, settings, vec![package(root, "demo", "0.1.0")])
}

pub(super) fn project_of(root: &Path, settings: &str, packages: Vec<Package>) -> Project {
    let settings: Settings = toml::from_str(settings).expect("the settings are right");
    let (root, target_directory) = (root.to_owned(), root.join("target"));
    Project { root, target_directory, packages, current: None, settings }
}

pub(super) fn settings(text: &str) -> Result<ReleaseSettings, String> {
    toml::from_str(text).map_err(|error: toml::de::Error| error.to_string())
}

pub(super) fn choose(project: &Project, name: Option<&str>) -> Result<Release, BuildError> {
    Release::choose(project, name, &Options::default())
}

/// A program that is a script, and says of itself what it is told to.
pub(super) struct Script {
    pub(super) path: PathBuf,
    pub(super) description: Description,
}

impl Script {
    /// Prints its command, its arguments and the variables of the release.
    pub(super) fn new(directory: &Directory) -> Self {
        let text = "#!/bin/sh\necho \"arguments: $*\"\nenv | grep '^RELEASE_\\|^MINE' | sort\n";
        let path = directory.file("target/release/demo", text);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("it is ours");
        let entry = |name: &str, version: &str| BootEntry {
            name: name.into(),
            version: version.into(),
            mode: "permanent".into(),
            ..BootEntry::default()
        };
        let description = Description {
            otp: "9.8.7".into(),
            target: std::env::consts::ARCH.to_owned() + "-unknown-linux-gnu",
            applications: vec![entry("store", "2.0.0"), entry("demo", "0.1.0")],
            stored: otp::config::Stored::default().to_text().expect("nothing can be written"),
        };
        Self { path, description }
    }
}

impl Builder for Script {
    fn build(&self, _: &Release) -> Result<PathBuf, BuildError> {
        Ok(self.path.clone())
    }

    fn describe(&self, _: &Release, _: &Path, _: &Question) -> Result<Description, BuildError> {
        Ok(self.description.clone())
    }
}

/// The program `released`, which cargo built for these tests.
pub(super) struct Released;

impl Builder for Released {
    fn build(&self, _: &Release) -> Result<PathBuf, BuildError> {
        Ok(env!("CARGO_BIN_EXE_released").into())
    }
}

/// Keeps what is said, and answers every question alike.
#[derive(Default)]
pub(super) struct Said {
    pub(super) lines: Vec<String>,
    pub(super) questions: Vec<String>,
    pub(super) answer: bool,
}

impl Console for Said {
    fn say(&mut self, line: &str) {
        self.lines.push(line.to_owned());
    }

    fn confirm(&mut self, question: &str) -> bool {
        self.questions.push(question.to_owned());
        self.answer
    }
}

/// Makes a release of a project with the script as its program.
pub(super) fn made(directory: &Directory, settings: &str) -> Release {
    made_of(choose(&project(directory.path(), settings), None).expect("it can be chosen"), &Script::new(directory))
}

fn made_of(release: Release, builder: &dyn Builder) -> Release {
    let release = match make(release, builder, &mut Said::default()) {
        Ok(Outcome::Made(release)) => *release,
        Ok(other) => panic!("it was not made: {other:?}"),
        Err(error) => panic!("it was not made: {error}"),
    };
    runs_from_now_on(&release.path.join("bin").join(&release.name));
    runs_from_now_on(&release.version_path.join(&release.name));
    release
}

/// What is open for writing cannot be executed. This program has closed what it has written; but a test on another thread
/// may have started a program meanwhile, which has everything open until it is executed itself.
pub(super) fn runs_from_now_on(program: &Path) {
    until("nobody has the program open", || {
        // With these neither the launch script nor the program does anything.
        let mut command = Command::new(program);
        command.env_clear().envs([("RELEASE_ROOT", "/nowhere"), ("RELEASE_COMMAND", "start")]).stdin(Stdio::null());
        command.output().err().is_none_or(|error| error.kind() != ErrorKind::ExecutableFileBusy)
    });
}

pub(super) fn text(path: impl AsRef<Path>) -> String {
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.as_ref().display()))
}

/// A release of the program `released` that can be run.
pub(super) struct Running {
    pub(super) directory: Directory,
    pub(super) release: Release,
    /// More variables for every command.
    pub(super) variables: Vec<(&'static str, String)>,
}

impl Running {
    /// Made with the default settings, but for these.
    pub(super) fn new(settings: &str) -> Self {
        Self::with_files(settings, &[])
    }

    pub(super) fn with_files(settings: &str, files: &[(&str, &str)]) -> Self {
        let directory = Directory::new();
        for (path, text) in files {
            directory.file(path, text);
        }
        let settings = format!("strip = false\n{settings}");
        let settings = format!("[releases.demo]\n{settings}");
        let release = choose(&project(directory.path(), &settings), None).expect("it can be chosen");
        let release = made_of(release, &Released);
        Self { directory, release, variables: Vec::new() }
    }

    pub(super) fn tmp(&self) -> PathBuf {
        self.release.path.join("tmp")
    }

    pub(super) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(self.release.path.join("bin/demo"));
        command.args(arguments).env_remove("RUST_LOG").stdin(Stdio::null());
        command.envs(self.variables.iter().map(|(name, value)| (*name, value.as_str())));
        command
    }

    pub(super) fn run(&self, arguments: &[&str]) -> Ran {
        Ran::of(self.command(arguments).output().expect("the launch script runs"))
    }

    /// Starts in the background, as a test that ends takes it along.
    pub(super) fn daemon(&self) -> Daemon<'_> {
        let ran = self.run(&["daemon"]);
        assert_eq!(ran, Ran::well(""), "the daemon did not start");
        Daemon(self)
    }

    /// What the daemon has printed.
    pub(super) fn log(&self) -> String {
        text(self.tmp().join("log/demo.log"))
    }

    /// The log says this, and nothing else: what a daemon prints comes to its file a moment later.
    pub(super) fn logs(&self, expected: &str) {
        until("what was printed", || self.log().len() >= expected.len());
        assert_eq!(self.log(), expected);
    }
}

/// Stops the system when the test is over.
pub(super) struct Daemon<'a>(pub(super) &'a Running);

impl Drop for Daemon<'_> {
    fn drop(&mut self) {
        let _ = self.0.run(&["stop"]);
    }
}

/// What a command printed, and its status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Ran {
    pub(super) status: Option<i32>,
    pub(super) out: String,
    pub(super) error: String,
}

impl Ran {
    pub(super) fn of(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("it is text");
        Self { status: output.status.code(), out: text(output.stdout), error: text(output.stderr) }
    }

    /// It printed this, no error, and ended with 0.
    pub(super) fn well(out: &str) -> Self {
        Self { status: Some(0), out: out.into(), error: String::new() }
    }

    /// It printed this error, and ended with 1.
    pub(super) fn failed(error: &str) -> Self {
        Self { status: Some(1), out: String::new(), error: error.into() }
    }
}

/// Waits until something outside of this program is so; a state of another process sends no message.
pub(super) fn until(what: &str, is_so: impl Fn() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < Duration::from_secs(20), "{what}: not within 20 s");
        std::thread::sleep(Duration::from_millis(5));
    }
}

//! Putting a release together: files in their places.

use std::fs;
use std::path::{Path, PathBuf};

use super::copy::{copy_directory, copy_file, create, write};
use super::settings::System;
use super::{BuildError, Console, Release, cookie, program, template};
use crate::config::{ConfigPath, Provider, Reader, ReaderArgs, Stored, StoredProvider, Value};
use crate::release::manifest::Manifest;

const LAUNCH: &str = include_str!("templates/launch.sh");

/// Writes everything that belongs to a release under its path.
pub(super) fn assemble(release: &Release, console: &mut dyn Console) -> Result<(), BuildError> {
    create(&release.version_path)?;
    private_files(release)?;
    binary(release)?;
    configuration(release, console)?;
    settings(release)?;
    let cookie = release.path.join("releases/COOKIE");
    cookie::write(&cookie, release.cookie.as_ref().map(|cookie| cookie.expose().as_str()))?;
    let versions = format!("{} {}", release.description.otp, release.version);
    write(&release.path.join("releases/start_otp.data"), versions, 0o644)?;
    if release.include_executables_for.contains(&System::Unix) {
        launch_script(release)?;
    }
    for overlay in &release.overlays {
        if !overlay.is_dir() {
            return Err(BuildError::file("read", overlay)(std::io::ErrorKind::NotFound.into()));
        }
        copy_directory(overlay, &release.path)?;
    }
    // An overlay may have brought another.
    cookie::check(&cookie)
}

/// `lib/APPLICATION-VERSION/priv`, for each application whose package has a `priv`.
fn private_files(release: &Release) -> Result<(), BuildError> {
    for (directory, name) in private_directories(release) {
        let to = release.path.join("lib").join(name).join("priv");
        create(&to)?;
        copy_directory(&directory, &to)?;
    }
    Ok(())
}

/// The private directories of the applications of a release, with the name that each has under `lib`.
fn private_directories(release: &Release) -> Vec<(PathBuf, String)> {
    let found = release.applications.iter().filter_map(|application| {
        let same = |name: &str| name.replace('-', "_") == application.name.replace('-', "_");
        let mut packages = release.packages.iter().filter(|package| same(&package.name));
        let package = packages.find(|package| package.version == application.version || package.member)?;
        let directory = package.directory.join("priv");
        directory.is_dir().then(|| (directory, format!("{}-{}", application.name, application.version)))
    });
    found.collect()
}

fn binary(release: &Release) -> Result<(), BuildError> {
    let path = release.version_path.join(&release.name);
    copy_file(&release.executable, &path)?;
    program::strip(&path, &release.strip)
}

/// `sys.toml`, `runtime.toml` and the manifest.
fn configuration(release: &Release, console: &mut dyn Console) -> Result<(), BuildError> {
    let mut stored = Stored::new(release.config.clone());
    stored.skip_validation = !release.validate_compile_env;
    stored.prune = release.prune;
    // What Elixir called the file before; whoever comes from there may have it.
    let older = Some(release.config_directory.join("releases.toml")).filter(|path| path.is_file());
    let older = older.map(|path| shown(release, &path));
    if let Some(path) = &release.runtime_config_path {
        console.say(&format!("* using {} to configure the release at run time", shown(release, path)));
        if let Some(older) = older {
            console.say(&format!("* warning: {older} is not read"));
        }
        let text = fs::read(path).map_err(BuildError::file("read", path))?;
        // It may hold secrets; who runs the release needs it, and the release is theirs.
        write(&release.version_path.join("runtime.toml"), text, 0o600)?;
        stored.providers.push(runtime_provider(release)?);
    } else {
        console.say("* skipping run-time configuration (config/runtime.toml not found)");
        if let Some(older) = older {
            console.say(&format!("* warning: {older} is not read; its name is runtime.toml now"));
        }
    }
    stored.providers.extend(Stored::from_text(&release.description.stored)?.providers);
    stored.write(release.version_path.join("sys.toml"))?;
    let manifest = Manifest {
        name: release.name.clone(),
        version: release.version.clone(),
        otp: release.description.otp.clone(),
        target: release.description.target.clone(),
        env: release.env.clone(),
        skip_mode_validation_for: release.skip_mode_validation_for.clone(),
        applications: release.applications.clone(),
    };
    let text = toml::to_string(&manifest).map_err(|error| BuildError::settings("the manifest", error))?;
    write(&release.version_path.join("manifest.toml"), text, 0o644)
}

/// The reader, which finds the file wherever the release is moved to.
fn runtime_provider(release: &Release) -> Result<StoredProvider, BuildError> {
    let path = format!("/releases/{}/runtime.toml", release.version);
    let args = ReaderArgs::new(ConfigPath::system("RELEASE_ROOT", path))
        .env(&release.env)
        .target(super::make::target())
        .imports(false);
    let failed = |error: String| BuildError::settings("runtime.toml", error);
    let args = Value::serialize(&args).map_err(|error| failed(error.to_string()))?;
    Provider::of::<Reader>().init(&args).map_err(|error| failed(error.to_string()))
}

/// The environment script, the start settings, and the line that the launch script compares with its machine.
fn settings(release: &Release) -> Result<(), BuildError> {
    let variables = release.variables();
    let env = match from_template(release, "env.sh.template")? {
        Some(text) => text,
        None => template::render(Path::new("env.sh.template"), super::init::ENV, &variables)?,
    };
    // It is only sourced, and may set the cookie.
    write(&release.version_path.join("env.sh"), env, 0o600)?;
    let start = match from_template(release, "start.toml.template")? {
        Some(text) => text,
        None => toml::to_string(&release.start).map_err(|error| BuildError::settings("start", error))?,
    };
    let checked: Result<crate::release::manifest::StartSettings, _> = toml::from_str(&start);
    checked.map_err(|error| BuildError::settings("start.toml", error.to_string().trim_end()))?;
    write(&release.version_path.join("start.toml"), start, 0o644)?;
    write(&release.version_path.join("target"), target_line(&release.description.target), 0o644)
}

fn from_template(release: &Release, name: &str) -> Result<Option<String>, BuildError> {
    let path = release.templates.join(name);
    match fs::read_to_string(&path) {
        Ok(text) => template::render(&path, &text, &release.variables()).map(Some),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(BuildError::file("read", &path)(error)),
    }
}

fn launch_script(release: &Release) -> Result<(), BuildError> {
    // Only the name: a release can be moved, and holds no path of where it was made.
    let text = template::render(Path::new("launch.sh"), LAUNCH, &[("RELEASE_NAME", release.name.clone())])?;
    write(&release.path.join("bin").join(&release.name), text, 0o755)
}

/// A path as it is shown: from the project, where it is inside.
pub(super) fn shown(release: &Release, path: &Path) -> String {
    path.strip_prefix(&release.root).unwrap_or(path).display().to_string()
}

/// `TARGET SYSTEM MACHINES`: what `uname -s` and `uname -m` say on machines of a target.
fn target_line(target: &str) -> String {
    let arch = target.split('-').next().unwrap_or_default();
    let machines = match arch {
        "x86_64" => "x86_64,amd64",
        "aarch64" => "aarch64,arm64",
        "i586" | "i686" => "i386,i486,i586,i686,x86_64",
        "riscv64gc" => "riscv64",
        "powerpc64le" => "ppc64le",
        "s390x" => "s390x",
        _ => "any",
    };
    let systems = [
        ("linux", "Linux"),
        ("darwin", "Darwin"),
        ("freebsd", "FreeBSD"),
        ("netbsd", "NetBSD"),
        ("openbsd", "OpenBSD"),
    ];
    let system = systems.iter().find(|(part, _)| target.contains(part)).map_or("any", |(_, system)| system);
    format!("{target} {system} {machines}\n")
}

#[cfg(test)]
mod tests {
    use super::target_line;

    #[test]
    fn a_target_says_what_uname_must() {
        assert_eq!(target_line("x86_64-unknown-linux-gnu"), "x86_64-unknown-linux-gnu Linux x86_64,amd64\n");
        assert_eq!(target_line("aarch64-apple-darwin"), "aarch64-apple-darwin Darwin aarch64,arm64\n");
        assert_eq!(target_line("mips-unknown-haiku"), "mips-unknown-haiku any any\n");
    }
}

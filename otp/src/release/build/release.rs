//! A release that is to be made: chosen and validated.

use std::collections::VecDeque;
use std::fmt;
use std::path::{Path, PathBuf};

use super::BuildError;
use super::project::{Package, Project};
use super::settings::{PathOrFalse, ReleaseSettings, Strip, System, VersionSetting};
use super::step::{self, Step};
use crate::application::Mode;
use crate::config::{Config, Secret};
use crate::release::manifest::{BootEntry, Description, ProviderSetting, StartSettings};

/// What the command line says; it wins over the settings.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// `--path`: where the release is made.
    pub path: Option<PathBuf>,
    /// `--version`: its version.
    pub version: Option<String>,
    /// `--overwrite`: replace what is there without a question.
    pub overwrite: bool,
    /// `--quiet`: print nothing.
    pub quiet: bool,
    /// `--env`: the environment. Default: `prod`.
    pub env: Option<String>,
    /// `--target`: build for another target.
    pub target: Option<String>,
}

/// A release that is to be made. Steps of a build program get it, may change it, and give it back.
#[doc(alias = "Mix.Release")]
#[non_exhaustive]
pub struct Release {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Its directory.
    pub path: PathBuf,
    /// The directory of its version: `releases/VERSION` in [`path`](Self::path).
    pub version_path: PathBuf,
    /// The environment it is made for: `prod`, unless said otherwise.
    pub env: String,
    /// The directory of the project.
    pub root: PathBuf,
    /// Cargo's target directory.
    pub target_directory: PathBuf,
    /// The package with the program.
    pub package: Package,
    /// The program.
    pub bin: String,
    /// The profile of cargo.
    pub profile: String,
    /// Features to build with.
    pub features: Vec<String>,
    /// Whether default features are left out.
    pub no_default_features: bool,
    /// Another target than this machine's.
    pub target: Option<String>,
    /// The applications of the settings, with their modes; empty: those of the program's `main`.
    pub named: Vec<(String, Mode)>,
    /// All applications in the order of their start. Empty until the program has been asked, which is before the first step.
    pub applications: Vec<BootEntry>,
    /// What is taken out of the program.
    pub strip: Strip,
    /// Directories that are copied into the release.
    pub overlays: Vec<PathBuf>,
    /// Configuration providers.
    pub config_providers: Vec<ProviderSetting>,
    /// The steps that are still to come.
    pub steps: VecDeque<Step>,
    /// For which systems there are launch scripts.
    pub include_executables_for: Vec<System>,
    /// The cookie of the settings.
    pub cookie: Option<Secret<String>>,
    /// Where templates are.
    pub templates: PathBuf,
    /// The file of the build-time configuration, if the settings name one.
    pub config_path: Option<PathBuf>,
    /// The directory of the project's configuration.
    pub config_directory: PathBuf,
    /// The file of the run-time configuration, if there is one.
    pub runtime_config_path: Option<PathBuf>,
    /// The build-time configuration, with that of the environment. Steps may change it.
    pub config: Config,
    /// Applications that may depend on one that is not started.
    pub skip_mode_validation_for: Vec<String>,
    /// Whether start validates what was compiled in.
    pub validate_compile_env: bool,
    /// Whether no file stays with the configuration that a start computed.
    #[doc(alias = "prune_runtime_sys_config_after_boot")]
    pub prune: bool,
    /// Threads, stack size, log level.
    pub start: StartSettings,
    /// Replace what is there without a question.
    pub overwrite: bool,
    /// Print nothing.
    pub quiet: bool,
    /// What the program said of itself.
    pub description: Description,
    /// The program as cargo built it.
    pub executable: PathBuf,
    /// The directories of all packages with their names and versions, for private files.
    pub(crate) packages: Vec<Package>,
    pub(crate) assembled: bool,
}

/// Not all of it: what providers are given and what they keep may be secret.
impl fmt::Debug for Release {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Release")
            .field("name", &self.name)
            .field("version", &self.version)
            .field("path", &self.path)
            .field("env", &self.env)
            .field("package", &self.package.name)
            .field("bin", &self.bin)
            .field("profile", &self.profile)
            .field("target", &self.target)
            .field("applications", &self.applications)
            .field("overlays", &self.overlays)
            .field("steps", &self.steps)
            .field("cookie", &self.cookie)
            .field("config", &self.config)
            .finish_non_exhaustive()
    }
}

impl Release {
    /// Chooses a release of a project and validates its settings. Nothing is built.
    ///
    /// # Errors
    /// [`BuildError`], naming what is wrong.
    ///
    /// Follows `Mix.Release.from_config!/3`.
    #[doc(alias = "from_config!")]
    pub fn choose(project: &Project, name: Option<&str>, options: &Options) -> Result<Self, BuildError> {
        let (name, settings) = choose(project, name)?;
        check_name(&name)?;
        let package = package(project, &name, &settings)?;
        let bin = program(&name, &settings, package)?;
        let version = version(project, &name, &settings, package, options)?;
        let path = match (&options.path, &settings.path) {
            // On the command line, from where it was given; in the settings, from the project.
            (Some(path), _) => absolute(path)?,
            (None, Some(path)) => project.root.join(path),
            (None, None) => project.target_directory.join("rel").join(&name),
        };
        let templates = project.root.join(settings.rel_templates_path.clone().unwrap_or_else(|| "rel".into()));
        let files = config_files(&project.root, package, &settings)?;
        let mut overlays: Vec<PathBuf> =
            Some(templates.join("overlays")).filter(|path| path.is_dir()).into_iter().collect();
        for overlay in Vec::from(settings.overlays) {
            let overlay = project.root.join(overlay);
            if !overlays.contains(&overlay) {
                overlays.push(overlay);
            }
        }
        Ok(Self {
            version_path: path.join("releases").join(&version),
            version,
            path,
            env: options.env.clone().unwrap_or_else(|| "prod".into()),
            root: project.root.clone(),
            target_directory: project.target_directory.clone(),
            package: package.clone(),
            bin,
            profile: settings.profile.unwrap_or_else(|| "release".into()),
            features: settings.features,
            no_default_features: settings.no_default_features,
            target: options.target.clone(),
            named: settings.applications.unwrap_or_default().into_iter().collect(),
            applications: Vec::new(),
            strip: settings.strip,
            overlays,
            config_providers: settings.config_providers,
            steps: step::from_settings(&name, settings.steps.as_deref())?,
            include_executables_for: settings.include_executables_for.unwrap_or_else(|| vec![System::Unix]),
            cookie: settings.cookie,
            templates,
            config_path: files.config,
            config_directory: files.directory,
            runtime_config_path: files.runtime,
            config: Config::new(),
            skip_mode_validation_for: settings.skip_mode_validation_for,
            validate_compile_env: settings.validate_compile_env.unwrap_or(true),
            prune: settings.prune,
            start: settings.start,
            overwrite: options.overwrite || settings.overwrite,
            quiet: options.quiet || settings.quiet,
            description: Description::default(),
            executable: PathBuf::new(),
            packages: project.packages.clone(),
            assembled: false,
            name,
        })
    }

    /// The variables that templates and commands can use.
    pub fn variables(&self) -> Vec<(&'static str, String)> {
        vec![
            ("RELEASE_NAME", self.name.clone()),
            ("RELEASE_VSN", self.version.clone()),
            ("RELEASE_ROOT", self.path.display().to_string()),
            ("RELEASE_ENV", self.env.clone()),
            ("RELEASE_PACKAGE", self.package.name.clone()),
            ("RELEASE_TARGET", self.description.target.clone()),
        ]
    }
}

fn choose(project: &Project, name: Option<&str>) -> Result<(String, ReleaseSettings), BuildError> {
    let releases = &project.settings.releases;
    let get = |name: &str| match releases.get(name) {
        Some(settings) => Ok((name.to_owned(), settings.clone())),
        None => {
            Err(BuildError::UnknownRelease { name: name.to_owned(), available: releases.keys().cloned().collect() })
        }
    };
    let several = project.members().count() > 1;
    let (name, settings) = match (name, &project.settings.default_release) {
        (Some(name), _) if !releases.is_empty() => get(name)?,
        (None, Some(default)) if !releases.is_empty() => get(default)?,
        (None, None) if releases.len() > 1 => return Err(BuildError::WhichRelease(releases.keys().cloned().collect())),
        (None, None) if releases.len() == 1 => {
            let only = releases.keys().next().expect("there is one");
            get(only)?
        }
        _ if several => return Err(BuildError::NoReleaseInWorkspace),
        (name, _) => {
            let own = project.members().next().map(|package| package.name.replace('-', "_")).unwrap_or_default();
            if let Some(name) = name.filter(|name| *name != own) {
                return Err(BuildError::UnknownRelease { name: name.to_owned(), available: vec![own] });
            }
            (own, ReleaseSettings::default())
        }
    };
    if several && settings.applications.as_ref().is_none_or(|applications| applications.is_empty()) {
        return Err(BuildError::NoApplications(name));
    }
    Ok((name, settings))
}

fn check_name(name: &str) -> Result<(), BuildError> {
    let rest = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if name.starts_with(|c: char| c.is_ascii_lowercase()) && name.chars().all(rest) {
        Ok(())
    } else {
        Err(BuildError::Name(name.to_owned()))
    }
}

fn member_names(project: &Project) -> Vec<String> {
    project.members().map(|package| package.name.clone()).collect()
}

/// The package with the program.
fn package<'a>(project: &'a Project, release: &str, settings: &ReleaseSettings) -> Result<&'a Package, BuildError> {
    let named = settings.applications.iter().flatten().map(|(name, _)| name.as_str());
    let with_program = |name: &str| project.member(name).filter(|package| !package.bins.is_empty());
    match &settings.package {
        Some(name) => project.member(name).ok_or_else(|| BuildError::UnknownPackage {
            release: release.to_owned(),
            package: name.clone(),
            available: member_names(project),
        }),
        None => with_program(project.current.as_deref().unwrap_or_default())
            .or_else(|| with_program(release))
            .or_else(|| named.into_iter().find_map(with_program))
            .or_else(|| project.members().next())
            .ok_or(BuildError::NoReleaseInWorkspace),
    }
}

fn program(release: &str, settings: &ReleaseSettings, package: &Package) -> Result<String, BuildError> {
    let wanted = settings.bin.as_ref().or(package.default_run.as_ref());
    let own = package.bins.iter().find(|bin| **bin == package.name || **bin == release);
    match (wanted, package.bins.as_slice(), own) {
        (Some(bin), bins, _) if bins.contains(bin) => Ok(bin.clone()),
        (None, [only], _) => Ok(only.clone()),
        (None, _, Some(own)) => Ok(own.clone()),
        _ => Err(BuildError::WhichProgram {
            release: release.to_owned(),
            package: package.name.clone(),
            bins: package.bins.clone(),
        }),
    }
}

fn version(
    project: &Project,
    release: &str,
    settings: &ReleaseSettings,
    package: &Package,
    options: &Options,
) -> Result<String, BuildError> {
    let version = match (&options.version, &settings.version) {
        (Some(version), _) | (None, Some(VersionSetting::Is(version))) => version.clone(),
        (None, Some(VersionSetting::From { from_package })) => {
            let from = project.packages.iter().find(|package| package.name == *from_package);
            let from = from.ok_or_else(|| BuildError::VersionFrom {
                release: release.to_owned(),
                package: from_package.clone(),
                available: member_names(project),
            })?;
            from.version.clone()
        }
        (None, None) => package.version.clone(),
    };
    check_version(release, version)
}

/// A version becomes a directory, and a word in files and on command lines.
pub(super) fn check_version(release: &str, version: String) -> Result<String, BuildError> {
    if version.trim().is_empty() {
        return Err(BuildError::NoVersion(release.to_owned()));
    }
    let fits = |c: char| c.is_ascii_alphanumeric() || ".-+_~".contains(c);
    if !version.chars().all(fits) || version.starts_with('.') || version.starts_with('-') {
        return Err(BuildError::Version { release: release.to_owned(), version });
    }
    Ok(version)
}

fn absolute(path: &Path) -> Result<PathBuf, BuildError> {
    std::path::absolute(path).map_err(BuildError::file("find", path))
}

/// Where the configuration of a release comes from.
struct Files {
    /// The settings name it.
    config: Option<PathBuf>,
    directory: PathBuf,
    runtime: Option<PathBuf>,
}

fn config_files(root: &Path, package: &Package, settings: &ReleaseSettings) -> Result<Files, BuildError> {
    let found = |path: PathBuf| {
        if path.is_file() {
            return Ok(path);
        }
        Err(BuildError::file("read", path)(std::io::ErrorKind::NotFound.into()))
    };
    let config = settings.config_path.as_ref().map(|path| found(root.join(path))).transpose()?;
    let beside = config.as_ref().and_then(|path| path.parent()).map(Path::to_owned);
    let directory = beside
        .or_else(|| crate::config::project_dir(&package.directory))
        .or_else(|| crate::config::project_dir(root))
        .unwrap_or_else(|| root.join("config"));
    let runtime = match &settings.runtime_config_path {
        Some(PathOrFalse::Default(false)) => None,
        Some(PathOrFalse::Path(path)) => Some(found(root.join(path))?),
        Some(PathOrFalse::Default(true)) | None => Some(directory.join("runtime.toml")).filter(|path| path.is_file()),
    };
    Ok(Files { config, directory, runtime })
}

//! The project a release is made of, as cargo sees it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use miniserde::Deserialize;

use super::BuildError;
use super::settings::Settings;

/// A package of a project.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Package {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Its directory.
    pub directory: PathBuf,
    /// Its programs.
    pub bins: Vec<String>,
    /// The one that `cargo run` runs.
    pub default_run: Option<String>,
    /// Whether it belongs to the workspace, and is not a dependency from elsewhere.
    pub member: bool,
}

/// A cargo package or workspace, with what it says of its releases.
#[derive(Clone, Debug, Default)]
pub struct Project {
    /// The directory that relative paths of the settings start from.
    pub root: PathBuf,
    /// Cargo's target directory.
    pub target_directory: PathBuf,
    /// Every package, dependencies included.
    pub packages: Vec<Package>,
    /// The package that the command was given in, if it was one.
    pub current: Option<String>,
    /// What is said of releases.
    pub settings: Settings,
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<MetadataPackage>,
    workspace_members: Vec<String>,
    workspace_root: String,
    target_directory: String,
}

#[derive(Deserialize)]
struct MetadataPackage {
    id: String,
    name: String,
    version: String,
    manifest_path: String,
    targets: Vec<MetadataTarget>,
    default_run: Option<String>,
}

#[derive(Deserialize)]
struct MetadataTarget {
    name: String,
    kind: Vec<String>,
}

impl Project {
    /// Asks cargo about the project in a directory, or around it.
    ///
    /// # Errors
    /// [`BuildError::Program`] with what cargo says, and [`BuildError::Settings`] for settings that are not as they should be.
    pub fn find(directory: &Path) -> Result<Self, BuildError> {
        let cargo = super::program::cargo();
        let output =
            Command::new(&cargo)
                .args(["metadata", "--format-version", "1"])
                .current_dir(directory)
                .output()
                .map_err(|error| BuildError::Tool { program: cargo, error, remedy: "install Rust, or set CARGO" })?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            return Err(BuildError::Program(format!("cargo metadata failed: {}", said.trim_end())));
        }
        let text = String::from_utf8_lossy(&output.stdout);
        let metadata: Metadata = miniserde::json::from_str(&text)
            .map_err(|_| BuildError::Program("cargo metadata says something else than it used to".into()))?;
        Self::of(metadata, directory)
    }

    fn of(metadata: Metadata, directory: &Path) -> Result<Self, BuildError> {
        let here = directory.canonicalize().map_err(BuildError::file("find", directory))?;
        let is_member = |package: &MetadataPackage| metadata.workspace_members.contains(&package.id);
        let members: Vec<&MetadataPackage> = metadata.packages.iter().filter(|package| is_member(package)).collect();
        let directory_of = |package: &MetadataPackage| {
            Path::new(&package.manifest_path).parent().map(Path::to_owned).unwrap_or_default()
        };
        let current = match members.as_slice() {
            [only] => Some(*only),
            several => several.iter().copied().filter(|package| here.starts_with(directory_of(package))).max_by_key(
                // A package may lie in the directory of another: the nearest is meant.
                |package| directory_of(package).as_os_str().len(),
            ),
        };
        // In the root of a workspace the root package is one of many: its settings count, but nothing is inferred.
        let root = current.map_or_else(|| PathBuf::from(&metadata.workspace_root), directory_of);
        let own = current.map(|package| manifest_settings(Path::new(&package.manifest_path), "package")).transpose()?;
        let shared = manifest_settings(&Path::new(&metadata.workspace_root).join("Cargo.toml"), "workspace")?;
        let own = own.unwrap_or_default();
        let settings = with_file(if own.is_empty() { shared } else { own }, &root)?;
        let packages = metadata.packages.iter().map(|package| Package {
            name: package.name.clone(),
            version: package.version.clone(),
            directory: directory_of(package),
            bins: package
                .targets
                .iter()
                .filter(|target| target.kind.iter().any(|kind| kind == "bin"))
                .map(|target| target.name.clone())
                .collect(),
            default_run: package.default_run.clone(),
            member: is_member(package),
        });
        let (packages, current) = (packages.collect(), current.map(|package| package.name.clone()));
        Ok(Self { root, target_directory: PathBuf::from(&metadata.target_directory), packages, current, settings })
    }

    /// The packages of the workspace.
    pub fn members(&self) -> impl Iterator<Item = &Package> {
        self.packages.iter().filter(|package| package.member)
    }

    /// A package of the workspace, by name.
    pub fn member(&self, name: &str) -> Option<&Package> {
        self.members().find(|package| package.name == name)
    }
}

/// `[package.metadata.otp]` or `[workspace.metadata.otp]` of a manifest. Read from there, and not from what cargo says of it: cargo
/// passes numbers and dates on as JSON has them.
fn manifest_settings(path: &Path, table: &str) -> Result<Settings, BuildError> {
    let text = std::fs::read_to_string(path).map_err(BuildError::file("read", path))?;
    let manifest: BTreeMap<String, toml::Value> =
        toml::from_str(&text).map_err(|error| BuildError::toml(path, &text, &error))?;
    let place = format!("{}: [{table}.metadata.otp]", path.display());
    let settings = manifest.get(table).and_then(|table| table.get("metadata")).and_then(|metadata| metadata.get("otp"));
    Settings::from_metadata(&place, settings)
}

/// The settings, and those of a file of their own on top.
fn with_file(settings: Settings, root: &Path) -> Result<Settings, BuildError> {
    let path = match &settings.file {
        Some(file) => root.join(file),
        None => Some(root.join("rel/releases.toml")).filter(|path| path.exists()).unwrap_or_default(),
    };
    if path.as_os_str().is_empty() {
        return Ok(settings);
    }
    let file = Settings::from_file(&path)?;
    if let Some(twice) = file.releases.keys().find(|name| settings.releases.contains_key(*name)) {
        return Err(BuildError::settings(path.display(), format!("release `{twice}` is configured in Cargo.toml too")));
    }
    let mut releases = settings.releases;
    releases.extend(file.releases);
    Ok(Settings {
        default_release: file.default_release.or(settings.default_release),
        releases,
        file: settings.file,
        program: file.program.or(settings.program),
    })
}

impl Settings {
    fn is_empty(&self) -> bool {
        self.default_release.is_none() && self.releases.is_empty() && self.file.is_none() && self.program.is_none()
    }
}

//! The archive of a release.

use std::collections::BTreeSet;
use std::fs::File;
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;

use super::{BuildError, Release, copy};

/// Where the archive goes: beside the release's directory, named after release and version.
pub(super) fn path(release: &Release) -> PathBuf {
    let file = format!("{}-{}.tar.gz", release.name, release.version);
    // A path of the user's own is a place for both; the one in the target directory is beside `rel`.
    let inside = release.path.starts_with(&release.target_directory);
    if inside { release.target_directory.join(file) } else { release.path.join(file) }
}

/// Packs what belongs to this version: not the temporary directory, nor other versions, nor applications of those, unless an
/// overlay has files there: those only.
pub(super) fn tar(release: &Release) -> Result<PathBuf, BuildError> {
    let path = path(release);
    let partial = path.with_extension("gz.partial");
    // The cookie and the configuration are in it.
    let file = copy::open_new(&partial, 0o600)?;
    let packed = pack(release, file, &partial)
        .and_then(|()| std::fs::rename(&partial, &path).map_err(BuildError::file("write", &path)));
    if packed.is_err() {
        let _ = std::fs::remove_file(&partial);
    }
    packed.map(|()| path)
}

fn pack(release: &Release, file: File, partial: &Path) -> Result<(), BuildError> {
    let mut builder = tar::Builder::new(GzEncoder::new(file, Compression::default()));
    builder.follow_symlinks(true);
    let failed = |error| BuildError::file("write", partial)(error);
    let current: Vec<String> = release
        .applications
        .iter()
        .map(|application| format!("{}-{}", application.name, application.version))
        .collect();
    for (directory, keep) in [("", None), ("releases", Some(vec![release.version.clone()])), ("lib", Some(current))] {
        let from = release.path.join(directory);
        let Ok(entries) = std::fs::read_dir(&from) else { continue };
        if !directory.is_empty() {
            builder.append_dir(directory, &from).map_err(failed)?;
        }
        for entry in entries {
            let entry = entry.map_err(BuildError::file("read", &from))?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let inner = Path::new(directory).join(&name);
            let is_dir = entry.path().is_dir();
            let skipped = match &keep {
                None if ["releases", "lib"].contains(&name.as_str()) || is_archive(release, &name) => continue,
                None => name == "tmp",
                Some(keep) => is_dir && !keep.contains(&name),
            };
            if skipped {
                for path in overlaid(release, &inner)? {
                    // Of the release, where later overlays lie on earlier ones, and steps may have taken some away.
                    let from = release.path.join(&path);
                    if from.exists() {
                        builder.append_path_with_name(from, &path).map_err(failed)?;
                    }
                }
            } else if is_dir {
                builder.append_dir_all(&inner, entry.path()).map_err(failed)?;
            } else {
                builder.append_path_with_name(entry.path(), &inner).map_err(failed)?;
            }
        }
    }
    let encoder = builder.into_inner().map_err(failed)?;
    encoder.finish().and_then(|file| file.sync_all()).map_err(failed)
}

/// Whether it is one of this release, which may lie in it.
fn is_archive(release: &Release, file: &str) -> bool {
    let version = file.strip_prefix(&release.name).and_then(|rest| rest.strip_prefix('-'));
    version.is_some_and(|version| version.contains(".tar.gz"))
}

/// The directory and what is below it, as far as overlays have it; directories before what is in them.
fn overlaid(release: &Release, directory: &Path) -> Result<BTreeSet<PathBuf>, BuildError> {
    let mut found = BTreeSet::new();
    let mut todo = vec![directory.to_owned()];
    while let Some(path) = todo.pop() {
        for from in release.overlays.iter().map(|overlay| overlay.join(&path)).filter(|from| from.is_dir()) {
            found.insert(path.clone());
            for entry in std::fs::read_dir(&from).map_err(BuildError::file("read", &from))? {
                let entry = entry.map_err(BuildError::file("read", &from))?;
                let inner = path.join(entry.file_name());
                if found.insert(inner.clone()) && entry.path().is_dir() {
                    todo.push(inner);
                }
            }
        }
    }
    Ok(found)
}

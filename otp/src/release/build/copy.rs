//! Copying files into a release.

use std::fs;
use std::path::{Path, PathBuf};

use super::BuildError;

/// Copies a directory with all that is in it. Links are followed, so that the copy needs nothing from outside; modes are
/// kept; what is there already under the same path is replaced, and the rest stays.
///
/// Answers whether there was anything to copy: not if the directory is unknown or empty.
///
/// # Errors
/// [`BuildError::File`], naming the file that could not be read or written.
pub fn copy_directory(from: &Path, to: &Path) -> Result<bool, BuildError> {
    copy_inside(from, to, &mut Vec::new())
}

/// `around`: the directories that are being copied, each in the one before.
fn copy_inside(from: &Path, to: &Path, around: &mut Vec<PathBuf>) -> Result<bool, BuildError> {
    let entries = match fs::read_dir(from) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(BuildError::file("read", from)(error)),
    };
    let real = from.canonicalize().map_err(BuildError::file("read", from))?;
    if around.contains(&real) {
        let message = format!("it leads back to {}, which it is in", real.display());
        return Err(BuildError::file("copy", from)(std::io::Error::other(message)));
    }
    around.push(real);
    let mut any = false;
    for entry in entries {
        let entry = entry.map_err(BuildError::file("read", from))?;
        any = true;
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        // Of what a link leads to.
        let metadata = fs::metadata(&from).map_err(BuildError::file("read", &from))?;
        if metadata.is_dir() {
            create(&to)?;
            copy_inside(&from, &to, around)?;
        } else {
            copy_file(&from, &to)?;
        }
    }
    around.pop();
    Ok(any)
}

/// Copies a file, with its mode, over whatever is there.
pub(super) fn copy_file(from: &Path, to: &Path) -> Result<(), BuildError> {
    if let Some(directory) = to.parent() {
        create(directory)?;
    }
    // A program that runs cannot be written to, and a link would be written through.
    remove_file(to)?;
    fs::copy(from, to).map_err(BuildError::file("write", to))?;
    Ok(())
}

/// Writes a file with a mode, over whatever is there.
pub(super) fn write(path: &Path, content: impl AsRef<[u8]>, mode: u32) -> Result<(), BuildError> {
    use std::io::Write;
    use std::os::unix::fs::PermissionsExt;
    let mut file = open_new(path, mode)?;
    file.write_all(content.as_ref()).map_err(BuildError::file("write", path))?;
    // Whatever the umask is.
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).map_err(BuildError::file("set the mode of", path))
}

/// Opens a file for writing in the place of whatever is there, whose mode and readers it would inherit. With at most this mode.
pub(super) fn open_new(path: &Path, mode: u32) -> Result<fs::File, BuildError> {
    use std::os::unix::fs::OpenOptionsExt;
    if let Some(directory) = path.parent() {
        create(directory)?;
    }
    remove_file(path)?;
    let file = fs::OpenOptions::new().write(true).create_new(true).mode(mode).open(path);
    file.map_err(BuildError::file("create", path))
}

pub(super) fn create(directory: &Path) -> Result<(), BuildError> {
    fs::create_dir_all(directory).map_err(BuildError::file("create", directory))
}

fn remove_file(path: &Path) -> Result<(), BuildError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(BuildError::file("replace", path)(error)),
        _ => Ok(()),
    }
}

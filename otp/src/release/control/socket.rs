//! Where the control socket is, and that only one system has it.

use std::fs::{DirBuilder, File, OpenOptions, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use nix::fcntl::{Flock, FlockArg, OFlag};

use crate::release::environment::Environment;

/// The longest path that the address of a socket holds everywhere.
const LONGEST: usize = 100;

/// How often a lock that nobody holds for long is asked for, a millisecond apart.
const PATIENCE: usize = 1000;

/// The control socket of a system: `NODE.sock` in the temporary directory, and the lock `NODE.lock` beside it.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub(crate) tmp: PathBuf,
    pub(crate) node: String,
    /// The directory of the release.
    pub(crate) root: PathBuf,
}

/// Why a system cannot have its socket.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PlaceError {
    #[error("cannot write to the temporary directory, {}: {error}; set RELEASE_TMP to a directory that can be written", path.display())]
    Tmp { path: PathBuf, error: io::Error },
    #[error("{node} is running already{}; stop it first, or give this one another name with RELEASE_NODE", as_process(.pid))]
    Running { node: String, pid: Option<u32> },
    #[error("cannot make the control socket {}: {error}", path.display())]
    Socket { path: PathBuf, error: io::Error },
}

fn as_process(pid: &Option<u32>) -> String {
    pid.map(|pid| format!(", as process {pid} of the operating system")).unwrap_or_default()
}

/// Held as long as the system runs; the operating system gives it back, however that ends.
pub(crate) struct Held {
    _lock: Flock<File>,
}

impl Place {
    pub(crate) fn of(environment: &Environment) -> Self {
        Self { tmp: environment.tmp.clone(), node: environment.node.clone(), root: environment.root.clone() }
    }

    /// What was typed into consoles.
    pub(crate) fn history(&self) -> PathBuf {
        self.tmp.join(format!("{}.history", self.node))
    }

    pub(crate) fn socket(&self) -> PathBuf {
        self.tmp.join(format!("{}.sock", self.node))
    }

    fn lock(&self) -> PathBuf {
        self.tmp.join(format!("{}.lock", self.node))
    }

    /// Makes the temporary directory.
    pub(crate) fn prepare(&self) -> Result<(), PlaceError> {
        let made = DirBuilder::new().recursive(true).mode(0o700).create(&self.tmp);
        made.map_err(|error| PlaceError::Tmp { path: self.tmp.clone(), error })
    }

    /// Makes sure that no other system of this name runs from this directory.
    pub(crate) fn hold(&self) -> Result<Held, PlaceError> {
        self.prepare()?;
        let path = self.lock();
        let failed = |error| PlaceError::Tmp { path: path.clone(), error };
        let mut open = OpenOptions::new();
        let open = open.read(true).write(true).create(true).truncate(false).mode(0o600);
        // In a directory that others can write to, a link of theirs is not followed.
        let open = open.custom_flags(OFlag::O_NOFOLLOW.bits()).open(&path);
        let mut file = open.map_err(failed)?;
        for _ in 0..PATIENCE {
            file = match Flock::lock(file, FlockArg::LockExclusiveNonblock) {
                Ok(lock) => {
                    use std::io::Write;
                    let written =
                        lock.set_len(0).and_then(|()| (&*lock).write_all(std::process::id().to_string().as_bytes()));
                    written.map_err(failed)?;
                    return Ok(Held { _lock: lock });
                }
                Err((file, nix::errno::Errno::EWOULDBLOCK)) => file,
                Err((_, errno)) => return Err(failed(errno.into())),
            };
            file = match Flock::lock(file, FlockArg::LockSharedNonblock) {
                // Nobody has it: somebody looked whether anybody does, as `pid` may, and has gone again by now.
                Ok(shared) => shared.unlock().map_err(|(_, errno)| failed(errno.into()))?,
                Err((_, nix::errno::Errno::EWOULDBLOCK)) => break,
                Err((_, errno)) => return Err(failed(errno.into())),
            };
            std::thread::sleep(Duration::from_millis(1));
        }
        let pid = std::fs::read_to_string(&path).ok().and_then(|pid| pid.trim().parse().ok());
        Err(PlaceError::Running { node: self.node.clone(), pid })
    }

    /// Whether a system of this name runs from this directory.
    pub(crate) fn is_held(&self) -> bool {
        let Ok(file) = File::open(self.lock()) else { return false };
        Flock::lock(file, FlockArg::LockSharedNonblock).is_err()
    }

    /// Waits until it no longer does.
    pub(crate) fn wait_until_free(&self) {
        if let Ok(file) = File::open(self.lock()) {
            drop(Flock::lock(file, FlockArg::LockShared));
        }
    }

    /// Listens. A socket that a system left behind is replaced: whoever holds the lock knows that nobody listens there.
    pub(crate) fn listen(&self, _held: &Held) -> Result<std::os::unix::net::UnixListener, PlaceError> {
        let path = self.socket();
        let failed = |error| PlaceError::Socket { path: path.clone(), error };
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed(error)),
            _ => {}
        }
        let listener = self.with_address(|address| std::os::unix::net::UnixListener::bind(address)).map_err(failed)?;
        // Before anybody may connect with success: a connection needs the cookie anyway.
        std::fs::set_permissions(&path, Permissions::from_mode(0o600)).map_err(failed)?;
        listener.set_nonblocking(true).map_err(failed)?;
        Ok(listener)
    }

    /// Removes the socket, at the end of the system that holds the place.
    pub(crate) fn forget(&self) {
        let _ = std::fs::remove_file(self.socket());
    }

    /// Whether the cookie may be shown to a user: this one; or, by the administrator, the owner of the release's directory, who
    /// could exchange the very program that asks.
    pub(crate) fn trusts(&self, peer: u32) -> bool {
        let owner = std::fs::metadata(&self.root).map(|root| root.uid()).ok();
        may_see_cookie(nix::unistd::geteuid().as_raw(), peer, owner)
    }

    pub(crate) fn connect(&self) -> io::Result<std::os::unix::net::UnixStream> {
        self.with_address(|address| std::os::unix::net::UnixStream::connect(address))
    }

    /// The socket's path, or a shorter one to the same place: addresses of sockets are short, and releases may lie deep.
    fn with_address<T>(&self, use_it: impl FnOnce(&Path) -> io::Result<T>) -> io::Result<T> {
        use std::os::fd::AsRawFd;
        let path = self.socket();
        if path.as_os_str().len() <= LONGEST {
            return use_it(&path);
        }
        let directory = File::open(&self.tmp)?;
        let short = PathBuf::from(format!("/proc/self/fd/{}", directory.as_raw_fd()));
        if !short.exists() {
            let message = format!("the path is longer than {LONGEST} bytes; set RELEASE_TMP to a shorter one");
            return Err(io::Error::new(io::ErrorKind::InvalidInput, message));
        }
        use_it(&short.join(format!("{}.sock", self.node)))
    }
}

/// What [`Place::trusts`] says.
fn may_see_cookie(user: u32, peer: u32, owner_of_release: Option<u32>) -> bool {
    peer == user || (user == 0 && owner_of_release == Some(peer))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(name: &str) -> Place {
        let tmp = std::env::temp_dir().join(format!("otp-{name}-{}", std::process::id()));
        Place { root: tmp.clone(), tmp, node: "demo".into() }
    }

    #[test]
    fn the_cookie_is_for_nobody_else() {
        for (user, peer, owner, expected) in [
            (1000, 1000, Some(0), true),
            (1000, 1001, Some(1000), false),
            (1000, 1001, Some(1001), false),
            (1000, 0, Some(0), false),
            (0, 0, Some(1000), true),
            (0, 1000, Some(1000), true),
            (0, 1001, Some(1000), false),
            (0, 1000, None, false),
        ] {
            assert_eq!(may_see_cookie(user, peer, owner), expected, "{user} to {peer}, release of {owner:?}");
        }
    }

    #[test]
    fn whoever_looks_is_in_nobodys_way() {
        use std::sync::atomic::{AtomicBool, Ordering};
        let place = place("looks");
        place.prepare().unwrap();
        let done = AtomicBool::new(false);
        std::thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| {
                    while !done.load(Ordering::Relaxed) {
                        place.is_held();
                        place.wait_until_free();
                    }
                });
            }
            for round in 0..200 {
                let held = place.hold();
                if let Err(error) = &held {
                    done.store(true, Ordering::Relaxed);
                    panic!("round {round}: {error}");
                }
            }
            done.store(true, Ordering::Relaxed);
        });
        std::fs::remove_dir_all(&place.tmp).unwrap();
    }

    #[test]
    fn one_system_has_a_place_at_a_time() {
        let place = place("held");
        assert!(!place.is_held());
        let held = place.hold().unwrap();
        assert!(place.is_held());
        let second = place.hold().err().map(|error| error.to_string()).unwrap();
        assert!(second.starts_with("demo is running already, as process "), "{second}");
        drop(held);
        assert!(!place.is_held());
        std::fs::remove_dir_all(&place.tmp).unwrap();
    }

    #[test]
    fn a_socket_left_behind_is_replaced_and_a_deep_one_reached() {
        let mut place = place("deep");
        place.tmp = place.tmp.join("d".repeat(120));
        let held = place.hold().unwrap();
        for _ in 0..2 {
            let listener = place.listen(&held).unwrap();
            place.connect().unwrap();
            assert_eq!(std::fs::metadata(place.socket()).unwrap().permissions().mode() & 0o777, 0o600);
            drop(listener);
        }
        std::fs::remove_dir_all(place.tmp.parent().unwrap()).unwrap();
    }

    #[test]
    fn a_directory_that_cannot_be_made_is_named() {
        let place = Place { tmp: "/proc/nothing/here".into(), node: "demo".into(), root: "/".into() };
        let error = place.hold().err().map(|error| error.to_string()).unwrap();
        assert!(error.starts_with("cannot write to the temporary directory, /proc/nothing/here: "), "{error}");
    }
}

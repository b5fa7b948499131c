//! What a release does with its configuration when it starts.

use super::{Config, FindProviderError, Provider, ProviderError, Stored, StoredError};
use std::path::{Path, PathBuf};

/// The stored configuration of a release, about to be completed: run it.
#[derive(Clone, Debug)]
#[must_use = "nothing is read before it is run"]
pub struct Boot {
    stored: PathBuf,
    tmp: Option<PathBuf>,
    providers: Vec<Provider>,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Booted {
    /// No provider was configured: there was nothing to do.
    NoProviders(Stored),
    /// The providers have run. The values are to be used as they are.
    Computed {
        /// With the values.
        stored: Stored,
        /// Where they were written too, if there is a place for that and they are to be kept.
        written: Option<PathBuf>,
    },
    /// The providers have run, the result is written with the mark that it is computed, and the program is to start again,
    /// from that file. Answered once for a stored configuration: the file that was written asks no more.
    Restart {
        /// With the values.
        stored: Stored,
        /// Where they were written: in place of what was stored, or where that cannot be written, in the temporary folder.
        written: PathBuf,
    },
    /// This is the start after the restart: the values were computed before.
    #[doc(alias = ":booted")]
    Again {
        /// With the values.
        stored: Stored,
        /// Whether the file was removed, as it was asked for.
        pruned: bool,
    },
}

/// Why a release cannot start with its configuration. Each names the file or the provider, and the cause.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BootError {
    /// It cannot be read or written.
    #[error(transparent)]
    Stored(#[from] StoredError),
    /// It names a provider that this program has not.
    #[error(transparent)]
    UnknownProvider(#[from] FindProviderError),
    /// A provider failed.
    #[error(transparent)]
    Provider(#[from] ProviderError),
    /// It cannot be removed, and was to be.
    #[error("cannot remove the configuration {}, which is not to be kept: {cause}", file.display())]
    Prune {
        /// The file.
        file: PathBuf,
        /// What the operating system says.
        cause: std::io::Error,
    },
}

/// Completes a stored configuration: runs its providers in order, each with the result of the one before.
///
/// Put its values into the environment with [`application::configure`](crate::application::configure), load the
/// applications, and compare the compile-time values with
/// [`application::validate_compile_env`](crate::application::validate_compile_env);
/// [`application::boot_config`](crate::application::boot_config) does the first of it.
///
/// Follows what Elixir's `Config.Provider` does at the boot of a release. Without `reboot`, the default here as there,
/// nothing is started twice.
pub fn boot(stored: impl Into<PathBuf>) -> Boot {
    Boot { stored: stored.into(), tmp: None, providers: Vec::new() }
}

impl Boot {
    /// A folder, usually `RELEASE_TMP`, for the computed values, `computed.toml`. It is made if it is not there; the file can be
    /// read by its owner only. Default: they are not written, but where a restart was asked for.
    #[doc(alias = "RELEASE_TMP")]
    pub fn tmp(mut self, folder: impl Into<PathBuf>) -> Self {
        self.tmp = Some(folder.into());
        self
    }

    /// A provider that is known here, before those of [`Provider::find`].
    pub fn provider(mut self, provider: Provider) -> Self {
        self.providers.push(provider);
        self
    }

    fn find(&self, name: &str) -> Result<Provider, FindProviderError> {
        let given = self.providers.iter().copied().find(|provider| provider.name() == name);
        given.map_or_else(|| Provider::find(name), Ok)
    }

    /// Reads the file, runs the providers, and writes what came of it where it is to be written.
    ///
    /// # Errors
    /// See [`BootError`]. Nothing was changed then.
    pub async fn run(self) -> Result<Booted, BootError> {
        let mut stored = Stored::read(&self.stored)?;
        if stored.booted {
            return self.again(stored);
        }
        if stored.providers.is_empty() {
            return Ok(Booted::NoProviders(stored));
        }
        // All of them before the first runs: what cannot end well does not begin.
        let providers = stored.providers.iter().map(|one| self.find(&one.name)).collect::<Result<Vec<_>, _>>()?;
        let states = std::mem::take(&mut stored.providers).into_iter().map(|one| one.state);
        let mut config = std::mem::take(&mut stored.config);
        for (provider, state) in providers.into_iter().zip(states) {
            config = provider.load(config, state).await?;
        }
        stored.config = config;
        stored.booted = true;
        if stored.reboot {
            let written = self.write_back(&stored)?;
            return Ok(Booted::Restart { stored, written });
        }
        let written = match self.tmp.as_deref() {
            Some(tmp) if stored.prune => {
                forget_computed(tmp)?;
                None
            }
            Some(tmp) => Some(write_computed(tmp, &stored)?),
            None => None,
        };
        Ok(Booted::Computed { stored, written })
    }

    fn again(self, stored: Stored) -> Result<Booted, BootError> {
        if stored.prune {
            let failed = |cause| BootError::Prune { file: self.stored.clone(), cause };
            std::fs::remove_file(&self.stored).map_err(failed)?;
        }
        Ok(Booted::Again { pruned: stored.prune, stored })
    }

    /// In its place; where that cannot be written, in the temporary folder.
    fn write_back(&self, stored: &Stored) -> Result<PathBuf, BootError> {
        match (stored.write(&self.stored), &self.tmp) {
            (Ok(()), _) => Ok(self.stored.clone()),
            (Err(_), Some(tmp)) => write_computed(tmp, stored),
            (Err(error), None) => Err(error.into()),
        }
    }
}

fn write_computed(tmp: &Path, stored: &Stored) -> Result<PathBuf, BootError> {
    let file = tmp.join("computed.toml");
    std::fs::create_dir_all(tmp).map_err(|cause| StoredError::Write { file: file.clone(), cause })?;
    stored.write(&file)?;
    Ok(file)
}

/// What an earlier start wrote, before it was asked to leave nothing.
fn forget_computed(tmp: &Path) -> Result<(), BootError> {
    let file = tmp.join("computed.toml");
    match std::fs::remove_file(&file) {
        Err(cause) if cause.kind() != std::io::ErrorKind::NotFound => Err(BootError::Prune { file, cause }),
        _ => Ok(()),
    }
}

impl Booted {
    /// What was stored, with the values.
    pub fn stored(&self) -> &Stored {
        match self {
            Self::NoProviders(stored)
            | Self::Computed { stored, .. }
            | Self::Restart { stored, .. }
            | Self::Again { stored, .. } => stored,
        }
    }

    /// The values.
    pub fn config(&self) -> &Config {
        &self.stored().config
    }
}

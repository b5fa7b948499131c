//! Releases.

#[cfg(feature = "cargo")]
pub mod build;
mod describe;
mod manifest;

pub use self::manifest::{
    ApplicationInfo, BootEntry, Description, Manifest, ProviderSetting, ProviderState, Question, StartSettings,
};

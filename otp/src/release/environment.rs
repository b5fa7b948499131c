//! What the launch script says: the variables `RELEASE_*`.

use std::ffi::OsString;
use std::path::PathBuf;

use crate::config::Secret;

/// What the launch script says of the release and of what it is to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Environment {
    /// `RELEASE_ROOT`: the directory of the release.
    pub(crate) root: PathBuf,
    /// `RELEASE_NAME`
    pub(crate) name: String,
    /// `RELEASE_VSN`
    pub(crate) version: String,
    /// `RELEASE_COMMAND`
    pub(crate) command: String,
    /// `RELEASE_NODE`: what the running system's files in `tmp` are called.
    pub(crate) node: String,
    /// `RELEASE_TMP`
    pub(crate) tmp: PathBuf,
    /// `RELEASE_COOKIE`
    pub(crate) cookie: Secret<String>,
    /// `RELEASE_DISTRIBUTION`: whether the running system can be reached.
    pub(crate) distribution: bool,
    /// `RELEASE_SYS_CONFIG`
    pub(crate) sys_config: PathBuf,
    /// `RELEASE_START_SETTINGS`
    pub(crate) start_settings: PathBuf,
}

/// The launch script left something out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum EnvironmentError {
    #[error("{0} is not set: start the release with its launch script, bin/NAME")]
    Missing(&'static str),
    // The value is not shown: it may be the cookie.
    #[error("{0} is not UTF-8; only paths may be something else")]
    NotText(&'static str),
    #[error("RELEASE_DISTRIBUTION must be local or none, got: {0}")]
    Distribution(String),
    #[error("RELEASE_NODE must be a plain name without `/`, got: {0:?}")]
    Node(String),
    #[error("RELEASE_COOKIE is empty: put a secret into releases/COOKIE")]
    NoCookie,
}

impl Environment {
    /// Of this program; `None` if no launch script started it.
    pub(crate) fn read() -> Option<Result<Self, EnvironmentError>> {
        let variable = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
        let root = variable("RELEASE_ROOT");
        root.map(|root| Self::of(root.into(), variable))
    }

    fn of(root: PathBuf, variable: impl Fn(&str) -> Option<OsString>) -> Result<Self, EnvironmentError> {
        let text = |name: &'static str| {
            let value = variable(name).map(OsString::into_string).transpose();
            value.map_err(|_| EnvironmentError::NotText(name))
        };
        let required = |name: &'static str| text(name)?.ok_or(EnvironmentError::Missing(name));
        let name = required("RELEASE_NAME")?;
        let version = required("RELEASE_VSN")?;
        let node = text("RELEASE_NODE")?.unwrap_or_else(|| name.clone());
        if node.contains('/') || node.starts_with('.') {
            return Err(EnvironmentError::Node(node));
        }
        let distribution = match text("RELEASE_DISTRIBUTION")?.as_deref() {
            None | Some("local") => true,
            Some("none") => false,
            Some(other) => return Err(EnvironmentError::Distribution(other.to_owned())),
        };
        let cookie = text("RELEASE_COOKIE")?.unwrap_or_default();
        if distribution && cookie.is_empty() {
            return Err(EnvironmentError::NoCookie);
        }
        let directory = root.join("releases").join(&version);
        let path = |name: &str, default: PathBuf| variable(name).map_or(default, PathBuf::from);
        Ok(Self {
            command: required("RELEASE_COMMAND")?,
            tmp: path("RELEASE_TMP", root.join("tmp")),
            sys_config: path("RELEASE_SYS_CONFIG", directory.join("sys.toml")),
            start_settings: path("RELEASE_START_SETTINGS", directory.join("start.toml")),
            root,
            name,
            version,
            node,
            cookie: Secret::new(cookie),
            distribution,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> Result<Environment, EnvironmentError> {
        let given =
            [("RELEASE_NAME", "demo"), ("RELEASE_VSN", "1.0"), ("RELEASE_COMMAND", "start"), ("RELEASE_COOKIE", "x")];
        Environment::of("/r".into(), |name| {
            let all = variables.iter().chain(&given);
            let value = all.clone().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
            value.filter(|value| !value.is_empty()).map(OsString::from)
        })
    }

    #[test]
    fn what_is_not_said_has_a_default() {
        let environment = read(&[]).unwrap();
        assert_eq!(environment.node, "demo");
        assert_eq!(environment.tmp, PathBuf::from("/r/tmp"));
        assert_eq!(environment.sys_config, PathBuf::from("/r/releases/1.0/sys.toml"));
        assert!(environment.distribution);
    }

    #[test]
    fn what_is_wrong_is_refused() {
        assert_eq!(read(&[("RELEASE_NAME", "")]), Err(EnvironmentError::Missing("RELEASE_NAME")));
        assert_eq!(read(&[("RELEASE_NODE", "../x")]), Err(EnvironmentError::Node("../x".into())));
        assert_eq!(read(&[("RELEASE_DISTRIBUTION", "name")]), Err(EnvironmentError::Distribution("name".into())));
        assert_eq!(read(&[("RELEASE_COOKIE", "")]), Err(EnvironmentError::NoCookie));
        assert!(read(&[("RELEASE_COOKIE", ""), ("RELEASE_DISTRIBUTION", "none")]).is_ok());
    }

    #[test]
    fn paths_need_not_be_text_and_the_rest_must() {
        use std::os::unix::ffi::OsStringExt;
        let noise = || OsString::from_vec(b"/r\xff".to_vec());
        let given = |name: &str, odd: &str| match name {
            _ if name == odd => Some(noise()),
            "RELEASE_TMP" => None,
            name => Some(format!("{name}-x").replace("RELEASE_DISTRIBUTION-x", "local").into()),
        };
        let environment = Environment::of(noise().into(), |name| given(name, "RELEASE_SYS_CONFIG")).unwrap();
        assert_eq!(environment.tmp, PathBuf::from(noise()).join("tmp"));
        assert_eq!(environment.sys_config, PathBuf::from(noise()));
        for name in ["RELEASE_NAME", "RELEASE_NODE", "RELEASE_COOKIE", "RELEASE_DISTRIBUTION"] {
            let read = Environment::of("/r".into(), |asked| given(asked, name));
            assert_eq!(read, Err(EnvironmentError::NotText(name)));
        }
    }
}

//! The two macros for paths of configuration files.

/// Resolves the path of a configuration file: an absolute path is itself, `{system, "NAME", "/rest"}` is the value of an
/// environment variable with `/rest` directly behind it. Answers a `Result<PathBuf, ConfigPathError>`.
///
/// ```
/// use otp::resolve_config_path;
///
/// assert_eq!(resolve_config_path!("/etc/kv.toml")?.to_str(), Some("/etc/kv.toml"));
/// let home = std::env::var("CARGO_MANIFEST_DIR").unwrap();
/// assert_eq!(resolve_config_path!({system, "CARGO_MANIFEST_DIR", "/kv.toml"})?, std::path::Path::new(&home).join("kv.toml"));
///
/// let error = resolve_config_path!({system, "NOBODY_SET_THIS", "/kv.toml"}).unwrap_err();
/// assert!(error.to_string().contains("NOBODY_SET_THIS"));
/// # Ok::<_, otp::config::ConfigPathError>(())
/// ```
///
/// Follows Elixir's `Config.Provider.resolve_config_path!/1`; for a path that is a value there is
/// [`ConfigPath::resolve`](crate::config::ConfigPath::resolve).
#[macro_export]
macro_rules! resolve_config_path {
    ({system, $variable:expr, $path:expr $(,)?}) => {
        $crate::config::ConfigPath::system($variable, $path).resolve()
    };
    ($path:expr $(,)?) => {
        $crate::config::ConfigPath::from($path).resolve()
    };
}

/// Checks the path of a configuration file, as far as that can be done where a release is made: it is absolute, or an
/// environment variable with a path behind it. Answers a `Result<(), ConfigPathError>`.
///
/// ```
/// use otp::validate_config_path;
///
/// validate_config_path!("/etc/kv.toml")?;
/// validate_config_path!({system, "RELEASE_ROOT", "/kv.toml"})?;
/// assert!(validate_config_path!("kv.toml").is_err()); // relative to what?
/// # Ok::<_, otp::config::ConfigPathError>(())
/// ```
///
/// Follows Elixir's `Config.Provider.validate_config_path!/1`.
#[macro_export]
macro_rules! validate_config_path {
    ({system, $variable:expr, $path:expr $(,)?}) => {
        $crate::config::ConfigPath::system($variable, $path).validate()
    };
    ($path:expr $(,)?) => {
        $crate::config::ConfigPath::from($path).validate()
    };
}

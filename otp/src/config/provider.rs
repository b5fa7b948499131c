//! Providers: where configuration comes from when a release starts.

use super::{Config, StoredProvider, TypeError, Value};
use crate::child::BoxFuture;
use crate::process::ExitReason;
use crate::process::run::{caught, caught_sync};
use serde_core::Serialize;
use serde_core::de::DeserializeOwned;
use std::fmt;
use std::future::Future;

/// Loads configuration when a release starts: from a file of another format, from a vault, from the machine.
///
/// [`init`](Self::init) runs where the release is made, [`load`](Self::load) when it starts, before any application. What
/// `init` answers is stored in the release as text in between: that is what `Serialize` is for.
///
/// ```
/// use otp::config::{Config, ConfigPath, ConfigProvider};
///
/// /// Lines of `key=value`, for the application `my_app`.
/// struct Properties;
///
/// impl ConfigProvider for Properties {
///     type Args = ConfigPath;
///     type State = ConfigPath;
///
///     fn init(path: ConfigPath) -> otp::Result<ConfigPath> {
///         path.validate()?; // a mistake is found where the release is made
///         Ok(path)
///     }
///
///     async fn load(config: Config, path: ConfigPath) -> otp::Result<Config> {
///         let text = std::fs::read_to_string(path.resolve()?)?;
///         let values = text.lines().filter_map(|line| line.split_once('='));
///         let read = values.fold(Config::new(), |read, (key, value)| read.with("my_app", key.trim(), value.trim()));
///         Ok(config.merge(read))
///     }
/// }
///
/// otp::config_provider!(Properties); // found by its name: config_providers = [{ name = "Properties", args = "/etc/my_app" }]
/// ```
///
/// If it needs an application, it starts it:
/// [`application::ensure_all_started`](crate::application::ensure_all_started).
///
/// Follows Elixir's `Config.Provider`. A provider that answers something that is no configuration does not compile.
#[doc(alias = "Config.Provider")]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no provider of configuration",
    label = "does not implement `ConfigProvider`",
    note = "write `impl ConfigProvider for {Self}` with `type Args`, `type State`, `fn init` and `async fn load`"
)]
pub trait ConfigProvider: 'static {
    /// What the release's description gives it.
    type Args: DeserializeOwned;
    /// What is stored in the release: plain data.
    type State: Serialize + DeserializeOwned + Send;

    /// What a release's description calls it. Default: the type's name, without its path.
    fn name() -> &'static str {
        let name = std::any::type_name::<Self>();
        name.rfind("::").map_or(name, |end| &name[end + 2..])
    }

    /// Checks the arguments and prepares the state, where the release is made: what it reads there is not there on the machine
    /// where the release starts.
    ///
    /// # Errors
    /// The release is not made, and says why.
    fn init(args: Self::Args) -> crate::Result<Self::State>;

    /// Answers the configuration so far with its own laid over it, usually by [`Config::merge`].
    ///
    /// # Errors
    /// The start is given up, and says why.
    fn load(config: Config, state: Self::State) -> impl Future<Output = crate::Result<Config>> + Send;
}

/// A provider, whichever type it is.
#[derive(Clone, Copy)]
pub struct Provider {
    name: fn() -> &'static str,
    init: fn(&Value) -> Result<Value, ProviderError>,
    load: fn(Config, Value) -> BoxFuture<'static, Result<Config, ProviderError>>,
}

impl fmt::Debug for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Provider").field(&self.name()).finish()
    }
}

inventory::collect!(Provider);

/// Makes a [`ConfigProvider`] of this program known by its name, so that releases can use it.
///
/// ```
/// # use otp::config::{Config, ConfigProvider};
/// struct Vault;
/// impl ConfigProvider for Vault {
///     type Args = String;
///     type State = String;
///     fn init(url: String) -> otp::Result<String> { Ok(url) }
///     async fn load(config: Config, _url: String) -> otp::Result<Config> { Ok(config) }
/// }
/// otp::config_provider!(Vault);
/// # fn main() {
/// assert_eq!(otp::config::Provider::find("Vault").unwrap().name(), "Vault");
/// # }
/// ```
#[macro_export]
macro_rules! config_provider {
    ($provider:ty $(,)?) => {
        $crate::__private::inventory::submit! { $crate::config::Provider::of::<$provider>() }
    };
}

impl Provider {
    /// The provider `P`.
    pub const fn of<P: ConfigProvider>() -> Self {
        Self { name: P::name, init: init::<P>, load: |config, state| Box::pin(load::<P>(config, state)) }
    }

    /// All that this program knows: those of [`config_provider!`](crate::config_provider), and the reader.
    pub fn all() -> Vec<Self> {
        inventory::iter::<Self>().copied().chain([Self::of::<super::Reader>()]).collect()
    }

    /// The one with this name.
    ///
    /// # Errors
    /// There is none.
    pub fn find(name: &str) -> Result<Self, FindProviderError> {
        let all = Self::all();
        all.iter().copied().find(|provider| provider.name() == name).ok_or_else(|| {
            let mut known: Vec<String> = all.iter().map(|provider| provider.name().to_string()).collect();
            known.sort();
            FindProviderError { name: name.to_string(), known }
        })
    }

    /// Its name.
    pub fn name(&self) -> &'static str {
        (self.name)()
    }

    /// Runs its `init` with arguments from a release's description. The answer is what a release stores.
    ///
    /// # Errors
    /// The arguments are of another type, or `init` failed or panicked.
    pub fn init(&self, args: &Value) -> Result<StoredProvider, ProviderError> {
        let state = caught_sync(|| (self.init)(args)).unwrap_or_else(|reason| Err(self.panicked("init", reason)))?;
        Ok(StoredProvider { name: self.name().to_string(), state })
    }

    /// Runs its `load`.
    ///
    /// # Errors
    /// The state is not its own, or `load` failed or panicked.
    pub async fn load(&self, config: Config, state: Value) -> Result<Config, ProviderError> {
        let loading = (self.load)(config, state);
        caught(loading).await.unwrap_or_else(|reason| Err(self.panicked("load", reason)))
    }

    fn panicked(&self, callback: &'static str, reason: ExitReason) -> ProviderError {
        ProviderError { provider: self.name().to_string(), callback, problem: reason.to_string() }
    }
}

fn init<P: ConfigProvider>(args: &Value) -> Result<Value, ProviderError> {
    let failed = |problem: String| ProviderError { provider: P::name().to_string(), callback: "init", problem };
    let wrong = |error: TypeError| failed(format!("its arguments are wrong: {error}"));
    let state = P::init(args.read().map_err(wrong)?).map_err(|error| failed(error.to_string()))?;
    Value::serialize(&state).map_err(|error| failed(format!("its state cannot be stored: {error}")))
}

async fn load<P: ConfigProvider>(config: Config, state: Value) -> Result<Config, ProviderError> {
    let failed = |problem: String| ProviderError { provider: P::name().to_string(), callback: "load", problem };
    let state = state.read().map_err(|error| failed(format!("its stored state is wrong: {error}")))?;
    P::load(config, state).await.map_err(|error| failed(error.to_string()))
}

/// A provider failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the configuration provider {provider} failed in `{callback}`: {problem}")]
#[non_exhaustive]
pub struct ProviderError {
    /// Its name.
    pub provider: String,
    /// `init` or `load`.
    pub callback: &'static str,
    /// Why.
    pub problem: String,
}

/// No provider has this name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "there is no configuration provider {name:?}: this program knows {}; others are made known by \
     `otp::config_provider!({name});`", known.join(", ")
)]
#[non_exhaustive]
pub struct FindProviderError {
    /// The name.
    pub name: String,
    /// Those that there are.
    pub known: Vec<String>,
}

//! The options of an application.
use otp::application::{self, App, Mode, Start, Top};
use otp::prelude::*;

#[supervisor(args(size: usize))]
pub struct Tree {}

mod inner {
    use otp::prelude::*;

    #[application(name = "store", library, mode = load)]
    pub struct Store;
}

#[application(
    name = "shop",
    version = "1.2.3",
    description = "sells",
    mode = Mode::Transient,
    dependencies(inner::Store, #[cfg(any())] Missing),
    optional("metrics"),
    includes(Cart),
    env(port = 80, hosts = vec!["a", "b"]),
    supervisor = Tree(8)
)]
#[derive(Default)]
pub struct Shop {
    _unused: u8,
}

#[application(library)]
struct Cart;

#[cfg(any())]
#[application(name = "never", library, dependencies(Missing))]
struct Never;

mod renamed {
    pub use ::otp as other;
}

#[application(name = "other", crate = renamed::other)]
struct Other {}

impl Default for Other {
    fn default() -> Self {
        Self {}
    }
}

impl Application for Other {
    async fn start(&mut self, start: Start) -> otp::Result<Top> {
        assert_eq!(start.application, "other");
        let supervisor = Supervisor::builder().start_link().await?;
        Ok((*supervisor).clone().into())
    }
}

#[otp::main]
async fn main() -> otp::Result {
    let spec = App::of::<Shop>().spec();
    assert_eq!((spec.name.as_str(), spec.version.as_str(), spec.mode), ("shop", "1.2.3", Mode::Transient));
    assert_eq!(application::ensure_all_started(Shop::default()).await?, ["store", "shop"]);
    application::start(Other {}).await?;
    application::start("other").await.unwrap_err();
    Ok(())
}

//! A worker that says what becomes of it.

use otp::application::{self, Top};
use otp::prelude::*;
use otp::process;
use std::sync::Mutex;

static LOG: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Notes a line, and prints it: child processes are read by their output.
pub(crate) fn note(line: impl Into<String>) {
    let line = line.into();
    println!("## {line}");
    LOG.lock().unwrap().push(line);
}

/// The lines that begin so, without that.
pub(crate) fn noted(begin: &str) -> Vec<String> {
    let log = LOG.lock().unwrap();
    log.iter().filter_map(|line| line.strip_prefix(begin)).map(|line| line.trim().to_string()).collect()
}

/// Notes `NAME up` and `NAME down`.
#[gen_server(trap_exit = true)]
pub(crate) struct Worker {
    name: &'static str,
}

#[gen_server]
impl Worker {
    #[init]
    fn init(name: &'static str) -> Self {
        note(format!("{name} up"));
        Self { name }
    }

    #[terminate]
    fn down(&mut self) {
        note(format!("{} down", self.name));
    }
}

/// A tree with one worker.
pub(crate) async fn tree(name: &'static str) -> otp::Result<Top> {
    Ok(Supervisor::builder().child(Worker::child_spec(move || name).id(name)).start_link().await?.into())
}

pub(crate) fn is_started(name: &str) -> bool {
    application::started().iter().any(|info| info.name == name)
}

pub(crate) fn is_loaded(name: &str) -> bool {
    application::loaded().iter().any(|info| info.name == name)
}

/// The process of an application that is started.
pub(crate) fn master(name: &str) -> Option<process::Pid> {
    let label = format!("application {name}");
    process::list()
        .into_iter()
        .find(|pid| process::info(*pid).is_some_and(|info| info.label.as_deref() == Some(label.as_str())))
}

/// `application!(Store = "store", library, ..)`: an application with a tree of one worker of its name.
macro_rules! with_tree {
    ($type:ident = $name:literal $(, $($options:tt)*)?) => {
        #[application(name = $name $(, $($options)*)?)]
        struct $type;
        impl Application for $type {
            async fn start(&mut self, _: otp::application::Start) -> otp::Result<otp::application::Top> {
                $crate::application::fixtures::tree($name).await
            }
            async fn prepare_stop(&mut self) {
                $crate::application::fixtures::note(concat!($name, " prepare_stop"));
            }
            async fn stop(&mut self) {
                $crate::application::fixtures::note(concat!($name, " stop"));
            }
        }
    };
}
pub(crate) use with_tree;

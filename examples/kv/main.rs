//! `kv`: a key-value server that speaks the Redis protocol, on a supervision tree.

#[cfg(unix)]
mod release;

use std::io::{self, IsTerminal as _};
use std::net::{IpAddr, SocketAddr};
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use kv::{Config, Server};
use otp::application::Signals;
use otp::process;
use tracing_subscriber::EnvFilter;

/// A key-value server that speaks the Redis protocol, on a supervision tree.
///
/// What happens is logged on standard error; RUST_LOG=debug says more.
#[derive(Parser)]
#[command(name = "kv", version)]
struct Args {
    /// The port to listen on; 0 lets the system choose
    #[arg(long, default_value_t = 6379)]
    port: u16,
    /// The address to listen on
    #[arg(long, default_value = "127.0.0.1")]
    bind: IpAddr,
    /// How many processes share the keys
    #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u16).range(1..=1024))]
    shards: u16,
    /// How many databases there are beside number 0, which is the sharded one: SELECT takes 0 to this
    #[arg(long, default_value_t = 10_000)]
    buckets: u16,
    /// Seconds after which a bucket stops that is empty and not used; 0 means never. One that holds keys stays
    #[arg(long, default_value_t = 300)]
    bucket_idle: u64,
    /// How many clients may be connected at once
    #[arg(long, default_value_t = 10_000)]
    max_clients: usize,
    /// Seconds after which a silent client is cut off; 0 means never
    #[arg(long, default_value_t = 300)]
    idle_timeout: u64,
    /// Megabytes of published messages that a client may leave unread before it is cut off
    #[arg(long, default_value_t = 32)]
    pubsub_limit: u16,
}

impl Args {
    fn config(&self) -> Config {
        let seconds = |seconds| (seconds > 0).then(|| Duration::from_secs(seconds));
        Config {
            address: SocketAddr::new(self.bind, self.port),
            shards: self.shards.into(),
            buckets: self.buckets.into(),
            bucket_idle: seconds(self.bucket_idle),
            max_clients: self.max_clients,
            idle_timeout: seconds(self.idle_timeout),
            pubsub_limit: usize::from(self.pubsub_limit) * 1024 * 1024,
            ..Config::default()
        }
    }
}

fn main() -> ExitCode {
    // A launch script says what to do by variables; without one there are arguments.
    #[cfg(unix)]
    if std::env::var_os("RELEASE_COMMAND").is_some() {
        return otp::release::Boot::new().add(release::Kv).setup(log).run();
    }
    standalone()
}

fn log() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_target(false)
        .with_ansi(io::stderr().is_terminal())
        .with_writer(io::stderr)
        .init();
}

#[otp::main]
async fn standalone() -> ExitCode {
    let args = Args::parse();
    log();
    // The tree is linked to this process. If it gives up, that should come as a message and not as our own end.
    process::trap_exit(true);
    match run(args.config()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("kv: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(config: Config) -> otp::Result {
    // Before anybody is told that the server is there, and might ask it to stop.
    let mut signals = Signals::listen()?;
    let server = kv::start(config).await?;
    welcome(&server);
    let tree = server.tree().pid().ok_or("the tree ended as soon as it had started")?;
    tokio::select! {
        signal = signals.next() => tracing::info!("{signal} received, stopping; once more ends at once"),
        reason = process::wait(tree) => return Err(format!("the supervision tree gave up: {reason}").into()),
    }
    signals.impatient(server.stop()).await.map_err(|signal| format!("{signal} received while stopping"))??;
    tracing::info!("stopped");
    Ok(())
}

/// Says where the server is and what to try.
fn welcome(server: &Server) {
    let (address, shards) = (server.address(), server.context().config.shards);
    let (host, port) = (address.ip(), address.port());
    println!(
        "kv is listening on {address} and keeps its keys in {shards} shards. In another terminal, try:

  redis-cli -h {host} -p {port} set greeting hello ex 60
  redis-cli -h {host} -p {port} get greeting
  redis-cli -h {host} -p {port} info shards            # a process per shard, with its pid
  redis-cli -h {host} -p {port} debug panic greeting   # crash the one that has the key: see the log here
  redis-cli -h {host} -p {port} info shards            # that one is new, the others are not
  redis-cli -h {host} -p {port} -n 7 set greeting hi   # another database: a process that starts with its first key
  redis-cli -h {host} -p {port} info buckets keyspace  # here it is
  redis-cli -h {host} -p {port} subscribe news         # and from a third terminal:
  redis-cli -h {host} -p {port} publish news hello     # how many got it
  redis-benchmark -h {host} -p {port} -t ping,set,get -n 100000 -P 16 -q

Without redis-cli: printf 'SET a 1\\r\\nINCR a\\r\\nQUIT\\r\\n' | nc {host} {port}
Ctrl-C stops it.
"
    );
}

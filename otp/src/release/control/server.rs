//! The running system's end of the control socket.
//!
//! One process accepts, one more serves each connection, and one each call that is carried out (see `command/execute.rs`).
//! Whoever disconnects in the middle of a call loses its output and gives its place back; the call itself goes on.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use subtle::ConstantTimeEq;
use tokio::io::AsyncWriteExt;
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::{Semaphore, mpsc, oneshot};

use super::frame::{Frame, Kind, LONGEST, LONGEST_HELLO};
use crate::config::Secret;
use crate::process;
use crate::release::command::{complete, execute};
use crate::release::output::{Chunk, Output};

/// How many may be connected at once.
const CONNECTIONS: usize = 64;

/// How long whoever connects may take to show the cookie.
const HELLO: Duration = Duration::from_secs(5);

/// Bytes of output that wait for a client which does not read. What is more is lost, and the client is told so.
const UNREAD: usize = 8 * 1024 * 1024;

/// What the system is told through the socket.
pub(crate) enum Order {
    /// End.
    Stop,
    /// Stop the applications and start them again; the answer comes when they are up, or when that failed. What comes with it is
    /// dropped when the answer is on its way.
    Restart(oneshot::Sender<(Result<(), String>, oneshot::Sender<()>)>),
}

/// Who answers, and to whom.
pub(crate) struct Identity {
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) cookie: Secret<String>,
    pub(crate) orders: mpsc::UnboundedSender<Order>,
}

/// Serves the socket for as long as the system runs.
pub(crate) async fn serve(listener: std::os::unix::net::UnixListener, identity: Identity) -> io::Result<()> {
    process::set_label("control socket");
    let listener = UnixListener::from_std(listener)?;
    let (identity, places) = (Arc::new(identity), Arc::new(Semaphore::new(CONNECTIONS)));
    loop {
        // A place first: who finds none waits in the queue of the operating system.
        let place = places.clone().acquire_owned().await.expect("the places are never closed");
        match listener.accept().await {
            Ok((stream, _)) => {
                let identity = identity.clone();
                process::spawn(async move {
                    process::set_label("control connection");
                    // An error is one of whoever is connected: they went away, or sent no frames.
                    let _ = connection(stream, &identity).await;
                    drop(place);
                });
            }
            Err(_) => process::sleep(Duration::from_millis(100)).await,
        }
    }
}

async fn connection(stream: UnixStream, identity: &Identity) -> io::Result<()> {
    let (mut from, mut to) = stream.into_split();
    let hello = tokio::time::timeout(HELLO, Frame::receive(&mut from, LONGEST_HELLO)).await;
    let hello = hello.unwrap_or(Ok(None))?;
    let Some(Frame { kind: Kind::Hello, text: cookie }) = hello else { return Ok(()) };
    if !bool::from(cookie.as_bytes().ct_eq(identity.cookie.expose().as_bytes())) {
        return send(&mut to, Kind::Refused, "the cookie is another one").await;
    }
    let welcome = format!("{} {} {}", identity.name, identity.version, std::process::id());
    send(&mut to, Kind::Welcome, &welcome).await?;
    while let Some(frame) = Frame::receive(&mut from, LONGEST).await? {
        if frame.kind != Kind::Ask {
            return Ok(());
        }
        if !ask(&frame.text, &mut from, &mut to, identity).await? {
            return Ok(());
        }
    }
    Ok(())
}

/// Carries out a request. Whether more may follow.
async fn ask(text: &str, from: &mut OwnedReadHalf, to: &mut OwnedWriteHalf, identity: &Identity) -> io::Result<bool> {
    let (verb, rest) = text.split_once('\n').unwrap_or((text, ""));
    let status = match verb {
        "call" => call(rest, from, to).await?,
        "complete" => {
            send(to, Kind::Out, &complete(rest).join("\n")).await?;
            0
        }
        "restart" => {
            let (done, result) = oneshot::channel();
            let _ = identity.orders.send(Order::Restart(done));
            let result = tokio::select! {
                result = result => result,
                error = gone(from) => return Err(error),
            };
            match result {
                Ok((Ok(()), _)) => 0,
                Ok((Err(error), flushed)) => {
                    send(to, Kind::Error, &format!("{error}\n")).await?;
                    send(to, Kind::Done, "1").await?;
                    drop(flushed);
                    return Ok(true);
                }
                Err(_) => {
                    send(to, Kind::Error, "the system stopped instead\n").await?;
                    1
                }
            }
        }
        "stop" => {
            send(to, Kind::Done, "0").await?;
            let _ = identity.orders.send(Order::Stop);
            // Kept open: its end is the end of this system.
            let _ = Frame::receive(from, LONGEST).await;
            return Ok(false);
        }
        other => {
            send(to, Kind::Error, &format!("unknown request `{other}`: is this program of another version?\n")).await?;
            1
        }
    };
    send(to, Kind::Done, if status == 0 { "0" } else { "1" }).await?;
    Ok(true)
}

/// Carries out a call, and sends what it prints while it runs.
async fn call(script: &str, from: &mut OwnedReadHalf, to: &mut OwnedWriteHalf) -> io::Result<u8> {
    let (sink, mut chunks) = mpsc::unbounded_channel();
    // Of what was printed and not sent: a call does not wait for whoever reads.
    let waiting = Arc::new(AtomicUsize::new(0));
    let (printed, lost) = (waiting.clone(), Arc::new(AtomicBool::new(false)));
    let losing = lost.clone();
    let output = Output::to(move |chunk: Chunk| {
        if printed.load(Ordering::Relaxed) > UNREAD {
            losing.store(true, Ordering::Relaxed);
            return;
        }
        printed.fetch_add(chunk.text().len(), Ordering::Relaxed);
        let _ = sink.send(chunk);
    });
    let script = script.to_owned();
    let (done, ended) = oneshot::channel();
    process::spawn(async move {
        let well = execute(&script, &output).await;
        // Before whoever waits learns of the end: it drains what was printed until then.
        let _ = done.send(well);
    });
    let gone = gone(from);
    tokio::pin!(ended, gone);
    let mut print = async |chunk: Chunk| {
        waiting.fetch_sub(chunk.text().len(), Ordering::Relaxed);
        print(to, chunk).await
    };
    loop {
        tokio::select! {
            biased;
            error = &mut gone => return Err(error),
            Some(chunk) = chunks.recv() => print(chunk).await?,
            well = &mut ended => {
                while let Ok(chunk) = chunks.try_recv() {
                    print(chunk).await?;
                }
                if lost.load(Ordering::Relaxed) {
                    print(Chunk::Error("some of the output is missing: it was not read in time\n".into())).await?;
                }
                return Ok(u8::from(!well.unwrap_or(false)));
            }
        }
    }
}

/// Waits until the client leaves. One that waits for an answer says nothing: if it does, it is let go too.
async fn gone(from: &mut OwnedReadHalf) -> io::Error {
    match Frame::receive(from, LONGEST).await {
        Ok(_) => io::ErrorKind::ConnectionAborted.into(),
        Err(error) => error,
    }
}

async fn print(to: &mut OwnedWriteHalf, chunk: Chunk) -> io::Result<()> {
    match chunk {
        Chunk::Out(text) => send(to, Kind::Out, &text).await,
        Chunk::Error(text) => send(to, Kind::Error, &text).await,
    }
}

async fn send(to: &mut OwnedWriteHalf, kind: Kind, text: &str) -> io::Result<()> {
    for frame in Frame::split(kind, text) {
        to.write_all(&frame.encode()).await?;
    }
    Ok(())
}

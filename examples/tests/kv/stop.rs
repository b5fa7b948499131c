//! A server that is stopped while everybody writes: what it has answered stands, and is answered whole.

use std::time::Duration;

use otp::process;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::{raw, serve};

/// Requests that a client sends at once.
const BATCH: usize = 50;

/// Writes and reads back, many at a time, until the server closes. Answers everything that came back, and how many pairs
/// of requests were sent.
async fn press(mut socket: TcpStream, client: usize) -> otp::Result<(String, usize)> {
    let (mut reader, mut writer) = socket.split();
    let mut sent = 0;
    let write = async {
        loop {
            let batch: String = (sent..sent + BATCH)
                .map(|n| format!("SET stop:{client}:{n} value-{n}\r\nGET stop:{client}:{n}\r\n"))
                .collect();
            // The server is gone, and takes nothing any more.
            if writer.write_all(batch.as_bytes()).await.is_err() {
                break std::future::pending::<()>().await;
            }
            sent += BATCH;
        }
    };
    let mut answered = Vec::new();
    let read = async {
        let mut buffer = [0; 4096];
        // Closed in order, or while it wrote: either way nothing more comes.
        while let Ok(read @ 1..) = reader.read(&mut buffer).await {
            answered.extend_from_slice(&buffer[..read]);
        }
    };
    tokio::select! {
        () = write => unreachable!("it writes until somebody stops it"),
        () = read => {}
    }
    Ok((String::from_utf8(answered)?, sent))
}

/// Each write that was acknowledged is read back; no answer is cut in half; the last word may be an error.
fn check((answered, sent): (String, usize)) -> usize {
    let mut rest = answered.as_str();
    for n in 0..sent {
        let pair = format!("+OK\r\n${}\r\nvalue-{n}\r\n", format!("value-{n}").len());
        match rest.strip_prefix(pair.as_str()) {
            Some(left) => rest = left,
            None => {
                let left = rest.strip_prefix("+OK\r\n").unwrap_or(rest);
                let whole = left.is_empty() || left.starts_with('-') && left.ends_with("\r\n");
                assert!(whole, "after {n} pairs: {left:?}");
                return n;
            }
        }
    }
    assert_eq!(rest, "", "more was answered than asked");
    sent
}

#[otp::test(flavor = "multi_thread")]
async fn a_stop_under_load_loses_no_acknowledged_write_and_cuts_no_answer() -> otp::Result {
    process::trap_exit(true);
    for round in 0..10 {
        let server = serve().await?;
        let mut clients = Vec::new();
        for client in 0..8 {
            clients.push(tokio::spawn(press(raw(&server).await?, client)));
        }
        // Not a wait for something: the moment of the stop is to differ.
        tokio::time::sleep(Duration::from_millis(20 + 7 * round)).await;
        server.stop().await?;
        let mut pairs = 0;
        for client in clients {
            pairs += check(client.await??);
        }
        assert!(pairs > 0, "nobody was answered at all");
    }
    Ok(())
}

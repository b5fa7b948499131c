//! What clients do to a socket: much at once, nonsense, too much, too little, too late.

use std::time::Duration;

use kv::{Limits, Server};
use redis::{RedisError, cmd};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::{client, connection_pids, ended, exchange, pong, raw, rest, serve, serve_with};

/// Says that the server is well.
async fn check(server: &Server) -> otp::Result {
    let mut client = client(server).await?;
    assert_eq!(cmd("PING").query_async::<String>(&mut client).await?, "PONG");
    Ok(())
}

#[otp::test(flavor = "multi_thread")]
async fn ten_thousand_commands_in_one_pipeline() -> otp::Result {
    let server = serve().await?;
    let mut client = client(&server).await?;
    let mut pipeline = redis::pipe();
    for n in 0..5_000 {
        pipeline.cmd("SET").arg(format!("key{n}")).arg(n).ignore();
        pipeline.cmd("GET").arg(format!("key{n}"));
    }
    let answers: Vec<i64> = pipeline.query_async(&mut client).await?;
    assert!(answers.into_iter().eq(0..5_000));
    server.stop().await?;
    Ok(())
}

#[otp::test(flavor = "multi_thread")]
async fn answers_come_in_the_order_of_the_requests() -> otp::Result {
    let server = serve().await?;
    let (mut requests, mut answers) = (String::new(), String::new());
    for n in 0..10_000 {
        // Different shards, an answer of the connection's own and a refusal.
        requests += &format!("INCR n{}\r\nECHO {n}\r\nNOPE\r\n", n % 7);
        let length = n.to_string().len();
        answers += &format!(":{}\r\n${length}\r\n{n}\r\n", n / 7 + 1);
        answers += "-ERR unknown command 'NOPE', with args beginning with: \r\n";
    }
    requests += "QUIT\r\n";
    answers += "+OK\r\n";
    let (mut reader, mut writer) = raw(&server).await?.into_split();
    let writing = tokio::spawn(async move { writer.write_all(requests.as_bytes()).await.map(|()| writer) });
    let mut read = String::new();
    reader.read_to_string(&mut read).await?;
    assert!(read == answers, "the answers differ");
    writing.await??;
    server.stop().await?;
    Ok(())
}

#[otp::test(flavor = "multi_thread")]
async fn a_request_may_come_in_any_pieces() -> otp::Result {
    let server = serve().await?;
    let mut socket = raw(&server).await?;
    socket.set_nodelay(true)?;
    for byte in b"*3\r\n$3\r\nSET\r\n$1\r\na\r\n$4\r\n1\r\n2\r\nget a\r\nquit\r\n" {
        socket.write_all(&[*byte]).await?;
    }
    assert_eq!(rest(&mut socket).await?, "+OK\r\n$4\r\n1\r\n2\r\n+OK\r\n");
    server.stop().await?;
    Ok(())
}

#[otp::test(flavor = "multi_thread")]
async fn a_client_that_closes_its_side_still_gets_its_answers() -> otp::Result {
    let server = serve().await?;
    let mut socket = raw(&server).await?;
    socket.write_all(b"INCR n\r\nINCR n\r\n").await?;
    socket.shutdown().await?;
    assert_eq!(rest(&mut socket).await?, ":1\r\n:2\r\n");
    server.stop().await?;
    Ok(())
}

#[otp::test(flavor = "multi_thread")]
async fn malformed_input_gets_an_error_and_the_end() -> otp::Result {
    let server = serve().await?;
    for (bytes, answer) in [
        (&b"*x\r\n"[..], "-ERR Protocol error: invalid multibulk length\r\n"),
        (b"*1\r\n:1\r\n", "-ERR Protocol error: expected '$', got ':'\r\n"),
        (b"*1\r\n$-1\r\n", "-ERR Protocol error: invalid bulk length (at most 16777216 bytes)\r\n"),
        (b"*1\r\n$4\r\nPINGPONG", "-ERR Protocol error: expected a line end after 4 bytes\r\n"),
        (b"PING\r\nSET a \"b\r\n", "+PONG\r\n-ERR Protocol error: unbalanced quotes in request\r\n"),
        (b"POST / HTTP/1.1\r\nFLUSHALL\r\n", "-ERR this is a Redis server, not a web server\r\n"),
    ] {
        assert_eq!(exchange(&server, bytes).await?, answer, "{}", bytes.escape_ascii());
    }
    check(&server).await?;
    server.stop().await?;
    Ok(())
}

#[otp::test(flavor = "multi_thread")]
async fn what_is_too_large_is_refused_before_it_comes() -> otp::Result {
    let limits = Limits { inline: 100, args: 3, bulk: 1000, request: 1500 };
    let server = serve_with(|config| config.limits = limits).await?;
    let thousand = format!("$1000\r\n{}\r\n", "x".repeat(1000));
    for (bytes, answer) in [
        ("*1000000000\r\n", "-ERR Protocol error: invalid multibulk length\r\n"),
        ("*4\r\n", "-ERR Protocol error: invalid multibulk length\r\n"),
        ("*1\r\n$1001\r\n", "-ERR Protocol error: invalid bulk length (at most 1000 bytes)\r\n"),
        (&format!("*2\r\n{thousand}$501\r\n"), "-ERR Protocol error: request of more than 1500 bytes\r\n"),
        (&"x".repeat(101), "-ERR Protocol error: too big inline request\r\n"),
        (&format!("*{}", "1".repeat(100)), "-ERR Protocol error: too big mbulk count string\r\n"),
        (&format!("*1\r\n${}", "1".repeat(100)), "-ERR Protocol error: too big bulk count string\r\n"),
    ] {
        assert_eq!(exchange(&server, bytes.as_bytes()).await?, answer);
    }
    assert_eq!(exchange(&server, format!("*2\r\n$4\r\nECHO\r\n{thousand}QUIT\r\n").as_bytes()).await?.len(), 1014);
    server.stop().await?;
    Ok(())
}

#[otp::test(flavor = "multi_thread")]
async fn a_client_that_stops_in_the_middle_of_a_request_is_cut_off() -> otp::Result {
    let server = serve_with(|config| config.request_timeout = Duration::from_millis(50)).await?;
    let mut silent = raw(&server).await?;
    silent.write_all(b"PING\r\n*2\r\n$3\r\nGE").await?;
    assert_eq!(rest(&mut silent).await?, "+PONG\r\n-ERR request not complete after 50ms\r\n");

    // A byte now and then does not prolong it.
    let (mut reader, mut writer) = raw(&server).await?.into_split();
    let dripping = tokio::spawn(async move {
        while writer.write_all(b"x").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    });
    let mut answer = String::new();
    reader.read_to_string(&mut answer).await?;
    assert_eq!(answer, "-ERR request not complete after 50ms\r\n");
    dripping.abort();
    check(&server).await?;
    server.stop().await?;
    Ok(())
}

#[otp::test(flavor = "multi_thread")]
async fn a_silent_client_is_cut_off() -> otp::Result {
    let server = serve_with(|config| config.idle_timeout = Some(Duration::from_millis(200))).await?;
    assert_eq!(exchange(&server, b"").await?, "-ERR no request for 200ms\r\n");
    assert_eq!(exchange(&server, b"PING\r\n").await?, "+PONG\r\n-ERR no request for 200ms\r\n");
    server.stop().await?;
    Ok(())
}

#[otp::test(flavor = "multi_thread")]
async fn a_client_that_does_not_read_is_cut_off() -> otp::Result {
    let server = serve_with(|config| config.write_timeout = Duration::from_millis(50)).await?;
    let mut greedy = raw(&server).await?;
    pong(&mut greedy).await?;
    let process = connection_pids(&server).await?;
    let mut client = client(&server).await?;
    cmd("SET").arg("large").arg("x".repeat(1_000_000)).exec_async(&mut client).await?;
    // Far more than sockets hold.
    greedy.write_all(&b"GET large\r\n".repeat(200)).await?;
    ended(process[0]).await;
    assert_eq!(server.context().clients(), 1);
    assert_eq!(cmd("PING").query_async::<String>(&mut client).await?, "PONG", "others are served");
    server.stop().await?;
    Ok(())
}

#[otp::test(flavor = "multi_thread")]
async fn one_client_too_many_is_told_so() -> otp::Result {
    let server = serve_with(|config| config.max_clients = 1).await?;
    let mut first = raw(&server).await?;
    pong(&mut first).await?;
    assert_eq!(exchange(&server, b"").await?, "-ERR max number of clients reached\r\n");
    // The place is free again when the first one is gone.
    let process = connection_pids(&server).await?;
    drop(first);
    for pid in process {
        ended(pid).await;
    }
    check(&server).await?;
    server.stop().await?;
    Ok(())
}

#[otp::test(flavor = "multi_thread")]
async fn a_hundred_kilobytes_of_random_bytes() -> otp::Result {
    let server = serve().await?;
    let mut before = client(&server).await?;
    cmd("SET").arg("kept").arg("1").exec_async(&mut before).await?;
    for seed in 1..=20 {
        // Every other time the first byte promises an array, so that both kinds of request are tried.
        let mut bytes = random(seed, 100_000);
        if seed % 2 == 0 {
            bytes[..4].copy_from_slice(b"*9\r\n");
        }
        let socket = raw(&server).await?;
        survive(socket, bytes).await;
        check(&server).await?;
    }
    assert_eq!(cmd("GET").arg("kept").query_async::<String>(&mut before).await?, "1");
    server.stop().await?;
    Ok(())
}

/// Sends the bytes, as far as they are taken, and waits for the server to be done with them.
async fn survive(socket: TcpStream, bytes: Vec<u8>) {
    let (mut reader, mut writer) = socket.into_split();
    let writing = tokio::spawn(async move {
        let _ = writer.write_all(&bytes).await;
        let _ = writer.shutdown().await;
    });
    let _ = tokio::io::copy(&mut reader, &mut tokio::io::sink()).await;
    let _ = writing.await;
}

/// The same bytes for the same seed, in every run.
fn random(seed: u64, length: usize) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 32) as u8
    };
    (0..length).map(|_| next()).collect()
}

#[otp::test(flavor = "multi_thread")]
async fn quit_is_answered_and_ends_the_connection() -> otp::Result {
    let server = serve().await?;
    assert_eq!(exchange(&server, b"QUIT\r\nPING\r\n").await?, "+OK\r\n");
    let mut client = client(&server).await?;
    cmd("QUIT").exec_async(&mut client).await?;
    let gone: Result<String, RedisError> = cmd("PING").query_async(&mut client).await;
    assert!(gone.is_err());
    server.stop().await?;
    Ok(())
}

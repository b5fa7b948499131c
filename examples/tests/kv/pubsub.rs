//! Channels: who gets what others publish, what a subscriber may say, and what becomes of one that is too slow.

use std::time::Duration;

use futures_util::StreamExt as _;
use kv::Server;
use otp::prelude::*;
use otp::process;
use redis::aio::{MultiplexedConnection, PubSub};
use redis::{AsyncCommands as _, cmd};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::{client, connection_pids, ended, exchange, pong, raw, rest, serve, serve_with};

async fn subscriber(server: &Server) -> otp::Result<PubSub> {
    let client = redis::Client::open(format!("redis://{}", server.address()))?;
    Ok(client.get_async_pubsub().await?)
}

async fn publish(client: &mut MultiplexedConnection, channel: &str, message: &str) -> otp::Result<usize> {
    Ok(client.publish(channel, message).await?)
}

/// The next message: channel and text.
async fn next(subscriber: &mut PubSub) -> (String, String) {
    let message = tokio::time::timeout(Duration::from_secs(10), subscriber.on_message().next()).await;
    let message = message.expect("it comes").expect("the connection is there");
    (message.get_channel_name().to_owned(), message.get_payload().expect("it is text"))
}

fn said(channel: &str, text: &str) -> (String, String) {
    (channel.to_owned(), text.to_owned())
}

/// Sends, and reads exactly this answer.
async fn talk(socket: &mut TcpStream, request: &str, answer: &str) -> otp::Result {
    socket.write_all(request.as_bytes()).await?;
    hear(socket, answer).await
}

async fn hear(socket: &mut TcpStream, answer: &str) -> otp::Result {
    let mut bytes = vec![0; answer.len()];
    let read = tokio::time::timeout(Duration::from_secs(10), socket.read_exact(&mut bytes)).await;
    let so_far = String::from_utf8_lossy(&bytes).into_owned();
    read.map_err(|_| format!("{answer:?} did not come, but {so_far:?}"))??;
    assert_eq!(String::from_utf8_lossy(&bytes), answer);
    Ok(())
}

/// The bytes of an array of texts, with a number at its end if there is one.
fn array(texts: &[&str], number: Option<u32>) -> String {
    let mut text = format!("*{}\r\n", texts.len() + usize::from(number.is_some()));
    texts.iter().for_each(|word| text += &format!("${}\r\n{word}\r\n", word.len()));
    number.iter().for_each(|number| text += &format!(":{number}\r\n"));
    text
}

#[otp::test(flavor = "multi_thread")]
async fn whoever_subscribed_gets_it_and_nobody_else() -> otp::Result {
    let server = serve().await?;
    let (mut ada, mut bob, mut publisher) =
        (subscriber(&server).await?, subscriber(&server).await?, client(&server).await?);
    assert_eq!(publish(&mut publisher, "news", "nobody hears").await?, 0);
    ada.subscribe("news").await?;
    bob.subscribe(&["news", "weather"]).await?;
    assert_eq!(publish(&mut publisher, "news", "one").await?, 2);
    assert_eq!(publish(&mut publisher, "weather", "rain").await?, 1);
    assert_eq!(publish(&mut publisher, "sports", "0:0").await?, 0);
    assert_eq!(publish(&mut publisher, "news", "two").await?, 2);
    for text in ["one", "two"] {
        assert_eq!(next(&mut ada).await, said("news", text));
    }
    for (channel, text) in [("news", "one"), ("weather", "rain"), ("news", "two")] {
        assert_eq!(next(&mut bob).await, said(channel, text));
    }
    bob.unsubscribe("news").await?;
    assert_eq!(publish(&mut publisher, "news", "three").await?, 1);
    assert_eq!(publish(&mut publisher, "weather", "sun").await?, 1);
    assert_eq!(next(&mut bob).await, said("weather", "sun"));
    server.stop().await?;
    Ok(())
}

#[otp::test(flavor = "multi_thread")]
async fn messages_of_one_publisher_come_in_order_to_all() -> otp::Result {
    let server = serve().await?;
    let mut subscribers = Vec::new();
    for _ in 0..10 {
        let mut subscriber = subscriber(&server).await?;
        subscriber.subscribe("numbers").await?;
        subscribers.push(subscriber);
    }
    let mut publisher = client(&server).await?;
    let mut pipeline = redis::pipe();
    for n in 0..2_000 {
        pipeline.cmd("PUBLISH").arg("numbers").arg(n);
    }
    let receivers: Vec<usize> = pipeline.query_async(&mut publisher).await?;
    assert!(receivers.into_iter().all(|receivers| receivers == 10));
    for subscriber in &mut subscribers {
        for n in 0..2_000 {
            assert_eq!(next(subscriber).await, said("numbers", &n.to_string()));
        }
    }
    server.stop().await?;
    Ok(())
}

#[otp::test(flavor = "multi_thread")]
async fn a_pattern_stands_for_many_channels() -> otp::Result {
    let server = serve().await?;
    let mut publisher = client(&server).await?;
    let mut socket = raw(&server).await?;
    talk(&mut socket, "PSUBSCRIBE news.*\r\n", &array(&["psubscribe", "news.*"], Some(1))).await?;
    talk(&mut socket, "SUBSCRIBE news.art\r\n", &array(&["subscribe", "news.art"], Some(2))).await?;
    assert_eq!(publish(&mut publisher, "news.art", "both").await?, 2, "by name and by pattern");
    assert_eq!(publish(&mut publisher, "news.tech", "one").await?, 1);
    assert_eq!(publish(&mut publisher, "news", "none").await?, 0);
    hear(&mut socket, &array(&["message", "news.art", "both"], None)).await?;
    hear(&mut socket, &array(&["pmessage", "news.*", "news.art", "both"], None)).await?;
    hear(&mut socket, &array(&["pmessage", "news.*", "news.tech", "one"], None)).await?;
    talk(&mut socket, "PUNSUBSCRIBE\r\n", &array(&["punsubscribe", "news.*"], Some(1))).await?;
    assert_eq!(publish(&mut publisher, "news.art", "name").await?, 1);
    hear(&mut socket, &array(&["message", "news.art", "name"], None)).await?;
    server.stop().await?;
    Ok(())
}

#[otp::test(flavor = "multi_thread")]
async fn the_bytes_are_those_of_redis() -> otp::Result {
    let server = serve().await?;
    let mut socket = raw(&server).await?;
    let nothing = "*3\r\n$11\r\nunsubscribe\r\n$-1\r\n:0\r\n";
    talk(&mut socket, "UNSUBSCRIBE\r\n", nothing).await?;
    talk(&mut socket, "UNSUBSCRIBE a\r\n", &array(&["unsubscribe", "a"], Some(0))).await?;
    let both = array(&["subscribe", "b"], Some(1)) + &array(&["subscribe", "a"], Some(2));
    talk(&mut socket, "SUBSCRIBE b a\r\n", &both).await?;
    talk(&mut socket, "SUBSCRIBE a\r\n", &array(&["subscribe", "a"], Some(2))).await?;
    talk(&mut socket, "PING\r\n", &array(&["pong", ""], None)).await?;
    talk(&mut socket, "PING hello\r\n", &array(&["pong", "hello"], None)).await?;
    let refused = |command: &str| {
        format!(
            "-ERR Can't execute '{command}': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in this context\r\n"
        )
    };
    talk(&mut socket, "GET a\r\n", &refused("get")).await?;
    talk(&mut socket, "PUBLISH a b\r\n", &refused("publish")).await?;
    talk(&mut socket, "Select 1\r\n", &refused("select")).await?;
    talk(&mut socket, "GET\r\n", "-ERR wrong number of arguments for 'get' command\r\n").await?;
    // One that is named twice counts once.
    let twice = array(&["unsubscribe", "a"], Some(1)) + &array(&["unsubscribe", "a"], Some(1));
    talk(&mut socket, "UNSUBSCRIBE a a\r\n", &twice).await?;
    talk(&mut socket, "UNSUBSCRIBE\r\n", &array(&["unsubscribe", "b"], Some(0))).await?;
    talk(&mut socket, "PING\r\n", "+PONG\r\n").await?;
    talk(&mut socket, "SELECT 3\r\nSUBSCRIBE a\r\nRESET\r\nSET a 1\r\n", "+OK\r\n").await?;
    hear(&mut socket, &(array(&["subscribe", "a"], Some(1)) + "+RESET\r\n+OK\r\n")).await?;
    assert_eq!(client(&server).await?.get::<_, String>("a").await?, "1", "RESET leads back to database 0");
    talk(&mut socket, "SUBSCRIBE a\r\n", &array(&["subscribe", "a"], Some(1))).await?;
    talk(&mut socket, "QUIT\r\n", "+OK\r\n").await?;
    assert_eq!(rest(&mut socket).await?, "");
    server.stop().await?;
    Ok(())
}

#[otp::test(flavor = "multi_thread")]
async fn what_was_published_before_comes_before_the_end_of_a_subscription() -> otp::Result {
    let server = serve().await?;
    let mut publisher = client(&server).await?;
    for _ in 0..50 {
        let mut socket = raw(&server).await?;
        talk(&mut socket, "SUBSCRIBE a\r\n", &array(&["subscribe", "a"], Some(1))).await?;
        assert_eq!(publish(&mut publisher, "a", "last").await?, 1);
        let both = array(&["message", "a", "last"], None) + &array(&["unsubscribe", "a"], Some(0));
        talk(&mut socket, "UNSUBSCRIBE a\r\nPING\r\n", &(both + "+PONG\r\n")).await?;
    }
    server.stop().await?;
    Ok(())
}

#[otp::test(flavor = "multi_thread")]
async fn entries_go_with_the_connection() -> otp::Result {
    let server = serve().await?;
    let mut publisher = client(&server).await?;
    let before = connection_pids(&server).await?;
    let mut closed = raw(&server).await?;
    talk(
        &mut closed,
        "SUBSCRIBE a b\r\n",
        &(array(&["subscribe", "a"], Some(1)) + &array(&["subscribe", "b"], Some(2))),
    )
    .await?;
    let one = connection_pids(&server).await?;
    let mut killed = raw(&server).await?;
    talk(&mut killed, "PSUBSCRIBE *\r\n", &array(&["psubscribe", "*"], Some(1))).await?;
    assert_eq!(publish(&mut publisher, "a", "1").await?, 2);
    drop(closed);
    until!("the closed one is gone", publish(&mut publisher, "a", "2").await? == 1);
    let pid = connection_pids(&server).await?.into_iter().find(|pid| !one.contains(pid)).ok_or("no process")?;
    process::exit(pid, ExitReason::Kill);
    assert_eq!(ended(pid).await, ExitReason::Killed);
    // Whoever learns of the end finds no entry any more.
    assert_eq!(publish(&mut publisher, "a", "3").await?, 0);
    assert_eq!(server.context().channels().clients()?, 0);
    until!("it was forgotten", connection_pids(&server).await? == before);
    server.stop().await?;
    Ok(())
}

#[otp::test(flavor = "multi_thread")]
async fn who_listens_is_told() -> otp::Result {
    let server = serve().await?;
    let (mut ada, mut bob, mut asking) =
        (subscriber(&server).await?, subscriber(&server).await?, client(&server).await?);
    ada.subscribe(&["news", "weather"]).await?;
    bob.subscribe("news").await?;
    bob.psubscribe(&["a*", "b*"]).await?;
    ada.psubscribe("a*").await?;
    let mut ask = cmd("PUBSUB");
    assert_eq!(ask.arg("CHANNELS").query_async::<Vec<String>>(&mut asking).await?, ["news", "weather"]);
    assert_eq!(ask.arg("n*").query_async::<Vec<String>>(&mut asking).await?, ["news"]);
    let counts: Vec<(String, usize)> =
        cmd("PUBSUB").arg("NUMSUB").arg("news").arg("nothing").query_async(&mut asking).await?;
    assert_eq!(counts, [("news".into(), 2), ("nothing".into(), 0)]);
    assert_eq!(cmd("PUBSUB").arg("NUMPAT").query_async::<usize>(&mut asking).await?, 2);
    let info: String = cmd("INFO").query_async(&mut asking).await?;
    for line in
        ["connected_clients:3\r\n", "pubsub_clients:2\r\n", "pubsub_channels:2\r\n", "channel_news:subscribers=2\r\n"]
    {
        assert!(info.contains(line), "{line:?} in {info}");
    }
    assert!(info.contains("pubsub_patterns:2\r\n"), "{info}");
    server.stop().await?;
    Ok(())
}

/// One reads nothing. It is cut off, the other gets everything, and whoever publishes never waits.
#[otp::test(flavor = "multi_thread")]
async fn a_slow_subscriber_is_cut_off_and_others_are_not() -> otp::Result {
    let server = serve_with(|config| {
        config.pubsub_limit = 1_000_000;
        config.write_timeout = Duration::from_secs(3600);
    })
    .await?;
    let mut publisher = client(&server).await?;
    let before = connection_pids(&server).await?;
    let mut slow = raw(&server).await?;
    talk(&mut slow, "SUBSCRIBE a\r\n", &array(&["subscribe", "a"], Some(1))).await?;
    let pid = connection_pids(&server).await?.into_iter().find(|pid| !before.contains(pid)).ok_or("no process")?;
    process::monitor(pid);
    let mut quick = subscriber(&server).await?;
    quick.subscribe("a").await?;
    let message = "x".repeat(100_000);
    let mut published = 0;
    // Far more than sockets hold, should it never happen.
    while published < 2_000 && process::alive(pid) {
        let receivers = publish(&mut publisher, "a", &message).await?;
        assert!(receivers == 1 || receivers == 2);
        published += 1;
        assert_eq!(next(&mut quick).await.1.len(), message.len());
    }
    let down = process::receive::<Down>().await;
    assert_eq!((down.pid, down.reason), (Some(pid), ExitReason::Normal), "cut off, not crashed");
    assert_eq!(publish(&mut publisher, "a", "end").await?, 1);
    assert_eq!(next(&mut quick).await, said("a", "end"));
    // What its socket held is all that it gets.
    let mut bytes = 0;
    let mut buffer = vec![0; 1 << 20];
    while let Ok(read @ 1..) = slow.read(&mut buffer).await {
        bytes += read;
    }
    assert!(bytes < published * message.len(), "{bytes} of {published} messages");
    assert_eq!(server.context().clients(), 2);
    server.stop().await?;
    Ok(())
}

#[otp::test(flavor = "multi_thread")]
async fn a_subscriber_is_silent_and_stays() -> otp::Result {
    let idle = Duration::from_millis(50);
    let server = serve_with(|config| config.idle_timeout = Some(idle)).await?;
    let mut listening = raw(&server).await?;
    talk(&mut listening, "SUBSCRIBE a\r\n", &array(&["subscribe", "a"], Some(1))).await?;
    // Another client that says nothing for as long is cut off meanwhile, twice.
    for _ in 0..2 {
        assert_eq!(exchange(&server, b"").await?, "-ERR no request for 50ms\r\n");
    }
    assert_eq!(publish(&mut client(&server).await?, "a", "hello").await?, 1);
    hear(&mut listening, &array(&["message", "a", "hello"], None)).await?;
    server.stop().await?;
    Ok(())
}

#[otp::test(flavor = "multi_thread")]
async fn subscribers_end_with_the_registry_and_the_keys_stay() -> otp::Result {
    let server = serve().await?;
    let mut before = client(&server).await?;
    before.set::<_, _, ()>("a", "1").await?;
    let mut listening = raw(&server).await?;
    talk(&mut listening, "SUBSCRIBE a\r\n", &array(&["subscribe", "a"], Some(1))).await?;
    let names = &server.context().names;
    let channels = process::whereis(names.channels()).ok_or("no registry")?;
    let listener = process::whereis(names.listener()).ok_or("no listener")?;
    process::exit(channels, ExitReason::Kill);
    assert_eq!(rest(&mut listening).await?, "", "nobody is left to wait for what will never come");
    // The subscriber ended with the registry. Until its supervisor hears of that, the listener lets clients in that it
    // takes along when it is stopped.
    until!("it listens anew", process::whereis(names.listener()).is_some_and(|now| now != listener));
    let mut socket = raw(&server).await?;
    pong(&mut socket).await?;
    talk(&mut socket, "GET a\r\n", "$1\r\n1\r\n").await?;
    talk(&mut socket, "SUBSCRIBE a\r\n", &array(&["subscribe", "a"], Some(1))).await?;
    assert_eq!(publish(&mut client(&server).await?, "a", "again").await?, 1);
    hear(&mut socket, &array(&["message", "a", "again"], None)).await?;
    server.stop().await?;
    Ok(())
}

#[otp::test(flavor = "multi_thread")]
async fn a_crashed_connection_takes_no_subscriber_along() -> otp::Result {
    let server = serve().await?;
    let mut listening = subscriber(&server).await?;
    listening.subscribe("a").await?;
    let before = connection_pids(&server).await?;
    assert_eq!(exchange(&server, b"PUBLISH a 1\r\nDEBUG PANIC\r\n").await?, "", "it crashed before it wrote");
    assert_eq!(next(&mut listening).await, said("a", "1"));
    assert_eq!(publish(&mut client(&server).await?, "a", "2").await?, 1);
    assert_eq!(next(&mut listening).await, said("a", "2"));
    assert!(before.iter().all(|pid| process::alive(*pid)));
    server.stop().await?;
    Ok(())
}

/// Clients subscribe and unsubscribe without end while others publish: each message that came between both is
/// there, in order, and none comes after the end of a subscription.
#[otp::test(flavor = "multi_thread", worker_threads = 4)]
async fn subscriptions_and_messages_cross() -> otp::Result {
    let server = serve().await?;
    let stop = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
    let mut publishing = Vec::new();
    for _ in 0..2 {
        let (mut client, stop) = (client(&server).await?, stop.clone());
        publishing.push(tokio::spawn(async move {
            let mut n = 0_u64;
            while !stop.load(std::sync::atomic::Ordering::Relaxed) {
                client.publish::<_, _, ()>("a", n).await?;
                n += 1;
            }
            redis::RedisResult::Ok(())
        }));
    }
    let mut socket = raw(&server).await?;
    for _ in 0..200 {
        talk(&mut socket, "SUBSCRIBE a\r\n", &array(&["subscribe", "a"], Some(1))).await?;
        socket.write_all(b"UNSUBSCRIBE a\r\nECHO end\r\n").await?;
        let end = array(&["unsubscribe", "a"], Some(0)) + "$3\r\nend\r\n";
        let mut heard = Vec::new();
        while !heard.ends_with(end.as_bytes()) {
            heard.push(socket.read_u8().await?);
        }
        let heard = String::from_utf8(heard)?;
        let messages = &heard[..heard.len() - end.len()];
        assert!(messages.is_empty() || messages.starts_with("*3\r\n$7\r\nmessage\r\n$1\r\na\r\n"), "{heard}");
    }
    stop.store(true, std::sync::atomic::Ordering::Relaxed);
    for publisher in publishing {
        publisher.await??;
    }
    server.stop().await?;
    Ok(())
}

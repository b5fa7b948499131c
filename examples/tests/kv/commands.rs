//! Each command, as the `redis` crate sends it.

use std::collections::BTreeSet;
use std::time::Duration;

use redis::aio::MultiplexedConnection;
use redis::{AsyncCommands as _, ErrorKind, ExistenceCheck, RedisResult, SetExpiry, SetOptions, Value, cmd};

use crate::{client, serve};

/// What the server says to a request it refuses.
async fn refusal(client: &mut MultiplexedConnection, request: &[&str]) -> String {
    let mut command = cmd(request[0]);
    for argument in &request[1..] {
        command.arg(argument);
    }
    let result: RedisResult<Value> = command.query_async(client).await;
    result.expect_err("the request should be refused").to_string()
}

#[otp::test(flavor = "multi_thread")]
async fn ping_and_echo() -> otp::Result {
    let server = serve().await?;
    let mut client = client(&server).await?;
    assert_eq!(cmd("PING").query_async::<String>(&mut client).await?, "PONG");
    assert_eq!(cmd("PING").arg("hello").query_async::<String>(&mut client).await?, "hello");
    assert_eq!(cmd("ECHO").arg("a\r\nb").query_async::<String>(&mut client).await?, "a\r\nb");
    server.stop().await?;
    Ok(())
}

#[otp::test(flavor = "multi_thread")]
async fn get_set_del_and_exists() -> otp::Result {
    let server = serve().await?;
    let mut client = client(&server).await?;
    assert_eq!(client.get::<_, Option<String>>("a").await?, None);
    client.set::<_, _, ()>("a", "1").await?;
    client.set::<_, _, ()>("b", vec![0_u8, 255, 13, 10]).await?;
    assert_eq!(client.get::<_, String>("a").await?, "1");
    assert_eq!(client.get::<_, Vec<u8>>("b").await?, [0, 255, 13, 10]);
    assert_eq!(client.exists::<_, usize>(&["a", "b", "c", "a"][..]).await?, 3, "one named twice counts twice");
    assert_eq!(client.del::<_, usize>(&["a", "a", "c"][..]).await?, 1);
    assert_eq!(client.get::<_, Option<String>>("a").await?, None);
    assert!(client.exists::<_, bool>("b").await?);
    server.stop().await?;
    Ok(())
}

#[otp::test(flavor = "multi_thread")]
async fn set_only_if_absent_or_present() -> otp::Result {
    let server = serve().await?;
    let mut client = client(&server).await?;
    let absent = SetOptions::default().conditional_set(ExistenceCheck::NX);
    let present = SetOptions::default().conditional_set(ExistenceCheck::XX);
    assert_eq!(client.set_options::<_, _, Option<String>>("a", "0", present.clone()).await?, None);
    assert_eq!(client.set_options::<_, _, Option<String>>("a", "1", absent.clone()).await?, Some("OK".into()));
    assert_eq!(client.set_options::<_, _, Option<String>>("a", "2", absent).await?, None);
    assert_eq!(client.get::<_, String>("a").await?, "1");
    assert_eq!(client.set_options::<_, _, Option<String>>("a", "3", present).await?, Some("OK".into()));
    assert_eq!(client.get::<_, String>("a").await?, "3");
    server.stop().await?;
    Ok(())
}

#[otp::test(flavor = "multi_thread")]
async fn a_key_lives_as_long_as_it_was_told_to() -> otp::Result {
    let server = serve().await?;
    let mut client = client(&server).await?;
    client.set::<_, _, ()>("ever", "1").await?;
    client.set_options::<_, _, ()>("long", "1", SetOptions::default().with_expiration(SetExpiry::EX(100))).await?;
    client.set_options::<_, _, ()>("short", "1", SetOptions::default().with_expiration(SetExpiry::PX(40))).await?;
    assert_eq!(client.ttl::<_, i64>("never").await?, -2);
    assert_eq!(client.ttl::<_, i64>("ever").await?, -1);
    assert_eq!(client.ttl::<_, i64>("long").await?, 100);
    assert!(client.expire::<_, bool>("ever", 50).await?);
    assert!(!client.expire::<_, bool>("never", 50).await?);
    assert_eq!(client.ttl::<_, i64>("ever").await?, 50);
    // How soon is the clock's matter; that it goes, and alone, is ours.
    while client.exists::<_, bool>("short").await? {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(cmd("DBSIZE").query_async::<usize>(&mut client).await?, 2);
    assert!(client.expire::<_, bool>("ever", -1).await?, "a time in the past: it goes now");
    assert!(!client.exists::<_, bool>("ever").await?);
    client.set::<_, _, ()>("long", "2").await?;
    assert_eq!(client.ttl::<_, i64>("long").await?, -1, "SET without a time takes the old one away");
    server.stop().await?;
    Ok(())
}

#[otp::test(flavor = "multi_thread")]
async fn incr_counts() -> otp::Result {
    let server = serve().await?;
    let mut client = client(&server).await?;
    assert_eq!(cmd("INCR").arg("n").query_async::<i64>(&mut client).await?, 1);
    assert_eq!(cmd("INCR").arg("n").query_async::<i64>(&mut client).await?, 2);
    client.set::<_, _, ()>("text", "many").await?;
    assert!(refusal(&mut client, &["INCR", "text"]).await.contains("not an integer or out of range"));
    client.set::<_, _, ()>("last", i64::MAX).await?;
    assert!(refusal(&mut client, &["INCR", "last"]).await.contains("would overflow"));
    server.stop().await?;
    Ok(())
}

#[otp::test(flavor = "multi_thread")]
async fn commands_about_many_keys_reach_all_shards() -> otp::Result {
    let server = serve().await?;
    let mut client = client(&server).await?;
    let names: BTreeSet<String> = (0..200).map(|n| format!("user:{n}")).collect();
    for name in &names {
        client.set::<_, _, ()>(name, "x").await?;
    }
    client.set::<_, _, ()>("other", "x").await?;
    for shard in server.context().store().shards().sizes().await {
        assert!(shard?.keys > 20, "the keys are spread");
    }
    assert_eq!(client.keys::<_, BTreeSet<String>>("user:*").await?, names);
    assert_eq!(client.keys::<_, Vec<String>>("user:1[56]?").await?.len(), 20);
    assert_eq!(cmd("DBSIZE").query_async::<usize>(&mut client).await?, 201);
    let some: Vec<_> = names.iter().take(100).collect();
    assert_eq!(client.exists::<_, usize>(&some).await?, 100);
    assert_eq!(client.del::<_, usize>(&some).await?, 100);
    assert_eq!(cmd("DBSIZE").query_async::<usize>(&mut client).await?, 101);
    assert_eq!(cmd("FLUSHALL").query_async::<String>(&mut client).await?, "OK");
    assert_eq!(cmd("DBSIZE").query_async::<usize>(&mut client).await?, 0);
    assert_eq!(client.keys::<_, Vec<String>>("*").await?, Vec::<String>::new());
    server.stop().await?;
    Ok(())
}

#[otp::test(flavor = "multi_thread")]
async fn command_and_info_describe_the_server() -> otp::Result {
    let server = serve().await?;
    let mut client = client(&server).await?;
    let count: usize = cmd("COMMAND").arg("COUNT").query_async(&mut client).await?;
    let all: Vec<Value> = cmd("COMMAND").query_async(&mut client).await?;
    assert_eq!(all.len(), count);
    type Described = (String, i64, Vec<String>, i64, i64, i64);
    let some: Vec<Option<Described>> =
        cmd("COMMAND").arg("INFO").arg("GET").arg("nope").query_async(&mut client).await?;
    let get = ("get".to_owned(), 2, vec!["readonly".to_owned(), "fast".to_owned()], 1, 1, 1);
    assert_eq!(some, [Some(get), None]);

    client.set::<_, _, ()>("a", "1").await?;
    client.set_options::<_, _, ()>("b", "1", SetOptions::default().with_expiration(SetExpiry::EX(100))).await?;
    let info: String = cmd("INFO").query_async(&mut client).await?;
    let port = format!("tcp_port:{}\r\n", server.address().port());
    for line in ["# Server\r\n", &port, "connected_clients:1\r\n", "\r\nshard3:pid=<", "db0:keys=2,expires=1\r\n"] {
        assert!(info.contains(line), "{line:?} in {info}");
    }
    let clients: String = cmd("INFO").arg("clients").query_async(&mut client).await?;
    assert_eq!(clients, "# Clients\r\nconnected_clients:1\r\nmaxclients:10000\r\npubsub_clients:0\r\n");
    server.stop().await?;
    Ok(())
}

#[otp::test(flavor = "multi_thread")]
async fn a_refused_command_leaves_the_client_connected() -> otp::Result {
    let server = serve().await?;
    let mut client = client(&server).await?;
    let error = cmd("NOPE").arg("x").query_async::<Value>(&mut client).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Server(redis::ServerErrorKind::ResponseError));
    for (request, text) in [
        (&["NOPE", "a\r\nb"][..], "unknown command 'NOPE', with args beginning with: 'a\\r\\nb'"),
        (&["GET"], "wrong number of arguments for 'get' command"),
        (&["SET", "a", "1", "EX", "0"], "invalid expire time in 'set' command"),
        (&["SET", "a", "1", "NX", "XX"], "syntax error"),
    ] {
        let error = refusal(&mut client, request).await;
        assert!(error.to_lowercase().contains(&text.to_lowercase()), "{text:?} in {error}");
    }
    assert_eq!(cmd("PING").query_async::<String>(&mut client).await?, "PONG");
    server.stop().await?;
    Ok(())
}

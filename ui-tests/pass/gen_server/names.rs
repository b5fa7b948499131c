//! Types and methods of the user's with the names that the expansion uses inside.
#![deny(warnings)]
#![allow(dead_code)]

use otp::prelude::{ReplyTo as To, gen_server};

#[derive(Debug)]
struct Request(u8);
#[derive(Debug)]
struct Info;
struct Call;
#[derive(Debug)]
struct Option;

/// The handlers shadow what the handle has from `ServerRef`.
#[gen_server]
struct Server;

#[gen_server]
impl Server {
    #[init]
    fn handle(args: Request) -> Self {
        let _ = args.0;
        Server
    }

    #[call]
    fn stop(&mut self, request: Request, info: Info) -> Call {
        let _ = (request, info);
        Call
    }

    #[call]
    fn call_with(&mut self, option: Option) -> u8 {
        let _ = option;
        0
    }

    #[call]
    fn pid(&mut self, held: u8, outcome: u8) -> u8 {
        held + outcome
    }

    #[cast]
    fn r#type(&mut self, r#match: u8) {
        let _ = r#match;
    }

    #[info]
    fn info(&mut self, info: Info) {
        let _ = info;
    }
}

fn helper(_: To<u8>) {}

async fn client(server: ServerRef) -> otp::Result {
    let _: Call = server.stop(Request(0), Info).await?;
    server.call_with(Option).await?;
    server.pid(1, 2).await?;
    server.r#type(1);
    Ok(())
}

fn main() {}

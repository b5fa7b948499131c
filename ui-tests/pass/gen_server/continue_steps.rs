//! Several steps of different type, a foreign one among them, from init, casts, calls and other steps.
#![deny(warnings)]

use otp::prelude::*;

struct Connect;

struct Login(String);

#[gen_server]
struct Session {
    attempts: u64,
}

#[gen_server]
impl Session {
    #[init]
    fn init() -> Init<Self, Connect> {
        Init::ok(Self { attempts: 0 }).then(Connect)
    }

    #[handle_continue]
    fn connect(&mut self, _: Connect) -> Next<Login> {
        Next::then(Login(String::new()))
    }

    #[handle_continue]
    async fn login(&mut self, login: Login) -> Result<Next<u64>, std::num::ParseIntError> {
        Ok(Next::then(login.0.parse()?))
    }

    #[handle_continue]
    fn attempt(&mut self, attempt: u64) {
        self.attempts = attempt;
    }

    #[call]
    fn retry(&mut self) -> Reply<u64, Next<Connect>> {
        Reply::now(self.attempts).then(Next::then(Connect))
    }

    #[cast]
    fn again(&mut self, name: String) -> Next<Login> {
        Next::then(Login(name))
    }
}

async fn client() -> otp::Result {
    let session = Session::start_link(()).await?;
    session.again(String::new());
    session.retry().await?;
    Ok(())
}

fn main() {
    drop(client());
}

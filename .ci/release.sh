#!/usr/bin/env bash
# The main example as a release, every command of it: built by `cargo otp release`, run as a daemon, asked with redis-cli, looked into
# from a console on a pseudo-terminal, restarted, stopped. And a project of `cargo otp new`: it builds, tests and releases.
# Every step is bounded in time; the first thing that is not as expected ends the script with status 1.
set -euo pipefail
cd "$(dirname "$0")/.."

fail() {
  printf 'release.sh: %s\n' "$*" >&2
  [ -n "${rel:-}" ] && [ -s "$rel/tmp/log/kv.log" ] && { echo "--- kv's log" >&2; tail -n 40 "$rel/tmp/log/kv.log" >&2; }
  exit 1
}

if ! command -v redis-cli >/dev/null; then
  sudo=$([ "$(id -u)" = 0 ] || echo sudo)
  $sudo apt-get update -qq
  DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq redis-tools >/dev/null
fi

dir=$(mktemp -d)
rel=
# Nothing stays behind, whatever happens.
trap '[ -z "$rel" ] || "$rel/bin/kv" stop >/dev/null 2>&1 || true; rm -rf "$dir"' EXIT

# `cargo otp`, as cargo finds it. The profile of the tests is good enough for what is looked at here.
cargo build --quiet -p otp --features cargo --bin cargo-otp
target=$(realpath "${CARGO_TARGET_DIR:-target}")
export PATH="$target/debug:$PATH" CARGO_TARGET_DIR="$target"

# expect STATUS OUTPUT COMMAND..: the output must be this one, or fit it where it holds a *.
expect() {
  local status=$1 wanted=$2 said is=0
  shift 2
  # A function is bounded by itself.
  if [ "$(type -t "$1")" = function ]; then
    said=$("$@" 2>&1 </dev/null) || is=$?
  else
    said=$(timeout 120 "$@" 2>&1 </dev/null) || is=$?
  fi
  [ "$is" = "$status" ] || fail "$*: status $is instead of $status, said: $said"
  # shellcheck disable=SC2053 # The right side is a pattern.
  [[ $said == $wanted ]] || fail "$*: said '$said' instead of '$wanted'"
}

# Made of the example's settings.
out=$(cd examples && cargo otp release kv --path "$dir/made" --overwrite 2>&1) || fail "cargo otp release: $out"
for line in "* assembling kv-0.1.0 for prod" "* using kv/config/runtime.toml" "* packed" "Release created at" "bin/kv start"; do
  [[ $out == *"$line"* ]] || fail "cargo otp release did not say '$line' but: $out"
done
(cd examples && expect 1 "error: unknown release \`vk\`; available: kv" cargo otp release vk)
(cd examples && expect 2 "error: unexpected argument '--nope'*" cargo otp release --nope)
(cd examples && expect 0 "" cargo otp release kv --path "$dir/quiet" --version 9.9.9 --quiet)
[ -x "$dir/quiet/releases/9.9.9/kv" ] || fail "--version is not in the directories"
expect 1 "error: this is a workspace of several packages*" cargo otp release
echo "release.sh: cargo otp release as expected"

# As on another machine: unpacked somewhere else.
rel="$dir/opt/a place/kv"
mkdir -p "$rel"
tar -xzf "$dir/made/kv-0.1.0.tar.gz" -C "$rel"
rm -rf "$dir/made" "$dir/quiet"
kv="$rel/bin/kv"
port=$((20000 + RANDOM % 20000))
export KV_PORT=$port
cli() { timeout 10 redis-cli -p "$port" "$@" 2>&1 | tr -d '\r'; }

expect 0 "kv 0.1.0" "$kv" version
expect 0 "Usage: kv COMMAND*" "$kv" help
expect 1 "*ERROR: Unknown command begin" "$kv" begin
expect 1 "ERROR: kv is not running: there is no socket *" "$kv" pid
expect 0 "hello" "$kv" eval 'puts("hello")'
expect 1 "kv is not started" "$kv" eval 'Kv::clients()'
expect 1 "there is no command \`Kv::client\`; did you mean Kv::clients()?" "$kv" eval 'Kv::client()'
expect 0 "" "$kv" daemon
expect 1 "ERROR: kv is running already, as process *" "$kv" daemon
expect 1 "ERROR: kv is running already, as process *" "$kv" start
pid=$("$kv" pid)
kill -0 "$pid" || fail "pid printed '$pid'"
expect 0 OK cli set greeting hello
expect 0 hello cli get greeting
expect 0 "127.0.0.1:$port" "$kv" rpc 'Kv::address()'
expect 0 "*kv * started *" "$kv" rpc applications
expect 1 "ERROR: kv refuses this command: its cookie is another one*" env RELEASE_COOKIE=guess "$kv" stop
echo "release.sh: daemon, rpc, eval, pid, version, help"

# The console, on a terminal: what is typed is completed with Tab and answered.
cat >"$dir/console.py" <<'PYTHON'
import os, pty, select, sys, time

seen = b""

def wait_for(terminal, wanted, seconds=20):
    """Reads up to what is wanted; what comes behind it is for the next one who waits."""
    global seen
    end = time.time() + seconds
    while wanted not in seen:
        ready, _, _ = select.select([terminal], [], [], max(0, end - time.time()))
        if not ready:
            sys.exit(f"the console did not say {wanted!r} but {seen!r}")
        try:
            seen += os.read(terminal, 4096)
        except OSError:
            sys.exit(f"the console ended before it said {wanted!r}: {seen!r}")
    seen = seen[seen.index(wanted) + len(wanted):]

command, prompt = sys.argv[1:3], b"kv> "
child, terminal = pty.fork()
if child == 0:
    os.execvp(command[0], command)
def type_and_see(keys, wanted):
    # Only when it waits for a line: what is typed before may be thrown away.
    wait_for(terminal, prompt)
    os.write(terminal, keys)
    wait_for(terminal, wanted)

address = b"127.0.0.1:" + os.environ["KV_PORT"].encode()
type_and_see(b"Kv::add\t\r", address)
type_and_see(b"which_children(\x7f\r", b"takes one argument")  # a name that lacks its argument
type_and_see(b"\x1b[A\x1b[A\r", address)  # from the history
type_and_see(b"tree\r", "└── ".encode())
wait_for(terminal, prompt)
time.sleep(0.2)
os.write(terminal, b"\x04")
# What it still prints must not fill the terminal.
try:
    while os.read(terminal, 4096):
        pass
except OSError:
    pass
_, status = os.waitpid(child, 0)
sys.exit(os.waitstatus_to_exitcode(status))
PYTHON
timeout 60 python3 "$dir/console.py" "$kv" remote || fail "the console on the running system"
expect 0 hello cli get greeting
echo "release.sh: remote, on a pseudo-terminal"

# A mistake in the configuration is found before anything is stopped.
settings=$rel/releases/0.1.0/runtime.toml
cp "$settings" "$dir/runtime.toml"
printf '[kv\n' >"$settings"
expect 1 "*runtime.toml*nothing was restarted*" "$kv" restart
expect 0 hello cli get greeting
cp "$dir/runtime.toml" "$settings"

# The applications start again, in the same process and with the new configuration; what kv keeps in memory is gone.
printf '[kv]\nport = %d\nshards = 2\n' "$port" >"$settings"
expect 0 "" "$kv" restart
expect 0 "$pid" "$kv" pid
expect 0 "" cli get greeting
[ "$(cli info shards | grep -c '^shard')" = 2 ] || fail "restart did not read the configuration again: $(cli info shards)"
grep -q "kv stopped" "$rel/tmp/log/kv.log" || fail "the log does not say that kv stopped"
expect 0 "" "$kv" stop
# It has given back all it had; its pid goes when its keeper has asked how it ended.
for _ in $(seq 40); do kill -0 "$pid" 2>/dev/null || break; sleep 0.025; done
kill -0 "$pid" 2>/dev/null && fail "stop returned before the system had ended"
expect 1 "ERROR: kv is not running: there is no socket *" "$kv" stop
# The keeper writes its last line when the system is gone.
for _ in $(seq 100); do tail -n 1 "$rel/tmp/log/kv.log" | grep -qx "kv ended with status 0" && break; sleep 0.05; done
tail -n 1 "$rel/tmp/log/kv.log" | grep -qx "kv ended with status 0" || fail "the log does not end with the status"
echo "release.sh: restart and stop"

# In the foreground, stopped by signals; and with a console of its own.
for signal in TERM INT; do
  # A job of a shell without job control ignores SIGINT; env gives it back.
  env --default-signal=INT "$kv" start >"$dir/start.log" 2>&1 &
  job=$!
  for _ in $(seq 200); do [ "$(cli ping)" = PONG ] && break; sleep 0.05; done
  kill -"$signal" "$(cat "$rel/tmp/kv.lock")"
  status=0
  wait "$job" || status=$?
  [ "$status" = 0 ] || fail "status $status after SIG$signal: $(cat "$dir/start.log")"
done
timeout 60 python3 "$dir/console.py" "$kv" start_iex || fail "the console of start_console"
expect 1 "ERROR: kv is not running*" "$kv" pid

# A disk that is full.
if [ "$(id -u)" = 0 ] && mkdir "$dir/full" && mount -t tmpfs -o size=16k tmpfs "$dir/full" 2>/dev/null; then
  dd if=/dev/zero of="$dir/full/filler" bs=1k count=64 2>/dev/null || true
  said=$(RELEASE_TMP="$dir/full" timeout 20 "$kv" start 2>&1) && status=0 || status=$?
  umount "$dir/full"
  [ "$status" = 1 ] && [[ $said == ERROR:*"$dir/full"*"o space left"* ]] || fail "on a full disk: status $status, '$said'"
fi
echo "release.sh: start, start_console, signals, a full disk"

# A new project.
cargo otp new "$dir/my-shop" --otp . >/dev/null
(
  cd "$dir/my-shop"
  export CARGO_TARGET_DIR="$target/new"
  cp "$OLDPWD/Cargo.lock" .
  # With a program of its own that makes its releases.
  mkdir src/bin
  cat >src/bin/make_release.rs <<'RUST'
use otp::release::build::{Step, run};

fn main() -> std::process::ExitCode {
    run(|mut release| {
        release.version.push_str("+git.abcdef");
        release.steps.push_front(Step::call("look", |release| {
            println!("* looked at {} before {:?}", release.name, release.steps);
            Ok(release)
        }));
        Ok(release)
    })
}
RUST
  sed -i -e 's/features = \["release"\]/features = ["cargo"]/' \
    -e '/^steps/a profile = "dev"' -e '$a [package.metadata.otp]\nprogram = "make_release"' Cargo.toml
  # Not the default of the code: what is not read would show.
  sed -i 's/^greeting = .*/greeting = "welcome"/' config/config.toml
  timeout 500 cargo test --quiet >"$dir/new.log" 2>&1 || fail "cargo test of a new project: $(tail -n 30 "$dir/new.log")"
  expect 0 "*creating rel/env.sh.template*creating rel/start.toml.template" cargo otp release.init --force
  timeout 500 cargo otp release --path "$dir/shop" >"$dir/new.log" 2>&1 || fail "cargo otp release of a new project: $(tail -n 30 "$dir/new.log")"
  grep -qx '* looked at my_shop before \[assemble, tar\]' "$dir/new.log" || fail "the step of the build program did not run: $(cat "$dir/new.log")"
  expect 0 "my_shop 0.1.0+git.abcdef" "$dir/shop/bin/my_shop" version
  expect 0 "" "$dir/shop/bin/my_shop" daemon
  expect 0 "welcome, for the 1. time: you" "$dir/shop/bin/my_shop" rpc 'Tasks::greet("you")'
  expect 0 "" "$dir/shop/bin/my_shop" stop
)
echo "release.sh: a new project builds, tests and releases"

#!/usr/bin/env bash
# The main example under the clients that everybody has: redis-cli and redis-benchmark from Debian's redis-tools.
# Starts kv on a free port, asks it this and that, crashes parts of it, loads it, and stops it with Ctrl-C.
# Every step is bounded in time; the first thing that is not as expected ends the script with status 1.
set -euo pipefail
cd "$(dirname "$0")/.."

fail() {
  printf 'kv.sh: %s\n' "$*" >&2
  [ -s "${log:-}" ] && { echo "--- kv's log" >&2; tail -n 40 "$log" >&2; }
  exit 1
}

if ! command -v redis-cli >/dev/null || ! command -v redis-benchmark >/dev/null; then
  sudo=$([ "$(id -u)" = 0 ] || echo sudo)
  $sudo apt-get update -qq
  DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq redis-tools >/dev/null
fi

cargo build --release --quiet -p otp-examples --bin kv
kv="${CARGO_TARGET_DIR:-target}/release/kv"

dir=$(mktemp -d)
log="$dir/log"
pid=
# Nothing stays behind, whatever happens.
trap '[ -z "$pid" ] || kill -KILL "$pid" 2>/dev/null || true; rm -rf "$dir"' EXIT

# Port 0: the system chooses a free one, and kv's first line says which. A job of a shell without job control ignores
# SIGINT, and so would its children; kv listens to it by itself.
"$kv" --port 0 --shards 4 --bucket-idle 1 --pubsub-limit 1 >"$dir/out" 2>"$log" &
pid=$!
for _ in $(seq 100); do
  port=$(sed -n 's/^kv is listening on .*:\([0-9]*\) .*/\1/p' "$dir/out")
  [ -n "$port" ] && break
  kill -0 "$pid" 2>/dev/null || fail "kv ended at once"
  sleep 0.05
done
[ -n "$port" ] || fail "kv did not start within 5 s"

cli() { timeout 10 redis-cli -p "$port" "$@" 2>&1 | tr -d '\r'; }

# expect ANSWER COMMAND..: the answer must be this one, or fit it where it holds a *.
expect() {
  local wanted=$1 answer
  shift
  answer=$(cli "$@") || fail "redis-cli $*: failed, said: $answer"
  # shellcheck disable=SC2053 # The right side is a pattern.
  [[ $answer == $wanted ]] || fail "redis-cli $*: said '$answer' instead of '$wanted'"
}

# info FIELD: what INFO says of it.
info() { cli info | sed -n "s/^$1://p"; }

expect PONG ping
expect hello echo hello
expect OK set greeting hello
expect hello get greeting
expect "" get nothing
expect "" set greeting other nx
expect OK set greeting salut xx ex 100
expect 100 ttl greeting
expect -2 ttl nothing
expect 1 expire greeting 50
expect 50 ttl greeting
expect OK set soon gone px 20
for _ in $(seq 200); do [ "$(cli exists soon)" = 0 ] && break; sleep 0.02; done
expect 0 exists soon
expect 1 incr counter
expect 2 incr counter
expect "ERR value is not an integer or out of range*" incr greeting
expect 2 exists greeting counter nothing
expect greeting keys 'greet*'
expect 2 dbsize
expect 1 del counter nothing
expect "ERR unknown command 'nope'*" nope
expect "ERR wrong number of arguments for 'get' command*" get
expect 25 command count
echo "kv.sh: commands as expected"

# Buckets: other databases, in processes that come with the first key and go when there is none left.
expect OK -n 7 set greeting moin
expect moin -n 7 get greeting
[ "$(cli -n 7 dbsize) $(cli -n 8 dbsize) $(info buckets_running)" = "1 0 1" ] || fail "bucket 7 alone should run: $(cli info buckets)"
expect "*ERR DB index is out of range*" -n 10001 get greeting
[ "$(info db7)" = "keys=1,expires=0" ] || fail "INFO does not show database 7: $(cli info keyspace)"
expect OK -n 10000 set last one
expect OK -n 7 flushdb
for _ in $(seq 200); do [ "$(info buckets_running)" = 1 ] && break; sleep 0.05; done
[ "$(cli info buckets | sed -n 's/^bucket\([0-9]*\):.*/\1/p')" = 10000 ] || fail "bucket 7 is empty and should stop, 10000 should stay: $(cli info buckets)"
expect one -n 10000 get last
expect OK -n 10000 flushdb
echo "kv.sh: buckets came and went"

# A shard crashes: it is another process afterwards, the other three are not, and their keys are there.
for n in $(seq 100); do cli set "key$n" "$n" >/dev/null; done
before=$(cli info shards)
keys=$(cli dbsize)
expect "ERR shard * crashed: *DEBUG PANIC of key 'key7'*" debug panic key7
expect "" get key7
after=$(cli info shards)
[ "$(diff <(echo "$before") <(echo "$after") | grep -c '^>')" = 1 ] || fail "not just one shard changed: $after"
lost=$((keys - $(cli dbsize)))
if [ "$lost" -le 0 ] || [ "$lost" -ge "$keys" ]; then fail "$lost of $keys keys were lost"; fi
grep -q "DEBUG PANIC of key 'key7'" "$log" || fail "the crash is not in the log"
echo "kv.sh: one of four shards crashed and came back; $lost of $keys keys were its"

# A connection crashes: the client is told nothing, and nobody else notices.
pids() { cli info shards | sed -n 's/.*pid=\([^,]*\),.*/\1/p'; }
before=$(pids)
cli debug panic >/dev/null || true
[ "$(pids)" = "$before" ] || fail "a crashed connection took shards along"
grep -q "DEBUG PANIC of this connection" "$log" || fail "the crash of the connection is not in the log"

# Channels: two who listen, one that publishes; one of them ends, and its entry with it.
listen() { timeout 60 redis-cli -p "$port" "$@" >"$dir/heard.$1" 2>&1 & }
listen subscribe news weather
one=$!
listen psubscribe 'n*'
other=$!
for _ in $(seq 100); do [ "$(info pubsub_clients)" = 2 ] && break; sleep 0.05; done
[ "$(info pubsub_channels) $(info pubsub_patterns)" = "2 1" ] || fail "INFO shows other channels: $(cli info stats)"
expect 2 publish news "hello all"
expect 1 publish weather rain
expect 0 publish sports nobody
kill "$other"
wait "$other" 2>/dev/null || true
for _ in $(seq 100); do [ "$(cli publish news "hello one")" = 1 ] && break; sleep 0.05; done
expect 1 publish news end
for _ in $(seq 100); do grep -q '^end' "$dir/heard.subscribe" && break; sleep 0.05; done
grep -q 'hello all' "$dir/heard.psubscribe" || fail "the pattern heard nothing: $(cat "$dir/heard.psubscribe")"
for text in "hello all" rain "hello one" end; do
  grep -q "^$text" "$dir/heard.subscribe" || fail "'$text' was not heard, but: $(cat "$dir/heard.subscribe")"
done
kill "$one"
wait "$one" 2>/dev/null || true

# One that does not read is cut off, at a megabyte here.
exec 4<>"/dev/tcp/127.0.0.1/$port"
printf 'SUBSCRIBE flood\r\n' >&4
for _ in $(seq 100); do [ "$(cli publish flood ready)" = 1 ] && break; sleep 0.05; done
timeout 60 redis-benchmark -p "$port" -n 2000 -c 10 -P 16 -d 10000 -q publish flood "$(head -c 10000 /dev/zero | tr '\0' x)" >/dev/null 2>&1 || fail "publishing a flood failed"
grep -q 'client cut off: .*published messages' "$log" || fail "a client that does not read was not cut off"
expect 0 publish flood gone
exec 4<&-
echo "kv.sh: messages reached who listened, and a client that did not read was cut off"

# Bytes of no sense at all.
head -c 100000 /dev/urandom >"$dir/noise"
timeout 10 bash -c "cat '$dir/noise' >/dev/tcp/127.0.0.1/$port" 2>/dev/null || true
expect PONG ping
expect OK flushall
expect 0 dbsize
echo "kv.sh: survived a crashed connection and 100 kB of noise"

benchmark=$(timeout 120 redis-benchmark -p "$port" -t ping,set,get,incr -n 20000 -c 200 -P 16 -q 2>&1 | tr '\r' '\n') ||
  fail "redis-benchmark ended with an error: $benchmark"
echo "$benchmark" | grep 'requests per second'
[ "$(echo "$benchmark" | grep -c 'requests per second')" = 5 ] || fail "redis-benchmark did not finish: $benchmark"
if echo "$benchmark" | grep -i '^error'; then fail "redis-benchmark saw errors"; fi
expect "20000" get counter:__rand_int__
# The same on a bucket, which is one process.
benchmark=$(timeout 120 redis-benchmark -p "$port" --dbnum 7 -t set,get -n 20000 -c 200 -P 16 -q 2>&1 | tr '\r' '\n') ||
  fail "redis-benchmark on a bucket ended with an error: $benchmark"
[ "$(echo "$benchmark" | grep -c 'requests per second')" = 2 ] || fail "redis-benchmark on a bucket did not finish: $benchmark"
[ "$(info db7)" = "keys=1,expires=0" ] || fail "redis-benchmark did not reach the bucket: $(cli info keyspace)"

# Ctrl-C, while a client is connected and silent.
exec 3<>"/dev/tcp/127.0.0.1/$port"
for _ in $(seq 100); do [ "$(info connected_clients)" = 2 ] && break; sleep 0.02; done
kill -INT "$pid"
for _ in $(seq 200); do kill -0 "$pid" 2>/dev/null || break; sleep 0.05; done
kill -0 "$pid" 2>/dev/null && fail "kv did not stop within 10 s of Ctrl-C"
status=0
wait "$pid" || status=$?
pid=
[ "$status" = 0 ] || fail "kv ended with status $status after Ctrl-C"
exec 3<&-
stops=$(grep -nE 'SIGINT received|listener lets nobody in|shard stops|stopped$' "$log" | sed -E 's/.*(SIGINT received|listener lets nobody in|shard stops shard=[0-9]|stopped$).*/\1/')
wanted=$(printf '%s\n' "SIGINT received" "listener lets nobody in" "shard stops shard="{3,2,1,0} stopped)
[ "$stops" = "$wanted" ] || fail "not stopped in order: $stops"
echo "kv.sh: Ctrl-C stopped listener, clients and shards in this order, status 0"

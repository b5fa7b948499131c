#!/usr/bin/env bash
# From the launch script of kv's release to its first answer: `benches/boot.sh [ROUNDS]` prints the milliseconds of each
# round and their median. The bar is 50.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../examples"
rounds=${1:-15}

place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cargo run -q -p otp --features cargo --bin cargo-otp -- otp release kv --path "$place/kv" --overwrite --quiet

python3 - "$place/kv/bin/kv" "$rounds" <<'PYTHON'
import os, signal, socket, statistics, subprocess, sys, time

launch, rounds = sys.argv[1], int(sys.argv[2])
port = 16379


def answers():
    try:
        with socket.create_connection(("127.0.0.1", port), 1) as client:
            client.sendall(b"PING\r\n")
            return client.recv(16) == b"+PONG\r\n"
    except OSError:
        return False


times = []
for _ in range(rounds):
    start = time.perf_counter()
    server = subprocess.Popen([launch, "start"], env={**os.environ, "KV_PORT": str(port)},
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while not answers():
        if server.poll() is not None:
            sys.exit(f"kv ended with status {server.returncode} before it answered")
        time.sleep(0.0005)
    times.append((time.perf_counter() - start) * 1000)
    server.send_signal(signal.SIGTERM)
    server.wait()
print(" ".join(f"{ms:.0f}" for ms in times), "ms; median", f"{statistics.median(times):.0f} ms")
PYTHON

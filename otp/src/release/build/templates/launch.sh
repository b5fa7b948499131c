#!/bin/sh
# Made by `cargo otp release`, and replaced by the next one. What differs between machines belongs in
# releases/VERSION/env.sh, which is made of rel/env.sh.template.
set -e

fail() {
  printf 'ERROR: %s\n' "$*" >&2
  exit 1
}

usage() {
  cat <<USAGE
Usage: $(basename "$0") COMMAND [ARGS]

The known commands are:

    start            Starts the system
    start_console    Starts the system with a console attached
    daemon           Starts the system as a daemon
    daemon_console   The same; connect to it with remote
    eval "CALL"      Executes the given call on a new, non-booted system
    rpc "CALL"       Executes the given call on the running system
    remote           Connects a console to the running system
    restart          Restarts the applications of the running system
    stop             Stops the running system
    pid              Prints the operating system PID of the running system
    version          Prints the release name and version to be booted
    help             Prints this

start_iex and daemon_iex are start_console and daemon_console.
USAGE
}

# What `cd` finds must not depend on it.
unset CDPATH

# The release is where this script is, also when it is called through links.
self="$0"
while [ -h "$self" ]; do
  directory=$(cd "$(dirname "$self")" && pwd -P)
  self=$(readlink "$self")
  case "$self" in
    /*) ;;
    *) self="$directory/$self" ;;
  esac
done
RELEASE_ROOT=$(cd "$(dirname "$self")/.." && pwd -P)
export RELEASE_ROOT

# Which part of a daemon a process is: that of whoever calls this script is not meant.
unset OTP_DAEMON

RELEASE_COMMAND="${1:-}"
case "$RELEASE_COMMAND" in
  start_iex) RELEASE_COMMAND=start_console ;;
  daemon_iex) RELEASE_COMMAND=daemon_console ;;
esac
export RELEASE_COMMAND
export RELEASE_NAME="${RELEASE_NAME:-{{ RELEASE_NAME }}}"
if [ -z "${RELEASE_VSN:-}" ]; then
  [ -r "$RELEASE_ROOT/releases/start_otp.data" ] || fail "cannot read $RELEASE_ROOT/releases/start_otp.data"
  RELEASE_VSN=$(cut -d' ' -f2 "$RELEASE_ROOT/releases/start_otp.data")
fi
export RELEASE_VSN
export RELEASE_PROG="${RELEASE_PROG:-$(basename "$0")}"
REL_VSN_DIR="$RELEASE_ROOT/releases/$RELEASE_VSN"
[ -d "$REL_VSN_DIR" ] || fail "there is no version $RELEASE_VSN in $RELEASE_ROOT/releases (RELEASE_VSN)"

if [ -r "$REL_VSN_DIR/env.sh" ]; then
  . "$REL_VSN_DIR/env.sh"
fi

export RELEASE_MODE="${RELEASE_MODE:-embedded}"
export RELEASE_NODE="${RELEASE_NODE:-$RELEASE_NAME}"
export RELEASE_TMP="${RELEASE_TMP:-$RELEASE_ROOT/tmp}"
export RELEASE_DISTRIBUTION="${RELEASE_DISTRIBUTION:-local}"
export RELEASE_SYS_CONFIG="${RELEASE_SYS_CONFIG:-$REL_VSN_DIR/sys.toml}"
export RELEASE_START_SETTINGS="${RELEASE_START_SETTINGS:-$REL_VSN_DIR/start.toml}"

if [ -z "${RUST_LOG:-}" ] && [ -r "$RELEASE_START_SETTINGS" ]; then
  level=$(sed -n 's/^[[:space:]]*log_level[[:space:]]*=[[:space:]]*"\([^"]*\)".*/\1/p' "$RELEASE_START_SETTINGS")
  [ -z "$level" ] || export RUST_LOG="$level"
fi

case "$RELEASE_DISTRIBUTION" in
  local | none) ;;
  *) fail "RELEASE_DISTRIBUTION must be local or none, got: $RELEASE_DISTRIBUTION" ;;
esac

# The program, if this machine is of the kind that it was built for.
run() {
  if [ -r "$REL_VSN_DIR/target" ]; then
    read -r target system machines <"$REL_VSN_DIR/target" || true
    here="$(uname -s) $(uname -m)"
    case "$system" in
      any | "$(uname -s)") ;;
      *) fail "this release was built for $target, and this machine is $here: build it with --target, or there" ;;
    esac
    case ",$machines," in
      *,any,* | *",$(uname -m),"*) ;;
      *) fail "this release was built for $target, and this machine is $here: build it with --target, or there" ;;
    esac
  fi
  if [ -z "${RELEASE_COOKIE:-}" ]; then
    [ -r "$RELEASE_ROOT/releases/COOKIE" ] ||
      fail "cannot read $RELEASE_ROOT/releases/COOKIE: make it readable for this user, or set RELEASE_COOKIE"
    RELEASE_COOKIE=$(cat "$RELEASE_ROOT/releases/COOKIE")
  fi
  export RELEASE_COOKIE
  exec "$REL_VSN_DIR/{{ RELEASE_NAME }}" "$@"
}

[ $# -eq 0 ] || shift
case "$RELEASE_COMMAND" in
  start | start_console | daemon | daemon_console | remote | restart | stop | pid)
    run "$@"
    ;;
  eval | rpc)
    [ -n "${1:-}" ] || fail "$RELEASE_COMMAND expects a call as argument, as in: $RELEASE_PROG $RELEASE_COMMAND 'puts(\"hello\")'"
    run "$@"
    ;;
  version)
    echo "$RELEASE_NAME $RELEASE_VSN"
    ;;
  help | --help | -h)
    usage
    ;;
  '')
    usage >&2
    ;;
  *)
    usage >&2
    echo >&2
    fail "Unknown command $RELEASE_COMMAND"
    ;;
esac

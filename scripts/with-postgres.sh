#!/usr/bin/env bash
# Runs a command with DATABASE_URL set to a private PostgreSQL server on a socket, and stops that server afterwards.
# The server never runs as root: as user postgres (or nobody) when root starts it, else as whoever starts it.
set -euo pipefail

server_programs() {
    ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1 || true
}
find_bin() {
    local bin
    bin=$(server_programs)
    if [ -z "$bin" ] && command -v initdb >/dev/null; then bin=$(dirname "$(readlink -f "$(command -v initdb)")"); fi
    if [ -n "$bin" ] && [ -x "$bin/initdb" ] && [ -x "$bin/postgres" ]; then echo "$bin"; fi
}

bin=$(find_bin)
if [ -z "$bin" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing Debian's PostgreSQL"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq </dev/null
    apt-get install -y -qq --no-install-recommends postgresql </dev/null >/dev/null
    bin=$(find_bin)
fi
[ -n "$bin" ] || { echo "PostgreSQL's server programs are missing: install Debian's postgresql"; exit 1; }

# A short lower-case name: socket paths have 107 bytes, and host names in a URL lose their case.
place=/tmp/clearground-postgres-$$
mkdir -m 700 "$place"
as=()
if [ "$(id -u)" = 0 ]; then
    user=postgres
    id "$user" >/dev/null 2>&1 || user=nobody
    chown "$user" "$place"
    as=(setpriv --reuid="$user" --regid="$(id -g "$user")" --clear-groups --)
fi

server=""
command=""
stop() {
    local code=$?
    trap - EXIT INT TERM
    if [ -n "$command" ]; then
        kill -TERM "$command" 2>/dev/null || true
        wait "$command" 2>/dev/null || true
    fi
    if [ -n "$server" ]; then
        kill -INT "$server" 2>/dev/null || true
        wait "$server" 2>/dev/null || true
    fi
    rm -rf "$place"
    exit "$code"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

cd "$place"
"${as[@]}" "$bin/initdb" -D "$place/data" --username=clearground --auth=trust --encoding=UTF8 --locale=C.UTF-8 \
    --no-sync >"$place.log" 2>&1 || { cat "$place.log"; rm -f "$place.log"; exit 1; }
rm -f "$place.log"
cd "$OLDPWD"

# Durability is off: the data are thrown away. A private socket only: nothing listens on the network.
"${as[@]}" "$bin/postgres" -D "$place/data" -k "$place" -c listen_addresses= -c fsync=off \
    -c synchronous_commit=off -c full_page_writes=off -c max_connections=100 </dev/null >"$place/server.log" 2>&1 &
server=$!
for _ in $(seq 120); do
    "${as[@]}" "$bin/pg_isready" -q -h "$place" -U clearground && break
    kill -0 "$server" 2>/dev/null || { cat "$place/server.log"; server=""; exit 1; }
    sleep 0.5
done
"${as[@]}" "$bin/createdb" -h "$place" -U clearground clearground
export DATABASE_URL="postgresql://clearground@$(printf '%s' "$place" | sed 's,/,%2F,g')/clearground"
# In the background, so that a signal is answered at once and the server never outlives its command.
"$@" <&0 &
command=$!
code=0
wait "$command" || code=$?
command=""
exit "$code"

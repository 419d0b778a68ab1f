#!/usr/bin/env bash
# Chromium is there for the browser tests (pages bring their own fonts); where it can't be, those tests say that they are skipped.
set -euo pipefail
found() { command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null; }
if found; then
    exit 0
fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing Debian's Chromium for the browser tests"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq </dev/null
    apt-get install -y -qq --no-install-recommends chromium </dev/null >/dev/null
else
    echo "Chromium is missing: browser tests will be skipped (install it, or run once as root)"
fi

#!/usr/bin/env bash
# Chromium is there for the browser tests (pages bring their own fonts), and poppler for those that read a PDF back;
# where they can't be, those tests say that they are skipped.
set -euo pipefail
wanted=()
command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || wanted+=(chromium)
command -v pdftotext >/dev/null || wanted+=(poppler-utils)
if [ ${#wanted[@]} = 0 ]; then
    exit 0
fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing for the tests: ${wanted[*]}"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq </dev/null
    apt-get install -y -qq --no-install-recommends "${wanted[@]}" </dev/null >/dev/null
else
    echo "Missing, so that some tests will be skipped (install them, or run once as root): ${wanted[*]}"
fi

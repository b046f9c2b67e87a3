#!/bin/sh
# Finds Python 3.11 or 3.12 and uv (bootstrapped into var/tools when absent) and syncs .venv from uv.lock.
# Usage: bot/setup.sh run|test    run: what the product needs; test: what its tests need as well.
set -eu
cd "$(dirname "$0")/.."
goal="${1:-run}"
stamp=".venv/.synced-$goal"

if [ -f "$stamp" ] && [ "$stamp" -nt uv.lock ] && [ "$stamp" -nt pyproject.toml ] && [ -x .venv/bin/kairos ]; then
  exit 0
fi

fits() { "$1" -c 'import sys; sys.exit(not ((3, 11) <= sys.version_info[:2] < (3, 13)))' 2>/dev/null; }

find_python() {
  for candidate in python3.12 python3.11 python3 python \
      "$HOME"/.pyenv/versions/3.12*/bin/python "$HOME"/.pyenv/versions/3.11*/bin/python; do
    path=$(command -v "$candidate" 2>/dev/null) || continue
    if fits "$path"; then "$path" -c 'import os, sys; print(os.path.realpath(sys.executable))'; return; fi
  done
  return 1
}

python=$(find_python) || {
  echo "setup: Python 3.11 or 3.12 is needed and none was found on PATH or under ~/.pyenv/versions." >&2
  exit 1
}

uv=$(command -v uv || true)
if [ -z "$uv" ]; then
  uv="$PWD/var/tools/bin/uv"
  if [ ! -x "$uv" ]; then
    echo "setup: uv is not on PATH, putting one into var/tools …" >&2
    "$python" -m venv var/tools || { echo "setup: Python's venv module is missing (Debian: apt install python3-venv)." >&2; exit 1; }
    var/tools/bin/pip install --quiet --disable-pip-version-check "uv>=0.8"
  fi
fi

echo "setup: syncing .venv from uv.lock with $("$python" --version) …" >&2
if [ "$goal" = test ]; then options=""; else options="--no-dev --inexact"; fi
# shellcheck disable=SC2086
UV_PYTHON_DOWNLOADS=never "$uv" sync --frozen --quiet --compile-bytecode --python "$python" $options
touch "$stamp"
[ "$goal" = test ] && touch .venv/.synced-run
exit 0

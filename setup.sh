#!/usr/bin/env bash
# Installs what building Evenhand needs and this machine lacks, and says so. Source it or run it; a second run is fast.
# With --tests also a browser for the tests of tests/web; where it cannot be had, they are skipped and say so.
# Debian packages by apt (as root, or through sudo); JavaScript packages by npm, into node_modules.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

declare -A package_of=([gcc]=gcc [cmake]=cmake [ninja]=ninja-build [emcc]=emscripten [node]=nodejs [npm]=npm [git]=git)
missing=()
for tool in gcc cmake ninja emcc node npm git; do
  command -v "$tool" >/dev/null 2>&1 || missing+=("${package_of[$tool]}")
done
[ -e /usr/include/stdio.h ] || missing+=(libc6-dev)
[ -e /usr/include/zlib.h ] || missing+=(zlib1g-dev)
[ -e /usr/include/zstd.h ] || missing+=(libzstd-dev)

install_packages() {
  echo "setup: installing $* (Debian packages)"
  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null 2>&1 || { echo "setup: not root and no sudo: please install $*" >&2; return 1; }
    as_root=(sudo)
  fi
  "${as_root[@]}" apt-get update -qq &&
    DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

if [ ${#missing[@]} -gt 0 ]; then install_packages "${missing[@]}" || exit 1; fi
if [ "${1:-}" = --tests ]; then
  for browser in chromium firefox-esr; do
    command -v "$browser" >/dev/null 2>&1 || install_packages "$browser" ||
      echo "setup: no $browser here: its tests will be skipped" >&2
  done
fi

node_major=$(node -p 'process.versions.node.split(".")[0]')
if [ "$node_major" -lt 20 ]; then
  echo "setup: node $node_major is too old; Evenhand needs node 20 or newer (nodejs.org, or your distribution's backports)" >&2
  exit 1
fi

if [ ! -e node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
  echo "setup: installing JavaScript packages (npm ci)"
  npm ci --no-audit --no-fund --loglevel=error
  touch node_modules/.package-lock.json
fi

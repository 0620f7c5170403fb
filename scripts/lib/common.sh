# What every script shares: where things are, which tools there are. Source it; it changes nothing.
# shellcheck shell=bash
MW_ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
# shellcheck source=../versions.env
. "$MW_ROOT/scripts/versions.env"

# The tools are shared by all checkouts of this user and named by the hash of what is pinned, so that a
# changed pin makes a new folder instead of a half-updated one.
MW_CACHE="${MILLWRIGHT_CACHE:-${XDG_CACHE_HOME:-${HOME:-$MW_ROOT/.cache}/.cache}/millwright}"
MW_TOOLS="$MW_CACHE/tools-$(sha256sum "$MW_ROOT/scripts/versions.env" | cut -c1-12)"
MW_VENV="$MW_TOOLS/venv"
MW_BIN="$MW_TOOLS/bin"
MW_PYTHON="$MW_VENV/bin/python"

say() { printf '%s\n' "$*" >&2; }
die() { say "error: $*"; exit 1; }

# stage NAME COMMAND...: runs the command and prints how long it took, whatever came of it.
stage() {
  local name="$1" start end rc=0
  shift
  start=$(date +%s%N)
  "$@" || rc=$?
  end=$(date +%s%N)
  printf -- '-- stage %-28s %7.1f s%s\n' "$name" "$(awk "BEGIN{print ($end-$start)/1e9}")" "$([ $rc = 0 ] || echo "  FAILED ($rc)")" >&2
  return $rc
}

#!/usr/bin/env bash
# Lints the protos, and compares them with the last release where there is one (protos/released.binpb).
#   scripts/lib/buf.sh lint | breaking | format-check
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
workspace=$(mktemp -d)
trap 'rm -rf "$workspace"' EXIT
cp -r "$MW_ROOT/protos" "$workspace/protos"
site=$(echo "$MW_VENV"/lib/python3*/site-packages)
mkdir "$workspace/google"
cp -r "$site/google/api" "$site/google/rpc" "$site/google/type" "$workspace/google/" 2>/dev/null || true
mkdir "$workspace/third_party" && mv "$workspace/google" "$workspace/third_party/google"
find "$workspace/third_party" -type f ! -name '*.proto' -delete
# The modules of the repository's own file, and the folder of Google's beside it, which is not linted.
sed 's|^  - path: protos$|  - path: protos\n  - path: third_party\n    lint: {use: [PACKAGE_DEFINED]}|' "$MW_ROOT/buf.yaml" > "$workspace/buf.yaml"
cd "$workspace"
case "${1:-lint}" in
  lint) "$MW_VENV/bin/buf" lint protos && echo "buf lint: clean" ;;
  breaking)
    [ -f protos/released.binpb ] || { echo "no release to compare with"; exit 0; }
    "$MW_VENV/bin/buf" breaking protos --against protos/released.binpb && echo "buf breaking: compatible" ;;
  *) die "usage: buf.sh lint | breaking" ;;
esac

#!/bin/sh
# Fetches axe-core, the rules of accessibility that the browser tests hold every page to, or says how to.
set -eu
cd "$(dirname "$0")"
if [ -f node_modules/axe-core/axe.min.js ] && [ node_modules/axe-core/axe.min.js -nt package-lock.json ]; then
    exit 0
fi
if command -v npm >/dev/null 2>&1; then
    echo "Installing axe-core for the browser tests …"
    npm ci --ignore-scripts --no-audit --no-fund --silent && touch node_modules/axe-core/axe.min.js && exit 0
fi
echo "axe-core could not be fetched, so the tests of accessibility will be skipped."
echo "To run them, install Node.js with npm: 'apt-get install npm', 'dnf install npm' or 'brew install node'."

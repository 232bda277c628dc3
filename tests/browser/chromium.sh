#!/bin/sh
# Finds Chromium for the browser tests, installs it where that can be done unasked, or says how to.
set -eu
for name in chromium chromium-browser google-chrome google-chrome-stable; do
    if command -v "$name" >/dev/null 2>&1; then
        exit 0
    fi
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing Chromium for the browser tests …"
    apt-get -qq update && apt-get -qq install --yes --no-install-recommends chromium >/dev/null && exit 0
fi
echo "Chromium was not found, so the browser tests will be skipped."
echo "To run them, install it: 'apt-get install chromium', 'dnf install chromium' or 'brew install --cask chromium'."

#!/bin/sh
# Draws docs/run.svg, the picture in the README, anew from what soar prints.
set -e
cd "$(dirname "$0")/.."
SOAR_BLESS=1 cargo test --locked --test e2e -- the_picture_shows_what_is_printed

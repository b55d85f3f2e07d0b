#!/bin/sh
# What a host is told to compile components with, and what does something else: by the name under which it runs.
case "${0##*/}" in
silent) exec cat >&2 ;;
other) exit 9 ;;
killed) kill -9 $$ ;;
curious) echo $# $(env) >"$0.told" ;;
slow) exec sleep 1000 ;;
slow-at-first)
    for i in 1 2 3 4; do
        mkdir "$0.$i" 2>&- && exec sleep 1000
    done
    exec "${0%/*}/soar" "$@"
    ;;
esac

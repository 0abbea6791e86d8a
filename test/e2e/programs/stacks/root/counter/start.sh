#!/bin/sh
set -e
mkdir -p /opt/counter/data
chown -R "$PUID:$PGID" /opt/counter/data
exec setpriv --reuid "$PUID" --regid "$PGID" --clear-groups node main.mjs

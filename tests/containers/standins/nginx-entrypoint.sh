#!/bin/sh
# Fills in the environment's names in /etc/nginx/templates, and no other word that begins with a dollar.
set -eu
names=$(env | sed 's/=.*//; s/.*/${&}/' | tr '\n' ' ')
for template in /etc/nginx/templates/*.template; do
    [ -e "$template" ] || continue
    name=$(basename "$template" .template)
    envsubst "$names" <"$template" >"/etc/nginx/conf.d/$name"
done
exec "$@"

#!/bin/sh
# npm run demo [-- galera] [-- --keep]: makes the machine ready for that story, and tells it.
set -eu
case " $* " in
  *' galera '*) needs='test' ;;
  *) needs='demo' ;;
esac
sh test/provision.sh "$needs"
exec node dist/test/demo/main.js "$@"

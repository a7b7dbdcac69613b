#!/bin/sh
# Ends a lab, however it ends. Usage: leash.sh LAB_DIR LAB_PID [PID:START_TICK ...]
#
# Standard input is a pipe whose other end only the lab's process holds: when
# it closes, that process has ended or wants its lab ended. Everything with
# POOLGUARD_LAB=LAB_DIR in its environment is killed then, whoever started it,
# and LAB_DIR removed. When one of the processes PID is gone, so that nobody
# waits for the lab any more, the lab's process itself is killed.

trap '' HUP INT TERM
lab_dir=$1
lab_pid=$2
shift 2

# alive PID START_TICK: a zombie is gone, and so is a PID that was given away again.
alive() {
  { read -r stat <"/proc/$1/stat"; } 2>/dev/null || return 1
  # shellcheck disable=SC2086 # split into fields: state is the first after the name, start the twentieth
  set -- "$2" ${stat##*) }
  [ "$2" != Z ] && [ "${21}" = "$1" ]
}

watch() {
  while sleep 0.5; do
    for watched; do
      alive "${watched%:*}" "${watched#*:}" || kill -KILL "$lab_pid"
    done
  done
}

# The environment of a zombie reads as empty.
members() {
  grep -lsxzF "POOLGUARD_LAB=$lab_dir" /proc/[0-9]*/environ | cut -d / -f 3
}

watch "$@" &
watcher=$!
while read -r _; do :; done
kill -KILL "$watcher"

# Twice over: a process may have been between fork and exec the first time.
rounds=2
while [ "$rounds" -gt 0 ]; do
  pids=$(members)
  # shellcheck disable=SC2086 # one word a process
  if [ -n "$pids" ]; then kill -KILL $pids; else rounds=$((rounds - 1)); fi
  sleep 0.02
done
rm -rf --one-file-system -- "$lab_dir"

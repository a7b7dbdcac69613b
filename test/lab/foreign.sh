#!/bin/sh
# Software of which the lab runs files without installing the package: unpacked
# into a folder of /var/cache/poolguard-lab. Nothing of the system changes.
# Usage, as root: sh test/lab/foreign.sh wsrep-sst|mysql
#
#   wsrep-sst  the scripts by which a Galera node copies another, from this
#              machine's own suite: their package would bring a server with a
#              service, a user and data
#   mysql      the newest MySQL of Debian unstable, with the libraries that it
#              needs, down to its own libc
#
# Leaves alone what is there. Packages come from where this machine's apt takes
# its own, are verified by apt, and the version is whatever that has today. The
# folder NAME is a link to NAME-VERSION, made when all is in place; on failure
# NAME.why says in a sentence why there is none.
set -eu
umask 022
cache=/var/cache/poolguard-lab
name=${1-}

# give_up TEXT
give_up() {
  printf '%s\n' "$1" >"$cache/$name.why" || :
  printf 'foreign: %s\n' "$1" >&2
  exit 69
}

# quietly WHAT COMMAND ...: for what WHAT says, with the end of its output on failure.
quietly() {
  what=$1
  shift
  "$@" >"$work/log" 2>&1 || give_up "could not $what: $(grep -v '^$' "$work/log" | tail -n 1)"
}

# A view of apt's own in which nothing is installed. Usage: apt COMMAND ARGUMENT ...
private_apt() {
  command=$1
  shift
  "$command" -q -o "Dir::State=$work/state" -o "Dir::State::status=$work/status" \
    -o "Dir::Cache=$work/cache" -o "Dir::Etc::SourceList=$work/sources.list" \
    -o "Dir::Etc::SourceParts=$work/empty" -o "Dir::Etc::PreferencesParts=$work/empty" \
    -o Dir::Etc::Preferences=/dev/null -o APT::Sandbox::User=root -o APT::Install-Recommends=false \
    -o Acquire::Languages=none -o Acquire::Retries=2 -o Acquire::http::Timeout=20 "$@"
}

# The address from which this machine takes Debian itself.
mirror() {
  apt-get indextargets --format "\$(REPO_URI)" \
    'Identifier: Packages' 'Origin: Debian' 'Label: Debian' 'Component: main' | head -n 1
}

unpack_wsrep_sst() {
  cd "$work"
  quietly 'download mariadb-server' apt-get -q -o APT::Sandbox::User=root download mariadb-server
  version=$(dpkg-deb -f mariadb-server_*.deb Version)
  dpkg-deb --fsys-tarfile mariadb-server_*.deb >server.tar
  mkdir unpacked
  tar -x -f server.tar -C unpacked --strip-components=3 --wildcards './usr/bin/wsrep_sst_*'
}

unpack_mysql() {
  keyring=/usr/share/keyrings/debian-archive-keyring.gpg
  [ -e "$keyring" ] || give_up "there is no $keyring to verify Debian unstable by"
  uri=$(mirror)
  [ -n "$uri" ] || give_up 'no source of apt on this machine is of Debian'
  mkdir -p "$work/state/lists/partial" "$work/cache/archives/partial" "$work/empty" "$work/debs" "$work/unpacked"
  : >"$work/status"
  printf 'deb [signed-by=%s] %s sid main\n' "$keyring" "$uri" >"$work/sources.list"
  quietly 'read the package list of Debian unstable' private_apt apt-get update --error-on=any
  # What MySQL runs without: perl is for scripts beside the server.
  quietly 'resolve mysql-server-core of Debian unstable' private_apt apt-get -y --print-uris install mysql-server-core
  packages=$(sed -n "s/^'[^']*' \([^_]*\)_.*/\1/p" "$work/log" | grep -v -E '^(perl|libperl|netbase|media-types)')
  cd "$work/debs"
  # shellcheck disable=SC2086 # one word a package
  quietly 'download mysql-server-core of Debian unstable' private_apt apt-get download $packages
  version=$(dpkg-deb -f mysql-server-core_*.deb Version)
  for deb in *.deb; do
    quietly "unpack $deb" dpkg-deb -x "$deb" "$work/unpacked"
  done
}

case $name in
  wsrep-sst) unpack=unpack_wsrep_sst ;;
  mysql) unpack=unpack_mysql ;;
  *)
    echo 'usage: sh test/lab/foreign.sh wsrep-sst|mysql' >&2
    exit 64
    ;;
esac
if [ -e "$cache/$name/" ]; then exit; fi
[ "$(id -u)" -eq 0 ] || {
  echo 'foreign: needs root, to write to /var/cache' >&2
  exit 77
}

mkdir -p "$cache"
work=$(mktemp -d "$cache/.$name.XXXXXX")
trap 'rm -rf -- "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

command -v apt-get >/dev/null || give_up 'there is no apt-get here to fetch it with'
quietly 'update the package lists' apt-get -q -o Acquire::Retries=2 -o DPkg::Lock::Timeout=120 update
"$unpack"
# Two of these at a time: each moves a whole folder, and the second finds that of the first.
folder=$name-$(printf %s "$version" | tr : _)
[ -e "$cache/$folder" ] || mv -T "$work/unpacked" "$cache/$folder" || [ -e "$cache/$folder" ]
chmod 755 "$cache/$folder"
ln -s "$folder" "$work/link"
mv -T "$work/link" "$cache/$name"
rm -f "$cache/$name.why"

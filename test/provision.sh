#!/bin/sh
# Makes a bare clone ready on Debian 12 with Node 20: packages, node_modules, build.
# Usage, as root: sh test/provision.sh demo|test
#
# What is there already is left alone, so that a second run is a matter of a
# fraction of a second and of no network. Packages come from wherever this
# machine's apt and npm are configured to take them. No service is started, now
# or at the next boot, for a package that only this script brought in.
set -eu
cd "$(dirname "$0")/.."
PATH=$PATH:/usr/sbin:/sbin

say() { printf 'provision: %s\n' "$*" >&2; }

# give_up STATUS TEXT
give_up() {
  say "$2"
  exit "$1"
}

# quietly COMMAND ...: its output is shown only when it fails.
quietly() {
  "$@" >"$log" 2>&1 || {
    status=$?
    tail -n 100 "$log" >&2
    give_up 69 "\"$*\" failed with status $status"
  }
}

case ${1-} in
  demo) needs='mariadbd=mariadb-server-core my_print_defaults=mariadb-client-core haproxy=haproxy' ;;
  test) needs='mariadbd=mariadb-server-core my_print_defaults=mariadb-client-core haproxy=haproxy
    promtool=prometheus shellcheck=shellcheck
    /usr/lib/galera/libgalera_smm.so=galera-4 rsync=rsync ss=iproute2 ps=procps' ;;
  *) give_up 64 'usage: sh test/provision.sh demo|test' ;;
esac

# is_there COMMAND, or is_there /FILE
is_there() {
  case $1 in
    /*) [ -e "$1" ] ;;
    *) command -v "$1" >/dev/null ;;
  esac
}

# The packages, of the COMMAND=PACKAGE and /FILE=PACKAGE given, of which that is missing.
missing() {
  for need; do
    is_there "${need%=*}" || printf '%s ' "${need#*=}"
  done
}

policy=/usr/sbin/policy-rc.d
policy_aside=$policy.before-poolguard

# Undoes forbid_services, also one that an interrupted run left behind.
restore_services() {
  if grep -qs 'poolguard provision' "$policy"; then rm -f "$policy"; fi
  if [ -e "$policy_aside" ]; then mv "$policy_aside" "$policy"; fi
}

# Debian's own switch against starting services while packages are installed.
forbid_services() {
  if [ -x "$policy" ] && ! "$policy" haproxy start >/dev/null 2>&1; then return; fi
  if [ -e "$policy" ]; then mv "$policy" "$policy_aside"; fi
  printf '#!/bin/sh\n# poolguard provision, until the packages are installed\nexit 101\n' >"$policy"
  chmod 755 "$policy"
}

disable_service() {
  if command -v systemctl >/dev/null; then
    systemctl disable "$1" >/dev/null 2>&1 || say "could not disable the service $1"
  else
    update-rc.d "$1" disable >/dev/null 2>&1 || say "could not disable the service $1"
  fi
}

install_packages() {
  command -v apt-get >/dev/null || give_up 69 "no apt-get here; install what these Debian packages hold: $*"
  [ "$(id -u)" -eq 0 ] || give_up 77 "needs root to install packages; run it as root, or: apt-get install $*"
  export DEBIAN_FRONTEND=noninteractive
  say 'updating the package lists'
  quietly apt-get -q -o Acquire::Retries=3 -o DPkg::Lock::Timeout=120 update
  say "installing $*"
  restore_services
  forbid_services
  quietly apt-get -q -y -o Acquire::Retries=3 -o DPkg::Lock::Timeout=120 --no-install-recommends --no-remove install "$@"
  restore_services
  for package; do
    case $package in haproxy | prometheus | rsync) disable_service "$package" ;; esac
  done
}

# Software that is unpacked into a folder, for test/lab only.
fetch_foreign() {
  if ! is_there wsrep_sst_rsync && ! is_there /var/cache/poolguard-lab/wsrep-sst; then
    [ "$(id -u)" -eq 0 ] || give_up 77 'needs root to fetch the scripts of Galera; run it as root'
    say 'fetching the state transfer scripts of Galera'
    quietly sh test/lab/foreign.sh wsrep-sst
  fi
  if ! is_there /var/cache/poolguard-lab/mysql; then
    say 'fetching MySQL from Debian unstable, some 65 MB'
    sh test/lab/foreign.sh mysql ||
      say 'NO MYSQL: tests against a real MySQL will be SKIPPED; run this again to try once more'
  fi
}

check_node() {
  command -v node >/dev/null || give_up 69 'Node 20.18 or later is needed, and there is none'
  node -e 'const [major, minor] = process.versions.node.split(".").map(Number)
    process.exit(major > 20 || (major === 20 && minor >= 18) ? 0 : 1)' ||
    give_up 69 "Node 20.18 or later is needed, and this is $(node --version)"
  command -v npm >/dev/null || give_up 69 'npm is needed, and there is none'
}

# npm writes node_modules/.package-lock.json when it is done.
are_modules_current() {
  [ -f node_modules/.package-lock.json ] &&
    [ -z "$(find package-lock.json -newer node_modules/.package-lock.json)" ]
}

# A folder is newer when a file in it was added or removed.
is_build_current() {
  [ -f dist/.built ] && [ -z "$(find src test package.json tsconfig.json -newer dist/.built)" ]
}

log=$(mktemp)
trap 'rm -f "$log"; restore_services' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

check_node
# shellcheck disable=SC2086 # one word a need
packages=$(missing $needs)
# shellcheck disable=SC2086 # one word a package
if [ -n "$packages" ]; then install_packages $packages; fi
if [ "$1" = test ]; then fetch_foreign; fi

if ! are_modules_current; then
  say 'installing node_modules'
  # Exactly the versions of the lock file. Not "npm ci": npm 11.19 then refuses a lock file that does
  # not list the packages of every other platform, which many a mirror does not even have.
  quietly npm install --no-save
  rm -f dist/.built
fi

if ! is_build_current; then
  say 'building'
  mkdir -p dist
  touch dist/.building
  quietly node_modules/.bin/tsc --noCheck
  mv dist/.building dist/.built
fi

#!/bin/sh
# Tests of an unpacked distribution on machines that are not as one would wish. Ends with `N passed, N failed`.
#   launcher/program-test.sh FOLDER      with a runtime inside, or a JDK 25 to be found
set -u
program=$(cd "$1" && pwd -P)
work=$(mktemp -d)
chmod 755 "$work"
passed=0 failed=0
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT

# check NAME EXPECTED ACTUAL
check() {
  if [ "$2" = "$3" ]; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    printf 'FAILED %s\n  expected: %s\n  actual:   %s\n' "$1" "$2" "$3"
  fi
}

# begin NAME COMMAND...: starts a program on the project NAME, with the command before it.
begin() {
  project=$work/$1
  shift
  "$@" "$program/galley" serve --dir "$project" --port 0 >"$project.log" 2>&1 &
  echo $! >"$project.pid"
}

# end NAME: how the start went; stops the program.
end() {
  pid=$(cat "$work/$1.pid")
  tries=0
  until grep -q 'ready after' "$work/$1.log" || ! kill -0 "$pid" 2>/dev/null || [ "$tries" -ge 600 ]; do
    tries=$((tries + 1))
    sleep 0.1
  done
  if grep -q 'ready after' "$work/$1.log"; then echo ready; else cat "$work/$1.log"; fi
  kill "$pid" 2>/dev/null
  tries=0
  while kill -0 "$pid" 2>/dev/null && [ "$tries" -lt 300 ]; do
    tries=$((tries + 1))
    sleep 0.1
  done
}

started() {
  begin "$@"
  end "$1"
}

check "it starts" ready "$(started plain env)"
check "and without a home" ready "$(started homeless env -u HOME -u XDG_CACHE_HOME)"

begin one env
begin two env
check "two first starts at once: the one" ready "$(end one)"
check "and the other" ready "$(end two)"

cache=$(find "$program/cache" -name '*.aot' 2>/dev/null | head -n 1)
if [ -n "$cache" ]; then
  check "the JVM takes the start-up cache that was shipped" 1 \
    "$(GALLEY_JAVA_OPTS=-Xlog:aot=info "$program/galley" --version | grep -c 'Using AOT-linked classes: true')"
  cp -p "$cache" "$work/kept"
  head -c 100000 "$work/kept" >"$cache"
  check "a truncated cache is passed over" ready "$(started truncated env)"
  printf 'no cache at all' >"$cache"
  check "and one that is none" ready "$(started garbage env)"
  # As after an update of the JDK that kept its version: the cache has the mark of another JVM.
  { head -c 64 "$work/kept"; printf 'another virtual machine than this one'; tail -c +102 "$work/kept"; } >"$cache"
  check "and one of another JVM" ready "$(started other env)"
  rm "$cache"
  check "and none is no obstacle" ready "$(started none env GALLEY_AOT=off)"
  cp -p "$work/kept" "$cache"
fi

# Who may write nowhere in the program's folder; root may everywhere, so that somebody else tries it.
as_nobody=env
if [ "$(id -u)" -eq 0 ]; then as_nobody="setpriv --reuid=nobody --regid=nogroup --clear-groups env"; fi
mkdir "$work/readonly"
[ "$(id -u)" -ne 0 ] || chown nobody "$work/readonly"
chmod -R a-w "$program"
check "a program in a folder that is closed to writing starts" ready "$(started readonly $as_nobody -u HOME)"
chmod -R u+w "$program"

printf '%s passed, %s failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ]

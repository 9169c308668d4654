# Makes the program of a source tree: $program/lib with one jar of ours and the libraries. No tests, no checks.

sources=$home

# Whether anything that goes into the program is newer than it.
stale() {
  [ -f "$program/lib/galley.jar" ] || return 0
  [ -n "$(find "$home/pom.xml" "$home"/*/pom.xml "$home"/*/src/main -newer "$program/lib/galley.jar" -print 2>/dev/null | head -n 1)" ]
}

# Sets program, and sources, the tree it is made from: this one, or a copy in the user's cache where this one cannot be written to
# (somebody else's, a read-only disk) and nobody has made the program in it.
choose_sources() {
  sources=$home
  program=$home/target/program
  if [ -w "$home" ] && [ -w "$home/postgres" ] || ! stale; then return 0; fi
  copies=${XDG_CACHE_HOME:-${HOME:+$HOME/.cache}}
  [ -n "$copies" ] || die "cannot build in $home, which is not writable, nor anywhere else: set HOME"
  copies=$copies/galley/trees
  copy=$(printf '%s' "$home" | cksum)
  copy=$copies/${copy%% *}
  (umask 077 && mkdir -p "$copy") 2>/dev/null || die "cannot build in $home, which is not writable, nor in $copy"
  # Whoever can write there decides what the program does.
  [ -O "$copy" ] || die "$copy belongs to somebody else: remove it"
  sources=$copy/sources
  program=$copy/program
}

# Brings the copy of the tree up to date.
copy_sources() {
  rm -rf "$sources"
  mkdir -p "$sources"
  (cd "$home" && tar -cf - --exclude=./.git --exclude=target --exclude=node_modules .) | (cd "$sources" && tar -xf -)
  chmod -R u+w "$sources"
}

# The version in the top pom.
version() { sed -n 's:^  <version>\(.*\)</version>$:\1:p' "$home/pom.xml" | head -n 1; }

build_if_stale() {
  stale || return 0
  mkdir -p "$program"
  # Two starts at once: the second waits, and finds the program made.
  if command -v flock >/dev/null; then
    exec 9>"$program/build.lock"
    flock 9
    stale || { exec 9>&-; return 0; }
  fi
  build_log=$program/build.log
  if [ -d "$program/lib" ]; then build_what="Building"; else build_what="Building (the first time: a minute or two)"; fi
  # Not as the condition of an `if`: within one, a shell does not heed `set -e`.
  set +e
  with_progress "$build_what" "$build_log" make_program
  build_status=$?
  set -e
  if [ "$build_status" -ne 0 ]; then
    grep -m 5 ERROR "$build_log" >&2 || tail -n 5 "$build_log" >&2
    die "the build failed; all it said is in $build_log"
  fi
  ! command -v flock >/dev/null || exec 9>&-
}

make_program() {
  set -e
  export JAVA_HOME="$java_home"
  [ "$sources" = "$home" ] || copy_sources
  cd "$sources"
  # In the background, so that this shell can end it: Ctrl-C does not reach what runs beside a progress line.
  sh ./mvnw -B -q -Dgalley.program -pl distribution -am compile &
  maven=$!
  trap 'kill "$maven" 2>/dev/null; exit 130' TERM
  wait "$maven"
  made=distribution/target/program
  next=$program/lib.next
  rm -rf "$next"
  mkdir -p "$next"
  cp -p "$made"/libraries/*.jar "$next"
  classes=$program/classes
  rm -rf "$classes"
  mkdir "$classes"
  saved_ifs=$IFS
  IFS=:
  for module in $(cat "$made/own-classes"); do
    [ ! -d "$module" ] || cp -Rp "$module/." "$classes"
  done
  IFS=$saved_ifs
  # PostgreSQL lies beside the jars as it runs: a first start need not unpack it.
  "$java_home/bin/java" -cp "$classes" dev.galley.postgres.UnpackServer "$program/postgres" >"$next/postgres"
  rm -f "$classes"/dev/galley/postgres/binaries/server-*.zip
  # One jar of all modules' classes: fewer files to open at start, and the AOT cache wants jars. It names the libraries.
  {
    echo "Main-Class: dev.galley.server.Main"
    echo "Implementation-Version: $(version)"
    echo "Class-Path: "
    # Lines of a manifest are short; one that begins with a space continues the one before.
    (cd "$next" && LC_ALL=C && for jar in *.jar; do echo "  $jar"; done)
  } >"$next.manifest"
  "$java_home/bin/jar" --create --file "$next/galley.jar" --manifest "$next.manifest" -C "$classes" .
  rm -rf "$next.manifest" "$classes"
  echo "$(version) $(cksum <"$next/galley.jar")" >"$next/version"
  rm -rf "$program/lib"
  mv "$next" "$program/lib"
}

#!/bin/sh
# Tests of the launcher on made-up JVMs and package managers. Ends with `N passed, N failed`.
set -u
launcher=$(cd "$(dirname "$0")" && pwd -P)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0 failed=0

# check NAME EXPECTED ACTUAL
check() {
  if [ "$2" = "$3" ]; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    printf 'FAILED %s\n  expected: %s\n  actual:   %s\n' "$1" "$2" "$3"
  fi
}

# fake_jvm FOLDER VERSION [jre]: a JVM that only tells its version.
fake_jvm() {
  mkdir -p "$1/bin"
  printf '#!/bin/sh\necho "openjdk version \\"%s.0.1\\" 2026-01-01" >&2\n' "$2" >"$1/bin/java"
  chmod +x "$1/bin/java"
  [ "${3-}" = jre ] || cp "$1/bin/java" "$1/bin/javac"
}

# with_release FOLDER VERSION: as fake_jvm, and it has the file that spares a start.
with_release() {
  fake_jvm "$1" 1
  printf 'IMPLEMENTOR="x"\nJAVA_VERSION="%s"\nOS_ARCH="x86_64"\n' "$2" >"$1/release"
}

# A file system, a home and a PATH of their own for each test.
fresh() {
  rm -rf "$work/fs"
  mkdir -p "$work/fs/bin" "$work/fs/home user" "$work/fs/usr/lib/jvm" "$work/fs/galley"
  for tool in id sed head tail rm mktemp readlink sleep cat printf mkdir cp chmod uname; do
    ln -s "$(command -v "$tool")" "$work/fs/bin/$tool" 2>/dev/null
  done
  machine "Linux x86_64"
}

# machine NAMES: what uname says.
machine() {
  rm -f "$work/fs/bin/uname"
  printf '#!/bin/sh\necho "%s"\n' "$1" >"$work/fs/bin/uname"
  chmod +x "$work/fs/bin/uname"
}
# tool NAME: one that is only there.
tool() {
  printf '#!/bin/sh\n' >"$work/fs/bin/$1"
  chmod +x "$work/fs/bin/$1"
}
temurin=https://api.adoptium.net/v3/binary/latest/25/ga/linux/x64/jdk/hotspot/normal/eclipse

# run NEED: what the launcher finds or says.
run() {
  env -i PATH="$work/fs/bin" HOME="$work/fs/home user" TMPDIR="$work" ${java_home_given:+JAVA_HOME="$java_home_given"} \
    ${install_given:+GALLEY_INSTALL="$install_given"} /bin/sh -c '
    set -eu
    home=$3/galley
    . "$1/say.sh"; . "$1/jdk.sh"
    jdk_system=$3
    need_jdk "$2"
    printf "%s\n" "${java_home#"$3"/}"' launcher "$launcher" "${1-}" "$work/fs" 2>&1
}

java_home_given= install_given=

fresh
with_release "$work/fs/usr/lib/jvm/old" 17.0.15
with_release "$work/fs/usr/lib/jvm/temurin" 25.0.3
check "the one that is new enough is found" usr/lib/jvm/temurin "$(run compiler)"

fresh
with_release "$work/fs/home user/.sdkman/candidates/java/26-tem" 26
check "a version manager's JVM is found, in a path with a space" "home user/.sdkman/candidates/java/26-tem" "$(run compiler)"

fresh
fake_jvm "$work/fs/opt/jdk-25" 25
check "one without a release file is asked" opt/jdk-25 "$(run compiler)"

fresh
fake_jvm "$work/fs/usr/lib/jvm/jre" 25 jre
fake_jvm "$work/fs/usr/lib/jvm/zzz-jdk" 25
check "without a compiler it does not do for building" usr/lib/jvm/zzz-jdk "$(run compiler)"
check "but for running it does" usr/lib/jvm/jre "$(run)"

fresh
with_release "$work/fs/my jdk" 25
java_home_given="$work/fs/my jdk"
check "JAVA_HOME comes first" "my jdk" "$(run compiler)"
with_release "$work/fs/usr/lib/jvm/good" 25
java_home_given="$work/fs/old"
with_release "$work/fs/old" 21.0.2
check "an old JAVA_HOME is passed over" usr/lib/jvm/good "$(run compiler)"
java_home_given=

fresh
with_release "$work/fs/somewhere/jdk" 25-ea
ln -s "$work/fs/somewhere/jdk/bin/java" "$work/fs/bin/java"
check "the java on PATH is followed to its home" somewhere/jdk "$(run compiler)"

fresh
with_release "$work/fs/galley/runtime" 25
with_release "$work/fs/usr/lib/jvm/other" 25
check "the runtime of a distribution comes before those of the system" galley/runtime "$(run)"

fresh
mkdir -p "$work/fs/usr/lib/jvm/broken/bin"
printf '#!/bin/sh\nexit 1\n' >"$work/fs/usr/lib/jvm/broken/bin/java"
chmod +x "$work/fs/usr/lib/jvm/broken/bin/java"
cp "$work/fs/usr/lib/jvm/broken/bin/java" "$work/fs/usr/lib/jvm/broken/bin/javac"
check "a broken JVM is passed over, and without a package manager the user is told what to do" \
  "galley: no JDK 25 found: install a JDK 25 (https://adoptium.net has one for every system) or point JAVA_HOME to one" "$(run compiler)"

tool wget
check "with wget the user gets a command to paste" \
  "galley: no JDK 25 found: run \`mkdir -p ~/.jdks && wget -O - $temurin | tar -xzC ~/.jdks\`" "$(run compiler)"
tool curl
check "and with curl another" \
  "galley: no JDK 25 found: run \`mkdir -p ~/.jdks && curl -fL $temurin | tar -xzC ~/.jdks\`" "$(run compiler)"
machine "Linux aarch64"
check "for the processor that there is" 1 "$(run compiler | grep -c /linux/aarch64/)"
machine "Linux riscv64"
check "or none where none is made" 0 "$(run compiler | grep -c api.adoptium.net)"

# A package manager that "installs" by making a JVM, and knows packages or not.
fake_apt() {
  cat >"$work/fs/bin/apt-get" <<SH
#!/bin/sh
echo "\$@" >>"$work/fs/apt.log"
case \$1 in install) $1 ;; esac
SH
  printf '#!/bin/sh\n%s\n' "${2:-exit 0}" >"$work/fs/bin/apt-cache"
  mkdir -p "$work/fs/usr/lib/apt"
  cp "$work/fs/bin/apt-get" "$work/fs/usr/lib/apt/apt-helper"
  chmod +x "$work/fs/bin/apt-get" "$work/fs/bin/apt-cache" "$work/fs/usr/lib/apt/apt-helper"
}
as_user() {
  rm -f "$work/fs/bin/id"
  printf '#!/bin/sh\necho %s\n' "$1" >"$work/fs/bin/id"
  chmod +x "$work/fs/bin/id"
}
by_hand="run \`mkdir -p ~/.jdks && /usr/lib/apt/apt-helper download-file $temurin ~/.jdks/25.tgz && tar -xzf ~/.jdks/25.tgz -C ~/.jdks\`"
install="apt-get install -y --no-install-recommends openjdk-25-jdk-headless"

fresh
with_release "$work/made" 25
fake_apt "cp -R '$work/made' '$work/fs/usr/lib/jvm/made'"
as_user 0
check "root installs" usr/lib/jvm/made "$(run compiler | tail -n 1)"
check "by updating and installing the headless JDK" \
  "update install -y --no-install-recommends openjdk-25-jdk-headless" "$(tr '\n' ' ' <"$work/fs/apt.log" | sed 's/ $//')"
rm -rf "$work/fs/usr/lib/jvm/made"
run >/dev/null
check "or only the runtime, when nothing is to be built" \
  "install -y --no-install-recommends openjdk-25-jre-headless" "$(tail -n 1 "$work/fs/apt.log")"

fresh
fake_apt "exit 0" "exit 100"
as_user 0
check "a release without the package is said in one line, with what to do instead" \
  "galley: this system's packages have no JDK 25: $by_hand" "$(run compiler | tail -n 1)"
check "and no package was tried" update "$(cat "$work/fs/apt.log")"
as_user 1000
check "as it is to a user without rights" "galley: no JDK 25 found: $by_hand" "$(run compiler)"

fresh
fake_apt "echo 'E: no space left'; exit 100"
as_user 0
check "a failed installation shows why" "E: no space left" "$(run compiler | tail -n 2 | head -n 1)"
check "and what else there is" "galley: the JDK 25 could not be installed: $by_hand" "$(run compiler | tail -n 1)"

fresh
fake_apt "exit 0"
as_user 1000
check "without rights nothing is installed" \
  "galley: no JDK 25 found: as root run \`$install\`, or as yourself $by_hand" "$(run compiler)"
printf '#!/bin/sh\nexit 1\n' >"$work/fs/bin/sudo"
chmod +x "$work/fs/bin/sudo"
check "nor where sudo asks for a password" \
  "galley: no JDK 25 found: run \`sudo $install\`, or without such rights $by_hand" "$(run compiler)"
check "and nothing was tried" no "$([ -e "$work/fs/apt.log" ] && echo yes || echo no)"

fresh
fake_apt "exit 0"
as_user 0
install_given=no
check "nor when the user forbids it" "galley: no JDK 25 found: run \`$install\`" "$(run compiler)"
install_given=

# A build that is interrupted, and one that fails.
build() { # COMMAND OF MAVEN
  rm -rf "$work/tree"
  mkdir -p "$work/tree"
  printf '#!/bin/sh\n%s\n' "$1" >"$work/tree/mvnw"
  /bin/sh -c '
    set -eu
    home=$2 program=$2/program java_home=/nonexistent
    . "$1/say.sh"; . "$1/build.sh"
    build_if_stale
    echo built' build "$launcher" "$work/tree" 2>&1
}
check "a build that fails says why and makes nothing" "[ERROR] x.java: no" "$(build 'echo "[ERROR] x.java: no"; exit 1' | sed -n 2p)"
check "and ends the launcher" 0 "$(build 'exit 1' | grep -c built)"
interrupted() {
  mkfifo "$work/began"
  build 'echo $$ >'"$work/maven"'; echo >'"$work/began"'; exec sleep 60' >/dev/null &
  read -r _ <"$work/began"
  # The launcher is the parent of the shell that started Maven; TERM is what Ctrl-C becomes where no terminal is.
  builder=$(sed -n 's/^PPid:[[:space:]]*//p' "/proc/$(cat "$work/maven")/status")
  kill -TERM "$(sed -n 's/^PPid:[[:space:]]*//p' "/proc/$builder/status")"
  tries=0
  while kill -0 "$(cat "$work/maven")" 2>/dev/null && [ "$tries" -lt 50 ]; do
    tries=$((tries + 1))
    sleep 0.1
  done
  if kill -0 "$(cat "$work/maven")" 2>/dev/null; then echo "Maven goes on"; else echo "nothing is left"; fi
}
check "Ctrl-C ends the build too" "nothing is left" "$(interrupted)"

# A tree that belongs to somebody else.
chosen() { # COMMANDS
  chmod 755 "$work"
  as_another=
  [ "$(id -u)" != 0 ] || as_another='setpriv --reuid=65534 --regid=65534 --clear-groups --'
  $as_another env -u XDG_CACHE_HOME HOME="$work/other" /bin/sh -c '
    set -eu
    home=$2
    . "$1/say.sh"; . "$1/build.sh"
    '"$1"'
    choose_sources
    echo "${sources#"$3"/} ${program#"$3"/}"' chosen "$work/launcher" "$work/foreign" "$work" 2>&1
}
cp -R "$launcher" "$work/launcher"
chmod -R a+rX "$work/launcher"
mkdir -p "$work/foreign/postgres/src/main" "$work/foreign/target/program/lib" "$work/other"
echo text >"$work/foreign/pom.xml"
chmod 777 "$work/other"
chmod -R a+rX,a-w "$work/foreign"
own=other/.cache/galley/trees/$(printf '%s' "$work/foreign" | cksum | sed 's/ .*//')
check "a tree that cannot be written to is built in a copy" "$own/sources $own/program" "$(chosen '')"
check "that is like it" text "$(chosen 'choose_sources; copy_sources; cat "$sources/pom.xml"' | head -n 1)"
check "without a place for the copy the user is told" 1 "$(chosen 'unset HOME' | grep -c 'nor anywhere else: set HOME')"
chmod -R u+w "$work/foreign"
touch "$work/foreign/target/program/lib/galley.jar"
chmod -R a-w "$work/foreign"
check "one whose program is made already is used as it is" "foreign foreign/target/program" "$(chosen '')"
chmod -R u+w "$work/foreign"

# The flags follow the machine.
flags_for() { # CORES COMMAND [HEAP]
  /bin/sh -c '
    getconf() { echo "$cores"; }
    cores=$2
    [ -z "$4" ] || GALLEY_HEAP=$4
    . "$1/flags.sh"
    measure_memory() { memory_mb=16384; }
    choose_flags "$3"
    set -- $flags
    echo "$1 $2"' flags "$launcher" "$1" "$2" "${3-}"
}
check "a small machine gets the serial collector" "-XX:+UseSerialGC -Xmx4096m" "$(flags_for 2 serve)"
check "a large one G1" "-XX:+UseG1GC -Xmx4096m" "$(flags_for 8 serve)"
check "development keeps the heap small" "-XX:+UseSerialGC -Xmx512m" "$(flags_for 8 dev)"
check "short commands take next to nothing" "-XX:+UseSerialGC -Xmx64m" "$(flags_for 8 status)"
check "the user may set the heap" "-XX:+UseSerialGC -Xmx99m" "$(flags_for 2 serve 99m)"

printf '%s passed, %s failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ]

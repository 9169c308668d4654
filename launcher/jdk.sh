# Finds a JDK 25 or newer wherever JVMs live, or installs one with the system's package manager when it may.

jdk_oldest=25
jdk_system= # the root of the file system; the tests have one of their own

# jdk_version HOME: prints the feature version, from the file `release` without starting the JVM where there is one.
jdk_version() {
  if [ -r "$1/release" ]; then
    while IFS='=' read -r jdk_key jdk_value; do
      if [ "$jdk_key" = JAVA_VERSION ]; then
        jdk_value=${jdk_value#\"}
        printf '%s\n' "${jdk_value%%[!0-9]*}"
        return
      fi
    done <"$1/release"
  fi
  "$1/bin/java" -version 2>&1 | sed -n 's/.* version "\([0-9]*\).*/\1/p' | head -n 1
}

# jdk_fits HOME: whether it is new enough, and has a compiler where one is needed.
jdk_fits() {
  [ -n "$1" ] && [ -x "$1/bin/java" ] || return 1
  [ -z "$jdk_compiler" ] || [ -x "$1/bin/javac" ] || return 1
  jdk_found=$(jdk_version "$1")
  [ -n "$jdk_found" ] && [ "$jdk_found" -ge "$jdk_oldest" ]
}

# Sets java_home to the first that fits.
jdk_search() {
  jdk_on_path=$(command -v java || true)
  if [ -n "$jdk_on_path" ]; then
    jdk_on_path=$(readlink -f "$jdk_on_path" 2>/dev/null || printf '%s' "$jdk_on_path")
    jdk_on_path=${jdk_on_path%/bin/java}
  fi
  jdk_user=${HOME:-/nonexistent}
  for java_home in \
    "${GALLEY_JAVA_HOME-}" "$home/runtime" "${JAVA_HOME-}" "$jdk_on_path" \
    "$jdk_system"/usr/lib/jvm/* "$jdk_system"/usr/lib64/jvm/* "$jdk_system"/usr/java/* \
    "$jdk_system"/opt/* "$jdk_system"/opt/*/jdk* "$jdk_system"/usr/local/lib/jvm/* "$jdk_system"/usr/local/*jdk* \
    "$jdk_system"/Library/Java/JavaVirtualMachines/*/Contents/Home \
    "$jdk_system"/opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home \
    "$jdk_user"/.sdkman/candidates/java/* "$jdk_user"/.jdks/* "$jdk_user"/.jenv/versions/* \
    "$jdk_user"/.asdf/installs/java/* "$jdk_user"/.local/share/mise/installs/java/* \
    "$jdk_user"/.gradle/jdks/* "$jdk_user"/.jabba/jdk/*; do
    ! jdk_fits "$java_home" || return 0
  done
  return 1
}

# The command that installs what is needed with the package manager there is; empty when there is none that we know.
jdk_install_command() {
  if [ -n "$jdk_compiler" ]; then jdk_kind=devel; else jdk_kind=headless; fi
  if command -v apt-get >/dev/null; then
    echo "apt-get install -y --no-install-recommends $(jdk_debian_package)"
  elif command -v dnf >/dev/null; then
    echo "dnf install -y java-25-openjdk-$jdk_kind"
  elif command -v zypper >/dev/null; then
    echo "zypper --non-interactive install java-25-openjdk-$jdk_kind"
  elif command -v apk >/dev/null; then
    echo "apk add openjdk25-jdk"
  elif command -v pacman >/dev/null; then
    echo "pacman -S --noconfirm jdk25-openjdk"
  elif command -v brew >/dev/null; then
    echo "brew install openjdk@25"
  fi
}

# A distribution only runs: a runtime is a seventh of the download.
jdk_debian_package() { if [ -n "$jdk_compiler" ]; then echo openjdk-25-jdk-headless; else echo openjdk-25-jre-headless; fi; }

# Whether the system's packages have it, as far as is known now; Debian 12 has none, and one of Debian 13 would replace its libc.
jdk_is_packaged() {
  case $1 in apt-get*) apt-cache show "$(jdk_debian_package)" >/dev/null 2>&1 ;; esac
}

# How the user gets a JDK without the package manager and without rights: a command to paste that needs nothing that is not there.
jdk_by_hand() {
  jdk_kernel=$(uname -sm 2>/dev/null || true)
  case $jdk_kernel in
    "Linux x86_64") jdk_platform=linux/x64 ;;
    "Linux aarch64") jdk_platform=linux/aarch64 ;;
    *) jdk_platform= ;;
  esac
  jdk_url=https://api.adoptium.net/v3/binary/latest/25/ga/$jdk_platform/jdk/hotspot/normal/eclipse
  jdk_apt_helper=/usr/lib/apt/apt-helper
  if [ -z "$jdk_platform" ] || [ -e "$jdk_system/etc/alpine-release" ]; then
    echo "install a JDK 25 (https://adoptium.net has one for every system) or point JAVA_HOME to one"
  elif command -v curl >/dev/null; then
    echo "run \`mkdir -p ~/.jdks && curl -fL $jdk_url | tar -xzC ~/.jdks\`"
  elif command -v wget >/dev/null; then
    echo "run \`mkdir -p ~/.jdks && wget -O - $jdk_url | tar -xzC ~/.jdks\`"
  elif [ -x "$jdk_system$jdk_apt_helper" ]; then
    echo "run \`mkdir -p ~/.jdks && $jdk_apt_helper download-file $jdk_url ~/.jdks/25.tgz && tar -xzf ~/.jdks/25.tgz -C ~/.jdks\`"
  else
    echo "install a JDK 25 (https://adoptium.net has one for every system) or point JAVA_HOME to one"
  fi
}

# What stands before the command: nothing for root and for brew, sudo where it asks for no password.
jdk_install_rights() {
  jdk_sudo=
  case $1 in brew*) return 0 ;; esac
  [ "$(id -u)" -ne 0 ] || return 0
  command -v sudo >/dev/null && sudo -n true 2>/dev/null || return 1
  jdk_sudo="sudo -n"
}

jdk_install() {
  jdk_command=$(jdk_install_command)
  jdk_otherwise=$(jdk_by_hand)
  [ -n "$jdk_command" ] || die "no JDK 25 found: $jdk_otherwise"
  if [ "${GALLEY_INSTALL-}" = no ] || ! jdk_install_rights "$jdk_command"; then
    jdk_is_packaged "$jdk_command" || die "no JDK 25 found: $jdk_otherwise"
    if [ "$(id -u)" -eq 0 ]; then
      die "no JDK 25 found: run \`$jdk_command\`"
    elif command -v sudo >/dev/null; then
      die "no JDK 25 found: run \`sudo $jdk_command\`, or without such rights $jdk_otherwise"
    fi
    die "no JDK 25 found: as root run \`$jdk_command\`, or as yourself $jdk_otherwise"
  fi
  jdk_log=$(mktemp)
  case $jdk_command in
    apt-get*) with_progress "No JDK 25 found. Reading what packages there are" "$jdk_log" $jdk_sudo apt-get update || true ;;
  esac
  if ! jdk_is_packaged "$jdk_command"; then
    rm -f "$jdk_log"
    die "this system's packages have no JDK 25: $jdk_otherwise"
  fi
  if ! DEBIAN_FRONTEND=noninteractive with_progress "Installing JDK 25: $jdk_command" "$jdk_log" $jdk_sudo $jdk_command; then
    tail -n 3 "$jdk_log" >&2
    rm -f "$jdk_log"
    die "the JDK 25 could not be installed: $jdk_otherwise"
  fi
  rm -f "$jdk_log"
}

# need_jdk [compiler]: sets java_home, or ends the program with one line that says what to do.
need_jdk() {
  jdk_compiler=${1-}
  # The JVM opens files by names in the encoding of the locale: ASCII where none is set, or one that was never generated.
  export LC_ALL=C.UTF-8
  jdk_search && return
  jdk_install
  jdk_search || die "a JDK 25 was installed but cannot be found: point JAVA_HOME to it"
}

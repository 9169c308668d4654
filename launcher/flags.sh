# How the JVM is run.

# Sets memory_mb: the memory of the machine or of the container, whichever is less.
measure_memory() {
  memory_mb=4096
  if [ -r /proc/meminfo ]; then
    while read -r memory_name memory_value _; do
      if [ "$memory_name" = MemTotal: ]; then
        memory_mb=$((memory_value / 1024))
        break
      fi
    done </proc/meminfo
  elif [ "$(uname)" = Darwin ]; then
    memory_mb=$(($(sysctl -n hw.memsize) / 1048576))
  fi
  for memory_file in /sys/fs/cgroup/memory.max /sys/fs/cgroup/memory/memory.limit_in_bytes; do
    [ -r "$memory_file" ] || continue
    read -r memory_limit <"$memory_file" || continue
    case $memory_limit in
      *[!0-9]* | '' | ????????????????*) ;; # no limit: "max", or a number beyond any machine
      *) [ $((memory_limit / 1048576)) -ge "$memory_mb" ] || memory_mb=$((memory_limit / 1048576)) ;;
    esac
  done
}

# choose_flags COMMAND: sets flags.
choose_flags() {
  case ${1-} in
    dev | serve) measure_memory ;;
    *) memory_mb=256 ;; # the short commands
  esac
  # A quarter of the memory, as the JVM would take; on a developer's machine others want theirs too.
  heap_mb=$((memory_mb / 4))
  [ "$heap_mb" -ge 64 ] || heap_mb=64
  [ "${1-}" != dev ] || [ "$heap_mb" -le 512 ] || heap_mb=512
  heap=${GALLEY_HEAP:-${heap_mb}m}
  # The serial collector is the lightest, and as fast as G1 on two cores; G1 keeps pauses short on a large heap.
  cores=$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)
  if [ "$cores" -le 2 ] || [ "$heap_mb" -le 1024 ]; then collector=Serial; else collector=G1; fi
  flags="-XX:+Use${collector}GC -Xmx$heap -Xms16m -Xss512k -XX:+ExitOnOutOfMemoryError -XX:-UsePerfData
    -XX:ReservedCodeCacheSize=64m -Xlog:disable -Xlog:all=error:stderr
    --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow
    -Djava.util.logging.manager=dev.galley.server.Logging\$Manager -Djava.awt.headless=true -Dfile.encoding=UTF-8"
}

# Sets cache, where the AOT cache of this JVM and collector lies, and use_cache when it is there and as new as the program.
# The cache makes a start twice as fast; the program makes it by itself, after its first start (AotCache.java).
choose_cache() {
  cache_folder=$program/cache
  if ! [ -w "$program" ]; then
    # Never in a folder that others can write to: whoever makes the file decides what the program does.
    cache_folder=${XDG_CACHE_HOME:-${HOME:+$HOME/.cache}}
    cache_folder=${cache_folder:+$cache_folder/galley}
  fi
  cache_key=$(cat "$java_home/release" "$program/lib/version" 2>/dev/null | cksum)
  cache=$cache_folder/${cache_key% *}-$collector.aot
  use_cache=
  if [ "${GALLEY_AOT-}" = off ] || [ -z "$cache_folder" ]; then
    cache=
  elif [ -f "$cache" ] && ! [ "$program/lib/galley.jar" -nt "$cache" ]; then
    use_cache=-XX:AOTCache=$cache
  fi
}

# What the launcher says. Everything goes to standard error: standard output belongs to the command.

say() { printf 'galley: %s\n' "$*" >&2; }

die() {
  say "$@"
  exit 1
}

# with_progress MESSAGE LOG COMMAND...: runs a command whose output goes to a file, and shows that it is at work.
with_progress() {
  progress_message=$1 progress_log=$2
  shift 2
  "$@" >"$progress_log" 2>&1 </dev/null &
  progress_pid=$!
  trap 'kill "$progress_pid" 2>/dev/null; echo >&2; exit 130' INT TERM
  progress_seconds=0
  if [ -t 2 ]; then
    while kill -0 "$progress_pid" 2>/dev/null; do
      printf '\rgalley: %s ... %s s ' "$progress_message" "$progress_seconds" >&2
      sleep 1
      progress_seconds=$((progress_seconds + 1))
    done
    printf '\r\033[K' >&2
  else
    say "$progress_message ..."
  fi
  progress_status=0
  wait "$progress_pid" || progress_status=$?
  trap - INT TERM
  return "$progress_status"
}

# What the demos share: sourced by them, not run. Each demo is called by ./dev, which says where the programs are and which
# folder is the demo's own.

bin=${PRORATA_BIN:?start it with ./dev demo}
folder=${PRORATA_DEMO_DIR:?start it with ./dev demo}
root=$(dirname "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")")
database=$folder/desk.db
export PATH=$bin:$PATH

keep=''
declare -A running=()  # the process of each program that was started here
failed_checks=0

# ---- talking

if [[ -t 1 ]]; then bold=$'\e[1m' green=$'\e[32m' red=$'\e[31m' plain=$'\e[0m'; else bold='' green='' red='' plain=''; fi

tell() { printf '\n%s%s%s\n' "$bold" "$*" "$plain"; }
fail() {
  printf '%sdemo: %s%s\n' "$red" "$*" "$plain" >&2
  exit 1
}

# show COMMAND...: prints the command as one would type it, then runs it.
show() {
  local word line=''
  for word in "$@"; do
    [[ $word != *[\ \(\*]* ]] || word="\"$word\""
    line+=" $word"
  done
  printf '\n$%s\n' "$line"
  "$@"
}

# ---- programs

# Nobody listens on the port of this machine.
port_is_free() { ! (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

need_port() {  # PORT WHAT_FOR
  port_is_free "$1" || fail "port $1 of this machine is in use, and $2 needs it. If an earlier demo still runs: ./dev demo --stop"
}

# start NAME COMMAND...: in the background; what it prints goes to NAME.out in the demo's folder.
start() {
  local name=$1
  shift
  "$@" >>"$folder/$name.out" 2>&1 </dev/null &
  running[$name]=$!
}

# stop NAME: asks it to end, and sees to it that it does.
stop() {
  local pid=${running[$1]:-} status=0
  [[ -n $pid ]] || return 0
  unset "running[$1]"
  kill -TERM "$pid" 2>/dev/null || true
  timeout 10 tail --pid="$pid" -f /dev/null || kill -KILL "$pid" 2>/dev/null || true
  wait "$pid" || status=$?
  return "$status"
}

# wait_for WHAT COMMAND...: until the command succeeds; gives up after 30 seconds, or when a program has ended. On a terminal
# a line shows meanwhile what the command in $live says.
wait_for() {
  local what=$1 name end=$((SECONDS + 30))
  shift
  until "$@" >"$folder/waiting.out" 2>&1; do
    for name in "${!running[@]}"; do
      kill -0 "${running[$name]}" 2>/dev/null || fail "$name ended while waiting for: $what"
    done
    [[ -z ${live:-} || ! -t 2 ]] || printf '\r%s\e[K' "$($live)" >&2
    ((SECONDS < end)) || fail "waited 30 seconds in vain for: $what"
    sleep 0.05
  done
  [[ -z ${live:-} || ! -t 2 ]] || printf '\r\e[K' >&2
}

# On the way out: programs are stopped, unless all went well and they were to be kept. After a failure, what they said last.
clean_up() {
  local status=$? name file
  trap - EXIT INT TERM HUP
  if ((status == 0)) && [[ -n $keep ]]; then
    printf '%s\n' "${running[@]}" >"$folder/pids"
    exit 0
  fi
  for name in "${!running[@]}"; do stop "$name" || true; done
  if ((status != 0)); then
    for file in "$folder"/*.out "$folder"/gateway.jsonl; do
      [[ -s $file ]] || continue
      printf '\n---- the last lines of %s\n' "${file#"$root"/}" >&2
      tail -n 15 "$file" >&2
    done
  fi
  exit "$status"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# ---- looking at the database, and checking

# ask SQL: the answer, read from the live database as anyone may.
ask() { sqlite3 -readonly "$database" "$1"; }

answer_is() { [[ $(ask "$1") == "$2" ]]; }  # SQL ANSWER

# One line of a table: what was looked at, what was found, whether that is right.
check_line() {  # WHAT FOUND OK
  local word=ok colour=$green
  if [[ $3 != ok ]]; then
    word=FAILED colour=$red
    failed_checks=$((failed_checks + 1))
  fi
  printf '%-74s  %-22s  %s%s%s\n' "$1" "$2" "$colour" "$word" "$plain"
}

# check WHAT OPERATOR EXPECTED SQL: operator as in [[ ]]: -eq, -ge, ==.
check() {
  local found result=wrong
  found=$(ask "$4") || found='cannot be read'
  case $2 in
    -eq) [[ $found =~ ^-?[0-9]+$ ]] && ((found == $3)) && result=ok ;;
    -ge) [[ $found =~ ^-?[0-9]+$ ]] && ((found >= $3)) && result=ok ;;
    ==) [[ $found == "$3" ]] && result=ok ;;
  esac
  check_line "$1" "$found" "$result"
}

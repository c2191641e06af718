#!/usr/bin/env bash
# The real gateway, whose files may not grow (ulimit -f): it refuses orders and says why, lets nothing out, loses nothing,
# goes on when the limit is lifted, and also when it is killed meanwhile and started again without one.
# size_limit.sh PROGRAMS SOURCES
set -euo pipefail

bin=$1
sources=$2
folder=$(mktemp -d)
database=$folder/desk.db
declare -A running=()

clean_up() {
  local status=$?
  for pid in "${running[@]}"; do kill -KILL "$pid" 2>/dev/null || true; done
  if ((status != 0)); then tail -n 20 "$folder"/*.out "$folder"/gateway.jsonl || true; fi
  rm -rf "$folder"
  exit "$status"
}
trap clean_up EXIT

fail() {
  echo "size_limit: $*" >&2
  exit 1
}
wait_for() {  # WHAT COMMAND...
  local what=$1 end=$((SECONDS + 30))
  shift
  until "$@" >"$folder/waiting.out" 2>&1; do
    ((SECONDS < end)) || fail "waited 30 seconds in vain for: $what"
    sleep 0.05
  done
}
free_port() {
  local port
  while port=$((20000 + RANDOM % 12000)); (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do :; done
  echo "$port"
}
state_is() { "$bin/prorata" sessions --json 2>/dev/null | grep -q "\"state\":\"$1\""; }
ask() { sqlite3 -readonly "$database" "$1"; }
order() { "$bin/prorata" order buy 1 KO --model INCOME --limit 10.00 --key "$1" --json; }

start_gateway() {  # [LIMIT in KiB]
  : >"$folder/gateway.out"
  (
    [[ -z ${1:-} ]] || ulimit -S -f "$1"
    exec "$bin/prorata-gateway" --config "$folder/gateway.toml"
  ) >>"$folder/gateway.out" 2>&1 </dev/null &
  running[gateway]=$!
  wait_for 'the gateway to be logged on' state_is 'logged on'
}
# Orders go out until one of them cannot be written. It and some after it have no answer yet.
fill_up() {  # NAME
  local i
  for ((i = 1; i <= 1500; ++i)); do
    order "$1-$i" >"$folder/$1-$i.answer" 2>&1 &
    ! state_is 'waits: disk full' || return 0
    kill -0 "${running[gateway]}" || fail 'the gateway ended'
    sleep 0.02
  done
  fail 'the limit was never reached'
}

cp "$sources"/config/demo/* "$folder"
fix=$(free_port)
http=$(free_port)
export PRORATA_GATEWAY=http://127.0.0.1:$http
sed -i "s|../../build/demo/main/||; s|../../fix-specs|$sources/fix-specs|; s|:9880|:$fix|; s|:9780|:$http|" "$folder"/*.toml
cd "$folder"
"$bin/prorata-simulator" --config simulator.toml >exchange.out 2>&1 </dev/null &
running[exchange]=$!
wait_for 'the exchange to listen' grep -q listening exchange.out

# First: the limit is reached, and lifted while the gateway runs.
start_gateway 512
fill_up first
refused=$(order refused 2>&1) && fail 'an order was taken although it cannot be written'
grep -q disk_full <<<"$refused" || fail "refused without the reason: $refused"
grep -q 'ulimit -f' <<<"$refused" || fail "refused without saying which limit: $refused"
grep -q disk_full gateway.jsonl gateway.out || fail 'nothing in the log'
prlimit --pid "${running[gateway]}" --fsize=unlimited:unlimited
wait_for 'the gateway to go on' state_is 'logged on'
grep -q disk_has_room_again gateway.jsonl gateway.out || fail 'nothing in the log when there is room again'
order refused >again.answer 2>&1 || fail "refused although there is room: $(<again.answer)"
answered() { (($(ask "SELECT count(*) FROM orders WHERE state <> 'NEW'") == 0)); }
wait_for 'the exchange to have all orders' answered
kill -TERM "${running[gateway]}"
wait "${running[gateway]}" || fail 'the gateway did not stop well'
for file in first-*.answer; do
  grep -q '"orders":\["' "$file" || grep -q disk_full "$file" || fail "neither entered nor refused: $(<"$file")"
done

# Second: the gateway is killed while it waits, and starts again without a limit.
start_gateway 512
fill_up second
kill -KILL "${running[gateway]}"
wait "${running[gateway]}" || true
start_gateway
for file in second-*.answer; do
  key=${file%.answer}
  order "$key" >"$file" 2>&1 || fail "$key: $(<"$file")"
done
settled() { (($(ask "SELECT count(*) FROM orders WHERE state NOT IN ('NEW', 'REJECTED')") == 0)); }
wait_for 'every order to be at the exchange, or known not to be' settled
kill -TERM "${running[gateway]}"
wait "${running[gateway]}" || fail 'the gateway did not stop well'
unset 'running[gateway]'

keys=$(grep -l '"orders":\["' ./*.answer | wc -l)
orders=$(ask 'SELECT count(*) FROM orders')
((orders == keys)) || fail "$keys commands were carried out, and there are $orders orders"
(($(ask 'SELECT count(*) FROM breaks') == 0)) || fail 'there are breaks'
[[ $(ask 'PRAGMA integrity_check') == ok ]] || fail 'the database is damaged'
"$bin/prorata-audit" "$database" >audit.out || fail "the audit: $(<audit.out)"
echo "size_limit: $orders orders, nothing lost, nothing twice"

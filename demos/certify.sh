#!/usr/bin/env bash
# The gateway is certified: the suites for the life of an order and for sessions are run against it, as against anybody's client.
# Then a day is recorded, and both sides of it are played again from the log.
set -euo pipefail
# shellcheck source=demos/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

(($# == 0)) || fail "takes nothing, not '$1'"

cd "$root"  # so that the commands shown work as they stand
export PRORATA_GATEWAY=http://127.0.0.1:9784
broker=127.0.0.1:9884    # where gateways dial
exchange=127.0.0.1:9885  # the bundled exchange, behind the tap
suites=config/certification
driver=$suites/prorata-driver
status=0

# make_desk NAME: the desk of the main demo, with files and ports of its own, a broker that is dialled often, a short heartbeat.
make_desk() {
  mkdir -p "$folder/$1"
  sed -e "s|\"../../build/demo/main/|\"$folder/$1/|" -e "s|= \"\([a-z]*\.csv\)\"|= \"$root/config/demo/\1\"|" \
    -e "s|\"../../fix-specs/|\"$root/fix-specs/|" -e "s|127.0.0.1:9880|$broker|" -e "s|127.0.0.1:9780|127.0.0.1:9784|" \
    -e 's|heartbeat_s = 30|heartbeat_s = 2|' config/demo/gateway.toml >"$folder/$1/gateway.toml"
  printf '\n[network]\nreconnect_ms = 100\n' >>"$folder/$1/gateway.toml"
}
start_gateway() {  # NAME
  database=$folder/$1/desk.db
  : >"$folder/gateway.out"
  start gateway prorata-gateway --config "$folder/$1/gateway.toml"
  wait_for 'the gateway to be ready' grep -q '^prorata-gateway: ready' "$folder/gateway.out"
}
session_is_up() { prorata sessions --json | grep -q '"state":"logged on"'; }
start_exchange() {
  : >"$folder/exchange.out"
  start exchange prorata-simulator --config config/demo/simulator.toml --port "${exchange#*:}"
  wait_for 'the exchange to listen' grep -q 'listening' "$folder/exchange.out"
}
# run NAME COMMAND...: its exit code goes to $status, what it prints to NAME.txt, and what it says meanwhile to NAME.log.
run() {
  local name=$1 word line=''
  shift
  for word in "$@"; do line+=" ${word#"$root"/}"; done
  printf '\n$%s\n' "$line"
  status=0
  "$@" >"$folder/$name.txt" 2>"$folder/$name.log" || status=$?
}
# The part of a text report that has a line for each case.
cases_of() { tac "$folder/$1.txt" | sed '/^$/,$d' | tac; }
result() { check_line "$1" "$2" "$([[ $2 == "$3" ]] && echo ok || echo no)"; }  # WHAT FOUND EXPECTED
results=()              # lines of the table at the end: WHAT, FOUND, EXPECTED
note() { results+=("$1" "$2" "$3"); }

need_port 9884 'the broker'
need_port 9885 'the exchange'
need_port 9784 'the gateway'

tell 'A gateway starts. It dials a broker that is not there yet: the referee will be it.'
make_desk desk
start_gateway desk
cat "$folder/gateway.out"

tell 'How it behaves on a session: numbers are left out, messages garbled, connections lost.'
run session prorata-simulator certify $suites/session.fixcert --listen $broker \
  --report text --report "json=$folder/session.json" --report "junit=$folder/session.xml"
cases_of session
echo "Every step, with the messages: ${folder#"$root"/}/session.txt"
note 'session.fixcert: exit code' "$status" 0
note 'session.fixcert: failures in the JUnit report' "$(grep -c '<failure' "$folder/session.xml" || true)" 0
next_out=$(sed -n 's/.*"next_out":\([0-9]*\).*/\1/p' "$folder/session.json")

tell 'The life of its orders. A driver types what the suite asks, and looks whether the desk shows what it should.'
run orders prorata-simulator certify $suites/orders.fixcert --listen $broker --driver $driver --next-out "$next_out" \
  --report text --report "json=$folder/orders.json" --report "junit=$folder/orders.xml"
cases_of orders
echo 'One of them, step by step:'
sed -n '/^Case "A fill is busted"/,/^$/p' "$folder/orders.txt"
note 'orders.fixcert: exit code' "$status" 0
note 'orders.fixcert: failures in the JUnit report' "$(grep -c '<failure' "$folder/orders.xml" || true)" 0
note 'orders.fixcert: orders in the database' "$(ask 'SELECT count(*) FROM orders')" 20
# The messages that the suites made up: two that cannot be read, a Reject and a report on what nobody sent.
note 'breaks kept for a person' "$(ask "SELECT group_concat(number || ' ' || kind, ', ') FROM
  (SELECT count(*) AS number, kind FROM breaks GROUP BY kind)")" '2 unknown_order, 2 unreadable'
next_out=$(sed -n 's/.*"next_out":\([0-9]*\).*/\1/p' "$folder/orders.json")

tell 'A client that does something else is found out.'
cat >"$folder/wrong.fixcert" <<'SUITE'
suite "Wrong on purpose"
case "It buys 100, not 90"
  logon
  ask "Buy 90 AAPL at the market"
  expect 35=D|11=?order|38=100
  send 35=8|37=1|17=1|150=8|39=8|11=$order|55=AAPL|54=1|151=0|14=0|6=0
SUITE
run wrong prorata-simulator certify "$folder/wrong.fixcert" --listen $broker --driver $driver --next-out "$next_out"
sed -n '/^Case/,/^$/p' "$folder/wrong.txt"
note 'a client that differs: exit code' "$status" 1
stop gateway || fail 'the gateway did not stop well'
printf 'suite "S"\ncase "C"\n  expct 35=D\n' >"$folder/broken.fixcert"
run broken prorata-simulator certify "$folder/broken.fixcert"
cat "$folder/broken.log"
note 'a suite with an error: exit code' "$status" 2
printf 'suite "S"\ncase "C"\n  logon within 1s\n' >"$folder/nobody.fixcert"
run nobody prorata-simulator certify "$folder/nobody.fixcert" --listen $broker
note 'nobody connects: exit code' "$status" 3

tell 'A day is recorded: a fresh gateway trades with the bundled exchange, through a tap.'
make_desk recorded
start_exchange
start tap prorata-simulator record --listen $broker --dial $exchange --log "$folder/day.log"
wait_for 'the tap to listen' grep -q recording "$folder/tap.out"
start_gateway recorded
wait_for 'the session SIM to be logged on' session_is_up
for words in 'Buy 300 AAPL at the market' 'Buy 40 KO at the market' 'Buy 10 TSLA at the market' 'Sell 100 JNJ at the market'; do
  printf '%s\n' "$words"
  $driver "$words"
  wait_for 'the order to be over' answer_is "SELECT count(*) FROM orders WHERE state NOT IN ('FILLED', 'REJECTED')" 0
done
stop gateway || fail 'the gateway did not stop well'
stop tap || fail 'the tap did not stop well'
stop exchange || fail 'the exchange did not stop well'
cut -c 1-150 "$folder/day.log" | head -n 12
trades="SELECT group_concat(side || symbol || quantity || '@' || price, ' ') FROM (SELECT o.side, o.symbol, f.quantity, f.price
  FROM fills AS f JOIN orders AS o USING(order_id) ORDER BY f.journal_seq)"
recorded=$(ask "$trades")

tell 'The broker is played again from the log, to a gateway that knows nothing of it.'
make_desk replayed
start_gateway replayed
run replay-broker prorata-simulator replay "$folder/day.log" --listen $broker --driver $driver
tail -n 1 "$folder/replay-broker.txt"
note 'replay of the broker: exit code' "$status" 0
note 'replay of the broker: the desk has the trades of the recording' "$([[ $(ask "$trades") == "$recorded" ]] && echo same)" same
stop gateway || fail 'the gateway did not stop well'

tell 'The client is played again from the log, to a fresh exchange with the same seed.'
start_exchange
run replay-client prorata-simulator replay "$folder/day.log" --side client --dial $exchange
tail -n 1 "$folder/replay-client.txt"
stop exchange || fail 'the exchange did not stop well'
note 'replay of the client: exit code' "$status" 0

tell 'The log becomes a suite, and scenarios for the exchange.'
run suite prorata-simulator replay "$folder/day.log" --to-suite "$folder/day.fixcert" --to-scenario "$folder/day.toml"
head -n 12 "$folder/day.fixcert"
head -n 12 "$folder/day.toml"
run check prorata-simulator certify "$folder/day.fixcert" --check
cat "$folder/check.txt"
note 'the suite that was made is a good one: exit code' "$status" 0
run gateway-log prorata-simulator replay "$folder/recorded/fix-messages.log" --to-suite -
note "the gateway's own log is read as well: exit code" "$status" 0
sed -e '3s/|34=/|35=/' -e '5s/|10=.*//' "$folder/day.log" >"$folder/day-damaged.log"
run damaged prorata-simulator replay "$folder/day-damaged.log" --listen $broker
cat "$folder/damaged.log"
note 'a damaged log is not played: exit code' "$status" 2

tell 'The results:'
for ((i = 0; i < ${#results[@]}; i += 3)); do result "${results[i]}" "${results[i + 1]}" "${results[i + 2]}"; done
((failed_checks == 0)) || fail "$failed_checks checks failed; see the table above"
tell "All checks passed, in $SECONDS seconds. The reports and the log are in ${folder#"$root"/}."

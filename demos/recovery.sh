#!/usr/bin/env bash
# A backup is made while the gateway trades; the journal proves itself; then the database is lost, and the desk goes on from
# the backup without losing a fill. docs/recovery.md is the procedure.
set -euo pipefail
# shellcheck source=demos/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

(($# == 0)) || fail "takes nothing, not '$1'"

cd "$root"  # so that the commands shown work as they stand
export PRORATA_GATEWAY=http://127.0.0.1:9780
finished="('FILLED', 'CANCELLED', 'REJECTED', 'EXPIRED', 'DONE FOR DAY')"
backup=$folder/backup.db
lost=$folder/lost.db
config=$folder/gateway.toml
# The desk of the main demo, with files of its own.
sed -e "s|\"../../build/demo/main/|\"$folder/|" -e "s|= \"\([a-z]*\.csv\)\"|= \"$root/config/demo/\1\"|" \
  -e "s|\"../../fix-specs/|\"$root/fix-specs/|" config/demo/gateway.toml >"$config"

start_gateway() {  # OPTION...
  : >"$folder/gateway.out"
  start gateway prorata-gateway --config "$config" "$@"
  wait_for 'the gateway to be ready' grep -q '^prorata-gateway: ready' "$folder/gateway.out"
}
session_is_up() { prorata sessions --json | grep -q '"state":"logged on"'; }
all_but_two_finished() { answer_is "SELECT count(*) FROM orders WHERE state NOT IN $finished" 2; }
# What `prorata ... --json` answered, and the exit code.
answered() {  # FILE COMMAND...
  local file=$1
  shift
  "$@" --json >"$file"
}

tell 'The exchange and the gateway start, and a basket goes out.'
need_port 9880 'the exchange'
need_port 9780 'the gateway'
start exchange prorata-simulator --config config/demo/simulator.toml
wait_for 'the exchange to listen' grep -q 'listening' "$folder/exchange.out"
start_gateway
wait_for 'the session SIM to be logged on' session_is_up
show prorata basket send config/demo/basket.csv --yes

tell 'While fills come in, the database is copied. The copy is verified before it gets its name.'
some_fills() { (($(ask 'SELECT count(*) FROM fills') >= 10)); }
wait_for 'ten fills' some_fills
show prorata backup "${backup#"$root"/}"
overwritten=0
prorata backup "$backup" 2>/dev/null || overwritten=$?

tell 'Trading goes on: more orders, which the backup does not know.'
for _ in 1 2 3 4 5 6 7 8; do prorata order buy 40 PEP --model INCOME --limit 200.00 >/dev/null; done
wait_for 'all orders but two to be finished' all_but_two_finished

tell 'The journal proves itself: the hash chain is whole, and every row for people follows from it.'
show prorata verify
show prorata replay
answered "$folder/verify.json" prorata verify
head=$(sed 's/.*"head":"\([^"]*\)".*/\1/' "$folder/verify.json")

tell 'The book of a past moment: what the largest investor held when the fifth fill was booked.'
fifth=$(ask 'SELECT journal_seq FROM fills ORDER BY journal_seq LIMIT 1 OFFSET 4')
show prorata replay --as-of-seq "$fifth" --account C-1024

tell 'Somebody changes one character in a copy of the file. verify names the row, without a gateway.'
cp "$backup" "$folder/tampered.db"
chmod u+w "$folder/tampered.db"
victim=$(sqlite3 "$folder/tampered.db" "SELECT seq FROM journal WHERE kind = 'fill_booked' ORDER BY seq LIMIT 1 OFFSET 3")
sqlite3 "$folder/tampered.db" "DROP TRIGGER journal_keeps_its_rows;
  UPDATE journal SET body = replace(body, '\"quantity\":\"', '\"quantity\":\"1') WHERE seq = $victim"
named=0
show prorata verify --database "${folder#"$root"/}/tampered.db" | tee "$folder/tampered.out" || named=$?

tell 'The database is lost. The desk starts from the backup; the exchange refuses its old numbers.'
stop gateway || fail 'the gateway did not stop well'
for file in "$database"*; do mv "$file" "$lost${file#"$database"}"; done
cp "$backup" "$database"
start_gateway
cat "$folder/gateway.out"
refused() { grep -q 'expecting [0-9]* but received' "$folder/fix-messages.log"; }
wait_for 'the exchange to say which number it expects' refused
stop gateway || fail 'the gateway did not stop well'
expected=$(grep -o 'expecting [0-9]* but received' "$folder/fix-messages.log" | tail -1 | grep -o '[0-9]*')
printf 'The exchange expects MsgSeqNum %s.\n' "$expected"

tell 'With that number it logs on, and asks for every report since the backup.'
start_gateway --next-out "SIM=$expected"
wait_for 'the session SIM to be logged on' session_is_up
known="SELECT exec_id FROM fills UNION SELECT exec_id FROM breaks"
missing="ATTACH '$lost' AS lost; SELECT count(*) FROM lost.fills WHERE exec_id NOT IN ($known)"
nothing_missing() { answer_is "$missing" 0; }
wait_for 'all fills that the lost database had' nothing_missing

tell 'Fills of orders that the backup knows are booked. The others are breaks, for a person to book by hand.'
prorata breaks >"$folder/breaks.out"
sed -n '1,4p;/^What to do/,$p' "$folder/breaks.out"
breaks=$(ask "SELECT count(*) FROM breaks")
for number in $(ask "SELECT break_id FROM breaks WHERE state = 'open'"); do
  prorata break settle "$number" --reason 'entered after the backup; booked in the ledger' --as booked_by_hand >/dev/null
done
prorata breaks | sed -n 1,6p
prorata order buy 10 PEP --model INCOME --limit 200.00 >/dev/null
newest=$(ask 'SELECT order_id FROM orders ORDER BY number DESC LIMIT 1')
unchanged=0
show prorata replay >"$folder/replay.out" || unchanged=$?
audit=0
prorata-audit "$database" >"$folder/audit.out" || audit=$?
cut=0
prorata verify --expect "$head" >"$folder/cut.out" || cut=$?

tell 'The checks:'
same() { if [[ $2 == "$3" ]]; then check_line "$1" "$2" ok; else check_line "$1" "$2" "wrong, not $3"; fi; }
same 'a second backup to the same name is refused' "$overwritten" 1
same 'the changed row is named, with exit code 4' "$named $(grep -c "journal entry $victim on" "$folder/tampered.out")" '4 1'
same 'fills of the lost database that are neither booked nor a break' "$(ask "$missing")" 0
check 'breaks were kept for orders that the backup does not know' -ge 1 'SELECT count(*) FROM breaks'
check 'all of them settled, with a reason' == "$breaks" "SELECT count(*) FROM breaks WHERE state = 'settled' AND reason <> ''"
check 'they stand in the trade log' == "$breaks" "SELECT count(*) FROM trade_log WHERE kind = 'BREAK_SETTLED'"
check 'no order has the name of one that was sent after the backup' -eq 0 \
  "ATTACH '$lost' AS lost; SELECT count(*) FROM lost.orders WHERE order_id = '$newest'"
same 'the restored book follows from its journal' "$unchanged" 0
same 'the restored book holds for the audit' "$audit" 0
same 'the head that was noted before the loss is missed, with exit code 4' "$cut" 4

((failed_checks == 0)) || fail "$failed_checks checks failed; see the table above"
tell "All checks passed, in $SECONDS seconds. The database is ${database#"$root"/}."

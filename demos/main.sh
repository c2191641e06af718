#!/usr/bin/env bash
# A small trading day: a basket of block orders goes out over FIX, and its fills land in the client accounts.
set -euo pipefail
# shellcheck source=demos/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

case ${1:-} in
  '') ;;
  --keep) keep=yes ;;
  *) fail "takes --keep or nothing, not '$1'" ;;
esac

cd "$root"  # so that the commands shown work as they stand
export PRORATA_GATEWAY=http://127.0.0.1:9780
finished="('FILLED', 'CANCELLED', 'REJECTED', 'EXPIRED', 'DONE FOR DAY')"

start_gateway() {
  : >"$folder/gateway.out"
  start gateway prorata-gateway --config config/demo/gateway.toml
  wait_for 'the gateway to be ready' grep -q '^prorata-gateway: ready' "$folder/gateway.out"
  wait_for 'the session SIM to be logged on' session_is_up
}
session_is_up() { prorata sessions --json | grep -q '"state":"logged on"'; }

open_orders() { ask "SELECT count(*) FROM orders WHERE state NOT IN $finished"; }

# What the engine would sell for each account, out of its memory and not out of the tables.
previews_of_sales() {
  prorata order sell 1000 JNJ --model INCOME --dry-run --json
  prorata order sell 999 MSFT --model GROWTH --dry-run --json
  prorata order sell 777 INTC --model TECH --dry-run --json
}

tell 'The exchange and the gateway start. They talk FIX 4.4 over TCP on this machine.'
need_port 9880 'the exchange'
need_port 9780 'the gateway'
start exchange prorata-simulator --config config/demo/simulator.toml
wait_for 'the exchange to listen' grep -q 'listening' "$folder/exchange.out"
start_gateway
cat "$folder/exchange.out" "$folder/gateway.out"
printf '%s accounts in %s models, %s instruments; the desk describes itself in config/demo/.\n' \
  "$(ask "SELECT count(DISTINCT account) FROM positions")" \
  "$(ask "SELECT count(DISTINCT sleeve) FROM positions WHERE sleeve <> 'Independent'")" \
  "$(($(wc -l <config/demo/instruments.csv) - 1))"
show prorata sessions

tell 'A basket goes out: one block order a line, each for all accounts of a model.'
show prorata basket send config/demo/basket.csv --yes

tell 'The exchange fills the orders bit by bit. Two of them cannot be filled whole.'
orders=$(ask 'SELECT count(*) FROM orders')
all_but_two_finished() {
  (($(open_orders) == 2)) && answer_is "SELECT filled FROM orders WHERE symbol = 'KO'" 600
}
progress() { printf '%s of %s orders finished' "$((orders - $(open_orders)))" "$orders"; }
live=progress wait_for 'all orders but two to be finished' all_but_two_finished
show prorata orders --open

tell 'Coca-Cola is half filled, since the exchange trades only 600 a day. The limit for Alphabet is far below the market.'
echo 'Both are cancelled.'
half_filled=$(ask "SELECT order_id FROM orders WHERE symbol = 'KO'")
unfilled=$(ask "SELECT order_id FROM orders WHERE symbol = 'GOOGL'")
show prorata cancel "$half_filled"
show prorata cancel "$unfilled"
wait_for 'both orders to be cancelled' answer_is "SELECT count(*) FROM orders WHERE state NOT IN $finished" 0
show prorata orders

tell 'The trade log, append-only: the fills of the half-filled order, and what each account got of it.'
columns='seq, time_utc, kind, account, model, side, quantity, symbol, price, commission, exec_id'
show sqlite3 -readonly -box "${database#"$root"/}" \
  "SELECT $columns FROM trade_log WHERE order_id = '$half_filled' ORDER BY seq LIMIT 12"
printf 'and so on: %s entries in all. `prorata log` shows them.\n' "$(ask 'SELECT count(*) FROM trade_log')"

tell 'Why a fill was split as it was: the third fill of Apple, over the accounts of GROWTH.'
exec_id=$(ask "SELECT exec_id FROM fills WHERE symbol = 'AAPL' ORDER BY journal_seq LIMIT 1 OFFSET 2")
show prorata explain "$exec_id"

tell 'What one client holds now, the largest investor of GROWTH.'
show prorata positions --account C-1024

tell 'The gateway stops and starts again. The book must be the same, in the database and in its memory.'
before=$folder/before-restart.db
sqlite3 "$database" ".backup '$before'"
previews_of_sales >"$folder/previews-before.json"
stop gateway || fail "the gateway did not stop well"
start_gateway
cat "$folder/gateway.out"
previews_of_sales >"$folder/previews-after.json"

tell 'The checks. The book, worked out anew from the fills by a program that shares nothing with the gateway:'
audit=0
show prorata-audit "${database#"$root"/}" --against "${before#"$root"/}" || audit=$?

tell 'The day:'
check 'orders, 12 at least' -ge 12 'SELECT count(*) FROM orders'
check 'orders filled whole' -ge 12 "SELECT count(*) FROM orders WHERE state = 'FILLED' AND filled = quantity"
check 'rejected by the exchange: TSLA' == TSLA "SELECT group_concat(symbol) FROM orders WHERE state = 'REJECTED'"
check 'cancelled half filled: KO, 600 of 1200' == 'KO 600 1200' \
  "SELECT group_concat(symbol || ' ' || filled || ' ' || quantity) FROM orders WHERE state = 'CANCELLED' AND filled <> '0'"
check 'cancelled unfilled: GOOGL' == GOOGL \
  "SELECT group_concat(symbol) FROM orders WHERE state = 'CANCELLED' AND filled = '0'"
check 'market and limit orders, buys and sells' -eq 4 \
  "SELECT count(*) FROM (SELECT DISTINCT side, order_type FROM orders WHERE filled <> '0')"
check 'fills, 60 at least' -ge 60 'SELECT count(*) FROM fills'
check 'different prices in one order, 3 at least' -ge 3 \
  'SELECT max(prices) FROM (SELECT count(DISTINCT price) AS prices FROM fills GROUP BY order_id)'
check 'accounts that got a part, all 50' -eq 50 'SELECT count(DISTINCT account) FROM parts'
check 'models with orders, all 5' -eq 5 'SELECT count(DISTINCT model) FROM orders'
growth="SELECT weight, sum(weight) OVER () AS total FROM shares JOIN orders USING(order_id) WHERE symbol = 'AAPL'"
check 'smallest and largest share of GROWTH, in thousandths' == '1 400' \
  "SELECT min(weight * 1000 / total) || ' ' || max(weight * 1000 / total) FROM ($growth)"
check 'breaks, none' -eq 0 'SELECT count(*) FROM breaks'
if cmp -s "$folder/previews-before.json" "$folder/previews-after.json"; then same=ok; else same=differ; fi
check_line 'what the engine would sell for each account, before and after the restart' "$same" "$same"

((audit == 0)) || fail 'the audit found something; see the table above'
((failed_checks == 0)) || fail "$failed_checks checks of the day failed; see the table above"
tell "All checks passed, in $SECONDS seconds. The database is ${database#"$root"/}."

if [[ -n $keep ]]; then
  programs=${bin#"$root"/}
  cat <<TEXT

The exchange and the gateway go on running. What to type next:

  export PATH=$programs:\$PATH
  prorata order buy 1000 AAPL --model GROWTH --limit 188.00
  prorata orders
  prorata order buy 500 PEP --model INCOME --dry-run
  prorata log --follow
  prorata positions --model TECH
  sqlite3 -readonly ${database#"$root"/} 'SELECT * FROM trade_log ORDER BY seq DESC LIMIT 10'
  prorata-audit ${database#"$root"/}

  ./dev demo --stop    stops both
TEXT
fi

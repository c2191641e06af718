#!/usr/bin/env bash
# Everything that a desk does with a model portfolio, from its creation to its end. After each step it looks at what the desk
# would look at, and checks it.
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

session_is_up() { prorata sessions --json | grep -q '"state":"logged on"'; }
prices_are_there() { [[ $(prorata prices --json | grep -o '"GOOD"' | wc -l) -ge 8 ]]; }
start_gateway() {
  : >"$folder/gateway.out"
  start gateway prorata-gateway --config config/models/gateway.toml
  wait_for 'the gateway to be ready' grep -q '^prorata-gateway: ready' "$folder/gateway.out"
  wait_for 'the session SIM to be logged on' session_is_up
  wait_for 'prices from the exchange' prices_are_there
}

# The proposal that was made last.
last_proposal() { ask 'SELECT proposal FROM proposals ORDER BY number DESC LIMIT 1'; }
stage_is() { answer_is "SELECT stage FROM proposals WHERE proposal = '$1'" "$2"; }
# carry_out PROPOSAL: transmits it and waits until all its orders are filled.
carry_out() {
  show prorata proposal transmit "$1" --yes
  wait_for "$1 to be done" stage_is "$1" DONE
}
held() { ask "SELECT quantity FROM positions WHERE account = '$1' AND sleeve = '$2' AND symbol = '$3'"; }  # ACCOUNT SLEEVE SYMBOL
cents() { ask "SELECT coalesce(sum(CAST(replace(quantity, '.', '') AS INTEGER)), 0) FROM positions WHERE symbol = 'USD' $1"; }

# ---- what must hold after every step

# All that clients brought, less what was paid to the street for what they hold and in fees: no cent is made or lost.
cash_law="SELECT (SELECT sum(CAST(replace(quantity, '.', '') AS INTEGER)) FROM trade_log WHERE kind = 'DEPOSIT')
  + (SELECT coalesce(sum(CASE o.side WHEN 'SELL' THEN 1 ELSE -1 END * CAST(replace(p.cost, '.', '') AS INTEGER)
       - CAST(replace(p.commission, '.', '') AS INTEGER)), 0) FROM parts AS p JOIN orders AS o USING(order_id))
  - (SELECT sum(CAST(replace(quantity, '.', '') AS INTEGER)) FROM positions WHERE symbol = 'USD')"
# Units that accounts hold, less what they brought and what fills gave and took.
units_law="SELECT coalesce(group_concat(symbol), '') FROM (SELECT symbol, sum(units) AS left_over FROM (
    SELECT symbol, -CAST(quantity AS INTEGER) AS units FROM positions WHERE symbol <> 'USD'
    UNION ALL SELECT symbol, CAST(quantity AS INTEGER) FROM trade_log WHERE kind = 'HOLDING'
    UNION ALL SELECT symbol, CASE side WHEN 'BUY' THEN 1 ELSE -1 END * CAST(quantity AS INTEGER) FROM fills)
  GROUP BY symbol) WHERE left_over <> 0"
parts_law="SELECT count(*) FROM (SELECT o.filled, (SELECT coalesce(sum(CAST(p.quantity AS INTEGER)), 0) FROM parts AS p
  WHERE p.order_id = o.order_id) AS given FROM orders AS o) WHERE CAST(filled AS INTEGER) <> given"

# Sums the column of a view; percentages of a row or a column must make 100.00.
percents_of() {  # VIEW AND QUERY, COLUMN
  prorata_json "$1" | tr '{' '\n' | grep -v TOTAL | sed -n "s/.*\"$2\":\"\([0-9.-]*\)\".*/\1/p" | awk '{ n += $1 * 100 } END { printf "%.2f", n / 100 }'
}
prorata_json() { curl -sS "$PRORATA_GATEWAY/views/$1"; }

laws_hold() {
  check '  cash: brought = held + paid to the street, in cents off' -eq 0 "$cash_law"
  check '  units: held = brought + bought - sold; symbols off' == '' "$units_law"
  check '  parts of orders: sum to what was filled; orders off' -eq 0 "$parts_law"
  local sum
  sum=$(percents_of models percent)
  check_line '  models and Independent: percentages sum to 100.00' "$sum" "$([[ $sum == 100.00 ]] && echo ok || echo no)"
}
# Each sleeve's holding is within one unit of its exact target at the prices of the proposal.
on_target() {  # PROPOSAL
  check '  on target: largest drift of a line, in units beyond one' -eq 0 \
    "SELECT count(*) FROM proposal_lines AS l JOIN proposal_quotes AS q USING(proposal, symbol) JOIN proposal_sleeves AS s
       USING(proposal, account, sleeve) WHERE l.proposal = '$1' AND l.sleeve <> 'Independent' AND
       abs(CAST(l.drift_after AS REAL)) / 100 * CAST(s.value_after AS REAL) > CAST(q.price AS REAL) + 1"
}
# What was previewed has come about, unit for unit.
as_previewed() {  # PROPOSAL
  check '  holdings: as previewed; sleeves and symbols off' -eq 0 \
    "SELECT count(*) FROM proposal_lines AS l LEFT JOIN positions AS p ON p.account = l.account AND p.sleeve = l.sleeve
       AND p.symbol = l.symbol WHERE l.proposal = '$1' AND l.sleeve <> 'Independent' AND l.after <> coalesce(p.quantity, '0')"
}

tell 'The exchange and the gateway start. Four clients, no model yet; prices come from the exchange over FIX.'
need_port 9880 'the exchange'
need_port 9780 'the gateway'
start exchange prorata-simulator --config config/demo/simulator.toml
wait_for 'the exchange to listen' grep -q 'listening' "$folder/exchange.out"
start_gateway
show prorata accounts
show prorata prices

tell '1. Create a model. It has no funds, no assets, no investors.'
show prorata model create GROWTH "Growth"
show prorata models
check '  accounts in it' -eq 0 "SELECT count(*) FROM positions WHERE sleeve = 'GROWTH'"

tell '2. Targets first: 30 % Apple, 30 % Microsoft, 20 % Exxon, and cash fills up to 100.'
show prorata model targets GROWTH AAPL=30 MSFT=30 XOM=20 --why "the committee of November"
show prorata model show GROWTH

tell '3. Invest 120,000 of the Aldridge trust. It holds 60 Microsoft already: they move in, and so much less is bought.'
show prorata invest GROWTH C-1001 120000 --transfer-positions
first=$(last_proposal)
check '  nothing is booked yet: cash of C-1001' == 500000.00 \
  "SELECT quantity FROM positions WHERE account = 'C-1001' AND sleeve = 'Independent' AND symbol = 'USD'"

tell '4. Save: the transfers are booked at once, the orders stay staged, over a restart of the gateway, too.'
show prorata proposal save "$first" --yes
check '  the Microsoft shares are in the model' -eq 60 \
  "SELECT quantity FROM positions WHERE account = 'C-1001' AND sleeve = 'GROWTH' AND symbol = 'MSFT'"
stop gateway || fail 'the gateway did not stop well'
start_gateway
show prorata proposals --open

tell '5. Transmit: the orders go out and are filled.'
carry_out "$first"
show prorata proposal show "$first"
show prorata model show GROWTH
laws_hold
as_previewed "$first"
on_target "$first"

tell '6. The other way: fund a model first, and trade it then. What is bought sets the ratios.'
show prorata model create INCOME "Dividend Income"
show prorata invest INCOME C-1002 60000 C-1003 20000
carry_out "$(last_proposal)"
show prorata order buy 150 JNJ --model INCOME
show prorata order buy 100 PG --model INCOME
wait_for 'both orders to be filled' answer_is "SELECT count(*) FROM orders WHERE model = 'INCOME' AND state = 'FILLED'" 2
show prorata model show INCOME
show prorata model show INCOME --accounts
check '  units by share of the model: 3 to 1 within one unit' -eq 0 \
  "SELECT count(*) FROM positions AS a JOIN positions AS b USING(sleeve, symbol) WHERE sleeve = 'INCOME' AND symbol <> 'USD'
     AND a.account = 'C-1002' AND b.account = 'C-1003' AND abs(CAST(a.quantity AS INTEGER) - 3 * CAST(b.quantity AS INTEGER)) > 3"
laws_hold

tell '7. A second and a third client into a model that is populated: into GROWTH by its targets, into INCOME as it is held.'
show prorata invest GROWTH C-1002 50000 C-1003 30000
second=$(last_proposal)
carry_out "$second"
as_previewed "$second"
on_target "$second"
show prorata invest INCOME C-1004 40000
third=$(last_proposal)
carry_out "$third"
as_previewed "$third"
show prorata model show GROWTH --accounts
show prorata accounts
laws_hold

tell '8. Change the targets and rebalance: sells go first, and the buys that they pay for follow.'
show prorata model targets GROWTH AAPL=20 MSFT=25 XOM=20 WMT=25 --why "more retail"
show prorata rebalance GROWTH
rebalance=$(last_proposal)
carry_out "$rebalance"
show prorata model show GROWTH
check '  the sells were filled before the buys went out' -eq 0 \
  "SELECT count(*) FROM orders AS s JOIN orders AS b USING(proposal) WHERE proposal = '$rebalance' AND s.side = 'SELL'
     AND b.side = 'BUY' AND b.number < s.number"
check '  one block for each instrument and side' -eq 0 \
  "SELECT count(*) FROM (SELECT symbol, side FROM orders WHERE proposal = '$rebalance' GROUP BY symbol, side HAVING count(*) > 1)"
laws_hold
show prorata model show GROWTH --versions

tell '9. Divest 20,000 of one client in the proportions held; then all of another, moving its shares instead of selling.'
show prorata divest GROWTH C-1001 20000
carry_out "$(last_proposal)"
laws_hold
moved=$(held C-1003 GROWTH AAPL)
show prorata divest GROWTH C-1003 all --transfer-positions
carry_out "$(last_proposal)"
check '  its Apple shares are outside of the models now' -eq "$moved" \
  "SELECT quantity FROM positions WHERE account = 'C-1003' AND sleeve = 'Independent' AND symbol = 'AAPL'"
check '  nothing of it is left in GROWTH' == '0.00' \
  "SELECT group_concat(quantity) FROM positions WHERE account = 'C-1003' AND sleeve = 'GROWTH'"
laws_hold

tell '10. The last investor leaves: the model stays when that is wanted, and is deleted otherwise.'
show prorata model create SHORTLIVED "Short-lived"
show prorata invest SHORTLIVED C-1004 5000
carry_out "$(last_proposal)"
show prorata divest SHORTLIVED C-1004 all --keep-model
carry_out "$(last_proposal)"
check '  kept' -eq 1 "SELECT count(*) FROM models WHERE model = 'SHORTLIVED'"
show prorata invest SHORTLIVED C-1004 5000
carry_out "$(last_proposal)"
show prorata divest SHORTLIVED C-1004 all
carry_out "$(last_proposal)"
check '  gone' -eq 0 "SELECT count(*) FROM models WHERE model = 'SHORTLIVED'"

tell '11. Reallocate one client over three models. What both sides trade moves between them; the rest is bought and sold.'
show prorata model create HOME "Home and Kitchen"
show prorata model targets HOME HD=50 WMT=40
show prorata reallocate C-1002 GROWTH=30 INCOME=40 HOME=30
reallocation=$(last_proposal)
carry_out "$reallocation"
show prorata accounts --account C-1002
laws_hold

tell '12. Withdraw a quarter of the cash of INCOME: to its investors, by the cash that each has in it.'
before=$(cents "AND sleeve = 'INCOME'")
show prorata withdraw INCOME 25
carry_out "$(last_proposal)"
after=$(cents "AND sleeve = 'INCOME'")
if ((4 * (before - after) >= before - 2 && 4 * (before - after) <= before + 2)); then quarter=ok; else quarter=no; fi
check_line '  a quarter is gone, to the nearest cent' "$before - $after" "$quarter"
laws_hold

tell '13. A proposal that nobody wants any more, and one that the world has overtaken.'
show prorata invest GROWTH C-1004 10000 --limit-orders
unwanted=$(last_proposal)
show prorata proposal edit "$unwanted" --order 1 --quantity 5 --tif GTC
show prorata proposal discard "$unwanted"
show prorata invest GROWTH C-1004 10000
overtaken=$(last_proposal)
show prorata model targets GROWTH AAPL=25 MSFT=25 XOM=20 WMT=20
refused=no
show prorata proposal transmit "$overtaken" --yes || refused=ok
check_line '  transmitting it is refused, with what has moved' "$refused" "$refused"

tell '14. Delete a model with holdings: all of it becomes Independent, and nobody has more or less than before.'
totals="SELECT group_concat(line, ' ') FROM (SELECT account || ' ' || symbol || ' ' || sum(CAST(replace(quantity, '.', '') AS INTEGER))
  AS line FROM positions GROUP BY account, symbol HAVING sum(CAST(replace(quantity, '.', '') AS INTEGER)) <> 0 ORDER BY account, symbol)"
before=$(ask "$totals")
show prorata model delete GROWTH --transmit --yes
if [[ $(ask "$totals") == "$before" ]]; then same=ok; else same=differ; fi
check_line '  the totals of every account are the same' "$same" "$same"
check '  staged proposals of the model are discarded' == DISCARDED "SELECT stage FROM proposals WHERE proposal = '$overtaken'"
show prorata models
show prorata accounts
show prorata holdings
laws_hold

tell '15. The gateway starts once more, from its journal.'
holdings=$(ask "$totals")
stop gateway || fail 'the gateway did not stop well'
start_gateway
if [[ $(ask "$totals") == "$holdings" ]]; then same=ok; else same=differ; fi
check_line '  the book is what it was' "$same" "$same"
show prorata replay

((failed_checks == 0)) || fail "$failed_checks checks failed; see above"
tell "All checks passed, in $SECONDS seconds. The database is ${database#"$root"/}."

if [[ -n $keep ]]; then
  cat <<TEXT

The exchange and the gateway go on running. What to type next:

  export PATH=${bin#"$root"/}:\$PATH
  prorata models
  prorata invest HOME C-1001 25000
  prorata proposal show P-1 --lines
  sqlite3 -readonly ${database#"$root"/} 'SELECT * FROM proposal_sleeves'

  ./dev demo --stop    stops both
TEXT
fi

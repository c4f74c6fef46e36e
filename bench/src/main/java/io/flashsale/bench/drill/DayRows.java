package io.flashsale.bench.drill;

import static io.flashsale.bench.drill.DrillFailedException.require;

import io.flashsale.engine.SaleCode;
import io.flashsale.projector.DatabaseConfig;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.LongFunction;

/**
 * Holds PostgreSQL's rows of a day to what clients saw: every sale that was open, every code, every purchase, and no purchase
 * that nobody made. Looks at rows alone, and so also at those whose part of the journal is gone.
 */
final class DayRows {
    private static final String SALES = """
            SELECT s.sale_id, s.items, s.user_limit, extract(epoch FROM s.closes_at - s.opens_at)::bigint AS length,
                count(i.item_id) AS rows, count(*) FILTER (WHERE i.purchased) AS purchased
            FROM sales s LEFT JOIN sale_items i USING (sale_id) GROUP BY s.sale_id""";
    private static final String CODES = """
            SELECT code, sale_id, user_id, item_id, purchased_at IS NOT NULL AS bought,
                purchased_at >= expires_at AS bought_late, extract(epoch FROM expires_at - created_at) AS hold
            FROM checkouts WHERE code IS NOT NULL""";
    private static final String ABOVE_LIMIT = """
            SELECT count(*) FROM (SELECT sale_id, purchased_by, count(*) AS bought FROM sale_items
                WHERE purchased GROUP BY 1, 2) users JOIN sales USING (sale_id) WHERE bought > user_limit""";
    private static final String SOLD_TWICE = """
            SELECT count(*) FROM (SELECT FROM checkouts WHERE purchased_at IS NOT NULL
                GROUP BY sale_id, item_id HAVING count(*) > 1) twice""";

    private final Ledger ledger;
    private final SortedMap<Long, DayPlan.Rules> seen;
    private final int saleSeconds;

    private record Row(long sale, long user, int item, boolean bought) {}

    /**
     * A check.
     *
     * @param ledger      what clients were told.
     * @param open        the sales that clients saw open, and their rules.
     * @param rulesOf     the rules of a sale: of those, too, that were seen by a code only.
     * @param saleSeconds length of each.
     */
    DayRows(
            final Ledger ledger,
            final SortedMap<Long, DayPlan.Rules> open,
            final LongFunction<DayPlan.Rules> rulesOf,
            final int saleSeconds) {
        this.ledger = ledger;
        seen = new TreeMap<>(open);
        for (final Ledger.Fate fate : Ledger.Fate.values()) {
            for (final UUID code : ledger.with(fate)) {
                final long sale = SaleCode.saleId(code.getMostSignificantBits());
                seen.putIfAbsent(sale, rulesOf.apply(sale));
            }
        }
        this.saleSeconds = saleSeconds;
    }

    /**
     * Looks at every row.
     *
     * @param database that the projector wrote.
     * @return what there was, in words.
     * @throws SQLException         if it cannot be read.
     * @throws DrillFailedException if a row is missing, wrong, or too many.
     */
    String check(final DatabaseConfig database) throws SQLException {
        try (Connection connection = database.dataSource("flash-sale drill").getConnection();
                Statement statement = connection.createStatement()) {
            final long purchased = checkSales(statement);
            final Map<UUID, Row> rows = codes(statement);
            final long bought = rows.values().stream().filter(Row::bought).count();
            require(bought == purchased, bought + " codes were bought, and " + purchased + " items");
            final int told = checkTold(rows);
            rows.forEach((code, row) -> require(!row.bought, "nobody bought with code " + code + ", says the ledger"));
            require(number(statement, ABOVE_LIMIT) == 0, "a user bought more than the limit of a sale");
            require(number(statement, SOLD_TWICE) == 0, "an item was sold twice");
            return seen.size() + " sales with all their items, " + told + " codes and " + purchased
                    + " purchases as told, no other";
        }
    }

    private long checkSales(final Statement statement) throws SQLException {
        final Map<Long, DayPlan.Rules> missing = new HashMap<>(seen);
        long purchased = 0;
        try (ResultSet row = statement.executeQuery(SALES)) {
            while (row.next()) {
                final long sale = row.getLong("sale_id");
                purchased += row.getLong("purchased");
                require(row.getLong("rows") == row.getLong("items"), "sale " + sale + " has not a row for each item");
                require(row.getLong("length") == saleSeconds, "sale " + sale + " is not as long as configured");
                final DayPlan.Rules rules = missing.remove(sale);
                require(
                        rules == null
                                || (rules.items() == row.getInt("items")
                                        && rules.userLimit() == row.getInt("user_limit")),
                        "sale " + sale + " has not the rules that it was opened with: " + rules);
            }
        }
        require(missing.isEmpty(), "sales without rows: " + missing.keySet());
        return purchased;
    }

    private Map<UUID, Row> codes(final Statement statement) throws SQLException {
        final Map<UUID, Row> rows = new HashMap<>();
        try (ResultSet row = statement.executeQuery(CODES)) {
            while (row.next()) {
                final UUID code = row.getObject("code", UUID.class);
                final long sale = row.getLong("sale_id");
                require(!row.getBoolean("bought_late"), "bought after its hold: " + code);
                final DayPlan.Rules rules = seen.get(sale);
                require(
                        rules == null || rules.holdSeconds() == row.getDouble("hold"),
                        "code " + code + " of sale " + sale + " held for " + row.getDouble("hold") + " s");
                rows.put(code, new Row(sale, row.getLong("user_id"), row.getInt("item_id"), row.getBoolean("bought")));
            }
        }
        return rows;
    }

    /** Every code that a client received. Takes them out of the rows. */
    private int checkTold(final Map<UUID, Row> rows) {
        int told = 0;
        for (final Ledger.Fate fate : Ledger.Fate.values()) {
            for (final UUID code : ledger.with(fate)) {
                final Row row = rows.remove(code);
                require(row != null, "a code that was received is no row: " + code);
                require(
                        row.user == ledger.userOf(code)
                                && row.sale == SaleCode.saleId(code.getMostSignificantBits())
                                && row.item == SaleCode.item(code.getMostSignificantBits()),
                        "the row of a code is another's: " + code + ": " + row);
                require(
                        fate == Ledger.Fate.UNCERTAIN || row.bought == (fate == Ledger.Fate.PURCHASED),
                        "code " + code + " is " + fate + " for its client, and " + row);
                told++;
            }
        }
        return told;
    }

    private static long number(final Statement statement, final String query) throws SQLException {
        try (ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getLong(1);
        }
    }
}

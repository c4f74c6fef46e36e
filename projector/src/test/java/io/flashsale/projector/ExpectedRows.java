package io.flashsale.projector;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.flashsale.engine.Decision;
import io.flashsale.engine.ItemCatalogue;
import io.flashsale.engine.Outcome;
import io.flashsale.engine.SaleEngine;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import java.util.UUID;

/** The plain model: what the tables must hold, as text, kept in sorted maps and compared as a whole. */
final class ExpectedRows {
    private final TreeMap<Long, String> sales = new TreeMap<>();
    private final TreeMap<String, String> items = new TreeMap<>();
    private final TreeMap<Long, Checkout> checkouts = new TreeMap<>();
    private AttemptsKept kept = AttemptsKept.ALL;
    private AttemptsKept keptByOpenSale = AttemptsKept.ALL;

    private static final class Checkout {
        private String start;
        private long purchasedAt;
        private long releasedAt;

        @Override
        public String toString() {
            return start + "|" + time(purchasedAt) + "|" + time(releasedAt);
        }
    }

    void attemptsKept(final AttemptsKept ofNewSales) {
        kept = ofNewSales;
    }

    void decided(final SaleEngine engine, final Decision d) {
        if (d.saleOpened()) {
            open(engine);
        }
        switch (d.outcome()) {
            case RESERVED, REPEATED, ITEM_UNKNOWN, SOLD_OUT, ITEM_SOLD, ITEM_RESERVED, USER_LIMIT_REACHED -> attempt(d);
            case PURCHASED -> {
                items.put(
                        key(d.saleId(), d.item()),
                        item(d.saleId(), d.item()) + "|t|" + d.user() + "|" + time(d.timestampMillis()));
                checkouts.get(d.checkoutSequence()).purchasedAt = d.timestampMillis();
            }
            case RELEASED -> checkouts.get(d.checkoutSequence()).releasedAt = d.timestampMillis();
            default -> {
                // No row.
            }
        }
    }

    private void open(final SaleEngine engine) {
        keptByOpenSale = kept;
        sales.put(
                engine.saleId(),
                engine.saleId() + "|" + time(engine.opensAtMillis()) + "|" + time(engine.closesAtMillis()) + "|"
                        + engine.rules().items() + "|" + engine.rules().userLimit() + "|" + kept.label());
        for (int item = 0; item < engine.rules().items(); item++) {
            items.put(key(engine.saleId(), item), item(engine.saleId(), item) + "|f|null|null");
        }
    }

    private void attempt(final Decision d) {
        final boolean reserved = d.outcome() == Outcome.RESERVED;
        if (keptByOpenSale == AttemptsKept.ACCEPTED && !reserved && d.outcome() != Outcome.REPEATED) {
            return;
        }
        final Checkout row = new Checkout();
        row.start = d.saleId() + "|" + d.sequence() + "|" + d.user() + "|" + d.item() + "|"
                + (reserved ? new UUID(d.codeHigh(), d.codeLow()) : null) + "|" + d.outcome() + "|"
                + time(d.timestampMillis()) + "|" + time(reserved ? d.expiresAtMillis() : 0);
        checkouts.put(d.sequence(), row);
    }

    private static String key(final long saleId, final int item) {
        return String.format("%012d/%09d", saleId, item);
    }

    private static String item(final long saleId, final int item) {
        return saleId + "|" + item + "|" + time(saleId * 1_000) + "|" + ItemCatalogue.name(item) + "|/items/" + item
                + "/image.svg";
    }

    private static String time(final long millis) {
        return millis == 0 ? "null" : Long.toString(millis);
    }

    int attempts() {
        return checkouts.size();
    }

    long purchases() {
        return checkouts.values().stream().filter(c -> c.purchasedAt != 0).count();
    }

    int sales() {
        return sales.size();
    }

    void assertEqualTo(final DatabaseConfig config) throws SQLException {
        try (Connection connection = config.dataSource("test").getConnection();
                Statement statement = connection.createStatement()) {
            same(
                    sales.values(),
                    statement,
                    "SELECT sale_id, " + ms("opens_at") + ", " + ms("closes_at")
                            + ", items, user_limit, attempts_kept FROM sales ORDER BY sale_id");
            same(
                    items.values(),
                    statement,
                    "SELECT sale_id, item_id, " + ms("sale_start")
                            + ", item_name, image_url, purchased, purchased_by, " + ms("purchased_at")
                            + " FROM sale_items ORDER BY sale_id, item_id");
            same(
                    checkouts.values(),
                    statement,
                    "SELECT sale_id, sequence, user_id, item_id, code, outcome, "
                            + ms("created_at") + ", " + ms("expires_at") + ", " + ms("purchased_at") + ", "
                            + ms("released_at") + " FROM checkouts ORDER BY sequence");
        }
    }

    private static String ms(final String column) {
        return "(extract(epoch from " + column + ") * 1000)::bigint";
    }

    private static void same(final Collection<?> expected, final Statement statement, final String sql)
            throws SQLException {
        final List<String> found = new ArrayList<>();
        try (ResultSet rows = statement.executeQuery(sql)) {
            final int columns = rows.getMetaData().getColumnCount();
            while (rows.next()) {
                final StringBuilder row = new StringBuilder();
                for (int column = 1; column <= columns; column++) {
                    row.append(column == 1 ? "" : "|").append(rows.getString(column));
                }
                found.add(row.toString());
            }
        }
        assertEquals(
                String.join("\n", expected.stream().map(Object::toString).toList()), String.join("\n", found), sql);
    }
}

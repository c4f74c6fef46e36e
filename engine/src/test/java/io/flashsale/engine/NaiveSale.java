package io.flashsale.engine;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * The sale as the design words it, in the slowest and plainest way: objects, lists, linear scans. Nothing expires here;
 * whether a hold is live is asked when it matters. It shares the names of outcomes and the limits with the engine, and
 * no other code: it reads commands and codes by itself. Shared with the simulation of the whole service, as a jar of this
 * module's tests.
 */
public final class NaiveSale {
    /** One accepted checkout, for ever. */
    private static final class Hold {
        private long sequence;
        private long user;
        private int item;
        private UUID code;
        private long checkoutKey;
        private long purchaseKey;
        private long expiresAt;
        private boolean bought;
        private boolean released;

        private boolean isLive(final long now) {
            return !bought && !released && now < expiresAt;
        }
    }

    /** One sale and everything that was accepted in it. */
    private static final class Sale {
        private long opensAt;
        private long closesAt;
        private Map<String, Long> rules;
        private final List<Hold> holds = new ArrayList<>();

        private long id() {
            return opensAt / 1_000;
        }

        private long rule(final String name) {
            return rules.get(name);
        }
    }

    /** What the model decided, field by field as in {@link Decision}. */
    public static final class Answer {
        public Outcome outcome;
        public boolean saleOpened;
        public long saleId;
        public int item;
        public long user;
        public UUID code = new UUID(0, 0);
        public long expiresAt;
        public long checkoutSequence;
    }

    private final List<Sale> sales = new ArrayList<>();
    private Map<String, Long> nextRules;
    private long now;
    private long checkpointSequence;
    private long checkpointHash;
    private boolean checkpointTaken;

    public Answer apply(final long sequence, final long timestamp, final byte[] bytes) {
        final ByteBuffer command = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        final Answer answer = new Answer();
        now = Math.max(now, Math.min(timestamp, EngineLimits.MAX_TIME_MILLIS));
        checkpointTaken = false;
        if (command.get(0) == 5) {
            answer.outcome = configure(command);
        }
        if (nextRules != null && (sales.isEmpty() || now >= open().closesAt)) {
            openNextSale();
            answer.saleOpened = true;
        }
        switch (command.get(0)) {
            case 1 -> checkout(sequence, command, answer);
            case 2 -> purchase(command, answer);
            case 3 -> release(command, answer);
            case 4 -> answer.outcome = Outcome.TICKED;
            case 5 -> {}
            case 6 -> checkpoint(sequence, command, answer);
            default -> answer.outcome = Outcome.COMMAND_UNKNOWN;
        }
        return answer;
    }

    private Outcome configure(final ByteBuffer command) {
        if (command.getShort(2) != 1) {
            return Outcome.RULES_UNKNOWN;
        }
        final Map<String, Long> rules = new HashMap<>();
        rules.put("items", (long) command.getInt(4));
        rules.put("limit", (long) command.getInt(8));
        rules.put("hold", (long) command.getInt(12));
        rules.put("length", (long) command.getInt(16));
        final boolean valid = rules.get("items") >= 1
                && rules.get("items") <= 1_000_000
                && rules.get("limit") >= 1
                && rules.get("limit") <= 1_000_000
                && rules.get("length") >= 1_000
                && rules.get("length") <= 7L * 24 * 60 * 60 * 1_000
                && rules.get("length") % 1_000 == 0
                && rules.get("hold") >= 1
                && rules.get("hold") <= rules.get("length");
        if (!valid) {
            return Outcome.CONFIGURATION_REFUSED;
        }
        nextRules = rules;
        return Outcome.CONFIGURED;
    }

    private void openNextSale() {
        final Sale sale = new Sale();
        sale.rules = nextRules;
        final long length = sale.rule("length");
        sale.opensAt = now / length * length;
        long heldOver = 0;
        if (!sales.isEmpty()) {
            sale.opensAt = Math.max(sale.opensAt, open().closesAt);
            heldOver = open().rule("hold");
        }
        sale.closesAt = (sale.opensAt / length + 1) * length;
        while (sale.closesAt < sale.opensAt + heldOver) {
            sale.closesAt += length;
        }
        sales.add(sale);
        if (sales.size() > 2) {
            sales.remove(0);
        }
    }

    private void checkout(final long sequence, final ByteBuffer command, final Answer answer) {
        final int item = command.getInt(4);
        final long user = command.getLong(8);
        final long key = command.getLong(24);
        answer.saleId = sales.isEmpty() ? 0 : open().id();
        answer.user = user;
        answer.item = item;
        for (int i = sales.size() - 1; i >= 0; i--) {
            for (final Hold hold : sales.get(i).holds) {
                if (key != 0
                        && hold.user == user
                        && hold.item == item
                        && hold.checkoutKey == key
                        && (hold.bought || hold.isLive(now))) {
                    show(hold, Outcome.REPEATED, answer);
                    return;
                }
            }
        }
        answer.outcome = refuseCheckout(item, user);
        if (answer.outcome == null) {
            final Hold hold = new Hold();
            hold.sequence = sequence;
            hold.user = user;
            hold.item = item;
            hold.code = code(open().id(), item, command.getLong(16));
            hold.checkoutKey = key;
            hold.expiresAt = now + open().rule("hold");
            open().holds.add(hold);
            show(hold, Outcome.RESERVED, answer);
        }
    }

    private Outcome refuseCheckout(final int item, final long user) {
        if (sales.isEmpty() || item < 0 || item >= open().rule("items")) {
            return Outcome.ITEM_UNKNOWN;
        }
        if (sold() == open().rule("items")) {
            return Outcome.SOLD_OUT;
        }
        int ofUser = 0;
        for (final Hold hold : open().holds) {
            if (hold.item == item && hold.bought) {
                return Outcome.ITEM_SOLD;
            }
            if (hold.item == item && hold.isLive(now)) {
                return Outcome.ITEM_RESERVED;
            }
            ofUser += hold.user == user && (hold.bought || hold.isLive(now)) ? 1 : 0;
        }
        return ofUser >= open().rule("limit") ? Outcome.USER_LIMIT_REACHED : null;
    }

    private static void show(final Hold hold, final Outcome outcome, final Answer answer) {
        answer.outcome = outcome;
        answer.code = hold.code;
        answer.expiresAt = hold.expiresAt;
        answer.checkoutSequence = hold.sequence;
    }

    private void purchase(final ByteBuffer command, final Answer answer) {
        final Hold hold = find(command, answer);
        final long key = command.getLong(24);
        if (hold == null) {
            return;
        }
        if (hold.bought) {
            final boolean again = key != 0 && hold.purchaseKey == key;
            accept(hold, again ? Outcome.PURCHASED_AGAIN : Outcome.CODE_USED, again, answer);
        } else if (hold.isLive(now)) {
            accept(hold, Outcome.PURCHASED, true, answer);
            hold.bought = true;
            hold.purchaseKey = key;
        } else {
            answer.outcome = Outcome.CODE_EXPIRED;
        }
    }

    private void release(final ByteBuffer command, final Answer answer) {
        final Hold hold = find(command, answer);
        if (hold == null) {
            return;
        }
        if (hold.bought) {
            answer.outcome = Outcome.CODE_USED;
        } else if (hold.isLive(now)) {
            accept(hold, Outcome.RELEASED, true, answer);
            hold.released = true;
        } else {
            answer.outcome = Outcome.CODE_EXPIRED;
        }
    }

    private void accept(final Hold hold, final Outcome outcome, final boolean accepted, final Answer answer) {
        answer.outcome = outcome;
        if (accepted) {
            answer.saleId = saleOf(hold.code);
            answer.user = hold.user;
            answer.item = hold.item;
            answer.checkoutSequence = hold.sequence;
        }
    }

    /** The newest hold with the command's code, or null after the answer was set. */
    private Hold find(final ByteBuffer command, final Answer answer) {
        final UUID code = new UUID(command.getLong(8), command.getLong(16));
        final int item = itemOf(code);
        Sale sale = null;
        for (final Sale known : sales) {
            sale = known.id() == saleOf(code) ? known : sale;
        }
        final boolean impossible = code.version() != 8
                || code.variant() != 2
                || sales.isEmpty()
                || saleOf(code) > open().id()
                || item >= (sale == null ? 1_000_000 : sale.rule("items"));
        answer.outcome = impossible ? Outcome.CODE_UNKNOWN : Outcome.CODE_EXPIRED;
        if (impossible || sale == null) {
            return null;
        }
        for (int i = sale.holds.size() - 1; i >= 0; i--) {
            if (sale.holds.get(i).code.equals(code)) {
                return sale.holds.get(i);
            }
        }
        return null;
    }

    private void checkpoint(final long sequence, final ByteBuffer command, final Answer answer) {
        final boolean known = command.getLong(8) != 0 && command.getLong(8) == checkpointSequence;
        if (known && command.getLong(16) != checkpointHash) {
            answer.outcome = Outcome.DIVERGED;
            return;
        }
        answer.outcome = known ? Outcome.CHECKPOINT_PROVED : Outcome.CHECKPOINT_TAKEN;
        checkpointSequence = sequence;
        checkpointTaken = true;
    }

    /** The state hash is the one thing that the model cannot compute: it is told the engine's, after every command. */
    public void seeHash(final long stateHash) {
        checkpointHash = checkpointTaken ? stateHash : checkpointHash;
    }

    private static UUID code(final long saleId, final int item, final long nonce) {
        final String itemDigits = String.format("%07x", item);
        final String high = String.format("%08x", saleId) + itemDigits.substring(0, 4) + '8' + itemDigits.substring(4);
        return new UUID(Long.parseUnsignedLong(high, 16), (nonce & (Long.MAX_VALUE >> 1)) | Long.MIN_VALUE);
    }

    private static long saleOf(final UUID code) {
        return Long.parseLong(code.toString().substring(0, 8), 16);
    }

    private static int itemOf(final UUID code) {
        final String text = code.toString();
        return Integer.parseInt(text.substring(9, 13) + text.substring(15, 18), 16);
    }

    private Sale open() {
        return sales.get(sales.size() - 1);
    }

    public long now() {
        return now;
    }

    public long saleId() {
        return sales.isEmpty() ? -1 : open().id();
    }

    public long opensAt() {
        return sales.isEmpty() ? 0 : open().opensAt;
    }

    public long closesAt() {
        return sales.isEmpty() ? 0 : open().closesAt;
    }

    public int items() {
        return sales.isEmpty() ? 0 : (int) open().rule("items");
    }

    public int userLimit() {
        return sales.isEmpty() ? 0 : (int) open().rule("limit");
    }

    public int sold() {
        return sales.isEmpty() ? 0 : count(open(), true);
    }

    public int held() {
        return sales.isEmpty() ? 0 : count(open(), false);
    }

    int closingHeld() {
        return sales.size() < 2 ? 0 : count(sales.get(0), false);
    }

    private int count(final Sale sale, final boolean bought) {
        int count = 0;
        for (final Hold hold : sale.holds) {
            count += (bought ? hold.bought : hold.isLive(now)) ? 1 : 0;
        }
        return count;
    }

    ItemState state(final int item) {
        for (final Hold hold : open().holds) {
            if (hold.item == item && hold.bought) {
                return ItemState.SOLD;
            }
            if (hold.item == item && hold.isLive(now)) {
                return ItemState.HELD;
            }
        }
        return ItemState.AVAILABLE;
    }

    long checkpointSequence() {
        return checkpointSequence;
    }
}

package io.flashsale.engine;

/**
 * What the engine decided. Refusals are outcomes, not exceptions. The code is stored in PostgreSQL and in tests' golden
 * files; it is never reused.
 */
public enum Outcome {
    /** The item is held for the user and a code was issued. */
    RESERVED(1),
    /** The same checkout was accepted before; the same code is given again. */
    REPEATED(2),
    /** No such item in the open sale. */
    ITEM_UNKNOWN(3),
    /** Every item of the open sale is sold. */
    SOLD_OUT(4),
    /** This item is sold. */
    ITEM_SOLD(5),
    /** Somebody holds this item. */
    ITEM_RESERVED(6),
    /** The user's live holds and purchases in this sale have reached the limit. */
    USER_LIMIT_REACHED(7),

    /** The held item is sold to its holder. */
    PURCHASED(16),
    /** The same purchase was accepted before. */
    PURCHASED_AGAIN(17),
    /** The held item is available again. */
    RELEASED(18),
    /** This service cannot have issued the code. */
    CODE_UNKNOWN(19),
    /** The code was used to buy its item. */
    CODE_USED(20),
    /** The code's hold is over: it ran out, was released, or belongs to a sale that is gone. */
    CODE_EXPIRED(21),

    /** Time passed. */
    TICKED(32),
    /** The rules of the next sale are set. */
    CONFIGURED(33),
    /** The rules are outside the limits; the earlier ones stay. */
    CONFIGURATION_REFUSED(34),
    /** This build does not know the rules version. Whoever replays a journal must stop here. */
    RULES_UNKNOWN(35),
    /** The state at the previous checkpoint was the same; the state here is remembered for the next one. */
    CHECKPOINT_PROVED(36),
    /** There was nothing to compare with; the state here is remembered for the next one. */
    CHECKPOINT_TAKEN(37),
    /** The state at the previous checkpoint was another one. Whoever sees this must stop. */
    DIVERGED(38),

    /** The command's type is unknown. */
    COMMAND_UNKNOWN(48);

    private static final Outcome[] BY_CODE = new Outcome[49];

    static {
        for (final Outcome outcome : values()) {
            if (BY_CODE[outcome.code] != null) {
                throw new ExceptionInInitializerError("outcome code used twice: " + outcome.code);
            }
            BY_CODE[outcome.code] = outcome;
        }
    }

    private final byte code;

    Outcome(final int code) {
        this.code = (byte) code;
    }

    /**
     * The stored code.
     *
     * @return a positive byte.
     */
    public byte code() {
        return code;
    }

    /**
     * The outcome with a given code.
     *
     * @param code a code returned by {@link #code()}.
     * @return the outcome.
     * @throws IllegalArgumentException if no outcome has this code.
     */
    public static Outcome of(final byte code) {
        final Outcome outcome = code >= 0 && code < BY_CODE.length ? BY_CODE[code] : null;
        if (outcome == null) {
            throw new IllegalArgumentException("unknown outcome code: " + code);
        }
        return outcome;
    }

    /**
     * Whether whoever applies commands must stop: going on would produce other outcomes than the live run's.
     *
     * @return true for {@link #RULES_UNKNOWN} and {@link #DIVERGED}.
     */
    public boolean isFatal() {
        return this == RULES_UNKNOWN || this == DIVERGED;
    }
}

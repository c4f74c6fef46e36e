package io.flashsale.engine;

/** What an item of a sale is at a moment. The code is stored in snapshots; it is never reused. */
public enum ItemState {
    /** Anybody may check it out. */
    AVAILABLE(0),
    /** A live hold. */
    HELD(1),
    /** Bought. */
    SOLD(2);

    private final byte code;

    ItemState(final int code) {
        this.code = (byte) code;
    }

    /**
     * The stored code.
     *
     * @return 0 to 2.
     */
    public byte code() {
        return code;
    }
}

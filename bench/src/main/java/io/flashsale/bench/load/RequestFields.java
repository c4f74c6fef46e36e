package io.flashsale.bench.load;

/** One request, and what is to follow it. Mutable, so that queues of them are filled once; one thread. */
final class RequestFields {
    /** What happens to the code that a checkout receives. */
    enum Fate {
        BUY,
        RELEASE,
        ABANDON
    }

    RequestKind kind = RequestKind.READ;
    /** The same was accepted before. */
    boolean repeat;

    Fate fate = Fate.ABANDON;
    long user;
    int item;
    long codeHigh;
    long codeLow;
    /** 0: no Idempotency-Key. */
    long key;

    static RequestFields[] array(final int length) {
        final RequestFields[] fields = new RequestFields[length];
        for (int i = 0; i < length; i++) {
            fields[i] = new RequestFields();
        }
        return fields;
    }

    void set(final RequestFields other) {
        kind = other.kind;
        repeat = other.repeat;
        fate = other.fate;
        user = other.user;
        item = other.item;
        codeHigh = other.codeHigh;
        codeLow = other.codeLow;
        key = other.key;
    }

    /** A request that is nobody's repeat and has no code. */
    void set(final RequestKind newKind, final long newUser, final int newItem, final long newKey, final Fate newFate) {
        kind = newKind;
        repeat = false;
        fate = newFate;
        user = newUser;
        item = newItem;
        codeHigh = 0;
        codeLow = 0;
        key = newKey;
    }

    void code(final long high, final long low) {
        codeHigh = high;
        codeLow = low;
    }
}

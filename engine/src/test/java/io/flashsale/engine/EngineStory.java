package io.flashsale.engine;

import org.agrona.concurrent.UnsafeBuffer;

/** An engine that is told what happens, one call a command; a purchase or release is of the last code issued. */
final class EngineStory {
    private final SaleEngine engine = new SaleEngine();
    private final Decision decision = new Decision();
    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[CommandFlyweight.LENGTH]);
    private final CommandFlyweight command = new CommandFlyweight().wrap(buffer, 0);
    private long now;
    private long nonce;
    private long codeHigh;
    private long codeLow;

    /** Sets the timestamp of the commands that follow. */
    EngineStory at(final long nowMillis) {
        now = nowMillis;
        return this;
    }

    void configure(final int items, final int userLimit, final int holdMillis, final int saleMillis) {
        command.configure(new SaleRules(
                EngineLimits.RULES_VERSION, items, userLimit, holdMillis, saleMillis, 0x0123_4567_89AB_CDEFL));
        apply();
    }

    void checkout(final long user, final int item, final long retryKey) {
        command.checkout(user, item, 0x1122_3344_5566_7700L + ++nonce, retryKey);
        apply();
        codeHigh = decision.codeHigh();
        codeLow = decision.codeLow();
    }

    void purchase(final long retryKey) {
        command.purchase(codeHigh, codeLow, retryKey);
        apply();
    }

    void release() {
        command.release(codeHigh, codeLow);
        apply();
    }

    void checkpoint() {
        command.checkpoint(engine.checkpointSequence(), engine.checkpointHash());
        apply();
    }

    void tick(final long nowMillis) {
        at(nowMillis);
        command.tick();
        apply();
    }

    private void apply() {
        engine.apply(engine.lastSequence() + 1, now, buffer, 0, decision);
    }

    byte[] snapshot() {
        return snapshot(engine);
    }

    static byte[] snapshot(final SaleEngine engine) {
        final byte[] snapshot = new byte[EngineSnapshot.length(engine)];
        EngineSnapshot.encode(engine, new UnsafeBuffer(snapshot), 0);
        return snapshot;
    }
}

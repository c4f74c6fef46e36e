package io.flashsale.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Random commands: the engine against the naive model, against its replay, and against its own snapshots. */
class ModelTest {
    private static final int COMMANDS = 100_000;

    static Stream<Arguments> seedsAndProfiles() {
        return RandomCommands.PROFILES.stream()
                .flatMap(profile -> Seeds.all().mapToObj(seed -> Arguments.of(profile, seed)));
    }

    @ParameterizedTest(name = "{0}, seed {1}")
    @MethodSource("seedsAndProfiles")
    void shouldDecideLikeTheNaiveModel(final RandomCommands.Profile profile, final long seed) {
        final CheckedEngine run = new CheckedEngine();
        final RandomCommands commands = new RandomCommands(profile, seed, run.engine(), run.buffer());
        try {
            for (int i = Seeds.commands(COMMANDS); i > 0; i--) {
                run.apply(commands.next());
                commands.learn(run.decision());
                if (i % 64 == 0) {
                    run.compareItems();
                }
            }
        } catch (final AssertionError | RuntimeException e) {
            throw new AssertionError(Seeds.reproduce(profile, seed) + ": " + e.getMessage(), e);
        }
    }

    @Test
    void shouldReachEveryOutcomeInEveryKindOfRun() {
        for (final RandomCommands.Profile profile : RandomCommands.PROFILES) {
            final Map<Outcome, Integer> seen = new EnumMap<>(Outcome.class);
            final CheckedEngine run = new CheckedEngine();
            final RandomCommands commands = new RandomCommands(profile, 7, run.engine(), run.buffer());
            int sales = 0;
            int boughtLate = 0;
            for (int i = 0; i < 40_000; i++) {
                final Outcome outcome = run.apply(commands.next());
                commands.learn(run.decision());
                seen.merge(outcome, 1, Integer::sum);
                sales += run.decision().saleOpened() ? 1 : 0;
                boughtLate += outcome == Outcome.PURCHASED
                                && run.decision().saleId() != run.engine().saleId()
                        ? 1
                        : 0;
            }
            for (final Outcome outcome : Outcome.values()) {
                // Hundreds of items are never all sold at this pace.
                final boolean rare = outcome == Outcome.SOLD_OUT && profile.maxItems() > 100;
                assertTrue(rare || seen.containsKey(outcome), profile + " never gave " + outcome + ": " + seen);
            }
            assertTrue(sales > 5 && boughtLate > 5, profile + ": " + sales + " sales, " + boughtLate + " bought late");
        }
    }

    @ParameterizedTest(name = "{0}, seed {1}")
    @MethodSource("seedsAndProfiles")
    void shouldDecideAlikeWhenReplayedOrRestored(final RandomCommands.Profile profile, final long seed) {
        final int count = Seeds.commands(4_000);
        final int commandLength = CommandFlyweight.LENGTH;
        final UnsafeBuffer journal = new UnsafeBuffer(new byte[count * commandLength]);
        final long[] timestamps = new long[count];
        final long[] hashes = new long[count];
        final List<String> decisions = new ArrayList<>();
        final List<SaleEngine> replicas = new ArrayList<>(List.of(new SaleEngine()));

        final SaleEngine live = new SaleEngine();
        final UnsafeBuffer slot = new UnsafeBuffer(new byte[commandLength]);
        final RandomCommands commands = new RandomCommands(profile, seed, live, slot);
        final Decision decision = new Decision();
        for (int i = 0; i < count; i++) {
            timestamps[i] = commands.next();
            journal.putBytes(i * commandLength, slot, 0, commandLength);
            live.apply(i + 1, timestamps[i], slot, 0, decision);
            commands.learn(decision);
            decisions.add(text(decision));
            hashes[i] = live.stateHash();
            if (i % (count / 16) == 1) {
                final SaleEngine restored = restore(live);
                assertEquals(live.stateHash(), restored.stateHash(), Seeds.reproduce(profile, seed));
                replicas.add(restored);
            }
        }
        for (final SaleEngine replica : replicas) {
            for (int i = (int) replica.lastSequence(); i < count; i++) {
                replica.apply(i + 1, timestamps[i], journal, i * commandLength, decision);
                assertEquals(decisions.get(i), text(decision), Seeds.reproduce(profile, seed));
                assertEquals(hashes[i], replica.stateHash(), Seeds.reproduce(profile, seed));
            }
        }
    }

    @Test
    void shouldProveEveryCheckpointOfTheLiveRunInAReplica() {
        final RandomCommands.Profile profile = RandomCommands.PROFILES.get(1);
        final SaleEngine live = new SaleEngine();
        final UnsafeBuffer slot = new UnsafeBuffer(new byte[CommandFlyweight.LENGTH]);
        final CommandFlyweight command = new CommandFlyweight().wrap(slot, 0);
        final RandomCommands commands = new RandomCommands(profile, 3, live, slot);
        final Decision decision = new Decision();
        SaleEngine replica = new SaleEngine();
        int proved = 0;
        for (int sequence = 1; sequence <= 20_000; sequence++) {
            final long timestamp = commands.next();
            if (sequence % 50 == 0 || command.type() == CommandType.CHECKPOINT) {
                command.checkpoint(live.checkpointSequence(), live.checkpointHash());
            }
            live.apply(sequence, timestamp, slot, 0, decision);
            final Outcome outcome = decision.outcome();
            commands.learn(decision);
            replica.apply(sequence, timestamp, slot, 0, decision);
            assertEquals(outcome, decision.outcome());
            proved += outcome == Outcome.CHECKPOINT_PROVED ? 1 : 0;
            if (sequence % 333 == 0) {
                replica = restore(replica);
            }
        }
        assertTrue(proved > 300, "proved " + proved);
    }

    @Test
    void shouldDivergeWhenAReplicaMissedOneCheckout() {
        final SaleEngine replica = new SaleEngine();
        final SaleEngine live = new SaleEngine();
        final UnsafeBuffer slot = new UnsafeBuffer(new byte[CommandFlyweight.LENGTH]);
        final CommandFlyweight command = new CommandFlyweight().wrap(slot, 0);
        final Decision decision = new Decision();
        command.configure(new SaleRules(EngineLimits.RULES_VERSION, 10, 1, 60_000, 3_600_000, 0));
        live.apply(1, 0, slot, 0, decision);
        replica.apply(1, 0, slot, 0, decision);
        command.checkout(1, 1, 1, 0);
        live.apply(2, 1, slot, 0, decision);
        command.tick();
        replica.apply(2, 1, slot, 0, decision);
        command.checkpoint(0, 0);
        live.apply(3, 1, slot, 0, decision);
        replica.apply(3, 1, slot, 0, decision);
        command.checkpoint(3, live.checkpointHash());
        live.apply(4, 1, slot, 0, decision);
        assertEquals(Outcome.CHECKPOINT_PROVED, decision.outcome());
        replica.apply(4, 1, slot, 0, decision);
        assertEquals(Outcome.DIVERGED, decision.outcome());
        assertTrue(decision.outcome().isFatal());
    }

    private static SaleEngine restore(final SaleEngine engine) {
        final int length = EngineSnapshot.length(engine);
        final UnsafeBuffer snapshot = new UnsafeBuffer(new byte[length]);
        assertEquals(length, EngineSnapshot.encode(engine, snapshot, 0));
        return EngineSnapshot.decode(snapshot, 0, length);
    }

    private static String text(final Decision decision) {
        return decision.sequence() + " " + decision.outcome() + " " + decision.timestampMillis() + " "
                + decision.saleOpened() + " " + decision.saleId() + " " + decision.item() + " " + decision.user() + " "
                + decision.codeHigh() + " " + decision.codeLow() + " " + decision.expiresAtMillis() + " "
                + decision.checkoutSequence();
    }
}

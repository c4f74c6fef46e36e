package io.flashsale.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** The format documents say what the code does: their examples are produced again, their tables read out of them. */
class FormatDocumentTest {
    private static final long OPENING = 1_767_225_600_000L;

    private final SaleEngine engine = new SaleEngine();
    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[CommandFlyweight.LENGTH]);
    private final CommandFlyweight command = new CommandFlyweight().wrap(buffer, 0);
    private final Decision decision = new Decision();
    private UUID code;

    /** The story that command.md tells, each command by the name of its section. */
    private Map<String, byte[]> commands() {
        final Map<String, byte[]> commands = new LinkedHashMap<>();
        command.configure(
                new SaleRules(EngineLimits.RULES_VERSION, 10_000, 10, 120_000, 3_600_000, 0x0F1E_2D3C_4B5A_6978L));
        commands.put("CONFIGURE", apply(Outcome.CONFIGURED));
        command.checkout(4_711, 42, 0xFEDC_BA98_7654_3210L, 0x1111_2222_3333_4444L);
        commands.put("CHECKOUT", apply(Outcome.RESERVED));
        code = new UUID(decision.codeHigh(), decision.codeLow());
        command.purchase(decision.codeHigh(), decision.codeLow(), 0x5555_6666_7777_8888L);
        commands.put("PURCHASE", apply(Outcome.PURCHASED));
        command.checkpoint(0, 0);
        apply(Outcome.CHECKPOINT_TAKEN);
        command.checkpoint(engine.checkpointSequence(), engine.checkpointHash());
        commands.put("CHECKPOINT", apply(Outcome.CHECKPOINT_PROVED));
        command.release(code.getMostSignificantBits(), code.getLeastSignificantBits());
        commands.put("RELEASE", apply(Outcome.CODE_USED));
        command.tick();
        commands.put("TICK", apply(Outcome.TICKED));
        return commands;
    }

    private byte[] apply(final Outcome expected) {
        engine.apply(engine.lastSequence() + 1, OPENING + 1_000, buffer, 0, decision);
        assertEquals(expected, decision.outcome());
        return buffer.byteArray().clone();
    }

    /** The story that snapshot.md tells. */
    private static byte[] snapshot() {
        final EngineStory story = new EngineStory().at(OPENING);
        story.configure(3, 2, 2_000, 10_000);
        story.checkout(4_711, 2, 11);
        story.purchase(12);
        story.at(OPENING + 1_500).checkout(-1, 0, 0);
        story.checkpoint();
        return story.snapshot();
    }

    @Test
    void shouldEncodeEveryCommandAsItsDocumentShows() {
        final FormatDocument document = new FormatDocument("command.md");
        final Map<String, byte[]> commands = commands();
        for (final CommandType type : CommandType.values()) {
            final String name = type.name();
            assertEquals(FormatDocument.dump(commands.get(name)), document.example(name), name);
            assertArrayEquals(commands.get(name), document.bytes(name), name);
            assertTable(document.table(name), commands.get(name), 0, CommandFlyweight.LENGTH);
        }
    }

    @Test
    void shouldIssueTheCodeThatItsDocumentShows() {
        final FormatDocument document = new FormatDocument("code.md");
        commands();
        assertEquals(code.toString(), document.example(""));
        final BigInteger bits = new BigInteger(code.toString().replace("-", ""), 16);
        int next = 0;
        for (final FormatDocument.Field field : document.table("")) {
            assertEquals(next, field.offset(), field.name());
            next += field.length();
            final BigInteger value = bits.shiftRight(128 - next).mod(BigInteger.ONE.shiftLeft(field.length()));
            assertEquals(new BigInteger(field.example().substring(2), 16), value, field.name());
        }
        assertEquals(128, next);
    }

    @Test
    void shouldWriteTheSnapshotThatItsDocumentShows() {
        final FormatDocument document = new FormatDocument("snapshot.md");
        final byte[] snapshot = snapshot();
        assertEquals(FormatDocument.dump(snapshot), document.example("Example"));
        assertTable(document.table("Header"), snapshot, 0, 88);
        assertTable(document.table("Sale"), snapshot, 88, 56);
        assertTable(document.table("Item"), snapshot, 88 + 56, 56);
        assertTable(document.table("Trailer"), snapshot, snapshot.length - 16, 16);
        assertEquals(88 + 56 + 2 * 56 + 16, snapshot.length);
    }

    @Test
    void shouldReadTheDocumentedSnapshot() {
        final byte[] documented = new FormatDocument("snapshot.md").bytes("Example");
        final SaleEngine restored = EngineSnapshot.decode(new UnsafeBuffer(documented), 0, documented.length);
        assertEquals(5, restored.lastSequence());
        assertEquals(OPENING / 1_000, restored.saleId());
        assertEquals(ItemState.HELD, restored.itemState(0));
        assertEquals(ItemState.AVAILABLE, restored.itemState(1));
        assertEquals(ItemState.SOLD, restored.itemState(2));
    }

    /** Every field stands where the one before ends, and its example is in the bytes. */
    private static void assertTable(
            final List<FormatDocument.Field> table, final byte[] bytes, final int base, final int length) {
        int next = 0;
        for (final FormatDocument.Field field : table) {
            assertEquals(next, field.offset(), field.toString());
            assertEquals(field.typeLength(), field.length(), field.toString());
            assertEquals(field.read(new UnsafeBuffer(bytes), base), field.example(), field.toString());
            next += field.length();
        }
        assertEquals(length, next);
    }
}

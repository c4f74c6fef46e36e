package io.flashsale.bench.micro;

import io.flashsale.engine.CommandFlyweight;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.agrona.concurrent.UnsafeBuffer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;

/**
 * Writing and reading a checkout in place, nanoseconds a command, over the 2 MiB of a ring. <b>Baseline:</b> the same 32
 * bytes by {@link ByteBuffer}'s own methods, at the same places of the same memory.
 */
public class CodecBenchmark extends Microbenchmark {
    private static final int BATCH = 1_024;
    private static final int BYTES = 64 * BATCH * CommandFlyweight.LENGTH;
    private static final byte CHECKOUT = 1;

    private final ByteBuffer bytes = ByteBuffer.allocateDirect(BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private final UnsafeBuffer buffer = new UnsafeBuffer(bytes);
    private final CommandFlyweight command = new CommandFlyweight();
    private int offset;

    private int nextOffset() {
        offset = (offset + BATCH * CommandFlyweight.LENGTH) % BYTES;
        return offset;
    }

    /** Writes. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public void encode() {
        final int first = nextOffset();
        for (int i = 0; i < BATCH; i++) {
            command.wrap(buffer, first + i * CommandFlyweight.LENGTH).checkout(i, i, first, 0);
        }
    }

    /** Writes the same. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public void encodeByteBuffer() {
        final int first = nextOffset();
        for (int i = 0; i < BATCH; i++) {
            final int at = first + i * CommandFlyweight.LENGTH;
            bytes.put(at, CHECKOUT);
            bytes.put(at + 1, (byte) 0);
            bytes.putShort(at + 2, (short) 0);
            bytes.putInt(at + 4, i);
            bytes.putLong(at + 8, i);
            bytes.putLong(at + 16, first);
            bytes.putLong(at + 24, 0);
        }
    }

    /**
     * Reads.
     *
     * @return depends on all that was read.
     */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public long decode() {
        final int first = nextOffset();
        long sum = 0;
        for (int i = 0; i < BATCH; i++) {
            command.wrap(buffer, first + i * CommandFlyweight.LENGTH);
            sum += command.type() == null ? 1 : 2;
            sum += command.item() + command.user() + command.nonce() + command.retryKey();
        }
        return sum;
    }

    /**
     * Reads the same.
     *
     * @return depends on all that was read.
     */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public long decodeByteBuffer() {
        final int first = nextOffset();
        long sum = 0;
        for (int i = 0; i < BATCH; i++) {
            final int at = first + i * CommandFlyweight.LENGTH;
            sum += bytes.get(at) == CHECKOUT ? 2 : 1;
            sum += bytes.getInt(at + 4) + bytes.getLong(at + 8) + bytes.getLong(at + 16) + bytes.getLong(at + 24);
        }
        return sum;
    }
}

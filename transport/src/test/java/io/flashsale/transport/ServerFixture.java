package io.flashsale.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.flashsale.engine.Outcome;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetectorFactory;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;

/** Starts a server in front of a {@link FakePipeline}, and fails on leaked buffers and threads. */
abstract class ServerFixture {
    static final String HOST = "127.0.0.1";
    static final String CODE = "69555780-0000-8006-8000-0000000000";
    static final RetrySecret SECRET = new RetrySecret(0x0706050403020100L, 0x0f0e0d0c0b0a0908L);

    private static final Queue<String> LEAKS = new ConcurrentLinkedQueue<>();

    static {
        ResourceLeakDetectorFactory.setResourceLeakDetectorFactory(new ResourceLeakDetectorFactory() {
            @Override
            @SuppressWarnings("deprecation") // The only method that a factory must have.
            public <T> ResourceLeakDetector<T> newResourceLeakDetector(
                    final Class<T> type, final int samplingInterval, final long maxActive) {
                return new Recorder<>(type, samplingInterval);
            }
        });
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
    }

    final FakePipeline pipeline = new FakePipeline();
    final SaleBoard board = new SaleBoard();
    volatile Admission admission = Admission.OPEN;
    volatile HealthReport health =
            new HealthReport(true, true, List.of(new HealthReport.Part("journal", true, "position 7")));
    volatile String metrics = "flashsale_up 1\n";
    HttpServer server;
    final AtomicInteger lostLoops = new AtomicInteger();

    static TransportConfig config() {
        return TransportConfig.of(HOST, 0, 0, SECRET);
    }

    void start() throws IOException {
        start(config());
    }

    void start(final TransportConfig config) throws IOException {
        server = new HttpServer(config, pipeline, board, () -> admission, () -> health, () -> metrics);
        pipeline.start(server.answers());
        server.start(() -> {}, lostLoops::incrementAndGet);
    }

    @AfterEach
    void stop() throws Exception {
        if (server != null) {
            server.close();
            pipeline.close();
            assertEquals(0, server.counters().openConnections(), "connections are left");
            assertEquals(0, server.counters().total(Counter.FAULTS), "the log says what went wrong");
            assertEquals(0, lostLoops.get(), "an event loop ended by itself");
        }
        await(
                "the end of all threads",
                () -> Thread.getAllStackTraces().keySet().stream()
                        .noneMatch(thread -> thread.getName().startsWith("http")));
    }

    @AfterAll
    static void shouldLeakNoBuffers() throws InterruptedException {
        for (int i = 0; i < 3; i++) {
            System.gc();
            // The detector reports what was collected when the next buffer is made.
            ByteBufAllocator.DEFAULT.directBuffer(1).release();
            Unpooled.directBuffer(1).release();
            Unpooled.buffer(1).release();
            Thread.sleep(10);
        }
        assertEquals(List.of(), List.copyOf(LEAKS));
    }

    RawClient connect() throws IOException {
        return new RawClient(server.port());
    }

    static String code(final Outcome outcome) {
        return CODE + String.format("%02x", outcome.code());
    }

    static void await(final String what, final BooleanSupplier condition) throws InterruptedException {
        final long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadline, () -> "waited too long for: " + what);
            Thread.sleep(2);
        }
    }

    private static final class Recorder<T> extends ResourceLeakDetector<T> {
        @SuppressWarnings("deprecation") // The only constructor that is not.
        Recorder(final Class<?> type, final int samplingInterval) {
            super(type, samplingInterval);
        }

        @Override
        protected boolean needReport() {
            return true;
        }

        @Override
        protected void reportTracedLeak(final String resourceType, final String records) {
            LEAKS.add(resourceType + records);
        }

        @Override
        protected void reportUntracedLeak(final String resourceType) {
            LEAKS.add(resourceType);
        }
    }
}

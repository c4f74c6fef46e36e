package io.flashsale.server.lifecycle;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.flashsale.server.config.ServerConfig;
import io.flashsale.server.config.Settings;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import net.openhft.affinity.Affinity;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where the threads that are in the way of every request run. */
class HotCpuTest {
    @TempDir
    private Path directory;

    private ServerConfig config(final Map<String, String> environment, final int cores) {
        return ServerConfig.of(Settings.resolve(Map.of(), environment, directory), cores);
    }

    private static BitSet cpus(final String list) {
        final BitSet set = new BitSet();
        Stream.of(list.split(" ", -1)).mapToInt(Integer::parseInt).forEach(set::set);
        return set;
    }

    @ParameterizedTest
    @CsvSource({
        "0 1, pinned to CPU 1",
        "0 1 2, pinned to CPU 2",
        "4 6, pinned to CPU 6",
        "0, not pinned",
        "0 1 2 3, not pinned"
    })
    void shouldBeTheLastOfTwoOrThree(final String allowed, final String expected) {
        assertEquals(expected, HotCpu.choose(config(Map.of(), 2), cpus(allowed)).toString());
    }

    @ParameterizedTest
    @CsvSource({"APP_PINNING, none", "APP_EVENT_LOOPS, 2", "APP_PIPELINE, pipelined"})
    void shouldNotPinWhereThatWasNotAskedForOrThreadsAreMore(final String setting, final String value) {
        final ServerConfig config = config(Map.of(setting, value), 2);
        assertEquals("not pinned", HotCpu.choose(config, cpus("0 1")).toString());
    }

    @Test
    void shouldPinTheCallingThreadAndNoOther() throws InterruptedException {
        final BitSet allowed = Affinity.getAffinity();
        // Two, of which the second is a CPU that is there: so this can be tried on any machine.
        final BitSet two = new BitSet();
        two.set(0);
        two.set(Math.max(1, allowed.length() - 1));
        final HotCpu cpu = HotCpu.choose(config(Map.of(), 2), two);
        final AtomicReference<BitSet> seen = new AtomicReference<>();
        final Thread thread = new Thread(() -> {
            cpu.pinCaller();
            seen.set(Affinity.getAffinity());
        });
        thread.start();
        thread.join();
        assertEquals(allowed.length() < 2 ? allowed : cpus(String.valueOf(allowed.length() - 1)), seen.get());
        assertEquals(allowed, Affinity.getAffinity());
    }
}

package io.flashsale.bench.drill;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a service's process and its data take up at one moment.
 *
 * @param resident  bytes of memory, mapped files included.
 * @param own       of those, bytes that are no file's.
 * @param heap      bytes of live objects: what is left after a collection that was asked for; {@link #UNKNOWN} without a JDK.
 * @param files     open descriptors.
 * @param threads   of the process.
 * @param disk      bytes allocated for the data directory.
 * @param journaled bytes appended since the process's start.
 */
record Footprint(long resident, long own, long heap, long files, long threads, long disk, long journaled) {
    /** Not to be had here. */
    static final long UNKNOWN = -1;

    private static final Pattern GENERATION = Pattern.compile("total (\\d+)K, used (\\d+)K");
    private static final Pattern JOURNALED = Pattern.compile("(?m)^flashsale_journal_bytes_total ([0-9.E]+)$");
    private static final long KIBIBYTE = 1_024;
    private static final long COMMAND_SECONDS = 20;

    /**
     * Looks. Asks the process for a full collection, which takes it some ten milliseconds.
     *
     * @param server  that runs.
     * @param scratch directory for a file of the look's own.
     * @param data    of the service.
     * @return what it takes up now.
     * @throws IOException          if that cannot be read.
     * @throws InterruptedException if interrupted.
     */
    static Footprint of(final ServerProcess server, final Path scratch, final Path data)
            throws IOException, InterruptedException {
        final long heap = heap(server.pid(), scratch);
        final Path process = Path.of("/proc", String.valueOf(server.pid()));
        final List<String> status = Files.readAllLines(process.resolve("status"));
        final Matcher journaled = JOURNALED.matcher(
                new ShopClient(server.adminAddress()).get("/metrics").body());
        return new Footprint(
                value(status, "VmRSS") * KIBIBYTE,
                value(status, "RssAnon") * KIBIBYTE,
                heap,
                descriptors(process),
                value(status, "Threads"),
                allocated(data),
                journaled.find() ? (long) Double.parseDouble(journaled.group(1)) : UNKNOWN);
    }

    private static long value(final List<String> status, final String name) {
        return status.stream()
                .filter(line -> line.startsWith(name + ":"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElse(UNKNOWN);
    }

    private static long descriptors(final Path process) throws IOException {
        try (Stream<Path> open = Files.list(process.resolve("fd"))) {
            return open.count();
        }
    }

    private static long heap(final long pid, final Path scratch) throws IOException, InterruptedException {
        final Path tool = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        if (!Files.isExecutable(tool)) {
            return UNKNOWN;
        }
        final Path commands = scratch.resolve("look.jcmd");
        Files.writeString(commands, "GC.run\nGC.heap_info\n");
        final Matcher generations =
                GENERATION.matcher(output(tool.toString(), String.valueOf(pid), "-f", commands.toString()));
        long used = 0;
        while (generations.find()) {
            used += Long.parseLong(generations.group(2)) * KIBIBYTE;
        }
        return used == 0 ? UNKNOWN : used;
    }

    /** Blocks, not lengths: files may have holes. */
    private static long allocated(final Path data) throws IOException, InterruptedException {
        return Long.parseLong(output("du", "-sk", data.toRealPath().toString()).replaceFirst("(?s)\\s.*", ""))
                * KIBIBYTE;
    }

    /** What a tool said, whatever its exit code: a file may vanish while it is counted. */
    private static String output(final String... command) throws IOException, InterruptedException {
        final Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            final String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            process.waitFor(COMMAND_SECONDS, TimeUnit.SECONDS);
            return said;
        } finally {
            process.destroyForcibly();
        }
    }
}

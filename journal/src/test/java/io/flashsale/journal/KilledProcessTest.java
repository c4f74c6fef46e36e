package io.flashsale.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A writer in another process, followed from here and killed. Proves nothing about syncing: the page cache survives it. */
class KilledProcessTest {
    private static final int BATCH = 7;

    @TempDir
    Path directory;

    @Test
    @Timeout(120)
    void shouldFollowAndRecoverWriterOfAnotherProcess() throws Exception {
        final SegmentStorage storage = new ChronicleSegmentStorage(directory);
        final Entries read = new Entries();
        try (JournalReader reader = new JournalReader(storage, 1, List.of())) {
            for (int life = 0; life < 3; life++) {
                final long answered = runAndKill(reader, read);
                final Recovered recovered = JournalRecovery.recover(storage, 1, List.of(), new Entries());
                assertFalse(recovered.cleanEnd());
                assertTrue(recovered.lastSequence() >= answered, recovered + " after " + answered);
                for (int i = 0; i < 10_000 && reader.lastSequence() < recovered.lastSequence(); i++) {
                    reader.poll(read, 100);
                }
                assertEquals(recovered.lastSequence(), read.lastSequence);
            }
        }
    }

    /** The last sequence that the process said to be durable. */
    private long runAndKill(final JournalReader reader, final Entries read) throws Exception {
        final List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        for (final String argument : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
            if (argument.startsWith("--add-")) {
                command.add(argument);
            }
        }
        command.addAll(
                List.of("-cp", System.getProperty("java.class.path"), Writer.class.getName(), directory.toString()));
        final Process writer = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        long answered = 0;
        try (BufferedReader output =
                new BufferedReader(new InputStreamReader(writer.getInputStream(), StandardCharsets.UTF_8))) {
            int lines = 0;
            while (lines < 200) {
                final String line = output.readLine();
                assertTrue(line != null, "the writer ended early");
                if (line.startsWith("durable ")) {
                    answered = Long.parseLong(line.substring("durable ".length()));
                    lines++;
                    reader.poll(read, 10);
                }
            }
        } finally {
            writer.destroyForcibly();
            writer.waitFor();
        }
        return answered;
    }

    /** Another process. */
    static final class Writer {
        private Writer() {}

        public static void main(final String[] args) {
            final SegmentStorage storage = new ChronicleSegmentStorage(Path.of(args[0]));
            final Entries entries = new Entries();
            final JournalWriter journal = JournalWriter.open(
                    storage,
                    JournalConfig.of(SyncPolicy.ALWAYS),
                    JournalRecovery.recover(storage, 1, List.of(), new Entries()));
            while (!Thread.interrupted()) {
                entries.append(journal, BATCH, 1, 1);
                journal.sync();
                System.out.println("durable " + journal.durableSequence());
                entries.append(journal, BATCH, 2, 2);
            }
        }
    }
}

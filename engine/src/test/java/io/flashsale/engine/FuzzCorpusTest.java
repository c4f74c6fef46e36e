package io.flashsale.engine;

import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every input that fuzzing found worth keeping, through its harness. */
class FuzzCorpusTest {
    private static final Path CORPUS = Path.of("src/test/corpus");

    @Test
    void shouldLoadOrRefuseAnySnapshot() throws IOException {
        replay(SnapshotFuzz.class, SnapshotFuzz::fuzzerTestOneInput);
    }

    private static void replay(final Class<?> harness, final Consumer<byte[]> target) throws IOException {
        final List<Path> inputs;
        try (Stream<Path> files = Files.list(CORPUS.resolve(harness.getSimpleName()))) {
            inputs = files.sorted().toList();
        }
        assertFalse(inputs.isEmpty());
        for (final Path input : inputs) {
            try {
                target.accept(Files.readAllBytes(input));
            } catch (final RuntimeException | AssertionError e) {
                throw new AssertionError(input.toString(), e);
            }
        }
    }
}

package io.flashsale.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Every input of one harness that fuzzing found worth keeping, from the sources of the module whose tests run. Shared with the
 * other modules that have harnesses, as a jar of this module's tests.
 */
public final class FuzzCorpus {
    private static final Path CORPUS = Path.of("src/test/corpus");

    private FuzzCorpus() {}

    /**
     * Gives each input to the harness.
     *
     * @param harness names the directory of the inputs.
     * @param target  its method.
     * @throws IOException if they cannot be read.
     */
    public static void replay(final Class<?> harness, final Consumer<byte[]> target) throws IOException {
        final List<Path> inputs;
        try (Stream<Path> files = Files.list(CORPUS.resolve(harness.getSimpleName()))) {
            inputs = files.sorted().toList();
        }
        if (inputs.isEmpty()) {
            throw new AssertionError("no inputs: " + harness);
        }
        for (final Path input : inputs) {
            try {
                target.accept(Files.readAllBytes(input));
            } catch (final RuntimeException | AssertionError e) {
                throw new AssertionError(input.toString(), e);
            }
        }
    }
}

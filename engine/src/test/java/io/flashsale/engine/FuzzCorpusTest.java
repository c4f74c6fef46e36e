package io.flashsale.engine;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/** Every input that fuzzing found worth keeping, through its harness. */
class FuzzCorpusTest {
    @Test
    void shouldLoadOrRefuseAnySnapshot() throws IOException {
        FuzzCorpus.replay(SnapshotFuzz.class, SnapshotFuzz::fuzzerTestOneInput);
    }
}

package io.flashsale.journal;

import io.flashsale.engine.FuzzCorpus;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** Every input that fuzzing found worth keeping, through its harness. */
class FuzzCorpusTest {
    @Test
    void shouldReadOrRefuseAnyJournal() throws IOException {
        FuzzCorpus.replay(JournalFuzz.class, JournalFuzz::fuzzerTestOneInput);
    }
}

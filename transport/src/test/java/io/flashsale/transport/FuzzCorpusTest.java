package io.flashsale.transport;

import io.flashsale.engine.FuzzCorpus;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** Every input that fuzzing found worth keeping, through its harness. */
class FuzzCorpusTest {
    @Test
    void shouldTakeAnyRequest() throws IOException {
        FuzzCorpus.replay(HttpFuzz.class, HttpFuzz::fuzzerTestOneInput);
    }

    @Test
    void shouldReadPlainRequestsAsTheDecoderDoes() throws IOException {
        FuzzCorpus.replay(PlainHeadFuzz.class, PlainHeadFuzz::fuzzerTestOneInput);
    }

    @Test
    void shouldReadAnyQuery() throws IOException {
        FuzzCorpus.replay(QueryFuzz.class, QueryFuzz::fuzzerTestOneInput);
    }

    @Test
    void shouldReadAnyCode() throws IOException {
        FuzzCorpus.replay(CodeFuzz.class, CodeFuzz::fuzzerTestOneInput);
    }
}

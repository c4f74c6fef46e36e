package io.flashsale.transport;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.flashsale.engine.Outcome;
import java.util.List;
import org.junit.jupiter.api.Test;

class RetryKeysTest extends ServerFixture {
    @Test
    void shouldHashTheKeyTogetherWithItsEndpoint() {
        final RetryKeys keys = new RetryKeys(SECRET);
        final byte[] expected = "Cabc".getBytes(US_ASCII);
        assertEquals(SipHash.hash(SECRET.first(), SECRET.second(), expected, 4), keys.hash(RetryKeys.CHECKOUT, "abc"));
        assertNotEquals(keys.hash(RetryKeys.CHECKOUT, "abc"), keys.hash(RetryKeys.PURCHASE, "abc"));
        assertNotEquals(keys.hash(RetryKeys.CHECKOUT, "abc"), keys.hash(RetryKeys.CHECKOUT, "abd"));
        assertNotEquals(
                keys.hash(RetryKeys.CHECKOUT, "abc"),
                new RetryKeys(new RetrySecret(1, 2)).hash(RetryKeys.CHECKOUT, "abc"));
        assertEquals(RetryKeys.NONE, keys.hash(RetryKeys.CHECKOUT, null));
    }

    @Test
    void shouldGiveTheEngineTheSameKeyForTheSameText() throws Exception {
        start();
        try (RawClient client = connect()) {
            final String end = " HTTP/1.1\r\nHost: a\r\nidempotency-KEY: k-1 \r\n\r\n";
            client.send("POST /checkout?user_id=1&id=9000" + end).response();
            client.send("POST /checkout?user_id=1&id=9000" + end).response();
            client.send("POST /purchase?code=" + code(Outcome.PURCHASED) + end).response();
            client.ask("POST /purchase?code=" + code(Outcome.PURCHASED)).response();
        }
        final RetryKeys keys = new RetryKeys(SECRET);
        final long checkout = keys.hash(RetryKeys.CHECKOUT, "k-1");
        assertEquals(
                List.of(checkout, checkout, keys.hash(RetryKeys.PURCHASE, "k-1"), 0L),
                pipeline.seen().stream().map(FakePipeline.Command::retryKey).toList());
    }

    @Test
    void shouldTakeSecretsOfSixteenBytesAndShowNone() {
        final byte[] bytes = new byte[16];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) i;
        }
        assertEquals(SECRET, RetrySecret.of(bytes));
        assertEquals("RetrySecret[masked]", SECRET.toString());
        assertThrows(IllegalArgumentException.class, () -> RetrySecret.of(new byte[15]));
    }
}

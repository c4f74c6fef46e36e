package io.flashsale.bench.load;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class RequestEncoderTest {
    private final RequestEncoder encoder = new RequestEncoder(address(8080, new byte[] {127, 0, 0, 1}));
    private final ByteBuffer out = ByteBuffer.allocate(encoder.maxLength());

    @Test
    void shouldWriteTheLongestCheckoutInTheRoomItAsksFor() {
        encoder.checkout(out, Long.MAX_VALUE, Long.MAX_VALUE, -1);
        final String lines = """
                POST /checkout?user_id=9223372036854775807&item_id=9223372036854775807 HTTP/1.1
                Host: 127.0.0.1:8080
                Idempotency-Key: load-ffffffffffffffff
                Content-Length: 0

                """;
        assertEquals(lines.replace("\n", "\r\n"), written());
    }

    @Test
    void shouldWriteZeroAsADigit() {
        encoder.checkout(out, 1, 0, 0);
        assertTrue(written().startsWith("POST /checkout?user_id=1&item_id=0 HTTP/1.1\r\n"));
    }

    @Test
    void shouldPutAnIpv6HostInBrackets() {
        final RequestEncoder six =
                new RequestEncoder(address(1, new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}));
        six.checkout(out, 1, 2, 0);
        assertTrue(written().contains("\r\nHost: [0:0:0:0:0:0:0:1]:1\r\n"));
    }

    @Test
    void shouldReadBackAnyCodeItWrites() {
        final Random random = new Random(7);
        for (int i = 0; i < 1_000; i++) {
            final UUID code = new UUID(random.nextLong(), random.nextLong());
            out.clear();
            encoder.purchase(out, code.getMostSignificantBits(), code.getLeastSignificantBits(), 0);
            final String text = FixtureSale.parameter(written(), "code=");
            assertEquals(code.toString(), text);
            final byte[] upper = text.toUpperCase(Locale.ROOT).getBytes(US_ASCII);
            assertTrue(UuidText.isUuid(upper, upper.length));
            assertEquals(code, new UUID(UuidText.high(upper), UuidText.low(upper)));
        }
    }

    @Test
    void shouldTellACodeFromOtherBodies() {
        for (final String text :
                new String[] {"", "SOLD", "68e3a1f000000-8abc-9def-0123456789ab", "68e3a1f0-0000-8abc-9def-0123456789ag"
                }) {
            final byte[] bytes = text.getBytes(US_ASCII);
            assertFalse(UuidText.isUuid(bytes, bytes.length), text);
        }
    }

    private static InetSocketAddress address(final int port, final byte[] bytes) {
        try {
            return new InetSocketAddress(InetAddress.getByAddress(bytes), port);
        } catch (final UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private String written() {
        return new String(out.array(), 0, out.position(), US_ASCII);
    }
}

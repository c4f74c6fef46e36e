package io.flashsale.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;

/**
 * A story of commands, one a row, each ending in what must come of it:
 *
 * <pre>
 * &#64;1h  configure items=2 limit=1 hold=60s sale=1h  => CONFIGURED sale=1h..2h counts=2/0/0
 *      checkout user=1 item=0 as=a                  => RESERVED expires=3660s
 *      purchase a key=7                             => PURCHASED
 * </pre>
 *
 * <p>{@code @} is the timestamp; a row without one has that of the row before. Times are milliseconds, or seconds and
 * hours with {@code s} and {@code h}, or {@code min}, {@code max} (of a long) and {@code end} (of the engine's time).
 * {@code as=a} names the issued code; {@code purchase a item=7} changes one part of that code first. Behind the outcome
 * may stand {@code same=a} (the code given), {@code counts=available/held/sold}, {@code sale=opens..closes},
 * {@code closing=n} (holds in the closing sale), {@code expires=time} and {@code opened=yes|no}.
 */
final class Scenario {
    private final String title;
    private final List<String> rows = new ArrayList<>();

    private final CheckedEngine run = new CheckedEngine();
    private final Map<String, UUID> codes = new HashMap<>();
    private long timestamp;
    private long nonce;

    private Scenario(final String title) {
        this.title = title;
    }

    /** Scenarios of a file in the test resources; each begins with a line of its title behind {@code ##}. */
    static List<Scenario> read(final String file) {
        final List<Scenario> scenarios = new ArrayList<>();
        for (final String line : text("/scenarios/" + file).lines().toList()) {
            if (line.startsWith("## ")) {
                scenarios.add(new Scenario(file + ": " + line.substring(3)));
            } else if (!line.isBlank() && !line.startsWith("#")) {
                scenarios.get(scenarios.size() - 1).rows.add(line.strip());
            }
        }
        return scenarios;
    }

    private static String text(final String resource) {
        try (InputStream in = Scenario.class.getResourceAsStream(resource)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (final IOException e) {
            throw new IllegalStateException(resource, e);
        }
    }

    void play() {
        for (final String row : rows) {
            final int arrow = row.indexOf("=>");
            final String[] said = row.substring(0, arrow).strip().split("\\s+", -1);
            final String[] expected = row.substring(arrow + 2).strip().split("\\s+", -1);
            final int first = said[0].startsWith("@") ? 1 : 0;
            timestamp = first == 1 ? time(said[0].substring(1)) : timestamp;
            final Map<String, String> words = words(said, first + 1);
            encode(said[first], words);
            assertEquals(Outcome.valueOf(expected[0]), run.apply(timestamp), title + "\n" + row);
            run.compareItems();
            if (words.containsKey("as")) {
                codes.put(words.get("as"), issued());
            }
            words(expected, 1).forEach((name, value) -> assertEquals(value, actual(name, value), title + "\n" + row));
        }
    }

    /** {@code name=value} words by name; a word without a value is the code's name. */
    private static Map<String, String> words(final String[] row, final int from) {
        final Map<String, String> words = new HashMap<>();
        for (int i = from; i < row.length; i++) {
            final int equals = row[i].indexOf('=');
            words.put(equals < 0 ? "code" : row[i].substring(0, equals), row[i].substring(equals + 1));
        }
        return words;
    }

    private void encode(final String verb, final Map<String, String> words) {
        final CommandFlyweight command = run.command();
        final long key = number(words, "key", 0);
        switch (verb) {
            case "configure" -> command.configure(rules(words));
            case "checkout" ->
                command.checkout(
                        number(words, "user", 0), (int) number(words, "item", 0), number(words, "nonce", ++nonce), key);
            case "purchase" -> command.purchase(high(words), low(words), key);
            case "release" -> command.release(high(words), low(words));
            case "tick" -> command.tick();
            case "checkpoint" ->
                command.checkpoint(
                        number(words, "previous", 0), run.engine().checkpointHash() + number(words, "wrong", 0));
            case "raw" -> run.buffer().putBytes(0, HexFormat.of().parseHex(words.get("code")));
            default -> throw new IllegalArgumentException(verb);
        }
    }

    private static SaleRules rules(final Map<String, String> words) {
        return new SaleRules(
                (int) number(words, "version", EngineLimits.RULES_VERSION),
                (int) number(words, "items", 2),
                (int) number(words, "limit", 1),
                (int) number(words, "hold", 60_000),
                (int) number(words, "sale", 3_600_000),
                number(words, "seed", 0));
    }

    private UUID code(final Map<String, String> words) {
        final String name = words.get("code");
        return name.length() == SaleCode.TEXT_LENGTH ? UUID.fromString(name) : codes.get(name);
    }

    private long high(final Map<String, String> words) {
        final long high = code(words).getMostSignificantBits();
        final long sale = number(words, "sale", SaleCode.saleId(high) * 1_000) / 1_000;
        final int item = (int) number(words, "item", SaleCode.item(high));
        return (SaleCode.high(sale, item) & ~0xF000L) | (number(words, "version", (high >>> 12) & 0xF) << 12);
    }

    private long low(final Map<String, String> words) {
        final long low = code(words).getLeastSignificantBits();
        final long variant = number(words, "variant", low >>> 62);
        return (number(words, "nonce", low) & (Long.MAX_VALUE >> 1)) | (variant << 62);
    }

    private UUID issued() {
        return new UUID(run.decision().codeHigh(), run.decision().codeLow());
    }

    /** What the engine says, worded as the row words it, so that a failure shows both beside each other. */
    private String actual(final String name, final String expected) {
        final SaleEngine engine = run.engine();
        return switch (name) {
            case "counts" -> engine.available() + "/" + engine.held() + "/" + engine.sold();
            case "closing" -> Integer.toString(engine.closingHeld());
            case "opened" -> run.decision().saleOpened() ? "yes" : "no";
            case "same" -> codes.get(expected).equals(issued()) ? expected : issued().toString();
            case "expires" -> as(expected, run.decision().expiresAtMillis());
            case "now" -> as(expected, engine.nowMillis());
            case "sale" -> {
                final int dots = expected.indexOf("..");
                yield as(expected.substring(0, dots), engine.opensAtMillis())
                        + ".."
                        + as(expected.substring(dots + 2), engine.closesAtMillis());
            }
            default -> throw new IllegalArgumentException(name);
        };
    }

    private static String as(final String expected, final long millis) {
        return time(expected) == millis ? expected : Long.toString(millis);
    }

    private static long number(final Map<String, String> words, final String name, final long otherwise) {
        return words.containsKey(name) ? time(words.get(name)) : otherwise;
    }

    private static long time(final String word) {
        final String text = word.replace("_", "").toLowerCase(Locale.ROOT);
        return switch (text) {
            case "min" -> Long.MIN_VALUE;
            case "max" -> Long.MAX_VALUE;
            case "end" -> EngineLimits.MAX_TIME_MILLIS;
            default -> {
                final int last = text.length() - 1;
                yield text.endsWith("s")
                        ? Long.parseLong(text.substring(0, last)) * 1_000
                        : text.endsWith("h")
                                ? Long.parseLong(text.substring(0, last)) * 3_600_000
                                : Long.parseLong(text);
            }
        };
    }

    @Override
    public String toString() {
        return title;
    }
}

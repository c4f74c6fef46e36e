package io.flashsale.bench.drill;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.flashsale.server.config.Setting;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** No container engine builds the deployment's files here, so at least what they name exists, and the documentation fits. */
class DeploymentFilesTest {
    private static final Path ROOT = Path.of("").toAbsolutePath().getParent();

    @TempDir
    private Path directory;

    private static String read(final String file) throws IOException {
        return Files.readString(ROOT.resolve(file));
    }

    private static List<String> matches(final String pattern, final String text) {
        return Pattern.compile(pattern, Pattern.MULTILINE)
                .matcher(text)
                .results()
                .map((final MatchResult match) -> match.group(1))
                .toList();
    }

    private static Set<String> settings() {
        return Stream.of(Setting.values()).map(Setting::name).collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void shouldNameOnlySettingsThatExist() throws IOException {
        for (final String file : List.of(
                "docker/Dockerfile", "docker/compose.yaml", "docker/flash-sale.service", "docker/healthcheck")) {
            final Set<String> unknown = new TreeSet<>(matches("\\b((?:APP|DB)_[A-Z_]+)\\b", read(file)));
            unknown.removeAll(settings());
            assertEquals(Set.of(), unknown, file);
        }
    }

    @Test
    void shouldDocumentEverySetting() throws IOException {
        final String operations = read("docs/OPERATIONS.md");
        final Set<String> missing = settings();
        missing.removeIf(name -> operations.contains("| `" + name + "`"));
        assertEquals(Set.of(), missing, "not in the tables of docs/OPERATIONS.md");
    }

    @Test
    void shouldCopyOnlyWhatTheTreeHas() throws IOException {
        final String dockerfile = read("docker/Dockerfile");
        assertTrue(Files.isExecutable(ROOT.resolve("docker/healthcheck")));
        assertTrue(Files.isExecutable(ROOT.resolve("mvnw")));
        for (final String source : matches("^COPY --from=build /src/(\\S+) ", dockerfile)) {
            final String module = source.substring(0, Math.max(0, source.indexOf("/target")));
            assertTrue(Files.exists(ROOT.resolve(module.isEmpty() ? source : module)), source);
        }
        for (final String source : matches("^COPY (docker/\\S+) ", dockerfile)) {
            assertTrue(Files.exists(ROOT.resolve(source)), source);
        }
        final String module = matches(
                        "home/(\\S+)/target/flash-sale-", read("flash-sale").replace("$module", "server"))
                .get(0);
        assertTrue(dockerfile.contains("/opt/flash-sale/" + module + "/target/flash-sale-" + module + ".jar"));
    }

    @Test
    void shouldWaitLongerForTheEndThanTheDrainTakes() throws IOException {
        final long drain = Long.parseLong(Setting.APP_DRAIN_SECONDS.defaultText());
        final String compose = read("docker/compose.yaml");
        for (final String seconds : matches("stop_grace_period: (\\d+)s", compose)) {
            assertTrue(Long.parseLong(seconds) > drain + 30, seconds);
        }
        assertEquals(
                List.of("flash-sale-service", "postgres"),
                matches("^  ([a-z-]+):$", compose).subList(0, 2));
        final String unit = read("docker/flash-sale.service");
        assertTrue(Long.parseLong(matches("^TimeoutStopSec=(\\d+)$", unit).get(0)) > drain + 30);
        assertTrue(unit.contains("\nRestart=always\n"));
    }

    @Test
    @Timeout(value = 1, unit = TimeUnit.MINUTES)
    void shouldTellReadyFromAbsentAndDocumentEveryMetric() throws Exception {
        try (ServerProcess server = ServerProcess.serve(directory, Map.of("APP_PROJECTOR", "outside"))
                .awaitReady(Duration.ofSeconds(30))) {
            final String port = String.valueOf(server.adminAddress().getPort());
            assertEquals(0, healthcheck(port));
            final String metrics = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
            final String operations = read("docs/OPERATIONS.md");
            for (final String metric : matches("^# TYPE flashsale(_\\S+) ", metrics)) {
                assertTrue(isDocumented(operations, metric), "flashsale" + metric + " is not in docs/OPERATIONS.md");
            }
            server.kill();
            assertNotEquals(0, healthcheck(port));
        }
    }

    /** The tables give the rest of a group by suffix: {@code `flashsale_sale_id`, `_items`}. */
    private static boolean isDocumented(final String operations, final String metric) {
        for (int at = 0; at >= 0; at = metric.indexOf('_', at + 1)) {
            if (operations.contains("`" + (at == 0 ? "flashsale" : "") + metric.substring(at) + "`")
                    || operations.contains("`" + (at == 0 ? "flashsale" : "") + metric.substring(at) + "{")) {
                return true;
            }
        }
        return false;
    }

    private int healthcheck(final String port) throws IOException, InterruptedException {
        final Process process = new ProcessBuilder(
                        ROOT.resolve("docker/healthcheck").toString(), port)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("healthcheck.out").toFile())
                .start();
        assertTrue(process.waitFor(10, TimeUnit.SECONDS), "the health check hangs");
        return process.exitValue();
    }
}

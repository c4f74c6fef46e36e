package io.flashsale.server.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.flashsale.journal.SyncPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServerConfigTest {
    @TempDir
    private Path directory;

    private final Map<Setting, String> flags = new HashMap<>();
    private final Map<String, String> environment = new HashMap<>();

    private ServerConfig config() {
        return ServerConfig.of(Settings.resolve(flags, environment, directory), 2);
    }

    @Test
    void shouldHaveTheDocumentedDefaults() {
        final ServerConfig config = config();
        assertEquals(8080, config.port());
        assertEquals(9090, config.adminPort());
        assertEquals(10_000, config.rules().items());
        assertEquals(10, config.rules().userLimit());
        assertEquals(120_000, config.rules().holdMillis());
        assertEquals(3_600_000, config.rules().saleMillis());
        assertEquals(SyncPolicy.ALWAYS, config.syncPolicy());
        assertEquals(ServerConfig.Database.EMBEDDED, config.database());
        assertNull(config.external());
        assertEquals(Duration.ofDays(7), config.retain());
        assertNull(config.databaseRetain());
        environment.put("APP_DB_RETAIN_HOURS", "48");
        assertEquals(Duration.ofDays(2), config().databaseRetain());
    }

    @Test
    void shouldPreferTheFlagThenTheEnvironmentThenTheFileThenTheDefault() throws IOException {
        Files.writeString(directory.resolve(".env"), "# ports\nexport APP_PORT=\"1001\"\nAPP_METRICS_PORT='1002'\n");
        assertEquals(1001, config().port());
        environment.put("APP_PORT", "2001");
        assertEquals(2001, config().port());
        assertEquals(1002, config().adminPort());
        flags.put(Setting.APP_PORT, "3001");
        assertEquals(3001, config().port());
    }

    @Test
    void shouldReadAFileAsOtherToolsDo() throws IOException {
        Files.writeString(directory.resolve(".env"), """
                \uFEFFAPP_PORT=1001 # the API
                DB_HOST=db
                DB_USER="a # b" # quoted
                DB_PASSWORD='x"#y'
                DB_NAME=a#b	# a tab
                APP_HOST= # unset
                """);
        final ServerConfig config = config();
        assertEquals(1001, config.port());
        assertEquals("0.0.0.0", config.host());
        assertEquals("a # b", config.external().user());
        assertEquals("x\"#y", config.external().password());
        assertEquals("a#b", config.external().name());
    }

    @Test
    void shouldNameAFileThatIsNoText() throws IOException {
        final Path file = Files.write(directory.resolve(".env"), new byte[] {'A', '=', (byte) 0xE9, '\n'});
        final String message =
                assertThrows(InvalidSettingException.class, this::config).getMessage();
        assertEquals("cannot read " + file + ": it is not UTF-8 text", message);
    }

    @Test
    void shouldTakePortWhenAppPortIsUnset() {
        environment.put("PORT", "5000");
        assertEquals(5000, config().port());
        environment.put("APP_PORT", "5001");
        assertEquals(5001, config().port());
    }

    @Test
    void shouldRefuseOnePortForBothPurposes() {
        environment.put("APP_PORT", "9090");
        final String message =
                assertThrows(InvalidSettingException.class, this::config).getMessage();
        assertTrue(message.startsWith("APP_METRICS_PORT=9090 is not allowed"), message);
        environment.put("APP_PORT", "0");
        environment.put("APP_METRICS_PORT", "0");
        assertEquals(0, config().adminPort());
    }

    @Test
    void shouldShortenTheDefaultHoldToAShortSale() {
        environment.put("APP_SALE_SECONDS", "2");
        assertEquals(2_000, config().rules().holdMillis());
    }

    @Test
    void shouldBoundConnectionsOnlyWhenToldSo() {
        assertEquals(0, config().maxConnections());
        assertEquals(0, config().maxConnectionsPerAddress());
        environment.put("APP_MAX_CONNECTIONS_PER_ADDRESS", "20");
        assertEquals(20, config().maxConnectionsPerAddress());
        environment.put("APP_MAX_CONNECTIONS", "20");
        assertEquals(20, config().maxConnections());
        environment.put("APP_MAX_CONNECTIONS", "19");
        final String message =
                assertThrows(InvalidSettingException.class, this::config).getMessage();
        assertTrue(message.contains("at most APP_MAX_CONNECTIONS=19"), message);
    }

    @Test
    void shouldRetainForLessThanAnHourWhenToldSo() {
        environment.put("APP_RETAIN_HOURS", "0.02");
        assertEquals(Duration.ofSeconds(72), config().retain());
        environment.put("APP_RETAIN_HOURS", "87600");
        assertEquals(87_600, config().retain().toHours());
    }

    @Test
    void shouldDistinguishTheThreeKindsOfDatabase() {
        environment.put("DB_HOST", "none");
        assertEquals(ServerConfig.Database.NONE, config().database());
        assertEquals(ServerConfig.ProjectorMode.NONE, config().projector());
        environment.put("DB_HOST", "db.example");
        environment.put("DB_PORT", "6432");
        assertEquals(6432, config().external().port());
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
                    APP_PORT,          eighty
                    APP_PORT,          65536
                    APP_PORT,          -1
                    APP_PORT,          +80
                    APP_PORT,          ٨٠
                    PORT,              abc
                    DB_HOST,           NONE
                    DB_HOST,           /var/run/postgresql
                    DB_HOST,           postgres://db
                    APP_PORT,          8080.0
                    APP_METRICS_PORT,  x
                    APP_ITEM_NUMBER,   0
                    APP_ITEM_NUMBER,   1000001
                    APP_ITEM_NUMBER,   99999999999
                    APP_USER_LIMIT,    0
                    APP_SALE_SECONDS,  0
                    APP_SALE_SECONDS,  604801
                    APP_HOLD_SECONDS,  0
                    APP_HOLD_SECONDS,  3601
                    APP_SYNC,          sometimes
                    APP_SYNC,          ALWAYS
                    APP_PROJECTOR,     elsewhere
                    APP_PROJECT_ATTEMPTS, some
                    APP_DRAIN_SECONDS, -1
                    APP_RETAIN_HOURS,  0
                    APP_RETAIN_HOURS,  0.009
                    APP_RETAIN_HOURS,  87600.1
                    APP_RETAIN_HOURS,  1e3
                    APP_RETAIN_HOURS,  +1
                    APP_RETAIN_HOURS,  .5
                    APP_RETAIN_HOURS,  99999999999
                    APP_DB_RETAIN_HOURS, 0.5
                    APP_DB_RETAIN_HOURS, never
                    APP_EVENT_LOOPS,   0
                    APP_MAX_CONNECTIONS, 0
                    APP_MAX_CONNECTIONS, 1000001
                    APP_MAX_CONNECTIONS_PER_ADDRESS, 0
                    APP_MAX_CONNECTIONS_PER_ADDRESS, many
                    APP_PIPELINE,      broken
                    APP_WAIT_STRATEGY, patient
                    """)
    void shouldNameTheVariableTheValueAndWhatIsAllowed(final String variable, final String value) {
        environment.put(variable, value);
        final String message =
                assertThrows(InvalidSettingException.class, this::config).getMessage();
        assertTrue(message.startsWith(variable + "=" + value + " is not allowed: it must be "), message);
    }

    @ParameterizedTest
    @CsvSource({"DB_PORT, 0", "DB_PORT, x", "DB_SSL_MODE, perhaps"})
    void shouldValidateTheDatabaseWhenThereIsOne(final String variable, final String value) {
        environment.put("DB_HOST", "localhost");
        environment.put(variable, value);
        assertThrows(InvalidSettingException.class, this::config);
    }

    @Test
    void shouldNeverPrintThePassword() {
        environment.put("DB_PASSWORD", "hunter2");
        final Settings settings = Settings.resolve(flags, environment, directory);
        assertEquals("********", settings.printable(Setting.DB_PASSWORD));
        environment.put("DB_HOST", "localhost");
        assertTrue(!config().toString().contains("hunter2"), config().toString());
    }

    @Test
    void shouldNoteVariablesThatHaveNoEffect() {
        environment.put("REDIS_HOST", "localhost");
        environment.put("APP_PROT", "80");
        assertEquals(2, Settings.resolve(flags, environment, directory).notes().size());
    }

    @Test
    void shouldRefuseAFileThatIsNoEnvFile() throws IOException {
        Files.writeString(directory.resolve(".env"), "APP_PORT 8080\n");
        assertThrows(InvalidSettingException.class, this::config);
    }
}

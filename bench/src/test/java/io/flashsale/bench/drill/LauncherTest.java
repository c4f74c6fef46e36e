package io.flashsale.bench.drill;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./flash-sale} in an installed tree, whose jar refers to the classes of this build. */
class LauncherTest {
    private static final Path ROOT = Path.of("").toAbsolutePath().getParent();
    private static final int SECONDS = 60;

    @TempDir
    private Path tree;

    private Process process;
    private String out;

    @BeforeEach
    void install() throws IOException {
        Files.copy(ROOT.resolve("flash-sale"), tree.resolve("flash-sale"));
        final Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.CLASS_PATH, classPath());
        final Path jar = tree.resolve("server/target/flash-sale-server.jar");
        Files.createDirectories(jar.getParent().resolve("lib"));
        try (OutputStream file = Files.newOutputStream(jar)) {
            new JarOutputStream(file, manifest).close();
        }
    }

    private static String classPath() {
        final String path = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        return Stream.of(path.split(File.pathSeparator))
                .map(entry -> Path.of(entry).toUri().toString())
                .collect(Collectors.joining(" "));
    }

    @AfterEach
    void stop() {
        if (process != null) {
            process.destroyForcibly();
        }
    }

    private int run(final String... arguments) throws IOException, InterruptedException {
        final List<String> command =
                new ArrayList<>(List.of(tree.resolve("flash-sale").toString()));
        command.addAll(List.of(arguments));
        process = new ProcessBuilder(command)
                .directory(tree.toFile())
                .redirectErrorStream(true)
                .redirectOutput(tree.resolve("out").toFile())
                .start();
        assertTrue(process.waitFor(SECONDS, TimeUnit.SECONDS), "still running");
        out = Files.readString(tree.resolve("out"));
        return process.exitValue();
    }

    @Test
    void shouldGiveFlagsToTheJvmWhereverTheyStand() throws Exception {
        for (final String[] arguments : new String[][] {
            {"--version", "--jvm=-Xlog:gc+heap+exit -Dflags=two"},
            {"--jvm=-Xlog:gc+heap+exit", "--version"},
            {"--jvm", "-Xlog:gc+heap+exit", "--version"},
            {"--version", "--jvm", "-Xlog:gc+heap+exit"}
        }) {
            assertEquals(0, run(arguments), out);
            assertTrue(out.contains("flash-sale 0.") && out.contains("def new generation"), out);
        }
    }

    @Test
    void shouldHaveTheJvmEndTheServiceWhenItsHeapIsExhausted() throws Exception {
        assertEquals(0, run("--version", "--jvm=-XX:+PrintFlagsFinal"), out);
        assertTrue(out.matches("(?s).*\\bExitOnOutOfMemoryError += true\\b.*"), out);
    }

    @Test
    void shouldLeaveTheOtherArgumentsAsTheyAre() throws Exception {
        assertEquals(2, run("replay", "--data-dir", "a  b", "--jvm=-Dx=1", "--no such option"), out);
        assertTrue(out.contains("--no such option"), out);
    }

    @Test
    void shouldSayThatFlagsAreMissing() throws Exception {
        assertEquals(2, run("--version", "--jvm"), out);
        assertTrue(out.startsWith("flash-sale: --jvm needs flags"), out);
    }
}

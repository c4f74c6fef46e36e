package io.flashsale.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The engine may use what stands here and nothing else, so a clock, a random number, a thread or a hash map cannot come
 * in unnoticed. Read from the constant pools of the compiled classes, which name every class they touch.
 */
class DeterminismTest {
    private static final Set<String> ALLOWED = Set.of(
            "java/lang/AssertionError",
            "java/lang/Enum",
            "java/lang/ExceptionInInitializerError",
            "java/lang/IllegalArgumentException",
            "java/lang/IllegalStateException",
            "java/lang/IndexOutOfBoundsException",
            "java/lang/Integer",
            "java/lang/Long",
            "java/lang/Math",
            "java/lang/NoSuchFieldError",
            "java/lang/Object",
            "java/lang/Record",
            "java/lang/RuntimeException",
            "java/lang/Short",
            "java/lang/String",
            // Of the compiler: string concatenation, record methods, assertions.
            "java/lang/Class",
            "java/lang/IncompatibleClassChangeError",
            "java/lang/MatchException",
            "java/lang/invoke/MethodHandles",
            "java/lang/invoke/MethodHandles$Lookup",
            "java/lang/invoke/StringConcatFactory",
            "java/lang/runtime/ObjectMethods",
            "java/nio/ByteOrder",
            "java/util/zip/CRC32C",
            "org/agrona/BitUtil",
            "org/agrona/DirectBuffer",
            "org/agrona/MutableDirectBuffer",
            "org/agrona/concurrent/UnsafeBuffer");

    /** Members of allowed classes that differ from run to run. */
    private static final Set<String> BANNED_MEMBERS = Set.of("random", "hashCode", "identityHashCode", "nanoTime");

    private static final Pattern FLOATING = Pattern.compile("\\b(float|double|Float|Double|strictfp)\\b|\\d\\.\\d");

    @Test
    void shouldTouchNoClassThatCouldMakeTwoRunsDiffer() throws Exception {
        final List<Path> classes = files(classesDirectory(), ".class");
        assertTrue(classes.size() > 10, "compiled classes: " + classes);
        for (final Path file : classes) {
            for (final String name : new ConstantPool(file).classes) {
                final String type = name.replaceAll("^\\[+L?|;$", "");
                assertTrue(
                        type.startsWith("io/flashsale/engine/") || type.length() == 1 || ALLOWED.contains(type),
                        file.getFileName() + " uses " + name);
            }
        }
    }

    @Test
    void shouldCallNothingThatDiffersFromRunToRunNorComputeWithFractions() throws Exception {
        for (final Path file : files(classesDirectory(), ".class")) {
            final ConstantPool pool = new ConstantPool(file);
            // The hash code of a record is what the compiler makes it; nobody in the engine asks for one.
            final boolean record = pool.classes.contains("java/lang/Record");
            for (final String name : pool.members) {
                assertTrue(record || !BANNED_MEMBERS.contains(name), file.getFileName() + " calls " + name);
            }
            for (final String descriptor : pool.descriptors) {
                assertTrue(
                        !descriptor.replaceAll("L[^;]*;", "").matches(".*[DF].*"),
                        file.getFileName() + ": " + descriptor);
            }
            assertEquals(0, pool.fractions, file + " holds a floating-point constant");
        }
        // Local variables are in no constant pool, and 0.0, 1.0 and 2.0 need no constant.
        for (final Path file : files(Path.of("src/main/java"), ".java")) {
            Files.readAllLines(file).stream()
                    .map(line -> line.replaceAll("//.*|^\\s*/?\\*.*|\"[^\"]*\"", ""))
                    .forEach(line -> assertTrue(!FLOATING.matcher(line).find(), file + ": " + line));
        }
    }

    @Test
    void shouldFindAClockARandomNumberAndAHashMapWhereTheyAre() throws Exception {
        final Path tests = Path.of(DeterminismTest.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        final ConstantPool seeds = new ConstantPool(tests.resolve("io/flashsale/engine/Seeds.class"));
        assertTrue(seeds.members.contains("nanoTime") && seeds.classes.contains("java/lang/System"));
        final ConstantPool model = new ConstantPool(tests.resolve("io/flashsale/engine/NaiveSale.class"));
        assertTrue(model.classes.contains("java/util/HashMap"));
    }

    private static Path classesDirectory() throws URISyntaxException {
        return Path.of(SaleEngine.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
    }

    private static List<Path> files(final Path directory, final String ending) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(file -> file.toString().endsWith(ending)).toList();
        }
    }

    /** JVM specification, section 4.4: the constants of a class file, as far as this test asks for them. */
    private static final class ConstantPool {
        private final List<String> classes = new ArrayList<>();
        private final List<String> members = new ArrayList<>();
        private final List<String> descriptors = new ArrayList<>();
        private int fractions;

        private ConstantPool(final Path file) throws IOException {
            try (InputStream raw = Files.newInputStream(file);
                    DataInputStream in = new DataInputStream(raw)) {
                in.skipNBytes(8);
                read(in, in.readUnsignedShort());
            }
        }

        private void read(final DataInputStream in, final int count) throws IOException {
            final String[] texts = new String[count];
            final List<Integer> classIndexes = new ArrayList<>();
            final List<int[]> namesAndTypes = new ArrayList<>();
            for (int i = 1; i < count; i++) {
                final int tag = in.readUnsignedByte();
                switch (tag) {
                    case 1 -> texts[i] = in.readUTF();
                    case 7 -> classIndexes.add(in.readUnsignedShort());
                    case 12 -> namesAndTypes.add(new int[] {in.readUnsignedShort(), in.readUnsignedShort()});
                    case 8, 16, 19, 20 -> in.skipNBytes(2);
                    case 15 -> in.skipNBytes(3);
                    case 3, 4, 9, 10, 11, 17, 18 -> in.skipNBytes(4);
                    case 5, 6 -> in.skipNBytes(8);
                    default -> throw new IOException("constant pool tag " + tag);
                }
                fractions += tag == 4 || tag == 6 ? 1 : 0;
                // Constants of eight bytes take two places.
                i += tag == 5 || tag == 6 ? 1 : 0;
            }
            classIndexes.forEach(index -> classes.add(texts[index]));
            for (final int[] nameAndType : namesAndTypes) {
                members.add(texts[nameAndType[0]]);
                descriptors.add(texts[nameAndType[1]]);
            }
        }
    }
}

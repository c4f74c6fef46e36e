package io.flashsale.engine;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.agrona.concurrent.UnsafeBuffer;

/** A format document of {@code schema}: its tables of fields and its worked examples, by heading. */
final class FormatDocument {
    /** A row of a table. The example is without its backticks. */
    record Field(int offset, int length, String type, String name, String example) {
        /** The field's value in an example's bytes, worded as the document words it. */
        String read(final UnsafeBuffer bytes, final int base) {
            final int at = base + offset;
            return switch (type) {
                case "u8" -> Integer.toString(bytes.getByte(at) & 0xFF);
                case "u16" -> Integer.toString(bytes.getShort(at, ByteOrder.LITTLE_ENDIAN) & 0xFFFF);
                case "u32" -> Long.toString(bytes.getInt(at, ByteOrder.LITTLE_ENDIAN) & 0xFFFF_FFFFL);
                case "i32" -> Integer.toString(bytes.getInt(at, ByteOrder.LITTLE_ENDIAN));
                case "i64" -> Long.toString(bytes.getLong(at, ByteOrder.LITTLE_ENDIAN));
                case "x64" -> "0x" + HexFormat.of().toHexDigits(bytes.getLong(at, ByteOrder.LITTLE_ENDIAN));
                case "zero" -> {
                    final byte[] zeros = new byte[length];
                    bytes.getBytes(at, zeros);
                    yield HexFormat.of().formatHex(zeros).replace("0", "").isEmpty() ? "0" : "not zero";
                }
                default -> throw new IllegalArgumentException(type);
            };
        }

        int typeLength() {
            return switch (type) {
                case "u8" -> 1;
                case "u16" -> 2;
                case "u32", "i32" -> 4;
                case "i64", "x64" -> 8;
                default -> length;
            };
        }
    }

    private final Map<String, List<Field>> tables = new LinkedHashMap<>();
    private final Map<String, StringBuilder> examples = new LinkedHashMap<>();

    FormatDocument(final String name) {
        String heading = "";
        boolean inExample = false;
        for (final String line : lines(Path.of("../schema/formats", name))) {
            if (line.startsWith("## ")) {
                heading = line.substring(3);
            } else if (line.startsWith("```")) {
                inExample = !inExample;
            } else if (inExample) {
                examples.computeIfAbsent(heading, key -> new StringBuilder())
                        .append(line)
                        .append('\n');
            } else if (line.matches("\\| \\d.*")) {
                tables.computeIfAbsent(heading, key -> new ArrayList<>()).add(field(line));
            }
        }
    }

    private static List<String> lines(final Path file) {
        try {
            return Files.readAllLines(file);
        } catch (final IOException e) {
            throw new IllegalStateException(file.toAbsolutePath().toString(), e);
        }
    }

    private static Field field(final String row) {
        final String[] cells = row.split("\\|", -1);
        return new Field(
                Integer.parseInt(cells[1].strip()),
                Integer.parseInt(cells[2].strip()),
                cells[3].strip(),
                cells[4].strip(),
                cells[6].strip().replace("`", ""));
    }

    List<Field> table(final String heading) {
        return tables.get(heading);
    }

    String example(final String heading) {
        return examples.get(heading).toString().strip();
    }

    /** The bytes of an example whose lines read {@code offset: bytes in hexadecimal}. */
    byte[] bytes(final String heading) {
        return HexFormat.of().parseHex(example(heading).replaceAll("(?m)^[^:]*:|\\s", ""));
    }

    /** Sixteen bytes a line, each behind its offset, as the documents show them. */
    static String dump(final byte[] bytes) {
        final StringBuilder dump = new StringBuilder();
        for (int i = 0; i < bytes.length; i += 16) {
            dump.append(String.format("%04x: ", i))
                    .append(HexFormat.ofDelimiter(" ").formatHex(bytes, i, Math.min(i + 16, bytes.length)))
                    .append('\n');
        }
        return dump.toString().strip();
    }
}

package io.flashsale.bench.drill;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FlatnessTest {
    private static final int SAMPLES = 60;
    private static final long MEBIBYTE = 1_024 * 1_024;
    private static final long START = 100 * MEBIBYTE;

    /** A process whose figures grow by so much with each sale. */
    private static List<Footprint> life(
            final int samples,
            final long resident,
            final long own,
            final long heap,
            final long files,
            final long threads,
            final long disk,
            final long journaled) {
        final List<Footprint> life = new ArrayList<>();
        for (int i = 0; i < samples; i++) {
            life.add(new Footprint(
                    START + i * resident,
                    START + i * own,
                    START + i * heap,
                    60 + i * files,
                    40 + i * threads,
                    START + i * disk,
                    i * journaled));
        }
        return life;
    }

    private static List<String> grown(final List<Footprint> life) {
        return Flatness.of(life).stream()
                .filter(line -> !line.isFlat())
                .map(Flatness.Line::name)
                .toList();
    }

    @Test
    void shouldFindALifeFlatThatStaysAsItIs() {
        final List<Footprint> life = life(SAMPLES, 0, 0, 0, 0, 0, 0, MEBIBYTE);
        assertEquals(6, Flatness.of(life).size());
        assertEquals(List.of(), grown(life));
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            600000,  0,       0,      0, 0, 0,       0,      resident memory
            0,       600000,  0,      0, 0, 0,       0,      own memory
            0,       0,       40000,  0, 0, 0,       0,      live objects
            0,       0,       0,      1, 0, 0,       0,      descriptors
            0,       0,       0,      0, 1, 0,       0,      threads
            0,       0,       0,      0, 0, 500000,  100000, disk
            """)
    void shouldNameWhatGrowsSaleBySale(
            final long resident,
            final long own,
            final long heap,
            final long files,
            final long threads,
            final long disk,
            final long journaled,
            final String name) {
        assertEquals(List.of(name), grown(life(SAMPLES, resident, own, heap, files, threads, disk, journaled)));
    }

    @Test
    void shouldLetTheDiskGrowByWhatWasJournaled() {
        assertEquals(List.of(), grown(life(SAMPLES, 0, 0, 0, 0, 0, MEBIBYTE, MEBIBYTE)));
    }

    @Test
    void shouldNotMindTheWarmUpNorASingleOutlier() {
        final List<Footprint> life = life(SAMPLES, 0, 0, 0, 0, 0, 0, MEBIBYTE);
        for (int i = 0; i < SAMPLES / 4; i++) {
            life.set(i, new Footprint(1, 1, 1, 1, 1, 1, 1));
        }
        life.set(SAMPLES - 1, new Footprint(9 * START, 9 * START, 9 * START, 999, 999, 9 * START, SAMPLES * MEBIBYTE));
        assertEquals(List.of(), grown(life));
    }

    @Test
    void shouldLeaveOutWhatCouldNotBeReadAndSayNothingOfAShortLife() {
        final List<Footprint> life = life(SAMPLES, 0, 0, 0, 0, 0, 0, 0);
        life.replaceAll(it -> new Footprint(
                it.resident(), it.own(), Footprint.UNKNOWN, it.files(), it.threads(), it.disk(), it.journaled()));
        assertEquals(5, Flatness.of(life).size());
        assertEquals(List.of(), Flatness.of(life.subList(0, Flatness.LEAST_SAMPLES - 1)));
    }
}

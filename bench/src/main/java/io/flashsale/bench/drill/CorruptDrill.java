package io.flashsale.bench.drill;

import static io.flashsale.bench.drill.DrillFailedException.require;

import io.flashsale.bench.drill.JournalTail.Damage;
import io.flashsale.bench.drill.JournalTail.Place;
import io.flashsale.bench.process.ScratchDirectory;
import io.flashsale.journal.ChronicleSegmentStorage;
import io.flashsale.journal.JournalCorruptException;
import io.flashsale.journal.JournalRecovery;
import io.flashsale.journal.Recovered;
import io.flashsale.projector.SnapshotHeader;
import io.flashsale.projector.SnapshotStore;
import io.flashsale.server.recovery.EngineRecovery;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * Damages the journal of a real run that was killed, byte by byte, and recovers it: a start refuses, naming the place, or cuts
 * off only what nobody was answered. Damage to the very last record after an unclean stop cannot be told from a torn write, as
 * the documentation says: there, and only there, answers may be cut off. Most recoveries run in this process, some in the
 * service's own.
 */
public final class CorruptDrill {
    private static final int CODES = 400;
    private static final int RATE = 800;
    private static final Duration PATIENCE = DrilledService.PATIENCE;
    private static final int SAMPLES = 3;
    private static final int PURCHASES_OF_A_SAMPLE = 30;
    private static final int SNAPSHOT_PLACES = 200;

    private final Path directory;
    private final int records;
    private final int step;
    private final Random random;
    private final DrillSteps steps;
    private final Map<Long, Long> hashes = new HashMap<>();
    private DrilledService service;
    private JournalTail tail;
    private long answered;

    /**
     * A drill.
     *
     * @param directory empty; holds the data.
     * @param records   how many of the last ones are damaged, each by itself.
     * @param step      every byte, every second one, and so on.
     * @param seed      of what is chosen at random.
     * @param log       is told of each step, and gets the table.
     */
    public CorruptDrill(
            final Path directory, final int records, final int step, final long seed, final PrintStream log) {
        this.directory = directory;
        this.records = records;
        this.step = step;
        random = new Random(seed);
        steps = new DrillSteps(log);
    }

    /**
     * Runs the drill.
     *
     * @return what was done and seen.
     * @throws DrillFailedException if a promise was broken.
     * @throws Exception            if the drill could not be carried out.
     */
    public DrillTable run() throws Exception {
        try (DrilledService running = new DrilledService(directory, Map.of("APP_PIPELINE", "fused"))) {
            service = running;
            makeJournal();
            for (final Damage damage : Damage.values()) {
                steps.step(
                        "last " + records + " records, " + damage,
                        "refused with its position, or cut where nobody was answered",
                        () -> damageAll(damage));
            }
            steps.step("snapshot, flipped", "rejected, the journal replayed instead", this::damageSnapshot);
            steps.step(
                    "serve, a record before the last damaged",
                    "exit code 1, position named",
                    () -> sample(tail.records().get(records - 3)));
            steps.step(
                    "serve, the last record damaged",
                    "starts; what was answered before that is there",
                    () -> sample(tail.records().get(records - 1)));
        } finally {
            steps.print();
        }
        steps.requireNoneFailed();
        return steps.table();
    }

    /** A run that ends in order and leaves a snapshot, and one that is killed. */
    private void makeJournal() throws Exception {
        service.start();
        service.startLoad(RATE);
        service.awaitCodes(CODES);
        service.endLoad();
        service.stop();
        service.start();
        service.startLoad(RATE);
        service.awaitCodes(CODES);
        service.kill();
        answered = service.ledger().highestSequence();
        final Recovered whole = recover();
        require(whole.lastSequence() >= answered, "the journal ends before the last answer: " + whole);
        tail = JournalTail.of(service.data().resolve("journal"), records);
    }

    private Recovered recover() {
        final CRC32C crc = new CRC32C();
        return JournalRecovery.recover(
                new ChronicleSegmentStorage(service.data().resolve("journal")),
                1,
                List.of(),
                (first, count, timestamp, buffer, offset) -> {
                    for (int i = 0; i < count * 32; i++) {
                        crc.update(buffer.getByte(offset + i));
                    }
                    // The first recovery, of the undamaged journal, says what every other one must find.
                    final Long known = hashes.putIfAbsent(first + count - 1, crc.getValue());
                    require(known == null || known == crc.getValue(), "commands changed before " + (first + count));
                });
    }

    private String damageAll(final Damage damage) throws IOException {
        int cases = 0;
        int refused = 0;
        int cutUnanswered = 0;
        int cutLast = 0;
        int harmless = 0;
        final long end = tail.records().get(records - 1).lastSequence();
        for (final Place place : tail.records()) {
            for (int at = place.begin(); at < place.end(); at += step) {
                if (!tail.damage(tail.file(), damage, at, place)) {
                    continue;
                }
                cases++;
                final String what = damage + " at " + at + " in " + place;
                try {
                    final Recovered found = recover();
                    if (found.lastSequence() >= end) {
                        harmless++;
                    } else if (found.lastSequence() >= answered) {
                        cutUnanswered++;
                    } else {
                        require(
                                tail.isLast(place) && found.lastSequence() >= place.firstSequence() - 1,
                                what + ": answered outcomes are lost, through " + answered + ": " + found);
                        cutLast++;
                    }
                } catch (final JournalCorruptException e) {
                    require(e.getMessage().contains("position"), what + ": no position: " + e.getMessage());
                    refused++;
                } finally {
                    tail.repair(place.begin());
                }
            }
        }
        require(recover().lastSequence() == end, "the drill did not repair what it damaged");
        return String.format(
                Locale.ROOT,
                "%,d places: %,d refused, %,d cut unanswered, %,d in the very last record cut, %,d without effect",
                cases,
                refused,
                cutUnanswered,
                cutLast,
                harmless);
    }

    private String damageSnapshot() throws IOException {
        final ChronicleSegmentStorage storage =
                new ChronicleSegmentStorage(service.data().resolve("journal"));
        final SnapshotStore snapshots = new SnapshotStore(service.data().resolve("snapshots"));
        final List<SnapshotHeader> headers = snapshots.list();
        require(!headers.isEmpty(), "the orderly stop left no snapshot");
        final long expected =
                EngineRecovery.run(storage, snapshots, List.of()).engine().stateHash();
        int cases = 0;
        for (final Path file : snapshotFiles()) {
            final byte[] whole = Files.readAllBytes(file);
            final int distance = Math.max(1, whole.length / SNAPSHOT_PLACES);
            for (int at = random.nextInt(distance); at < whole.length; at += distance) {
                final byte[] damaged = whole.clone();
                damaged[at] ^= (byte) (1 << at % Byte.SIZE);
                Files.write(file, damaged);
                final EngineRecovery recovery = EngineRecovery.run(storage, snapshots, List.of());
                require(
                        recovery.engine().stateHash() == expected,
                        "byte " + at + " of " + file.getFileName() + " flipped: another state");
                require(
                        !recovery.start().rejected().isEmpty(),
                        "byte " + at + " of " + file.getFileName() + " flipped: taken all the same");
                cases++;
            }
            Files.write(file, whole);
        }
        return cases + " places, each rejected; the same state by replay";
    }

    private List<Path> snapshotFiles() throws IOException {
        try (Stream<Path> files = Files.list(service.data().resolve("snapshots"))) {
            return files.filter(path -> path.toString().endsWith(".fss")).toList();
        }
    }

    /** Starts the real service on damaged copies. */
    private String sample(final Place place) throws Exception {
        for (int i = 0; i < SAMPLES; i++) {
            final Path copy = Files.createDirectory(directory.resolve("copy"));
            try {
                SmallDisk.run("cp", "-a", service.data().toString(), copy.toString());
                startDamaged(copy, place);
            } finally {
                ScratchDirectory.delete(copy);
            }
        }
        return SAMPLES + (tail.isLast(place) ? " starts, purchases kept" : " refused starts");
    }

    private void startDamaged(final Path copy, final Place place) throws Exception {
        final Path file = copy.resolve(directory.relativize(tail.file()));
        // Not the frame's header: the record in it verifies whatever length the header says.
        final int at = place.recordBegin() + random.nextInt(place.end() - place.recordBegin());
        require(tail.damage(file, Damage.FLIPPED, at, place), "a flip changes something");
        try (ServerProcess server = ServerProcess.serve(copy, service.settings())) {
            if (tail.isLast(place)) {
                checkServing(server.awaitReady(PATIENCE), place);
            } else {
                final int exitCode = server.awaitExit(PATIENCE);
                require(
                        exitCode == 1 && server.hasSaid("position"),
                        "byte " + at + ": exit code " + exitCode + ":\n" + server.output());
            }
        }
    }

    private void checkServing(final ServerProcess server, final Place cut) throws Exception {
        final ShopClient client = new ShopClient(server.address());
        final long next = client.checkout(1, 1).sequence();
        require(next >= cut.firstSequence(), "sequence " + next + " again, before " + cut + ":\n" + server.output());
        int looked = 0;
        for (final UUID code : service.ledger().with(Ledger.Fate.PURCHASED)) {
            // Those of the record that was cut may be gone.
            if (service.ledger().soldAs(code) < cut.firstSequence() && looked++ < PURCHASES_OF_A_SAMPLE) {
                final ShopClient.Answer answer = client.purchase(code);
                require(
                        answer.status() == 409 && answer.body().contains("used"),
                        "a purchase is lost: " + code + ": " + answer);
            }
        }
        require(looked > 0, "no purchase to look at");
    }
}

package io.flashsale.server.lifecycle;

import io.flashsale.engine.SaleEngine;
import io.flashsale.engine.SaleRules;
import io.flashsale.journal.ChronicleSegmentStorage;
import io.flashsale.journal.DirectoryLock;
import io.flashsale.journal.JournalWriter;
import io.flashsale.journal.Recovered;
import io.flashsale.journal.SegmentStorage;
import io.flashsale.projector.DatabaseConfig;
import io.flashsale.projector.DatabaseProbe;
import io.flashsale.projector.JournalDurability;
import io.flashsale.projector.JournalRetention;
import io.flashsale.projector.ProjectionException;
import io.flashsale.projector.ProjectionMark;
import io.flashsale.projector.Projector;
import io.flashsale.projector.ProjectorConfig;
import io.flashsale.projector.SnapshotStore;
import io.flashsale.projector.Snapshotter;
import io.flashsale.projector.SnapshotterConfig;
import io.flashsale.server.cli.CommandFailedException;
import io.flashsale.server.config.ServerConfig;
import io.flashsale.server.pipeline.FailStop;
import io.flashsale.server.pipeline.OpenSale;
import io.flashsale.server.pipeline.Pipeline;
import io.flashsale.server.pipeline.SaleClock;
import io.flashsale.server.postgres.EmbeddedPostgresServer;
import io.flashsale.server.recovery.EngineRecovery;
import io.flashsale.transport.Counter;
import io.flashsale.transport.HttpServer;
import io.flashsale.transport.SaleBoard;
import io.flashsale.transport.SaleStatus;
import io.flashsale.transport.TransportConfig;
import io.flashsale.transport.TransportCounters;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.EpochNanoClock;
import org.agrona.concurrent.SleepingMillisIdleStrategy;
import org.agrona.concurrent.SystemNanoClock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The start of the service, phase by phase, as {@link #run} lists them. Between two phases it looks whether it was told to
 * stop. It cleans nothing up: what it has brought up stands in {@link SaleParts}, which {@link SaleStop} takes down.
 *
 * <p>For one thread, once.
 */
final class SaleStart {
    private static final Logger LOG = LoggerFactory.getLogger(SaleStart.class);
    private static final Duration OPENING = Duration.ofSeconds(30);
    private static final Duration IDLE_CONNECTION = Duration.ofSeconds(75);
    private static final Duration RESERVE_PATIENCE = Duration.ofSeconds(5);
    /** At the fastest rate seen, what is appended in that time is a hundredth of the reserve. */
    private static final int KEEPER_PAUSE_MILLIS = 5;
    /** Of the collector, whose rates are of a second. */
    private static final int LOOK_MILLIS = 1_000;

    private final ServerConfig config;
    private final DataDirectory data;
    private final StartProgress progress;
    private final SaleParts parts;
    private final EpochNanoClock wall;
    private final FailStop failStop = new ProcessHalt();
    private final SaleBoard board = new SaleBoard();
    private final StartTimes times = new StartTimes();
    private final HotCpu hotCpu;
    private final SegmentStorage storage;
    private final SnapshotStore snapshots;

    private SaleEngine engine;
    private EngineRecovery recovery;
    private Recovered recovered;
    private TransportConfig transport;
    private SaleClock clock;
    private OpenSale openSale;
    private Projection projection;

    /**
     * Assigns; starts nothing.
     *
     * @param config   validated.
     * @param progress asked whether to go on.
     * @param parts    filled with what is brought up.
     * @param wall     clock that may step.
     */
    SaleStart(
            final ServerConfig config, final StartProgress progress, final SaleParts parts, final EpochNanoClock wall) {
        this.config = config;
        this.wall = wall;
        this.progress = progress;
        this.parts = parts;
        hotCpu = HotCpu.choose(config);
        data = new DataDirectory(config.dataDirectory());
        storage = new ChronicleSegmentStorage(data.journal());
        snapshots = new SnapshotStore(data.snapshots());
    }

    /**
     * Starts the service.
     *
     * @return what to tell the operator.
     * @throws StopRequestedException if it was told to stop meanwhile.
     * @throws CommandFailedException if it cannot start for a reason that the operator can mend.
     * @throws IOException            if the disk or the network fails.
     */
    String run() throws IOException {
        lock();
        recover();
        probeDatabase();
        // Up to here nothing has been written: a process that ends now has not been.
        progress.beginToWrite();
        // Each journal that is opened has a new segment: what may refuse the start comes before.
        prepareTransport();
        openJournal();
        openSale();
        awaitReserve();
        startDatabase();
        startHttp();
        startSnapshots();
        startCollector();
        return StartReport.of(config, data, board, openSale, recovery, parts, hotCpu, times);
    }

    private void ended(final String phase) {
        times.phase(phase);
        progress.check(phase);
    }

    private void lock() throws IOException {
        Ports.check(config.host(), config.port(), "APP_PORT");
        Ports.check(config.host(), config.adminPort(), "APP_METRICS_PORT");
        data.prepare();
        parts.directoryLock = DirectoryLock.acquire(data.root(), "started " + Instant.now());
        if (config.projector() == ServerConfig.ProjectorMode.INSIDE) {
            parts.projectorLock = ProjectorLock.acquire(data, "the service with APP_PROJECTOR=inside");
        }
        ended("checks");
    }

    private void recover() throws IOException {
        recovery = EngineRecovery.run(storage, snapshots, ProjectionMark.evidence(data.projectionMark(), storage));
        engine = recovery.engine();
        recovered = recovery.journal();
        if (recovered.cutReport() != null) {
            LOG.warn("{}", recovered.cutReport());
        }
        recovered.unfinished().forEach(ignored -> LOG.warn("{}", ignored));
        recovery.start().rejected().forEach(rejected -> LOG.warn("{}", rejected));
        HeapNeed.check(HeapNeed.items(config, engine), HeapNeed.engines(config.projector()), HeapNeed.limit());
        ended("recovery");
    }

    private void probeDatabase() {
        if (config.external() == null || config.projector() == ServerConfig.ProjectorMode.OUTSIDE) {
            return;
        }
        final DatabaseProbe.Result result = DatabaseProbe.probe(config.external(), recovered.journalId());
        if (result.isPermanent()) {
            throw new CommandFailedException(result.message());
        }
        if (!result.isReachable()) {
            LOG.warn("{}; the sale starts without it and the projector keeps trying", result.message());
        }
        ended("database probe");
    }

    private void prepareTransport() throws IOException {
        final int connections = OpenFiles.connections(config.maxConnections(), OpenFiles.limit());
        transport = TransportConfig.of(
                        config.host(), config.port(), config.adminPort(), RetrySecretFile.loadOrCreate(data.root()))
                .withEventLoops(config.eventLoops())
                .withConnections(connections, Math.min(connections, config.maxConnectionsPerAddress()))
                .withTimeouts(config.requestTimeout(), IDLE_CONNECTION);
    }

    private void openJournal() {
        clock = new SaleClock(wall, SystemNanoClock.INSTANCE, recovered.lastTimestampMillis());
        final JournalWriter journal = JournalOpening.open(
                config,
                data,
                storage,
                recovered,
                clock.estimate(),
                failure -> failStop.halt("writing the journal", failure));
        parts.journal = journal;
        final AgentRunner keeper = new AgentRunner(
                new SleepingMillisIdleStrategy(KEEPER_PAUSE_MILLIS),
                failure -> failStop.halt("keeping the journal", failure),
                null,
                journal.keeper());
        parts.keeper = keeper;
        AgentRunner.startOnThread(keeper, task -> daemon(task, "journal-keeper"));
        ended("journal");
    }

    private static Thread daemon(final Runnable task, final String name) {
        final Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    private void openSale() {
        final SaleRules changed = changedRules();
        parts.pipeline =
                new Pipeline(config.pipeline(), config.syncPolicy(), engine, parts.journal, clock, board, failStop);
        parts.pipeline.start(hotCpu::pinCaller);
        openSale = parts.pipeline.openSale(changed, OPENING);
        ended("opening");
    }

    /** The configured rules, if they differ from those of the next sale. The journaled hash seed is kept. */
    private SaleRules changedRules() {
        final SaleRules wanted = config.rules();
        final SaleRules journaled = engine.pendingRules();
        if (journaled != null && wanted.withHashSeed(journaled.hashSeed()).equals(journaled)) {
            return null;
        }
        return wanted.withHashSeed(new SecureRandom().nextLong());
    }

    private void startDatabase() {
        if (config.projector() == ServerConfig.ProjectorMode.NONE) {
            return;
        }
        if (config.projector() == ServerConfig.ProjectorMode.OUTSIDE) {
            projection = new OutsideProjection(data.projectionMark(), parts.journal.journalId());
            return;
        }
        final EmbeddedPostgresServer embedded = config.database() == ServerConfig.Database.EMBEDDED
                ? new EmbeddedPostgresServer(data.postgres(), config.databaseName())
                : null;
        parts.database = new DatabaseWriter(embedded, config.external(), this::projector);
        parts.database.start();
        projection = parts.database;
    }

    private Projector projector(final DatabaseConfig address) {
        final ProjectorConfig projecting = ProjectorConfig.of(address, data.projectionMark(), config.attemptsKept())
                .withSnapshots(snapshots)
                .withRetention(config.databaseRetain())
                .withRoom(this::hasSpaceToSpare);
        return new Projector(
                HotCpu.areFew() ? projecting.yieldingTo(parts.journal::appendedSequence) : projecting,
                storage,
                JournalDurability.of(parts.journal));
    }

    /**
     * The segment of a start is small at first; the keeper fills it up to the reserve, unless the disk is full. Who would
     * take a small reserve for a full disk starts later.
     */
    private void awaitReserve() {
        final long begin = System.nanoTime();
        while (!parts.journal.hasRoom() && parts.journal.keeper().spaceTrouble() == null) {
            if (System.nanoTime() - begin > RESERVE_PATIENCE.toNanos()) {
                LOG.warn("the journal's reserve is still being filled: until then commands are refused");
                break;
            }
            progress.check("reserve");
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
        ended("reserve");
    }

    private void startHttp() throws IOException {
        final ServerHealth health =
                new ServerHealth(parts::admission, board, parts.journal, clock, projection, () -> parts.snapshotter);
        final HttpServer http = new HttpServer(
                transport,
                parts.pipeline.commands(),
                board,
                parts::admission,
                health,
                new ServerMetrics(
                        parts.pipeline, parts.journal, clock, board, () -> parts.http.counters(), projection));
        parts.pipeline.answers(http.answers());
        parts.http = http;
        http.start(
                hotCpu::pinCaller,
                () -> failStop.halt("serving HTTP", new IllegalStateException("an event loop has ended")));
        ended("http");
    }

    private void startSnapshots() {
        // By the sale's time, which segments are dated by: a step of the wall clock makes nothing old.
        final JournalRetention retention =
                new JournalRetention(storage, snapshots, config.retain(), this::projectedThrough, clock::estimate);
        final Snapshotter snapshotter = new Snapshotter(
                SnapshotterConfig.of(this::hasSpaceToSpare),
                storage,
                snapshots,
                JournalDurability.of(parts.journal),
                retention);
        snapshotter.start();
        parts.snapshotter = snapshotter;
    }

    private void startCollector() {
        ProcessMemory.find().ifPresent(memory -> {
            final SaleStatus status = new SaleStatus();
            final TransportCounters counters = parts.http.counters();
            final QuietCollector collector = new QuietCollector(
                    memory,
                    () -> counters.total(Counter.REQUESTS),
                    () -> counters.total(Counter.CONNECTIONS_CLOSED),
                    () -> {
                        board.read(status);
                        return QuietCollector.isNear(clock.estimate(), status.opensAtMillis(), status.closesAtMillis());
                    });
            parts.quietCollector = new AgentRunner(
                    new SleepingMillisIdleStrategy(LOOK_MILLIS),
                    failure -> LOG.warn("looking for a quiet moment", failure),
                    null,
                    collector);
            AgentRunner.startOnThread(parts.quietCollector, task -> daemon(task, collector.roleName()));
        });
    }

    /** What PostgreSQL surely has, as the mark tells it: nobody asks PostgreSQL, which may be away. */
    private long projectedThrough() {
        if (config.projector() == ServerConfig.ProjectorMode.NONE) {
            return Long.MAX_VALUE;
        }
        try {
            return ProjectionMark.read(data.projectionMark())
                    .filter(mark -> mark.journalId() == parts.journal.journalId())
                    .map(ProjectionMark.Position::committed)
                    .orElse(0L);
        } catch (final IOException | ProjectionException e) {
            return 0;
        }
    }

    private boolean hasSpaceToSpare() {
        return parts.journal.hasRoom() && data.hasSpaceToSpare();
    }
}

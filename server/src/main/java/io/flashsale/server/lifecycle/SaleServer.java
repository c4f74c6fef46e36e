package io.flashsale.server.lifecycle;

import io.flashsale.engine.SaleEngine;
import io.flashsale.engine.SaleRules;
import io.flashsale.journal.ChronicleSegmentStorage;
import io.flashsale.journal.DirectoryLock;
import io.flashsale.journal.JournalConfig;
import io.flashsale.journal.JournalException;
import io.flashsale.journal.JournalWriter;
import io.flashsale.journal.Recovered;
import io.flashsale.journal.SegmentStorage;
import io.flashsale.journal.SyncPolicy;
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
import io.flashsale.server.pipeline.Pipeline;
import io.flashsale.server.pipeline.SaleClock;
import io.flashsale.server.postgres.EmbeddedPostgresServer;
import io.flashsale.server.recovery.EngineRecovery;
import io.flashsale.transport.Admission;
import io.flashsale.transport.HttpServer;
import io.flashsale.transport.SaleBoard;
import io.flashsale.transport.TransportConfig;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.SleepingMillisIdleStrategy;
import org.agrona.concurrent.SystemEpochClock;
import org.agrona.concurrent.SystemEpochNanoClock;
import org.agrona.concurrent.SystemNanoClock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The running service. {@link #start} returns once it answers; {@link #stop} lets it finish.
 *
 * <p>Start and stop are each called once, by any thread.
 */
public final class SaleServer {
    private static final Logger LOG = LoggerFactory.getLogger(SaleServer.class);
    private static final Duration OPENING = Duration.ofSeconds(30);
    private static final Duration IDLE_CONNECTION = Duration.ofSeconds(75);
    private static final Duration RESERVE_PATIENCE = Duration.ofSeconds(5);
    private static final Duration PROVING_INTERVAL = Duration.ofSeconds(1);
    private static final int KEEPER_PAUSE_MILLIS = 1;

    /** As much as the journal fills ahead, so that the others stop before it has to. */
    static final long SPARED_BYTES = 64L * 1024 * 1024;

    private final ServerConfig config;
    private final DataDirectory data;
    private final FailStop failStop = new ProcessHalt();
    private final ResourceStack resources = new ResourceStack();
    private final SaleBoard board = new SaleBoard();
    private final StartTimes times = new StartTimes();

    private SegmentStorage storage;
    private SaleEngine engine;
    private SnapshotStore snapshots;
    private EngineRecovery recovery;
    private Recovered recovered;
    private JournalWriter journal;
    private AgentRunner keeper;
    private SaleClock clock;
    private Pipeline pipeline;
    private DatabaseWriter database;
    private volatile Snapshotter snapshotter;
    private Projection projection;
    private HttpServer http;
    private volatile boolean draining;

    /**
     * Assigns; starts nothing.
     *
     * @param config validated.
     */
    public SaleServer(final ServerConfig config) {
        this.config = config;
        data = new DataDirectory(config.dataDirectory());
    }

    /**
     * Starts the service.
     *
     * @return what to tell the operator.
     * @throws CommandFailedException if it cannot start for a reason that the operator can mend.
     * @throws IOException            if the disk or the network fails.
     */
    public String start() throws IOException {
        try {
            prepare();
            recover();
            openSale();
            startDatabase();
            startHttp();
            startSnapshots();
            return StartReport.of(config, data, board, config.rules(), recovery, journal, http, times);
        } catch (final Throwable t) {
            resources.close();
            throw t;
        }
    }

    private static Thread daemon(final Runnable task) {
        final Thread thread = new Thread(task, "journal-keeper");
        thread.setDaemon(true);
        return thread;
    }

    private void prepare() throws IOException {
        Ports.check(config.host(), config.port(), "APP_PORT");
        Ports.check(config.host(), config.adminPort(), "APP_METRICS_PORT");
        data.prepare();
        resources.push("directory lock", DirectoryLock.acquire(data.root(), "started " + Instant.now()));
        if (config.projector() == ServerConfig.ProjectorMode.INSIDE) {
            resources.push("projector lock", ProjectorLock.acquire(data, "the service with APP_PROJECTOR=inside"));
        }
        times.phase("checks");
    }

    private void recover() throws IOException {
        storage = new ChronicleSegmentStorage(data.journal());
        snapshots = new SnapshotStore(data.snapshots());
        recovery = EngineRecovery.run(storage, snapshots, ProjectionMark.evidence(data.projectionMark(), storage));
        engine = recovery.engine();
        recovered = recovery.journal();
        if (recovered.cutReport() != null) {
            LOG.warn("{}", recovered.cutReport());
        }
        recovery.start().rejected().forEach(rejected -> LOG.warn("{}", rejected));
        times.phase("recovery");
        if (config.external() != null && config.projector() != ServerConfig.ProjectorMode.OUTSIDE) {
            probeDatabase(config.external());
        }
        journal = openJournal();
        resources.push("journal", journal);
        keeper = new AgentRunner(
                new SleepingMillisIdleStrategy(KEEPER_PAUSE_MILLIS),
                failure -> failStop.halt("keeping the journal", failure),
                null,
                journal.keeper());
        AgentRunner.startOnThread(keeper, SaleServer::daemon);
        resources.push("journal keeper", keeper);
        times.phase("journal");
    }

    private JournalWriter openJournal() {
        try {
            return JournalWriter.open(
                    storage,
                    journalConfig().withRetention(config.retain()),
                    recovered,
                    System.currentTimeMillis(),
                    failure -> failStop.halt("writing the journal", failure));
        } catch (final JournalException e) {
            throw data.isFull() ? data.noSpace(e) : e;
        }
    }

    /** A projector outside waits until records prove each other durable: where nobody syncs, the keeper does now and then. */
    private JournalConfig journalConfig() {
        final boolean nobodySyncs =
                config.syncPolicy() == SyncPolicy.NEVER && config.projector() == ServerConfig.ProjectorMode.OUTSIDE;
        return nobodySyncs
                ? JournalConfig.of(SyncPolicy.INTERVAL).withSyncInterval(PROVING_INTERVAL)
                : JournalConfig.of(config.syncPolicy());
    }

    private void probeDatabase(final DatabaseConfig address) {
        final DatabaseProbe.Result result = DatabaseProbe.probe(address, recovered.journalId());
        if (result.isPermanent()) {
            throw new CommandFailedException(result.message());
        }
        if (!result.isReachable()) {
            LOG.warn("{}; the sale starts without it and the projector keeps trying", result.message());
        }
        times.phase("database probe");
    }

    private void openSale() {
        clock = new SaleClock(new SystemEpochNanoClock(), SystemNanoClock.INSTANCE, recovered.lastTimestampMillis());
        pipeline = new Pipeline(config.pipeline(), config.syncPolicy(), engine, journal, clock, board, failStop);
        resources.push("pipeline", pipeline);
        final SaleRules changed = changedRules();
        pipeline.start();
        pipeline.openSale(changed, OPENING);
        times.phase("opening");
    }

    /** The configured rules, if they differ from those of the next sale. The journaled hash seed is kept. */
    private SaleRules changedRules() {
        final SaleRules wanted = config.rules();
        final SaleRules journaled = engine.pendingRules();
        if (journaled != null && wanted.withHashSeed(journaled.hashSeed()).equals(journaled)) {
            return null;
        }
        if (journaled != null) {
            LOG.info("from the next sale on: {} (until then: {})", wanted, journaled);
        }
        return wanted.withHashSeed(new SecureRandom().nextLong());
    }

    private void startDatabase() {
        if (config.projector() == ServerConfig.ProjectorMode.NONE) {
            return;
        }
        if (config.projector() == ServerConfig.ProjectorMode.OUTSIDE) {
            projection = new OutsideProjection(data.projectionMark(), journal.journalId());
            return;
        }
        final EmbeddedPostgresServer embedded = config.database() == ServerConfig.Database.EMBEDDED
                ? new EmbeddedPostgresServer(data.postgres(), config.databaseName())
                : null;
        database = new DatabaseWriter(embedded, config.external(), this::projector);
        resources.push("projector and database", database);
        database.start();
        projection = database;
    }

    private Projector projector(final DatabaseConfig address) {
        final ProjectorConfig projecting = ProjectorConfig.of(address, data.projectionMark(), config.attemptsKept())
                .withSnapshots(snapshots)
                .withRetention(config.databaseRetain())
                .withRoom(this::hasSpaceToSpare);
        return new Projector(projecting, storage, JournalDurability.of(journal));
    }

    /** The segment of a start is small at first; the keeper fills it up to the reserve, unless the disk is full. */
    private void awaitReserve() {
        final long begin = System.nanoTime();
        while (!journal.hasRoom() && journal.keeper().spaceTrouble() == null) {
            if (System.nanoTime() - begin > RESERVE_PATIENCE.toNanos()) {
                LOG.warn("the journal's reserve is still being filled: until then commands are refused");
                return;
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
    }

    private void startHttp() throws IOException {
        awaitReserve();
        times.phase("reserve");
        final TransportConfig transport = TransportConfig.of(
                        config.host(), config.port(), config.adminPort(), RetrySecretFile.loadOrCreate(data.root()))
                .withEventLoops(config.eventLoops())
                .withTimeouts(config.requestTimeout(), IDLE_CONNECTION);
        final ServerHealth health =
                new ServerHealth(this::admission, board, journal, clock, projection, () -> snapshotter);
        http = new HttpServer(
                transport,
                pipeline.commands(),
                board,
                this::admission,
                health,
                new ServerMetrics(pipeline, journal, clock, board, () -> http.counters(), projection));
        pipeline.answers(http.answers());
        http.start();
        resources.push("HTTP server", http);
        times.phase("http");
    }

    private void startSnapshots() {
        final JournalRetention retention = new JournalRetention(
                storage, snapshots, config.retain(), this::projectedThrough, SystemEpochClock.INSTANCE);
        snapshotter = new Snapshotter(
                SnapshotterConfig.of(this::hasSpaceToSpare),
                storage,
                snapshots,
                JournalDurability.of(journal),
                retention);
        resources.push("snapshots", snapshotter);
        snapshotter.start();
    }

    /** What PostgreSQL surely has, as the mark tells it: nobody asks PostgreSQL, which may be away. */
    private long projectedThrough() {
        if (config.projector() == ServerConfig.ProjectorMode.NONE) {
            return Long.MAX_VALUE;
        }
        try {
            return ProjectionMark.read(data.projectionMark())
                    .filter(mark -> mark.journalId() == journal.journalId())
                    .map(ProjectionMark.Position::committed)
                    .orElse(0L);
        } catch (final IOException | ProjectionException e) {
            return 0;
        }
    }

    /** Whether anything but the journal may write: what is free now must suffice for the journal's next steps as well. */
    private boolean hasSpaceToSpare() {
        return journal.hasRoom() && data.usableBytes() >= SPARED_BYTES;
    }

    private Admission admission() {
        if (draining) {
            return Admission.DRAINING;
        }
        return journal.hasRoom() ? Admission.OPEN : Admission.OUT_OF_SPACE;
    }

    private static Duration until(final long deadlineNanos) {
        return Duration.ofNanos(Math.max(0, deadlineNanos - System.nanoTime()));
    }

    /** Lets requests and the projector finish, within the drain time, and stops everything. */
    public void stop() {
        final long deadline = System.nanoTime() + config.drain().toNanos();
        draining = true;
        http.drain();
        if (!http.awaitIdle(config.drain())) {
            LOG.warn("stopping with requests in flight after {}", config.drain());
        }
        http.close();
        pipeline.close();
        keeper.close();
        journal.close();
        snapshotter.finishAt(journal.appendedSequence());
        if (!snapshotter.awaitFinished(until(deadline))) {
            LOG.info("stopping without a last snapshot; the next start replays a little more");
        }
        if (database != null && !database.awaitSequence(journal.appendedSequence(), until(deadline))) {
            LOG.warn("stopping while PostgreSQL is behind the journal; the next start catches up");
        }
        resources.close();
        LOG.info("stopped");
    }
}

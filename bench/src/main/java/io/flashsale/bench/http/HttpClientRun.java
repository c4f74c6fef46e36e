package io.flashsale.bench.http;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;

/** A load client: sends checkouts of random users and items as fast as it is answered. */
interface HttpClientRun {
    /** wrk if it is installed, unless the own load generator is wanted; wrk keeps its scripts in a directory. */
    static HttpClientRun choose(final boolean own, final Path directory) {
        return !own && WrkClient.isInstalled() ? new WrkClient(directory) : new OwnClient();
    }

    /** What it is called in the report. */
    String name();

    /**
     * Runs once.
     *
     * @param address  of the server, on loopback.
     * @param load     that it makes.
     * @param duration of the run.
     * @return what it saw.
     * @throws IOException if it cannot run, or saw an answer or an end that it should not have.
     */
    ClientFigures run(InetSocketAddress address, Load load, Duration duration) throws IOException, InterruptedException;

    /**
     * What a client saw.
     *
     * @param requests  answered.
     * @param refused   of those, with another status than 2xx or 3xx.
     * @param perSecond of them.
     * @param p50Nanos  half were answered within this.
     * @param p99Nanos  99% were answered within this.
     * @param busy      processor time of the client by the run's time: near 1, the client was the bottleneck.
     */
    record ClientFigures(long requests, long refused, double perSecond, long p50Nanos, long p99Nanos, double busy) {}
}

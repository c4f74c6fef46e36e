package io.flashsale.bench.http;

import io.flashsale.bench.load.LatencySummary;
import io.flashsale.bench.load.LoadConfig;
import io.flashsale.bench.load.LoadGenerator;
import io.flashsale.bench.load.LoadReport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Collection;
import java.util.Set;

/** The project's own load generator, in this process. It looks at every answer. */
final class OwnClient implements HttpClientRun {
    private static final Set<Integer> EXPECTED = Set.of(200, 409);

    @Override
    public String name() {
        return "the own load generator";
    }

    @Override
    public ClientFigures run(final InetSocketAddress address, final Load load, final Duration duration)
            throws IOException, InterruptedException {
        final LoadReport report = new LoadGenerator(LoadConfig.to(address)
                        .connections(load.connections())
                        .depth(load.depth())
                        .users(load.users())
                        .items(load.items())
                        .purchaseShare(0)
                        .duration(duration)
                        .build())
                .run();
        if (report.unexpectedAnswers(EXPECTED) > 0 || report.counts().connectionErrors() > 0) {
            throw new IOException("the run saw answers or ends that it should not have:\n" + report.toText());
        }
        final LatencySummary most = commonest(report.latencies().values());
        return new ClientFigures(
                report.answers(),
                report.unexpectedAnswers(Set.of(200)),
                report.answersPerSecond(),
                most.p50(),
                most.p99(),
                report.clientCpuNanos() / (double) report.elapsedNanos());
    }

    /** Of the classes of answers the one that was seen most often. */
    private static LatencySummary commonest(final Collection<LatencySummary> latencies) {
        return latencies.stream()
                .reduce((a, b) -> a.count() >= b.count() ? a : b)
                .orElseThrow();
    }
}

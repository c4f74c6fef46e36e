package io.flashsale.bench.load;

import picocli.CommandLine.Option;

/** What is asked for, by flags: a scenario, and what is to differ from it. Filled by picocli. */
final class TrafficOptions {
    @Option(
            names = "--scenario",
            paramLabel = "NAME",
            defaultValue = "purchase-heavy",
            description = {
                "purchase-heavy: every code is bought at once, until the sale is sold out; then refusals.",
                "mixed: of the codes 70%% bought, 15%% released, 15%% abandoned; 20%% of the other requests are reads;"
                        + " 10%% of the checkouts and their purchases are repeated with their Idempotency-Key; 20%% of"
                        + " the checkouts go to 100 hot items.",
                "The flags below override a scenario's values. Default: ${DEFAULT-VALUE}."
            })
    private String scenario;

    @Option(names = "--purchase-share", paramLabel = "P", description = "Share of the received codes that are bought.")
    private Double purchaseShare;

    @Option(
            names = "--release-share",
            paramLabel = "P",
            description = "Share of the received codes that are given back. The rest is abandoned.")
    private Double releaseShare;

    @Option(
            names = "--read-share",
            paramLabel = "P",
            description = "Share of reads (GET /sale, GET /items) among the requests that no code calls for.")
    private Double readShare;

    @Option(
            names = "--repeat-share",
            paramLabel = "P",
            description =
                    "Share of the checkouts that have an Idempotency-Key and are sent twice, as is their purchase.")
    private Double repeatShare;

    @Option(names = "--hot-share", paramLabel = "P", description = "Share of the checkouts that go to hot items.")
    private Double hotShare;

    @Option(names = "--hot-items", paramLabel = "N", description = "The first N items are hot.")
    private Integer hotItems;

    @Option(
            names = "--users",
            paramLabel = "N",
            defaultValue = "1000000",
            description = "Users are drawn from 1 to N. Default: ${DEFAULT-VALUE}.")
    private long users;

    @Option(
            names = "--items",
            paramLabel = "N",
            description = "Items are drawn from 0 to N-1. Default: as many as the open sale has.")
    private Integer items;

    /** For picocli. */
    TrafficOptions() {}

    TrafficMix mix() {
        final TrafficMix given = Scenario.of(scenario).mix();
        return new TrafficMix(
                or(purchaseShare, given.purchaseShare()),
                or(releaseShare, given.releaseShare()),
                or(readShare, given.readShare()),
                or(repeatShare, given.repeatShare()),
                or(hotShare, given.hotShare()),
                hotItems == null ? given.hotItems() : hotItems);
    }

    long users() {
        return users;
    }

    /** As given, or 1 until the service has been asked. */
    int items() {
        return items == null ? 1 : items;
    }

    boolean isItemsGiven() {
        return items != null;
    }

    private static double or(final Double given, final double otherwise) {
        return given == null ? otherwise : given;
    }
}

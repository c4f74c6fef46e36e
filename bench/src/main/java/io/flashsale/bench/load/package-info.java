/**
 * The load generator: a client that checks out random items, and buys with or releases the codes it gets.
 *
 * <p><b>Purpose.</b> {@link io.flashsale.bench.load.LoadGenerator} drives keep-alive connections as
 * {@link io.flashsale.bench.load.LoadConfig} says, tells a {@link io.flashsale.bench.load.LoadListener} of every
 * answer, and ends with a {@link io.flashsale.bench.load.LoadReport}. {@link io.flashsale.bench.load.LoadCommand} is
 * the same for the command line.
 *
 * <p><b>What the latencies mean.</b> With a rate (open loop) a request has a planned time, and its latency counts from
 * there: a server that stalls delays the requests planned meanwhile, and their wait is its fault. Without a rate
 * (closed loop) a connection sends when it has room, and latency counts from that send: it says how fast the server is
 * with as many requests outstanding as there are connections times depth, and hides stalls. The report names the mode.
 * Accepted and refused answers have histograms of their own, since refusals are cheaper and far more frequent.
 *
 * <p><b>What is checked.</b> An {@link io.flashsale.bench.load.ExchangeListener} hears of every request that has ended. One
 * checks, in bounded memory, that no item is sold or held twice, that no user is above the limit, and that
 * {@code Sale-Sequence} is unique and agrees with real time; a history recorder is another.
 *
 * <p><b>Dependencies.</b> The JDK and HdrHistogram; picocli, the charts and the history recorder for the command. Nothing
 * of the service: it meets it on the wire only.
 *
 * <p><b>Threading.</b> Each {@code load-N} thread owns a selector, its connections, a random sequence and its counts.
 * In the open loop one {@code load-pacer} thread wakes them when a request falls due. Nobody spins: threads wait in
 * {@code select} or parked. Sending and receiving allocate nothing. The command adds {@code load-progress}, which looks
 * at the running load each second.
 */
package io.flashsale.bench.load;

package io.flashsale.server.lifecycle;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.NoOpIdleStrategy;

/** A process whose stop hangs: the journal's keeper never ends, as if the disk did not answer. */
final class HangingStopMain {
    private HangingStopMain() {}

    /** Takes the drain time in milliseconds. */
    public static void main(final String[] args) throws Exception {
        final CountDownLatch hangs = new CountDownLatch(1);
        final Agent keeper = new Agent() {
            @Override
            public int doWork() {
                hangs.countDown();
                while (true) {
                    LockSupport.park();
                    Thread.interrupted();
                }
            }

            @Override
            public String roleName() {
                return "hangs";
            }
        };
        final SaleParts parts = new SaleParts();
        parts.keeper = new AgentRunner(NoOpIdleStrategy.INSTANCE, error -> {}, null, keeper);
        AgentRunner.startOnThread(parts.keeper);
        hangs.await();
        final SaleStop stop = new SaleStop(parts, Duration.ofMillis(Long.parseLong(args[0])));
        stop.limit();
        stop.run();
        System.out.println("it did not hang");
    }
}

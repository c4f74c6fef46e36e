package io.flashsale.transport;

import io.netty.handler.codec.http.HttpMethod;
import java.util.List;
import java.util.function.Supplier;

/**
 * Decides what becomes of a request that has arrived as a whole: a command, a reading to be done when its turn comes, or
 * an answer that is known at once. One for each port; called on its event loops.
 */
final class Dispatcher {
    private final List<Endpoint> served;
    private final CommandSink commands;
    private final Supplier<Admission> admission;
    private final Reply options;
    private final Reply notFound;

    Dispatcher(
            final List<Endpoint> served,
            final Reply notFound,
            final CommandSink commands,
            final Supplier<Admission> admission) {
        this.served = served;
        this.notFound = notFound;
        this.commands = commands;
        this.admission = admission;
        options = Endpoint.options(served);
    }

    /**
     * Dispatches one request.
     *
     * @param lane     of the connection.
     * @param route    back to the request.
     * @param entry    of the request.
     * @param method   asked for.
     * @param uri      request target.
     * @param retryKey {@code Idempotency-Key} as received, or null.
     * @param repeated whether there was more than one.
     */
    void dispatch(
            final Lane lane,
            final long route,
            final Entry entry,
            final HttpMethod method,
            final String uri,
            final String retryKey,
            final boolean repeated) {
        final Target target = lane.target;
        if (!target.parse(uri)) {
            entry.reply(isOptions(method) && uri.equals("*") ? options : Replies.BAD_TARGET);
            return;
        }
        final Endpoint endpoint = Endpoint.find(served, uri, target.pathStart(), target.pathEnd());
        if (endpoint == null) {
            // An absolute target without a path is what a proxy makes of an asterisk.
            final boolean asterisk = target.pathStart() == target.pathEnd();
            entry.reply(isOptions(method) && asterisk ? options : notFound);
        } else if (!endpoint.allows(method)) {
            entry.reply(isOptions(method) ? endpoint.options : endpoint.notAllowed);
        } else if (endpoint.isReading()) {
            read(lane, entry, endpoint, uri);
        } else {
            final boolean posted = method.equals(HttpMethod.POST);
            if (posted && retryKey != null && (repeated || !RetryKeys.isValid(retryKey))) {
                entry.reply(Replies.BAD_RETRY_KEY);
            } else {
                command(lane, route, entry, endpoint, posted, uri, retryKey);
            }
        }
    }

    private static boolean isOptions(final HttpMethod method) {
        return method.equals(HttpMethod.OPTIONS);
    }

    private static void read(final Lane lane, final Entry entry, final Endpoint endpoint, final String uri) {
        final Target target = lane.target;
        if (endpoint == Endpoint.ITEMS) {
            final Reply bad = lane.query.readPage(uri, target.queryStart());
            if (bad != null) {
                entry.reply(bad);
                return;
            }
            entry.item = lane.query.item();
            entry.limit = lane.query.limit();
        } else if (endpoint == Endpoint.ITEM || endpoint == Endpoint.ITEM_IMAGE) {
            entry.item = endpoint.number(uri, target.pathStart(), target.pathEnd());
        }
        if (lane.isStopping() && !endpoint.isHealth()) {
            refuse(lane, entry, Refusal.DRAINING);
        } else {
            entry.endpoint = endpoint;
            entry.state = Entry.State.READING;
        }
    }

    private void command(
            final Lane lane,
            final long route,
            final Entry entry,
            final Endpoint endpoint,
            final boolean posted,
            final String uri,
            final String retryKey) {
        final Query query = lane.query;
        final int from = lane.target.queryStart();
        final boolean checkout = endpoint == Endpoint.CHECKOUT && posted;
        final Reply bad = checkout ? query.readCheckout(uri, from) : query.readCode(uri, from);
        if (bad != null) {
            entry.reply(bad);
            return;
        }
        final Refusal refusal = refusal(lane);
        if (refusal != null) {
            refuse(lane, entry, refusal);
            return;
        }
        entry.user = query.user();
        entry.codeHigh = query.codeHigh();
        entry.codeLow = query.codeLow();
        // Before the pipeline has it: the answer may be there before the sink returns.
        entry.state = Entry.State.WAITING;
        final boolean taken;
        if (checkout) {
            final long key = lane.retryKeys.hash(RetryKeys.CHECKOUT, retryKey);
            taken = commands.checkout(route, query.user(), query.item(), lane.nonces.next(), key);
        } else if (posted) {
            final long key = lane.retryKeys.hash(RetryKeys.PURCHASE, retryKey);
            taken = commands.purchase(route, query.codeHigh(), query.codeLow(), key);
        } else {
            taken = commands.release(route, query.codeHigh(), query.codeLow());
        }
        if (taken) {
            lane.commandGiven();
        } else {
            refuse(lane, entry, Refusal.PIPELINE_FULL);
        }
    }

    private Refusal refusal(final Lane lane) {
        final Admission now = lane.isStopping() ? Admission.DRAINING : admission.get();
        return switch (now) {
            case OPEN -> lane.hasRoom() ? null : Refusal.ANSWERS_FULL;
            case DRAINING -> Refusal.DRAINING;
            case OUT_OF_SPACE -> Refusal.OUT_OF_SPACE;
        };
    }

    private static void refuse(final Lane lane, final Entry entry, final Refusal refusal) {
        lane.counters.refused(refusal);
        entry.reply(Replies.of(refusal));
        entry.closes |= refusal == Refusal.DRAINING;
    }
}

package io.flashsale.server.lifecycle;

import io.flashsale.journal.DirectoryLock;
import io.flashsale.journal.JournalWriter;
import io.flashsale.projector.Snapshotter;
import io.flashsale.server.pipeline.Pipeline;
import io.flashsale.transport.Admission;
import io.flashsale.transport.HttpServer;
import org.agrona.concurrent.AgentRunner;

/**
 * What a start has brought up so far, in that order, for the stop to take down; null is what it has not reached. Written by
 * the start, and by nobody after it; the stop begins when the start has ended.
 */
final class SaleParts {
    DirectoryLock directoryLock;
    DirectoryLock projectorLock;
    JournalWriter journal;
    AgentRunner keeper;
    Pipeline pipeline;
    DatabaseWriter database;
    HttpServer http;
    /** Null with another collector than the serial one. */
    AgentRunner quietCollector;

    /** Also read by health, on event loops. */
    volatile Snapshotter snapshotter;

    /** Set by the stop. */
    volatile boolean draining;

    /** Whether commands are taken. Any thread. */
    Admission admission() {
        if (draining) {
            return Admission.DRAINING;
        }
        return journal.hasRoom() ? Admission.OPEN : Admission.OUT_OF_SPACE;
    }
}

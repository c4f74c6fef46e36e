/**
 * The composition root: builds the service from its parts, starts it, and takes it down in reverse.
 *
 * <pre>
 *  start:  data directory, lock ─► recovery ─► journal ─► pipeline ─► sale open ─► projector, embedded
 *          PostgreSQL (in the background) ─► ports ─► snapshots
 *  stop:   not ready, drain ─► ports ─► pipeline ─► journal (clean end) ─► last snapshot ─► projector ─► PostgreSQL ─► lock
 * </pre>
 *
 * <p><b>Threading.</b> Start and stop each run on one thread. A start that fails half-way takes down what it started.
 */
package io.flashsale.server.lifecycle;

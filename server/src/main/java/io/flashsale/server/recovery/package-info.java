/**
 * From the journal back to an engine: used by the start of the service and by recovery drills.
 *
 * <p><b>Dependencies.</b> Engine, journal, and the projector's snapshots. <b>Threading.</b> Single-threaded.
 */
package io.flashsale.server.recovery;

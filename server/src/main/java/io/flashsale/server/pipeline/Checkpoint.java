package io.flashsale.server.pipeline;

/**
 * The engine's last checkpoint: what the next CHECKPOINT command asks replicas to compare.
 *
 * @param sequence  of the command, or 0 for none.
 * @param stateHash that the engine had there.
 */
record Checkpoint(long sequence, long stateHash) {}

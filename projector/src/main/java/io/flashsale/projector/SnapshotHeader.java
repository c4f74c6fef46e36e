package io.flashsale.projector;

import java.nio.file.Path;

/**
 * What is known of a snapshot file without reading the state in it.
 *
 * @param file      where it lies.
 * @param sequence  the last command that it includes, as the file's name says.
 * @param journalId the journal that it was taken of; 0 if it is damaged.
 * @param damage    what is wrong with the header or the length, in words; null if nothing is.
 */
public record SnapshotHeader(Path file, long sequence, long journalId, String damage) {
    /**
     * Whether the header says what it was written to say.
     *
     * @return false if nothing in the file can be trusted.
     */
    public boolean isWhole() {
        return damage == null;
    }
}

package io.flashsale.projector;

import java.util.List;

/**
 * What a comparison of journal and PostgreSQL found.
 *
 * @param journalId        compared.
 * @param fromSequence     first that was replayed: sales that opened before it were not compared.
 * @param throughSequence  the database's progress: what lies behind it was not compared.
 * @param sales            rows that the journal calls for.
 * @param items            rows that the journal calls for.
 * @param attempts         rows that the journal calls for.
 * @param purchases        items bought.
 * @param differences      rows that are missing, in excess, or different.
 * @param firstDifferences the first of them in words.
 */
public record VerificationReport(
        long journalId,
        long fromSequence,
        long throughSequence,
        long sales,
        long items,
        long attempts,
        long purchases,
        long differences,
        List<String> firstDifferences) {

    /**
     * Whether PostgreSQL has exactly what the journal calls for.
     *
     * @return true if there is no difference.
     */
    public boolean isEqual() {
        return differences == 0;
    }
}

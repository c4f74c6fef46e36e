/**
 * An append-only journal of opaque 32-byte entries: checksummed, chained, sequenced from 1, in segments.
 *
 * <p><b>Purpose.</b> {@link io.flashsale.journal.JournalRecovery} reads what is there and decides where it ends,
 * {@link io.flashsale.journal.JournalWriter} continues it in a new segment, {@link io.flashsale.journal.JournalReader}
 * follows it. None of them knows what an entry means.
 *
 * <p><b>Dependencies.</b> Agrona's buffers, and Chronicle Queue behind {@link io.flashsale.journal.SegmentStorage}: only
 * {@link io.flashsale.journal.ChronicleSegmentStorage} and its writer name it. Reading needs no Chronicle: the bytes are
 * read raw, so that a torn tail can neither mislead a tailer nor fault a mapped page.
 *
 * <p><b>Threading.</b> One thread appends. {@link io.flashsale.journal.JournalKeeper} fills space ahead of it, prepares the
 * next segment and syncs at an interval, on a thread of its own. Any thread may ask for durability. A reader belongs to the
 * thread that polls it.
 */
package io.flashsale.journal;

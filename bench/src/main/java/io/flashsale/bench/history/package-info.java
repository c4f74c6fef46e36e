/**
 * Histories of loads: what was asked, what was answered, and whether any course of the sale explains it.
 *
 * <p><b>Purpose.</b> {@link io.flashsale.bench.history.HistoryRecorder} writes down every request of a load with its
 * answer; {@link io.flashsale.bench.history.HistoryCheck} decides later whether the history is linearizable against a
 * naive model of the sale, also across crashes of the service.
 *
 * <p><b>What is decided.</b>
 * <ul>
 *   <li>Every decided answer has a Sale-Sequence of its own, and the sequences agree with real time: an answer that had
 *       arrived before a request was sent has the lower one. Complete.
 *   <li>For each item of each sale: the answers in the order of their sequences are those of the naive model, with the
 *       requests that were never answered placed wherever they explain something, or nowhere. Complete for an item, up
 *       to the bound on its states, except that an unanswered request is not asked for a free place in the sequence.
 *   <li>Time: a command was decided after it (and every earlier one) was sent, and before it (and every later one) was
 *       answered. Where that does not say whether a hold had run out, within a tolerance for the difference of the
 *       clocks, either is accepted. An unanswered request may be decided up to a minute after its connection was lost.
 *   <li>A user's limit and "sold out" concern several items: they are checked against what a user surely owns, or at most
 *       may own, and against whether each item may be sold, taken one by one. A contradiction that needs the unanswered
 *       requests of two items at once is not found.
 * </ul>
 *
 * <p><b>What is not decided.</b> Whether an accepted command is in the journal, if no later answer depends on it. What
 * others did: the history must be of all clients since the recording began; sales in which others were before are checked
 * with that in mind. Refusals within the tolerance of a sale's boundary are accepted if either sale explains them. Sales
 * must open at multiples of their length, and items, limit and hold must not change while recording.
 *
 * <p><b>Dependencies.</b> The load generator's view of a request; nothing of the engine.
 *
 * <p><b>Threading.</b> The recorder may be shared by threads; the check is for one.
 */
package io.flashsale.bench.history;

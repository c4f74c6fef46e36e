/**
 * What it takes to run this project's programs as processes of their own: drills and comparisons alike.
 *
 * <p><b>Threading.</b> Any thread.
 */
package io.flashsale.bench.process;

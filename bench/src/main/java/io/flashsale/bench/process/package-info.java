/**
 * What it takes to run this project's programs as processes of their own: drills and comparisons alike.
 *
 * <p><b>Threading.</b> No state: any thread.
 */
package io.flashsale.bench.process;

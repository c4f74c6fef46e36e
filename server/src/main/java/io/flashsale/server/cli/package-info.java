/**
 * The command line: parses, validates, runs one command, and turns every foreseeable failure into one line and an exit
 * code. Stack traces are for bugs.
 *
 * <p><b>Exit codes.</b> 0 done; 1 could not be done, or a difference was found; 2 wrong usage or setting; 70 halted by
 * {@link io.flashsale.server.pipeline.FailStop}.
 */
package io.flashsale.server.cli;

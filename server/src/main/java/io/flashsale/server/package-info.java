/**
 * The program: {@link io.flashsale.server.Main} chooses a command of {@link io.flashsale.server.cli} and exits with its code.
 *
 * <pre>
 *  cli ──► config      settings: flags, environment, .env
 *   └────► lifecycle   the service's start and stop
 *             ├──► recovery    the engine as the journal left it
 *             ├──► pipeline    the ring, its stages, their threads
 *             └──► postgres    the embedded server
 * </pre>
 *
 * <p><b>Threading.</b> A command runs on the main thread.
 *
 * <p><b>Dependencies.</b> All other modules but the bench; picocli.
 */
package io.flashsale.server;

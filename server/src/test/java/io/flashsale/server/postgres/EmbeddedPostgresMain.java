package io.flashsale.server.postgres;

import java.nio.file.Path;

/** A process that starts the server of a directory and waits to be killed. */
final class EmbeddedPostgresMain {
    private EmbeddedPostgresMain() {}

    public static void main(final String[] args) throws Exception {
        System.out.println(
                "port " + new EmbeddedPostgresServer(Path.of(args[0])).start().port());
        System.in.read();
    }
}

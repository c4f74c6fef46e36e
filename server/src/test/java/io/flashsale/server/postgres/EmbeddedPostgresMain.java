package io.flashsale.server.postgres;

import java.nio.file.Path;
import java.time.Duration;

/** A process that starts the server of a directory, or only takes the turn to do so, and waits to be killed. */
final class EmbeddedPostgresMain {
    private EmbeddedPostgresMain() {}

    public static void main(final String[] args) throws Exception {
        final Path directory = Path.of(args[0]);
        if (args[1].equals("turn")) {
            PostgresTurn.take(directory, Duration.ZERO);
            System.out.println("port 0");
        } else {
            System.out.println(
                    "port " + new EmbeddedPostgresServer(directory).start().port());
        }
        System.in.read();
    }
}

package io.flashsale.server.recovery;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;

/**
 * The secret by which idempotency keys are hashed, in the data directory. It must outlive the process: a retry after a
 * restart has to find the hash that was journaled before.
 */
public final class RetrySecret {
    /** Bytes of the secret. */
    public static final int LENGTH = 16;

    private static final String FILE = "retry.secret";

    private RetrySecret() {}

    /**
     * Reads the secret, or makes one and syncs it.
     *
     * @param dataDirectory that holds it.
     * @return {@value #LENGTH} bytes.
     * @throws IOException if it cannot be read or written, or has another length.
     */
    public static byte[] loadOrCreate(final Path dataDirectory) throws IOException {
        final Path file = dataDirectory.resolve(FILE);
        if (Files.exists(file)) {
            final byte[] secret = Files.readAllBytes(file);
            if (secret.length != LENGTH) {
                throw new IOException(file + " has " + secret.length + " bytes, expected " + LENGTH
                        + ": restore it, or remove it and let retries of earlier requests be decided afresh");
            }
            return secret;
        }
        final byte[] secret = new byte[LENGTH];
        new SecureRandom().nextBytes(secret);
        final Path unfinished = dataDirectory.resolve(FILE + ".new");
        Files.deleteIfExists(unfinished);
        Files.createFile(
                unfinished, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try (FileChannel channel = FileChannel.open(unfinished, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(secret));
            channel.force(true);
        }
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
        try (FileChannel directory = FileChannel.open(dataDirectory, StandardOpenOption.READ)) {
            directory.force(true);
        }
        return secret;
    }
}

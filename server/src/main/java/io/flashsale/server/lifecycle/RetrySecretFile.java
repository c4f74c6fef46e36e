package io.flashsale.server.lifecycle;

import io.flashsale.transport.RetrySecret;
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
final class RetrySecretFile {
    private static final String FILE = "retry.secret";

    private RetrySecretFile() {}

    /**
     * Reads the secret, or makes one and syncs it.
     *
     * @param dataDirectory that holds it.
     * @return the secret.
     * @throws IOException if it cannot be read or written, or has another length.
     */
    static RetrySecret loadOrCreate(final Path dataDirectory) throws IOException {
        final Path file = dataDirectory.resolve(FILE);
        if (Files.exists(file)) {
            final byte[] secret = Files.readAllBytes(file);
            if (secret.length != RetrySecret.BYTES) {
                throw new IOException(file + " has " + secret.length + " bytes, expected " + RetrySecret.BYTES
                        + ": restore it, or remove it and let retries of earlier requests be decided afresh");
            }
            return RetrySecret.of(secret);
        }
        final byte[] secret = new byte[RetrySecret.BYTES];
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
        return RetrySecret.of(secret);
    }
}

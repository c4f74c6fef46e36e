package io.flashsale.bench.drill;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/**
 * An agent that uses up the whole heap of the process it is loaded into, once a file exists, and keeps it: what a leak does in
 * the end, without waiting for one.
 */
public final class HeapEater {
    private static final int BITE = 16 * 1024;

    private HeapEater() {}

    /**
     * Called by the JVM before {@code main}; starts a daemon thread.
     *
     * @param trigger file that it waits for.
     */
    public static void premain(final String trigger) {
        final Thread eater = new Thread(() -> eat(Path.of(trigger)), "heap-eater");
        eater.setDaemon(true);
        eater.start();
    }

    private static void eat(final Path trigger) {
        while (!Files.exists(trigger)) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
        final List<byte[]> eaten = new ArrayList<>();
        while (eaten.size() < Integer.MAX_VALUE) {
            eaten.add(new byte[BITE]);
        }
    }

    /**
     * Makes the agent's jar.
     *
     * @param directory to write it to.
     * @param trigger   file that the agent is to wait for.
     * @return the JVM's flag that loads it.
     */
    static String flag(final Path directory, final Path trigger) throws IOException {
        final Path jar = directory.resolve("heap-eater.jar");
        final String entry = HeapEater.class.getName().replace('.', '/') + ".class";
        final Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().putValue("Premain-Class", HeapEater.class.getName());
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream out = new JarOutputStream(file, manifest);
                InputStream code = HeapEater.class.getClassLoader().getResourceAsStream(entry)) {
            out.putNextEntry(new JarEntry(entry));
            code.transferTo(out);
        }
        return "-javaagent:" + jar + "=" + trigger;
    }
}

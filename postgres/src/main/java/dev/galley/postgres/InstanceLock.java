package dev.galley.postgres;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Makes sure that one program at a time works on a folder: a lock of the kernel on a file, which also ends when the program is
 * killed. The file tells who holds it.
 */
public final class InstanceLock implements AutoCloseable {
    /**
     * The locks of this JVM. The kernel's lock belongs to the process and goes when <em>any</em> descriptor of the file is
     * closed, so a second attempt in this JVM must not even open it.
     */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path file;
    private final FileChannel channel;

    private InstanceLock(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /**
     * Locks a folder, by the file {@code lock} in it, which is made if it is not there.
     *
     * @param inUse makes what is thrown when somebody has the lock, of words for who has it ("process 12")
     */
    public static InstanceLock acquire(Path folder, Function<String, ? extends RuntimeException> inUse)
            throws IOException {
        Path real = folder.toRealPath().resolve("lock");
        if (!HELD.add(real)) {
            throw inUse.apply("this program itself");
        }
        try {
            FileChannel channel = FileChannel.open(
                    real, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            @Nullable FileLock lock = channel.tryLock();
            if (lock == null) {
                String holder = holder(channel);
                channel.close();
                throw inUse.apply(holder.isEmpty() ? "another program" : "process " + holder);
            }
            channel.truncate(0);
            write(channel);
            return new InstanceLock(real, channel);
        } catch (IOException | RuntimeException e) {
            HELD.remove(real);
            throw e;
        }
    }

    /** Without our process id the lock still holds: a full disk must not prevent a start. */
    private static void write(FileChannel channel) {
        try {
            String pid = ProcessHandle.current().pid() + "\n";
            channel.write(ByteBuffer.wrap(pid.getBytes(StandardCharsets.US_ASCII)), 0);
        } catch (IOException e) {
            System.getLogger(InstanceLock.class.getName())
                    .log(System.Logger.Level.WARNING, "cannot write the process id: " + e.getMessage());
        }
    }

    private static String holder(FileChannel channel) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(32);
        channel.read(buffer, 0);
        return new String(buffer.array(), 0, buffer.position(), StandardCharsets.US_ASCII).strip();
    }

    @Override
    public void close() {
        if (!channel.isOpen()) {
            // A second time: the entry in HELD may be somebody else's by now.
            return;
        }
        try {
            channel.close();
        } catch (IOException e) {
            System.getLogger(InstanceLock.class.getName())
                    .log(System.Logger.Level.WARNING, "closing " + file + ": " + e.getMessage());
        } finally {
            HELD.remove(file);
        }
    }
}

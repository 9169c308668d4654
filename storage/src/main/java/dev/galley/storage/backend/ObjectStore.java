package dev.galley.storage.backend;

import java.io.IOException;
import java.io.InputStream;
import java.util.function.Consumer;

/**
 * A place for bytes. What is written under a version is written once, whole or not at all, and never changes until it is deleted. All
 * methods block; they are called on virtual threads, many at a time.
 */
public interface ObjectStore extends AutoCloseable {

    /** Takes the stream to its end. When this returns the bytes will outlive a crash. */
    void write(String version, InputStream bytes) throws IOException;

    /**
     * Bytes {@code from} to {@code from + length - 1} of what was written.
     *
     * @throws MissingObject when there is nothing under this version
     * @throws DamagedObject while reading, when the bytes are not those that were written
     */
    InputStream read(String version, long from, long length) throws IOException;

    /** How many bytes there are. */
    long length(String version) throws IOException;

    /** Writes the same bytes under another version. */
    void copy(String version, String to, long length) throws IOException;

    /** Whether they are there or not. */
    void delete(String version) throws IOException;

    /** All versions that are there, in any order, and how old each is at least. */
    void forEach(Consumer<Stored> each) throws IOException;

    /** Reads all of it and says whether it is whole. */
    boolean verify(String version) throws IOException;

    /** @param ageSeconds since it was written */
    record Stored(String version, long ageSeconds) {}

    @Override
    default void close() {}
}

package dev.galley.storage.backend;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * Files below one folder, which several nodes may share. A file is written under {@code staging}, forced to disk with its checksums, moved to
 * its place, and the folder forced too: what stands in its place is whole. Names are versions, never anything that a user chose.
 */
public final class LocalDisk implements ObjectStore {
    private static final Pattern VERSION = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    private static final int FAN_OUT = 2;

    private final Path objects;
    private final Path staging;
    private final boolean durable;
    private final Set<Path> knownFolders = ConcurrentHashMap.newKeySet();

    /** @param durable false to leave it to the system when bytes reach the disk: a power cut may then take what was acknowledged */
    public LocalDisk(Path root, boolean durable) throws IOException {
        this.objects = root.resolve("objects");
        this.staging = root.resolve("staging");
        this.durable = durable;
        Files.createDirectories(objects);
        Files.createDirectories(staging);
    }

    @Override
    public void write(String version, InputStream bytes) throws IOException {
        Path draft = staging.resolve(valid(version));
        try {
            try (FileChannel file = FileChannel.open(draft, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                writeContent(file, bytes);
                if (durable) {
                    file.force(true);
                }
            }
            publish(draft, version);
        } catch (IOException | RuntimeException failure) {
            Files.deleteIfExists(draft);
            throw failure;
        }
    }

    private static void writeContent(FileChannel file, InputStream bytes) throws IOException {
        Checksums checksums = new Checksums();
        byte[] block = new byte[Checksums.BLOCK];
        for (int count = bytes.readNBytes(block, 0, block.length);
                count > 0;
                count = bytes.readNBytes(block, 0, block.length)) {
            checksums.update(block, 0, count);
            writeFully(file, ByteBuffer.wrap(block, 0, count));
        }
        writeFully(file, checksums.trailer());
    }

    private static void writeFully(FileChannel file, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            file.write(bytes);
        }
    }

    private void publish(Path draft, String version) throws IOException {
        Path folder = madeFolder(version);
        Files.move(draft, folder.resolve(version), StandardCopyOption.ATOMIC_MOVE);
        force(folder);
    }

    private Path madeFolder(String version) throws IOException {
        Path folder = folder(version);
        if (knownFolders.add(folder)) {
            Files.createDirectories(folder);
            force(objects);
        }
        return folder;
    }

    private void force(Path folder) throws IOException {
        if (durable) {
            try (FileChannel entries = FileChannel.open(folder, StandardOpenOption.READ)) {
                entries.force(true);
            }
        }
    }

    @Override
    public InputStream read(String version, long from, long length) throws IOException {
        FileChannel file = open(version);
        try {
            return VerifiedFile.open(file, version, from, length);
        } catch (IOException | RuntimeException failure) {
            file.close();
            throw failure;
        }
    }

    @Override
    public long length(String version) throws IOException {
        try (FileChannel file = open(version)) {
            long length = VerifiedFile.contentLength(file);
            if (length < 0) {
                throw new DamagedObject(version, "its length is not what was written");
            }
            return length;
        }
    }

    private FileChannel open(String version) throws IOException {
        try {
            return FileChannel.open(place(version), StandardOpenOption.READ);
        } catch (NoSuchFileException e) {
            throw new MissingObject(version);
        }
    }

    /** The same file under a second name: it is gone when both are. */
    @Override
    public void copy(String version, String to, long length) throws IOException {
        Path folder = madeFolder(to);
        try {
            Files.createLink(folder.resolve(to), place(version));
            force(folder);
        } catch (NoSuchFileException e) {
            throw new MissingObject(version);
        } catch (UnsupportedOperationException | FileAlreadyExistsException e) {
            throw new IOException("cannot link " + version, e);
        }
    }

    @Override
    public void delete(String version) throws IOException {
        if (VERSION.matcher(version).matches()) {
            Files.deleteIfExists(place(version));
            Files.deleteIfExists(staging.resolve(version));
        }
    }

    @Override
    public void forEach(Consumer<Stored> each) throws IOException {
        try (DirectoryStream<Path> outer = Files.newDirectoryStream(objects)) {
            for (Path folder : outer) {
                filesOf(folder, each);
            }
        }
        filesOf(staging, each);
    }

    private static void filesOf(Path folder, Consumer<Stored> each) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                try {
                    long age = System.currentTimeMillis()
                            - Files.getLastModifiedTime(file).toMillis();
                    if (VERSION.matcher(name).matches()) {
                        each.accept(new Stored(name, Math.max(0, age / 1000)));
                    }
                } catch (NoSuchFileException gone) {
                    // Moved or deleted while we looked.
                }
            }
        }
    }

    @Override
    public boolean verify(String version) throws IOException {
        try (FileChannel file = open(version)) {
            long length = VerifiedFile.contentLength(file);
            if (length < 0) {
                return false;
            }
            try (InputStream content = VerifiedFile.open(file, version, 0, length)) {
                content.transferTo(java.io.OutputStream.nullOutputStream());
                return true;
            }
        } catch (DamagedObject damaged) {
            return false;
        }
    }

    private Path place(String version) throws MissingObject {
        return folder(version).resolve(version);
    }

    private Path folder(String version) throws MissingObject {
        return objects.resolve(valid(version).substring(0, FAN_OUT));
    }

    /** A version comes out of a row, which others than we may have written. */
    private static String valid(String version) throws MissingObject {
        if (!VERSION.matcher(version).matches()) {
            throw new MissingObject("of another form");
        }
        return version;
    }
}

package dev.galley.postgres;

import java.io.BufferedInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/** Unpacks one of the archives that the build packed: folders, files, and as the last entry a list of copies. */
final class PackedArchive {
    private static final String COPIES = ".copies";
    private static final int BUFFER = 1 << 16;

    private final Path to;
    private final Set<Path> made = new HashSet<>();

    private PackedArchive(Path to) {
        this.to = to;
    }

    static void unpack(String resource, Path to) throws IOException {
        Files.createDirectories(to);
        try (InputStream in = PackedArchive.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new FileNotFoundException(resource);
            }
            new PackedArchive(to).unpack(new ZipInputStream(new BufferedInputStream(in, BUFFER)));
        }
    }

    private void unpack(ZipInputStream zip) throws IOException {
        byte[] buffer = new byte[BUFFER];
        for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
            if (entry.getName().equals(COPIES)) {
                copy(new String(zip.readAllBytes(), StandardCharsets.UTF_8));
                return;
            }
            Path path = place(entry.getName());
            if (entry.isDirectory()) {
                make(path);
                continue;
            }
            try (OutputStream out = Files.newOutputStream(path)) {
                for (int n = zip.read(buffer); n >= 0; n = zip.read(buffer)) {
                    out.write(buffer, 0, n);
                }
            }
        }
    }

    /** Where an entry goes; its folder is there afterwards. */
    private Path place(String name) throws IOException {
        Path path = to.resolve(name).normalize();
        Path folder = path.getParent();
        if (folder == null || !path.startsWith(to)) {
            throw new IOException("entry outside the archive: " + name);
        }
        make(folder);
        return path;
    }

    private void make(Path folder) throws IOException {
        if (made.add(folder)) {
            Files.createDirectories(folder);
        }
    }

    private void copy(String list) throws IOException {
        for (String line : list.lines().toList()) {
            int tab = line.indexOf('\t');
            Files.copy(place(line.substring(0, tab)), place(line.substring(tab + 1)));
        }
    }
}

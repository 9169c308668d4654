package dev.galley.postgres.binaries;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * The files of a folder that go into an archive, by the name they have there. Directories are entries too (a data directory
 * has empty ones); links are not, so that unpacking is nothing but writing files.
 */
final class PackedTree {
    static final Set<PosixFilePermission> EXECUTABLE = PosixFilePermissions.fromString("rwxr-xr-x");

    /** The one name by which the dynamic linker asks for a library: libpq.so.5, neither libpq.so nor libpq.so.5.18. */
    private static final Pattern SONAME = Pattern.compile(".*\\.so\\.[0-9]+");

    private static final Pattern VERSIONED = Pattern.compile(".*\\.so\\.[0-9]+\\.[0-9]+(\\.[0-9]+)*");

    /** What only serves to compile against PostgreSQL, and pg_ctl, whose work we do ourselves. */
    private static final Pattern NOT_NEEDED = Pattern.compile("bin/pg_ctl|.*\\.a|lib/pkgconfig.*|lib/postgresql/pgxs.*"
            + "|lib/lib(ecpg|pgtypes).*|include.*|share/(doc|man).*|share/postgresql/(psqlrc|pg_service).*");

    /** The last entry of an archive: a line for each file that is a copy of another in it, from and to. */
    private static final String COPIES = ".copies";

    private final Map<String, Path> entries = new TreeMap<>();

    private PackedTree() {}

    static PackedTree server(Path root) throws IOException {
        Set<Path> linked = new java.util.HashSet<>();
        for (Path path : walk(root, Files::isSymbolicLink)) {
            linked.add(path.resolveSibling(Files.readSymbolicLink(path)).normalize());
        }
        PackedTree tree = new PackedTree();
        for (Path path : walk(root, path -> !path.equals(root))) {
            String name = root.relativize(path).toString();
            boolean aliasOfSoname = VERSIONED.matcher(name).matches() && linked.contains(path);
            boolean aliasForLinking =
                    Files.isSymbolicLink(path) && !SONAME.matcher(name).matches();
            if (!NOT_NEEDED.matcher(name).matches() && !aliasOfSoname && !aliasForLinking) {
                tree.entries.put(name, path);
            }
        }
        return tree;
    }

    static PackedTree data(Path root) throws IOException {
        PackedTree tree = new PackedTree();
        for (Path path : walk(root, path -> !path.equals(root))) {
            tree.entries.put(root.relativize(path).toString(), path);
        }
        return tree;
    }

    /** Writes the archives {@code <name>-0.zip} to {@code <name>-(parts - 1).zip}, of about the same size when unpacked. */
    void writeTo(Path folder, String name, int parts) throws IOException {
        List<List<String>> shares = shares(parts);
        for (int i = 0; i < parts; i++) {
            writeShare(folder.resolve(name + "-" + i + ".zip"), shares.get(i));
        }
    }

    /** The largest first, each to the share that is the smallest so far; folders come to the first share. */
    private List<List<String>> shares(int parts) throws IOException {
        List<List<String>> shares = new ArrayList<>();
        for (int i = 0; i < parts; i++) {
            shares.add(new ArrayList<>());
        }
        long[] bytes = new long[parts];
        Map<String, Long> sizes = new HashMap<>();
        for (Map.Entry<String, Path> each : entries.entrySet()) {
            sizes.put(each.getKey(), Files.isDirectory(each.getValue()) ? 0 : Files.size(each.getValue()));
        }
        List<String> bySize = new ArrayList<>(entries.keySet());
        bySize.sort(Comparator.comparingLong((String entry) -> -sizes.getOrDefault(entry, 0L)));
        for (String entry : bySize) {
            int smallest = 0;
            for (int i = 1; i < parts; i++) {
                smallest = bytes[i] < bytes[smallest] ? i : smallest;
            }
            shares.get(smallest).add(entry);
            bytes[smallest] += sizes.getOrDefault(entry, 0L);
        }
        shares.forEach(java.util.Collections::sort);
        return shares;
    }

    private void writeShare(Path file, List<String> share) throws IOException {
        Map<String, String> firstWith = new HashMap<>();
        StringBuilder copies = new StringBuilder();
        try (OutputStream out = Files.newOutputStream(file);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            zip.setLevel(Deflater.BEST_COMPRESSION);
            for (String name : share) {
                Path path = java.util.Objects.requireNonNull(entries.get(name));
                boolean directory = Files.isDirectory(path);
                byte[] content = directory ? new byte[0] : Files.readAllBytes(path);
                // The databases of a new cluster are copies of each other: two thirds of it need not be packed.
                String same = content.length == 0 ? null : firstWith.putIfAbsent(digest(content), name);
                if (same != null) {
                    copies.append(same).append('\t').append(name).append('\n');
                    continue;
                }
                write(zip, name + (directory ? "/" : ""), content);
            }
            if (!copies.isEmpty()) {
                write(zip, COPIES, copies.toString().getBytes(StandardCharsets.UTF_8));
            }
        }
    }

    private static void write(ZipOutputStream zip, String name, byte[] content) throws IOException {
        ZipEntry entry = new ZipEntry(name);
        entry.setTime(0);
        zip.putNextEntry(entry);
        zip.write(content);
        zip.closeEntry();
    }

    private static String digest(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static List<Path> walk(Path root, Predicate<Path> wanted) throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            return all.filter(wanted).toList();
        }
    }

    static void delete(Path root) throws IOException {
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(
                    Path folder, @org.jspecify.annotations.Nullable IOException failure) throws IOException {
                Files.delete(folder);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}

package dev.galley.postgres.binaries;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
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

    void writeTo(Path file) throws IOException {
        try (OutputStream out = Files.newOutputStream(file);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            zip.setLevel(Deflater.BEST_COMPRESSION);
            for (Map.Entry<String, Path> each : entries.entrySet()) {
                boolean directory = Files.isDirectory(each.getValue());
                ZipEntry entry = new ZipEntry(each.getKey() + (directory ? "/" : ""));
                entry.setTime(0);
                zip.putNextEntry(entry);
                if (!directory) {
                    Files.copy(each.getValue(), zip);
                }
                zip.closeEntry();
            }
        }
    }

    private static java.util.List<Path> walk(Path root, Predicate<Path> wanted) throws IOException {
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

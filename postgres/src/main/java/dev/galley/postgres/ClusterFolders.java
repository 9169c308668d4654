package dev.galley.postgres;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Where the files of a server of ours live.
 *
 * <p>Normally all are below the project: {@code <project>/.galley/postgres/{data,socket,log,lock}}. Started by root, the
 * server runs as an unprivileged user who may not be able to enter the project's folder ({@code /root} is closed to others):
 * then they are in {@code /var/lib/galley/<name>-<digest of the project's path>}. Once there is data it stays where it is.
 *
 * @param home the folder of all of them; ours
 * @param cache where the server's program is unpacked, shared by all projects
 */
record ClusterFolders(Path home, Path cache, OsUser user) {
    /** The longest path of a Unix socket, in bytes: sun_path holds 108 with the end mark. */
    private static final int LONGEST_SOCKET_PATH = 107;

    static ClusterFolders of(Path project, PostgresSettings settings) throws IOException {
        Path absolute = project.toAbsolutePath().normalize();
        Path local = settings.dataDirectory().map(Path::toAbsolutePath).orElse(absolute.resolve(".galley/postgres"));
        OsUser self = OsUser.current();
        Path remote = Path.of("/var/lib/galley").resolve(absolute.getFileName() + "-" + digest(absolute));
        boolean mayMove = self.isRoot() && settings.dataDirectory().isEmpty();
        Path home = mayMove && !Files.exists(local.resolve("data")) && Files.exists(remote.resolve("data"))
                ? remote
                : local;
        OsUser user = OsUser.forServer(settings.osUser(), home.resolve("data"));
        Files.createDirectories(home);
        if (!user.canReach(home)) {
            if (!mayMove || Files.exists(home.resolve("data"))) {
                throw new PostgresException(
                        PostgresException.Kind.BAD_SETTING,
                        "the user " + user.name() + ", as whom PostgreSQL runs, cannot enter " + home
                                + ": choose another folder (postgres.data-dir) or another user (postgres.os-user)");
            }
            Files.delete(home);
            home = remote;
            Files.createDirectories(home);
        }
        return new ClusterFolders(home, cache(settings, self, home), user);
    }

    private static Path cache(PostgresSettings settings, OsUser self, Path home) {
        if (settings.cacheDirectory().isPresent()) {
            return settings.cacheDirectory().get().toAbsolutePath();
        }
        if (self.isRoot()) {
            return Path.of("/var/cache/galley");
        }
        Optional<Path> caches = Optional.ofNullable(System.getenv("XDG_CACHE_HOME"))
                .filter(path -> path.startsWith("/"))
                .map(Path::of)
                .or(() -> Optional.ofNullable(System.getenv("HOME"))
                        .filter(path -> path.startsWith("/"))
                        .map(path -> Path.of(path, ".cache")));
        // A user without a home of their own (a service's account) still has the project.
        return caches.filter(ClusterFolders::canBeMade)
                .map(path -> path.resolve("galley"))
                .orElse(home.resolve("cache"));
    }

    private static boolean canBeMade(Path folder) {
        Path there = folder;
        while (there.getParent() != null && !Files.exists(there)) {
            there = there.getParent();
        }
        return Files.isDirectory(there) && Files.isWritable(there);
    }

    Path data() {
        return home.resolve("data");
    }

    Path log() {
        return home.resolve("log").resolve("postgres.log");
    }

    /** Makes the folder of the log, closed to others: it quotes statements that failed, and what stood in them. */
    void makeLogFolder() throws IOException {
        Path folder = log().getParent();
        Files.createDirectories(folder);
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
    }

    /** Makes the folder of the socket, closed to all but the server's user and root. */
    Path makeSocketFolder(int port) throws IOException {
        Path folder = home.resolve("socket");
        if (folder.resolve(".s.PGSQL." + port).toString().getBytes(StandardCharsets.UTF_8).length
                > LONGEST_SOCKET_PATH) {
            folder = runtimeFolder().resolve("galley-" + user.uid() + "-" + digest(home));
        }
        try {
            Files.createDirectory(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            user.own(folder);
        } catch (FileAlreadyExistsException e) {
            // In a folder that all may write to, somebody else may have been there first.
            boolean ours = Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
                    && Files.getAttribute(folder, "unix:uid", LinkOption.NOFOLLOW_LINKS)
                            .equals(user.uid());
            if (!ours) {
                throw new PostgresException(
                        PostgresException.Kind.BAD_SETTING, folder + " is not a folder of the user " + user.name());
            }
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        }
        return folder;
    }

    private Path runtimeFolder() {
        if (OsUser.current().isRoot()) {
            return Path.of("/run");
        }
        return Optional.ofNullable(System.getenv("XDG_RUNTIME_DIR"))
                .map(Path::of)
                .filter(path -> path.isAbsolute()
                        && Files.isDirectory(path)
                        && path.toString().length() < 50)
                .orElse(Path.of("/tmp"));
    }

    private static String digest(Path path) {
        try {
            byte[] sha =
                    MessageDigest.getInstance("SHA-256").digest(path.toString().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(sha, 0, 6);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}

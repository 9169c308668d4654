package dev.galley.postgres;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The user of the operating system as whom the PostgreSQL server runs. That is ourselves, except when we are root: PostgreSQL
 * refuses to run as root, so it then runs as an unprivileged user, by way of {@code setpriv} (part of util-linux, which every
 * Debian has).
 */
record OsUser(String name, int uid, int gid) {
    private static final int ROOT = 0;

    /** Who runs this program; that does not change. */
    static OsUser current() {
        return Current.USER;
    }

    private static final class Current {
        static final OsUser USER = ask();
    }

    private static OsUser ask() {
        try {
            int uid = (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
            int gid = (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:gid");
            return byUid(uid).orElse(new OsUser(Integer.toString(uid), uid, gid));
        } catch (IOException e) {
            throw new PostgresException(
                    PostgresException.Kind.START_FAILED,
                    "cannot tell which user runs this program: " + e.getMessage(),
                    e);
        }
    }

    /**
     * Who shall run the server: ourselves unless we are root, then in this order the user asked for, the owner of the data
     * directory if there is one, {@code postgres}, {@code nobody}.
     */
    static OsUser forServer(Optional<String> wanted, Path dataDirectory) {
        OsUser self = current();
        if (wanted.isPresent()) {
            OsUser user = byName(wanted.get())
                    .orElseThrow(() -> new PostgresException(
                            PostgresException.Kind.BAD_SETTING,
                            "postgres.os-user: this machine has no user \"" + wanted.get() + "\""));
            if (user.uid == ROOT) {
                throw new PostgresException(
                        PostgresException.Kind.BAD_SETTING, "postgres.os-user: PostgreSQL refuses to run as root");
            }
            if (!self.isRoot() && user.uid != self.uid) {
                throw new PostgresException(
                        PostgresException.Kind.BAD_SETTING,
                        "postgres.os-user: only root can start PostgreSQL as another user");
            }
            return user;
        }
        if (!self.isRoot()) {
            return self;
        }
        return ownerOf(dataDirectory)
                .filter(owner -> !owner.isRoot())
                .or(() -> byName("postgres"))
                .or(() -> byName("nobody"))
                .orElseThrow(() -> new PostgresException(
                        PostgresException.Kind.BAD_SETTING,
                        "PostgreSQL refuses to run as root, and this machine has neither a user postgres nor nobody: name one"
                                + " with the setting postgres.os-user"));
    }

    private static Optional<OsUser> ownerOf(Path folder) {
        if (!Files.isDirectory(folder)) {
            return Optional.empty();
        }
        try {
            int uid = (Integer) Files.getAttribute(folder, "unix:uid", LinkOption.NOFOLLOW_LINKS);
            int gid = (Integer) Files.getAttribute(folder, "unix:gid", LinkOption.NOFOLLOW_LINKS);
            return Optional.of(byUid(uid).orElse(new OsUser(Integer.toString(uid), uid, gid)));
        } catch (IOException e) {
            throw new PostgresException(
                    PostgresException.Kind.START_FAILED, "cannot tell who owns " + folder + ": " + e.getMessage(), e);
        }
    }

    boolean isRoot() {
        return uid == ROOT;
    }

    /** Makes this user the owner of a file that we made. Nothing to do when we are that user. */
    void own(Path path) throws IOException {
        if (current().uid != uid) {
            Files.setAttribute(path, "unix:gid", gid, LinkOption.NOFOLLOW_LINKS);
            Files.setAttribute(path, "unix:uid", uid, LinkOption.NOFOLLOW_LINKS);
        }
    }

    /** Whether this user may use the folder: asked of the kernel, which knows of access lists and mounts. */
    boolean canReach(Path folder) {
        return canExecute(folder);
    }

    /** The same of a program; false also where the file system forbids to run any. */
    boolean canExecute(Path path) {
        if (current().uid == uid) {
            return Files.isExecutable(path);
        }
        List<String> command = new ArrayList<>(asThisUser());
        command.addAll(List.of("test", "-x", path.toString()));
        try {
            Programs.run(command);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** What to put before a command so that it runs as this user; empty when we are that user. */
    List<String> asThisUser() {
        if (current().uid == uid) {
            return List.of();
        }
        return List.of("setpriv", "--reuid=" + uid, "--regid=" + gid, "--clear-groups", "--no-new-privs", "--");
    }

    private static Optional<OsUser> byName(String name) {
        return find(0, name);
    }

    private static Optional<OsUser> byUid(int uid) {
        return find(2, Integer.toString(uid));
    }

    private static Optional<OsUser> find(int field, String value) {
        try (Stream<String> lines = Files.lines(Path.of("/etc/passwd"), StandardCharsets.ISO_8859_1)) {
            return lines.map(line -> line.split(":", -1))
                    .filter(fields -> fields.length >= 4 && fields[field].equals(value))
                    .findFirst()
                    .map(fields -> new OsUser(fields[0], Integer.parseInt(fields[2]), Integer.parseInt(fields[3])));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}

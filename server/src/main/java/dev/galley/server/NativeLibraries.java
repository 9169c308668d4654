package dev.galley.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;

/**
 * Where Netty unpacks its native transport (epoll): the folder of temporary files, unless the system forbids to run what lies
 * there (noexec). Without any place the JDK's own transport does the work, more slowly.
 */
final class NativeLibraries {
    private static final System.Logger LOG = System.getLogger(NativeLibraries.class.getName());
    private static final String FOLDER = "io.netty.native.workdir";

    private NativeLibraries() {}

    /** To be called before Netty is used. */
    static void prepare(Path instead) {
        if (System.getProperty(FOLDER) != null || runs(Path.of(System.getProperty("java.io.tmpdir")))) {
            return;
        }
        try {
            Files.createDirectories(instead);
            if (runs(instead)) {
                System.setProperty(FOLDER, instead.toString());
                return;
            }
        } catch (IOException unusable) {
            LOG.log(System.Logger.Level.DEBUG, "no folder for native libraries", unusable);
        }
        LOG.log(
                System.Logger.Level.WARNING,
                "Neither in the folder of temporary files nor in {0} may programs be run (noexec): the network is used more slowly",
                instead);
    }

    static boolean runs(Path folder) {
        try {
            Path probe = Files.createTempFile(folder, "galley", ".probe");
            try {
                Files.setPosixFilePermissions(
                        probe, EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_EXECUTE));
                // The system says no for a file on a disk that is mounted without programs.
                return Files.isExecutable(probe);
            } finally {
                Files.delete(probe);
            }
        } catch (IOException unusable) {
            return false;
        }
    }
}

package dev.galley.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The programs of a PostgreSQL, and how a new data directory is made for them. */
sealed interface ServerProgram {

    /** The folder with {@code postgres}. */
    Path bin();

    int majorVersion();

    /** Makes a data directory in a place where there is none, belonging to {@code owner}. May leave it incomplete when it fails. */
    void makeData(Path data, OsUser owner) throws IOException;

    /** The PostgreSQL that Galley carries; its data directory comes out of the box. */
    record Carried(PostgresBundle bundle, Path bin) implements ServerProgram {
        static Carried of(Path cache, OsUser user) throws IOException {
            PostgresBundle bundle = PostgresBundle.load();
            return new Carried(bundle, bundle.server(cache, user).resolve("bin"));
        }

        @Override
        public int majorVersion() {
            return bundle.majorVersion();
        }

        @Override
        public void makeData(Path data, OsUser owner) throws IOException {
            bundle.unpackData(data);
            SystemIdentifier.renew(data);
            FileTrees.makePrivate(data, owner);
        }
    }

    /** An installed PostgreSQL, used for a private server: initdb makes its data directory. */
    record Installed(Path bin, int majorVersion) implements ServerProgram {
        private static final Pattern VERSION = Pattern.compile("\\(PostgreSQL\\) (\\d+)");
        private static final int OLDEST = 15;
        private static final int FIRST_WITH_BUILTIN_LOCALES = 17;

        static Installed in(Path folder) {
            Path bin = folder.toAbsolutePath().normalize();
            for (String program : List.of("postgres", "initdb")) {
                if (!Files.isExecutable(bin.resolve(program))) {
                    throw new PostgresException(
                            PostgresException.Kind.BAD_SETTING,
                            "postgres.bin: there is no program " + program + " in " + bin
                                    + " (on Debian they are in /usr/lib/postgresql/<version>/bin)");
                }
            }
            try {
                String answer = Programs.run(bin.resolve("postgres").toString(), "--version");
                Matcher version = VERSION.matcher(answer);
                if (!version.find()) {
                    throw new IOException("unexpected answer \"" + answer + "\"");
                }
                int major = Integer.parseInt(version.group(1));
                if (major < OLDEST) {
                    throw new PostgresException(
                            PostgresException.Kind.TOO_OLD,
                            "postgres.bin: this is PostgreSQL " + major + "; Galley needs " + OLDEST + " or newer");
                }
                return new Installed(bin, major);
            } catch (IOException e) {
                throw new PostgresException(
                        PostgresException.Kind.BAD_SETTING,
                        "postgres.bin: cannot ask its version: " + e.getMessage(),
                        e);
            }
        }

        @Override
        public void makeData(Path data, OsUser owner) throws IOException {
            Files.createDirectories(data);
            Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwx------"));
            owner.own(data);
            List<String> command = new ArrayList<>(owner.asThisUser());
            command.addAll(List.of(
                    bin.resolve("initdb").toString(),
                    "--pgdata=" + data,
                    "--username=supabase_admin",
                    "--encoding=UTF8",
                    "--data-checksums",
                    "--text-search-config=english",
                    "--auth=trust",
                    "--no-sync",
                    "--no-instructions"));
            // The order of text is by code point in both.
            command.addAll(
                    majorVersion >= FIRST_WITH_BUILTIN_LOCALES
                            ? List.of("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
                            : List.of("--locale=C.UTF-8"));
            Programs.run(command);
        }
    }
}

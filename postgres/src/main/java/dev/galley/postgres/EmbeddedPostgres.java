package dev.galley.postgres;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A PostgreSQL server of our own: the carried one or, with the setting {@code postgres.bin}, an installed one. Everything it
 * needs is made on first use; see {@link ClusterFolders} for where.
 *
 * <p>A start goes: lock the folder (one program at a time), check that the data are of this major version, clear what a killed
 * run left, make the data if there are none, write the configuration, start under a {@link Supervisor}.
 */
public final class EmbeddedPostgres implements Postgres {
    private static final System.Logger LOG = System.getLogger(EmbeddedPostgres.class.getName());
    private static final int DEFAULT_PORT = 5432;
    private static final String SUPERUSER = "supabase_admin";

    private final ClusterFolders folders;
    private final InstanceLock lock;
    private final Path socketFolder;
    private final int port;
    private final boolean tcp;
    private final Supervisor supervisor;
    private final FirstFlush flush;

    private EmbeddedPostgres(
            ClusterFolders folders,
            InstanceLock lock,
            Path socketFolder,
            int port,
            boolean tcp,
            Supervisor supervisor,
            FirstFlush flush) {
        this.folders = folders;
        this.lock = lock;
        this.socketFolder = socketFolder;
        this.port = port;
        this.tcp = tcp;
        this.supervisor = supervisor;
        this.flush = flush;
    }

    /** Starts the server of a project's folder and waits until it accepts connections. */
    public static EmbeddedPostgres start(Path project, PostgresSettings settings) {
        try {
            ClusterFolders folders = ClusterFolders.of(project, settings);
            InstanceLock lock = InstanceLock.acquire(folders.home(), holder -> inUse(folders.home(), holder));
            try {
                return start(folders, lock, settings);
            } catch (IOException | RuntimeException e) {
                lock.close();
                throw e;
            }
        } catch (IOException e) {
            throw new PostgresException(
                    PostgresException.Kind.START_FAILED, "cannot start PostgreSQL: " + e.getMessage(), e);
        }
    }

    private static EmbeddedPostgres start(ClusterFolders folders, InstanceLock lock, PostgresSettings settings)
            throws IOException {
        ServerProgram program = settings.programs().isPresent()
                ? ServerProgram.Installed.in(settings.programs().get())
                : ServerProgram.Carried.of(folders.cache(), folders.user());
        Path data = folders.data();
        FirstFlush flush = new FirstFlush(data);
        if (Files.exists(data) && flush.isTooLate()) {
            setAside(data);
        }
        if (Files.exists(data)) {
            checkVersion(data, program);
            LeftoverServer.clear(data, settings.stopTimeout());
        } else {
            flush.announce();
            makeData(data, program, folders.user());
        }
        if (flush.isDue()) {
            flush.begin();
        }
        settings.port().ifPresent(EmbeddedPostgres::checkFree);
        int port = settings.port().orElse(DEFAULT_PORT);
        Path socketFolder = folders.makeSocketFolder(port);
        Map<String, String> parameters = parameters(settings, socketFolder, port, program.majorVersion());
        ServerConfig.write(data, parameters, folders.user());
        folders.makeLogFolder();
        ServerLog log = new ServerLog(
                folders.log(),
                settings.logBytes(),
                new HiddenValues(settings.parameters().values()));
        Supervisor supervisor = Supervisor.start(
                () -> Postmaster.start(program.bin(), data, folders.user(), log),
                () -> LeftoverServer.clear(data, settings.stopTimeout()),
                settings.startTimeout(),
                settings.stopTimeout());
        return new EmbeddedPostgres(
                folders, lock, socketFolder, port, settings.port().isPresent(), supervisor, flush);
    }

    private static PostgresException inUse(Path home, String holder) {
        return new PostgresException(
                PostgresException.Kind.IN_USE,
                "the data in " + home + " is in use by " + holder + ": only one program at a time can run on it");
    }

    private static void checkVersion(Path data, ServerProgram program) throws IOException {
        Path file = data.resolve("PG_VERSION");
        if (!Files.exists(file)) {
            throw new PostgresException(
                    PostgresException.Kind.WRONG_DATA,
                    data + " is not a data directory of PostgreSQL (it has no PG_VERSION): move it away");
        }
        String found = Files.readString(file).strip();
        if (!found.equals(Integer.toString(program.majorVersion()))) {
            throw new PostgresException(
                    PostgresException.Kind.WRONG_DATA,
                    "the data in " + data + " are of PostgreSQL " + found + ", but this is PostgreSQL "
                            + program.majorVersion() + ". Run them with the programs of PostgreSQL " + found
                            + " (setting postgres.bin), or move them over with pg_dump and an empty folder");
        }
    }

    /** Data that the machine may have lost half of, before anybody could use them. */
    private static void setAside(Path data) throws IOException {
        Path aside = data.resolveSibling("data.incomplete-" + System.currentTimeMillis());
        Files.move(data, aside);
        LOG.log(
                System.Logger.Level.WARNING,
                "The machine stopped during the first start, before the new data directory was on disk: it is now {0},"
                        + " and another is made",
                aside);
    }

    /** Beside its place first: a data directory with the final name is complete; {@link FirstFlush} brings it to disk. */
    private static void makeData(Path data, ServerProgram program, OsUser owner) throws IOException {
        Path beside = data.resolveSibling("data.partial");
        FileTrees.delete(beside);
        program.makeData(beside, owner);
        Files.move(beside, data);
    }

    /** The server would only say so in its log. */
    private static void checkFree(int port) {
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        } catch (IOException e) {
            throw new PostgresException(
                    PostgresException.Kind.START_FAILED,
                    "TCP port " + port + " is taken by another program: choose another with postgres.port",
                    e);
        }
    }

    private static Map<String, String> parameters(
            PostgresSettings settings, Path socketFolder, int port, int majorVersion) {
        Map<String, String> all = new TreeMap<>();
        all.put("timezone", "UTC");
        all.put("log_timezone", "UTC");
        // Without it PostgreSQL would search "simple" words, whatever initdb was told: this file is all that it reads.
        all.put("default_text_search_config", "pg_catalog.english");
        all.put("fsync", "on");
        all.put("full_page_writes", "on");
        all.put("password_encryption", "scram-sha-256");
        // The change stream needs it; changing it later would need a restart. Without a slot it costs next to nothing.
        all.put("wal_level", "logical");
        // A slot that nobody reads must not fill the disk: beyond this its readers are told of a gap.
        all.put("max_slot_wal_keep_size", "1GB");
        all.put("huge_pages", "off");
        // Requests are short: compiling a query costs more than it saves. Unlike jit=off this shows in no plan.
        all.put("jit_provider", "none");
        all.put("log_line_prefix", "%m [%p] %q%u@%d ");
        if (majorVersion >= 18) {
            // No worker processes for reading: 3 MB less.
            all.put("io_method", "sync");
        }
        all.putAll(settings.parameters());
        all.put("listen_addresses", settings.port().isPresent() ? "127.0.0.1" : "");
        all.put("port", Integer.toString(port));
        all.put("unix_socket_directories", socketFolder.toString());
        all.put("unix_socket_permissions", "0700");
        all.put("max_connections", Integer.toString(settings.maxConnections()));
        all.put("shared_buffers", Math.max(1, settings.sharedBuffers() >> 10) + "kB");
        return all;
    }

    /** Returns when a new data directory is on disk. What is written before may be lost when the machine stops. */
    public void awaitOnDisk() {
        flush.await();
    }

    /** The superuser's address, by the Unix socket. */
    @Override
    public DatabaseAddress address() {
        return new DatabaseAddress(
                new DatabaseAddress.UnixSocket(socketFolder, port),
                "postgres",
                SUPERUSER,
                Optional.empty(),
                DatabaseAddress.Tls.DISABLE);
    }

    /** Where other programs of this machine reach it, if that was asked for; they need a role with a password. */
    public Optional<DatabaseAddress.Tcp> tcp() {
        return tcp ? Optional.of(new DatabaseAddress.Tcp("127.0.0.1", port)) : Optional.empty();
    }

    public Path dataDirectory() {
        return folders.data();
    }

    public Path logFile() {
        return folders.log();
    }

    /** The process id of the server now running; empty while it is down. */
    public Optional<Long> pid() {
        return supervisor.pid();
    }

    @Override
    public Health health() {
        // A server whose process runs may still be recovering from the crash of one of its sessions.
        return supervisor.health() instanceof Unhealthy down ? down : ServerProbe.health(address());
    }

    @Override
    public void onRestart(Runnable listener) {
        supervisor.onRestart(listener);
    }

    @Override
    public void stop() {
        try {
            flush.await();
        } catch (PostgresException e) {
            // The next start does it again.
            LOG.log(System.Logger.Level.WARNING, e.getMessage());
        }
        supervisor.stop();
        lock.close();
    }

    /** The process ids of all processes of a server on this data directory; for checks that none is left. */
    public static List<Long> processesOn(Path dataDirectory) {
        try {
            return LeftoverServer.processes(dataDirectory);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}

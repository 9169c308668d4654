package dev.galley.postgres;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/**
 * The server behind {@link dev.galley.postgres.testkit.TestPostgres}: fast and not durable, in a short temporary folder. Its
 * thread lives as long as the JVM, so that the server dies with it.
 */
public final class TestServer {
    private static final int PORT = 5432;

    private final Path root;
    private final Postmaster postmaster;
    private final ServerLog log;

    private TestServer(Path root, Postmaster postmaster, ServerLog log) {
        this.root = root;
        this.postmaster = postmaster;
        this.log = log;
    }

    public static TestServer start() {
        CompletableFuture<TestServer> started = new CompletableFuture<>();
        CountDownLatch never = new CountDownLatch(1);
        Thread.ofPlatform().daemon().name("test-postgres").start(() -> {
            try {
                started.complete(startHere());
                never.await();
            } catch (Throwable e) {
                started.completeExceptionally(e);
            }
        });
        TestServer server = started.join();
        Runtime.getRuntime().addShutdownHook(new Thread(server::stop));
        return server;
    }

    private static TestServer startHere() throws IOException {
        Path root = Files.createTempDirectory("galley-test");
        OsUser user = OsUser.forServer(Optional.empty(), root.resolve("data"));
        Files.setPosixFilePermissions(root, java.nio.file.attribute.PosixFilePermissions.fromString("rwxr-xr-x"));
        PostgresBundle bundle = PostgresBundle.load();
        Path server = bundle.unpackServer(cache());
        Path data = root.resolve("data");
        bundle.unpackData(data);
        Map<String, String> parameters = new HashMap<>(Map.of(
                "listen_addresses", "",
                "unix_socket_directories", root.resolve("data").toString(),
                "port", Integer.toString(PORT),
                "max_connections", "200",
                "wal_level", "logical",
                "timezone", "UTC",
                "log_timezone", "UTC",
                "fsync", "off"));
        parameters.putAll(Map.of(
                "synchronous_commit", "off",
                "full_page_writes", "off",
                "autovacuum", "off",
                "io_method", "sync",
                "shared_buffers", "32MB",
                "max_wal_size", "256MB",
                "max_replication_slots", "40",
                "max_wal_senders", "40",
                "max_slot_wal_keep_size", "1GB"));
        ServerConfig.write(data, parameters, user);
        FileTrees.makePrivate(data, user);
        ServerLog log = new ServerLog(root.resolve("log"), 1 << 20, HiddenValues.NONE);
        Postmaster postmaster = Postmaster.start(server.resolve("bin"), data, user, log);
        postmaster.awaitReady(Duration.ofSeconds(30));
        return new TestServer(root, postmaster, log);
    }

    /** Shared by all builds of a machine: the folder's name holds a digest of what is in it. */
    private static Path cache() {
        return Path.of(System.getProperty("java.io.tmpdir"), "galley-cache-" + System.getProperty("user.name"));
    }

    /** The superuser's address of the database {@code postgres}. */
    public DatabaseAddress address() {
        return new DatabaseAddress(
                new DatabaseAddress.UnixSocket(root.resolve("data"), PORT),
                "postgres",
                "supabase_admin",
                Optional.empty(),
                DatabaseAddress.Tls.DISABLE);
    }

    /** Where the server writes its log. */
    public Path log() {
        return root.resolve("log");
    }

    private void stop() {
        postmaster.stop(Duration.ofSeconds(3));
        log.awaitEnd();
        try {
            FileTrees.delete(root);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

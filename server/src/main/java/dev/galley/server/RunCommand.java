package dev.galley.server;

import dev.galley.postgres.InstanceLock;
import dev.galley.postgres.PostgresException;
import dev.galley.settings.FlagLayer;
import dev.galley.settings.Layer;
import dev.galley.settings.Settings;
import dev.galley.settings.SettingsException;
import java.io.IOException;
import java.io.PrintStream;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/** Runs the program on a folder until it is told to stop: {@code dev} and {@code serve}. */
final class RunCommand {
    private static final System.Logger LOG = System.getLogger(RunCommand.class.getName());

    enum Mode {
        DEV,
        SERVE;

        /** What the command sets by itself. */
        Layer defaults() {
            return switch (this) {
                case DEV ->
                    new FlagLayer()
                            .flag("galley dev", "postgres.port", "54322")
                            .flag("galley dev", "server.database-password", "postgres")
                            .flag("galley dev", "auth.mailbox.enabled", "true")
                            .flag("galley dev", "graphql.introspection", "true")
                            .flag("galley dev", "graphql.anonymous-introspection", "true")
                            .flag("galley dev", "graphql.graphiql", "true");
                case SERVE -> new FlagLayer();
            };
        }
    }

    private final Mode mode;
    private final ProjectFolder folder;
    private final RunOptions options;
    private final Map<String, String> environment;
    private final PrintStream out;
    private final PrintStream err;

    RunCommand(Mode mode, RunOptions options, Map<String, String> environment, PrintStream out, PrintStream err) {
        this.mode = mode;
        this.folder = options.folder();
        this.options = options;
        this.environment = environment;
        this.out = out;
        this.err = err;
    }

    int run() {
        OpenParts parts = new OpenParts();
        Thread stop = Thread.ofPlatform().name("stop").unstarted(() -> stop(parts));
        Runtime.getRuntime().addShutdownHook(stop);
        try {
            var _ = start(parts);
            AotCache.makeIfMissing().ifPresent(cache -> parts.add("the AOT cache", cache));
            new CountDownLatch(1).await();
            return 0;
        } catch (Failure | SettingsException known) {
            parts.close();
            Runtime.getRuntime().removeShutdownHook(stop);
            throw known;
        } catch (PostgresException unusable) {
            LOG.log(System.Logger.Level.DEBUG, "cannot start", unusable);
            parts.close();
            Runtime.getRuntime().removeShutdownHook(stop);
            throw new Failure(String.valueOf(unusable.getMessage()));
        } catch (Exception failure) {
            LOG.log(System.Logger.Level.ERROR, "cannot start", failure);
            parts.close();
            Runtime.getRuntime().removeShutdownHook(stop);
            throw new Failure("cannot start; " + folder.log() + " says why");
        }
    }

    /** When the process is told to end (SIGTERM, SIGINT). It then ends with 0, because it did as it was told. */
    private void stop(OpenParts parts) {
        try {
            RunningProgram.forget(folder);
        } catch (IOException failure) {
            LOG.log(System.Logger.Level.WARNING, "cannot remove " + folder.running(), failure);
        }
        parts.close();
        Runtime.getRuntime().halt(0);
    }

    private InstanceLock lock() throws IOException {
        return InstanceLock.acquire(folder.data(), holder -> {
            String where = RunningProgram.on(folder)
                    .map(program -> program.variables().getOrDefault("API_URL", ""))
                    .orElse("still starting");
            String who = " (%s, %s)".formatted(holder, where);
            return new Failure("already running on %s%s; stop it with `%s`"
                    .formatted(folder.root(), who, Cli.launcher("stop", folder)));
        });
    }

    private AllSettings configuration(Optional<Layer> database) {
        return AllSettings.from(options.settings(environment, database, mode.defaults()));
    }

    /** Everything up to the first request that is answered. Nothing is written before the settings are known to be in order. */
    Galley start(OpenParts parts) throws IOException, SQLException {
        Settings settings = options.settings(environment, mode.defaults());
        AllSettings all = AllSettings.from(settings);
        settings.rejectUnknown();
        if (mode == Mode.SERVE) {
            UnsafeDefaults.refuse(all);
        }
        folder.create();
        parts.add("lock", lock());
        Logging.start(folder.log(), all.log());
        for (String ignored : SupabaseConfig.ignored(folder, environment)) {
            LOG.log(System.Logger.Level.WARNING, "{0}: means nothing here and is ignored", ignored);
        }
        try (Progress progress = new Progress(err)) {
            Galley galley = Galley.start(folder, this::configuration, parts, progress);
            RunningProgram.thisOne(galley.variables()).write(folder);
            Duration took = ProcessStart.age();
            if (mode == Mode.DEV) {
                Greeting.print(out, folder, galley.variables(), took);
            }
            LOG.log(System.Logger.Level.INFO, "ready after {0} ms", took.toMillis());
            return galley;
        }
    }
}

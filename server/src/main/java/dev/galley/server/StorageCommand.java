package dev.galley.server;

import dev.galley.postgres.PlatformDatabase;
import dev.galley.settings.Settings;
import dev.galley.storage.StorageService;
import dev.galley.storage.backend.EncryptedStore;
import dev.galley.storage.backend.ObjectStore;
import dev.galley.storage.object.Scrubber;
import java.io.IOException;
import java.io.PrintStream;
import java.sql.SQLException;
import java.util.Map;

/** Work on the whole object store, beside a program that runs or without it. */
final class StorageCommand {
    private static final int BROKEN = 1;

    private final RunOptions options;
    private final Map<String, String> environment;
    private final PrintStream out;

    StorageCommand(RunOptions options, Map<String, String> environment, PrintStream out) {
        this.options = options;
        this.environment = environment;
        this.out = out;
    }

    /** @param delete whether bytes that are nobody's are deleted */
    int run(String action, boolean delete) {
        Settings settings = options.settings(environment, RunCommand.Mode.SERVE.defaults());
        AllSettings all = AllSettings.from(settings);
        settings.rejectUnknown();
        try (ObjectStore store =
                StorageService.store(all.storage(), options.folder().storage())) {
            return switch (action) {
                case "scrub" -> scrub(all, store, delete);
                case "rewrite" -> rewrite(store);
                default -> throw new Failure("storage: write scrub or rewrite", Command.WRONG_USAGE);
            };
        } catch (IOException | SQLException failure) {
            throw new Failure(String.valueOf(failure.getMessage()));
        }
    }

    private int rewrite(ObjectStore store) throws IOException {
        if (!(store instanceof EncryptedStore encrypted)) {
            throw new Failure("storage rewrite: there is no storage.encryption-keys", Command.WRONG_USAGE);
        }
        out.println(encrypted.rewriteAll() + " objects were brought under the newest key");
        return 0;
    }

    private int scrub(AllSettings all, ObjectStore store, boolean delete) throws IOException, SQLException {
        try (PlatformDatabase database = PlatformDatabase.open(
                RunningProgram.database(options.folder(), all), all.postgres().pool())) {
            Scrubber scrubber = new Scrubber(database, store, StorageService.settledSeconds(all.storage()));
            return print(scrubber.scrub(delete), delete);
        }
    }

    private int print(Scrubber.Report report, boolean deleted) {
        report.damaged().forEach(name -> out.println("damaged: " + name));
        report.missing().forEach(name -> out.println("missing: " + name));
        report.orphans().forEach(version -> out.println((deleted ? "deleted: " : "nobody's: ") + version));
        out.printf(
                "%d whole, %d damaged, %d missing, %d nobody's%n",
                report.whole(),
                report.damaged().size(),
                report.missing().size(),
                report.orphans().size());
        return report.damaged().isEmpty() && report.missing().isEmpty() ? 0 : BROKEN;
    }
}

package dev.galley.server;

import dev.galley.auth.account.AuditSeal;
import dev.galley.auth.audit.AuditChain;
import dev.galley.auth.audit.AuditVerification;
import dev.galley.auth.audit.AuditVerification.Fault;
import dev.galley.auth.audit.AuditVerification.Head;
import dev.galley.auth.audit.AuditVerification.Report;
import dev.galley.identity.ProjectKeys;
import dev.galley.identity.StrictJson;
import dev.galley.identity.TokenSigner;
import dev.galley.postgres.PlatformDatabase;
import dev.galley.settings.Settings;
import java.io.PrintStream;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** Verifies the chain of the audit log, with the secret of the project's folder and over a connection of its own. */
final class AuditCommand {
    static final int UNCHECKED = 4;

    private static final int BROKEN = 1;
    private static final int ADOPTED_AT_ONCE = 500;

    private final RunOptions options;
    private final Map<String, String> environment;
    private final PrintStream out;

    AuditCommand(RunOptions options, Map<String, String> environment, PrintStream out) {
        this.options = options;
        this.environment = environment;
        this.out = out;
    }

    /** @param head that the chain must contain, as an earlier run printed it; empty for any */
    int run(String action, String head, boolean json) {
        Optional<Head> known = Head.parse(head);
        if (known.isEmpty() && !head.isEmpty()) {
            throw new Failure("--head: write POSITION:DIGEST as `galley audit verify` prints it", Command.WRONG_USAGE);
        }
        Settings settings = options.settings(environment, RunCommand.Mode.SERVE.defaults());
        AllSettings all = AllSettings.from(settings);
        settings.rejectUnknown();
        ProjectKeys keys =
                ProjectKeys.load(options.folder().keys(), all.identity(), new SecureRandom(), Clock.systemUTC());
        AuditSeal seal = new AuditSeal(
                TokenSigner.of(keys, all.auth().sessions().symmetric()).derive("audit log"));
        try (PlatformDatabase database = PlatformDatabase.open(
                RunningProgram.database(options.folder(), all), all.postgres().pool())) {
            return switch (action) {
                case "verify" -> verify(database, new AuditVerification(seal, known), json);
                case "adopt" -> adopt(new AuditChain(database, seal, ADOPTED_AT_ONCE));
                default -> throw new Failure("audit: write verify or adopt", Command.WRONG_USAGE);
            };
        } catch (SQLException failure) {
            throw new Failure(String.valueOf(failure.getMessage()));
        }
    }

    private int verify(PlatformDatabase database, AuditVerification verification, boolean json) throws SQLException {
        Report report;
        try (Connection connection = database.connection()) {
            report = verification.verify(connection);
        }
        out.println(json ? StrictJson.write(json(report)) : text(report));
        if (report.fault().isPresent()) {
            return BROKEN;
        }
        return report.unchecked() > 0 ? UNCHECKED : 0;
    }

    private static String result(Report report) {
        if (report.fault().isPresent()) {
            return "broken";
        }
        return report.unchecked() > 0 ? "unchecked" : "verified";
    }

    private static ObjectNode json(Report report) {
        ObjectNode json = StrictJson.newObject()
                .put("result", result(report))
                .put("verified", report.checked())
                .put("not_chained_yet", report.unchained())
                .put("of_another_secret", report.unchecked())
                .put("head", report.head().position() + ":" + report.head().digest());
        report.fault()
                .ifPresent(fault -> json.putObject("first_broken")
                        .put("position", fault.position())
                        .put("id", fault.id())
                        .put("reason", fault.reason()));
        return json;
    }

    private static String text(Report report) {
        StringBuilder text = new StringBuilder();
        text.append(result(report)).append(": ").append(report.checked()).append(" entries of the chain hold, ");
        text.append(report.unchained()).append(" are not chained yet");
        if (report.unchecked() > 0) {
            text.append(", ").append(report.unchecked()).append(" were chained with another secret and not checked");
        }
        report.fault().map(AuditCommand::line).ifPresent(text::append);
        text.append("\nhead: ")
                .append(report.head().position())
                .append(':')
                .append(report.head().digest());
        return text.toString();
    }

    private static String line(Fault fault) {
        String which = fault.id().isEmpty() ? "" : " (" + fault.id() + ")";
        String where = fault.position() > 0 ? "position " + fault.position() : "an entry that is not chained";
        return "\nfirst broken: " + where + which + ": " + fault.reason();
    }

    private int adopt(AuditChain chain) throws SQLException {
        out.println(chain.adopt() + " entries that this program did not write were sealed as they are");
        return 0;
    }
}

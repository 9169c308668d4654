package dev.galley.bench;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The bench: what the API does beside what PostgreSQL itself does and what the bare HTTP server does, in one run on one machine.
 *
 * <p>Client, program and database share the cores, so only ratios within one run mean anything. Paired runs alternate
 * (several rounds) and the best of each is kept: noise of other work on the machine only ever takes away.
 */
public final class Bench {
    /** With all that a real one has, but no limits on how often its one user signs in. */
    private static final Map<String, String> SETTINGS = Map.ofEntries(
            Map.entry("http.access-log", "text"),
            Map.entry("query.aggregates", "true"),
            Map.entry("realtime.max-connections", "20000"),
            Map.entry("storage.file-size-limit", "2GiB"),
            Map.entry("auth.email.enable-confirmations", "false"),
            Map.entry("auth.rate-limit.sign-ups", "0"),
            // A guess counts until it was right, and many clients of one account guess at the same time here.
            Map.entry("auth.rate-limit.password-guesses", "0"),
            Map.entry("auth.rate-limit.account-guesses", "0"),
            Map.entry("auth.rate-limit.token-refresh", "0"));

    private final Path launcher;
    private final Path pgbench;
    private final int seconds;
    private final Optional<Path> archive;
    private final Report report = new Report();

    private Bench(Path launcher, Path pgbench, int seconds, Optional<Path> archive) {
        this.launcher = launcher;
        this.pgbench = pgbench;
        this.seconds = seconds;
        this.archive = archive;
    }

    /** Arguments: the launcher, pgbench, seconds for each run, the file for the JSON, then names of parts (none: all). */
    public static void main(String[] args) throws IOException, SQLException, JOSEException {
        Bench bench = new Bench(
                Path.of(args[0]),
                Path.of(args[1]),
                Integer.parseInt(args[2]),
                Optional.ofNullable(System.getProperty("bench.archive")).map(Path::of));
        Set<String> parts = args.length > 4
                ? Set.of(List.of(args).subList(4, args.length).toArray(String[]::new))
                : Set.of(
                        "start",
                        "key",
                        "list",
                        "embed",
                        "thousand",
                        "insert",
                        "rpc",
                        "tx",
                        "cache",
                        "graphql",
                        "neighbours",
                        "baseline",
                        "auth",
                        "changes",
                        "realtime",
                        "storage");
        bench.run(parts);
        Files.writeString(Path.of(args[3]), bench.report.json());
        System.out.println("JSON: " + args[3]);
    }

    private void run(Set<String> parts) throws IOException, SQLException, JOSEException {
        new StartupCache(launcher).await();
        Path folder = Folders.temporary();
        try {
            if (parts.contains("start")) {
                new Starts(launcher, archive, report).run();
            }
            if (parts.contains("realtime")) {
                new RealtimeRuns(launcher, seconds, report).run();
            }
            try (Program program = Program.start(launcher, folder, SETTINGS)) {
                Program.Printed printed = program.printed();
                prepare(printed);
                Target target = target(program, printed);
                if (parts.contains("start")) {
                    memory(program, "idle memory (PSS, MiB)");
                }
                Runs runs = new Runs(target, pgbench, seconds, report);
                new ApiRuns(runs).run(parts);
                if (parts.contains("auth")) {
                    new AuthRuns(runs).run(() -> memory(program, "memory under 100 parallel sign-ins (PSS, MiB)"));
                }
                if (parts.contains("changes")) {
                    new ChangeRuns(runs, printed).run();
                }
                if (parts.contains("storage")) {
                    new StorageRuns(runs, printed).run();
                }
                memory(program, "memory after load (PSS, MiB)");
            }
        } finally {
            Folders.delete(folder);
        }
    }

    private void prepare(Program.Printed printed) throws SQLException {
        try (Connection connection = DriverManager.getConnection(Jdbc.url(printed.get("DB_URL")));
                Statement statement = connection.createStatement()) {
            statement.execute(Fixture.SCHEMA);
            statement.execute(Fixture.VACUUM);
        }
    }

    private static Target target(Program program, Program.Printed printed) throws JOSEException {
        Instant now = Instant.now();
        JWTClaimsSet claims = new JWTClaimsSet.Builder()
                .subject(Fixture.USER)
                .claim("role", "authenticated")
                .audience("authenticated")
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plus(Duration.ofDays(1))))
                .build();
        SignedJWT token = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims);
        token.sign(new MACSigner(printed.get("JWT_SECRET")));
        Map<String, String> headers =
                Map.of("apikey", printed.get("PUBLISHABLE_KEY"), "Authorization", "Bearer " + token.serialize());
        Map<String, String> postgres = new HashMap<>(Jdbc.libpq(printed.get("DB_URL")));
        postgres.put("PGHOST", printed.get("DB_SOCKET_DIR"));
        postgres.put("PGPORT", printed.get("DB_SOCKET_PORT"));
        postgres.put("PGUSER", "authenticator"); // the data path's own login
        return new Target(program, headers, claims.toString(), postgres);
    }

    private void memory(Program program, String name) {
        double programMib = Usage.pssKib(program.programProcesses()) / 1024.0;
        double databaseMib = Usage.pssKib(program.databaseProcesses()) / 1024.0;
        report.value(name + ", program", programMib);
        report.value(name + ", PostgreSQL", databaseMib);
        report.value(name, programMib + databaseMib);
    }
}

package dev.galley.bench;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The bench: what the API does beside what PostgreSQL itself does and what the bare HTTP server does, in one run on one machine.
 *
 * <p>Client, program and database share the cores, so only ratios within one run mean anything. Paired runs alternate
 * ({@link #ROUNDS} rounds) and the best of each is kept: noise of other work on the machine only ever takes away.
 */
public final class Bench {
    private static final int CONNECTIONS = 64;
    private static final int ROUNDS = 3;
    private static final int LONGEST_WARM_UP = 12;
    private static final double STEADY = 1.05;
    private static final int STARTS = 5;

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
                : Set.of("start", "key", "list", "thousand", "insert", "neighbours");
        bench.run(parts);
        Files.writeString(Path.of(args[3]), bench.report.json());
        System.out.println("JSON: " + args[3]);
    }

    private void run(Set<String> parts) throws IOException, SQLException, JOSEException {
        new StartupCache(launcher).await();
        Path folder = Folders.temporary();
        try {
            if (parts.contains("start")) {
                starts();
            }
            try (Program program = Program.start(launcher, folder, Map.of("http.access-log", "text"))) {
                Program.Printed printed = program.printed();
                prepare(printed);
                Target target = target(program, printed);
                if (parts.contains("start")) {
                    memory(program, "idle memory (PSS, MiB)");
                }
                if (parts.contains("key")) {
                    key(target);
                }
                if (parts.contains("list")) {
                    list(target);
                }
                if (parts.contains("thousand")) {
                    thousand(target);
                }
                if (parts.contains("insert")) {
                    insert(target);
                }
                if (parts.contains("neighbours")) {
                    neighbours(target);
                }
                memory(program, "memory after load (PSS, MiB)");
            }
        } finally {
            Folders.delete(folder);
        }
    }

    /** What the runs need to know of the started program. */
    private record Target(Program program, Map<String, String> headers, String claims, Map<String, String> postgres) {}

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

    /** The medians of several starts: of this program, and of an archive's where one is given. */
    private void starts() throws IOException {
        List<Double> first = new ArrayList<>();
        List<Double> later = new ArrayList<>();
        for (int round = 0; round < STARTS; round++) {
            Path folder = Folders.temporary();
            try {
                first.add(ready(launcher, folder));
                later.add(ready(launcher, folder));
                later.add(ready(launcher, folder));
            } finally {
                Folders.delete(folder);
            }
        }
        report.value("ready, first start (ms)", median(first));
        report.value("ready, later start (ms)", median(later));
        if (archive.isPresent()) {
            List<Double> unpacked = new ArrayList<>();
            for (int round = 0; round < STARTS; round++) {
                unpacked.add(readyFrom(archive.get()));
            }
            report.value("ready, first start of an unpacked archive (ms)", median(unpacked));
        }
    }

    /** Unpacked anew, so that nothing of an earlier start is there. */
    private static double readyFrom(Path archive) throws IOException {
        Path folder = Folders.temporary();
        try {
            Command.run(List.of("tar", "-xzf", archive.toString(), "-C", folder.toString()), Map.of());
            try (Stream<Path> unpacked = Files.list(folder)) {
                Path program = unpacked.findFirst().orElseThrow();
                return ready(program.resolve("galley"), folder.resolve("project"));
            }
        } finally {
            Folders.delete(folder);
        }
    }

    private static double ready(Path launcher, Path folder) {
        try (Program program = Program.start(launcher, folder, Map.of())) {
            return program.readyMillis();
        }
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().skip(values.size() / 2).findFirst().orElseThrow();
    }

    private void memory(Program program, String name) {
        double programMib = Usage.pssKib(program.programProcesses()) / 1024.0;
        double databaseMib = Usage.pssKib(program.databaseProcesses()) / 1024.0;
        report.value(name + ", program", programMib);
        report.value(name + ", PostgreSQL", databaseMib);
        report.value(name, programMib + databaseMib);
    }

    /**
     * Runs that are not counted: until the JVM has compiled the way of a request, it is the compiler that is measured. Ends when
     * a run is no faster than the one before by more than {@link #STEADY}.
     */
    private void warmUp(Target target) {
        double before = 0;
        for (int run = 0; run < LONGEST_WARM_UP; run++) {
            double now = http(target, "warm-up", "/rest/v1/items?select=*&id=eq.7", "", CONNECTIONS)
                    .perSecond();
            if (run > 1 && now < before * STEADY) {
                return;
            }
            before = Math.max(before, now);
        }
    }

    private void key(Target target) throws IOException {
        warmUp(target);
        String lua = "local path = '/rest/v1/items?select=*&id=eq.'\n"
                + "function request() return wrk.format('GET', path .. math.random(1, " + Fixture.ITEMS + ")) end\n";
        Process bare = startBareServer();
        try {
            List<Figures> best = alternate(List.of(
                    () -> http(target, "key read: Galley", "/", lua, CONNECTIONS),
                    () -> sql(target, "key read: pgbench, one Sync, JSON", Fixture.keyRead(target.claims), 4),
                    () -> Wrk.run("constant answer: bare HTTP server", bareUrl, Map.of(), "", CONNECTIONS, seconds)));
            report.value(
                    "key read: ratio to pgbench",
                    best.get(0).perSecond() / best.get(1).perSecond());
            report.value(
                    "key read: ratio to bare HTTP",
                    best.get(0).perSecond() / best.get(2).perSecond());
        } finally {
            bare.destroyForcibly();
        }
    }

    private void list(Target target) {
        String lua = "function request() return wrk.format('GET', '/rest/v1/items?select=id,name,price,made,shops(name)"
                + "&active=is.true&order=id&limit=20&shop=eq.' .. math.random(1, 100)) end\n";
        alternate(List.of(() -> http(target, "list of 20, filter and embed: Galley", "/", lua, CONNECTIONS)));
    }

    private void thousand(Target target) {
        List<Figures> best = alternate(List.of(
                () -> http(target, "1000 rows: columns", "/rest/v1/items?order=id&limit=1000", "", 8),
                () -> http(target, "1000 rows: json_agg in PostgreSQL", "/rest/v1/rpc/thousand_as_json", "", 8)));
        report.value(
                "1000 rows: ratio to json_agg",
                best.get(0).perSecond() / best.get(1).perSecond());
    }

    private void insert(Target target) {
        String one = "wrk.method = 'POST'\nwrk.headers['content-type'] = 'application/json'\n"
                + "wrk.body = '{\"body\":\"one row of the bench\"}'\n";
        String thousand = "wrk.method = 'POST'\nwrk.headers['content-type'] = 'application/json'\n"
                + "wrk.body = '[' .. string.rep('{\"body\":\"one row of the bench\"},', 999) .. '{\"body\":\"the last\"}]'\n";
        List<Figures> best = alternate(List.of(
                () -> http(target, "insert of 1 row: Galley", "/rest/v1/writes", one, CONNECTIONS),
                () -> sql(target, "insert of 1 row: pgbench, one Sync", Fixture.insert(target.claims), 8)));
        report.value(
                "insert of 1: ratio to pgbench",
                best.get(0).perSecond() / best.get(1).perSecond());
        Figures bulk = alternate(
                        List.of(() -> http(target, "insert of 1000 rows: Galley", "/rest/v1/writes", thousand, 8)))
                .getFirst();
        report.value("insert of 1000: rows a second", bulk.perSecond() * 1000);
    }

    /** What slow requests of some callers do to the key reads of everybody else. The load leaves the processors time to spare. */
    private void neighbours(Target target) {
        String keys = "local path = '/rest/v1/items?select=*&id=eq.'\n"
                + "function delay() return 2 end\n"
                + "function request() return wrk.format('GET', path .. math.random(1, " + Fixture.ITEMS + ")) end\n";
        String sleeps = "wrk.method = 'POST'\nwrk.headers['content-type'] = 'application/json'\nwrk.body = '{}'\n";
        String scans = "function delay() return 200 end\n";
        Figures alone = http(target, "key reads alone", "/", keys, 8);
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            var noise = List.of(
                    executor.submit(() -> http(target, "sleeping rpc", "/rest/v1/rpc/sleep", sleeps, 20)),
                    executor.submit(() -> http(
                            target, "unindexed scans", "/rest/v1/items?select=id&note=like.*no%20such*", scans, 2)));
            Figures beside = http(target, "key reads beside slow requests", "/", keys, 8);
            report.add(alone);
            report.add(beside);
            for (var run : noise) {
                report.add(await(run));
            }
            report.value("key reads beside slow requests: p99 ratio", beside.p99Millis() / alone.p99Millis());
        }
    }

    private static Figures await(Future<Figures> run) {
        try {
            return run.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    /** Runs each in turn, several rounds; reports and returns the best of each. */
    private List<Figures> alternate(List<Supplier<Figures>> runs) {
        List<Figures> best = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            for (int i = 0; i < runs.size(); i++) {
                Figures figures = runs.get(i).get();
                if (round == 0) {
                    best.add(figures);
                } else if (figures.perSecond() > best.get(i).perSecond()) {
                    best.set(i, figures);
                }
            }
        }
        best.forEach(report::add);
        return best;
    }

    private Figures http(Target target, String name, String path, String lua, int connections) {
        return withCpu(
                target, () -> Wrk.run(name, target.program.url() + path, target.headers, lua, connections, seconds));
    }

    private Figures sql(Target target, String name, String script, int clients) {
        return withCpu(target, () -> Pgbench.run(name, pgbench, target.postgres, script, clients, seconds));
    }

    private Figures withCpu(Target target, Supplier<Figures> run) {
        List<Long> program = target.program.programProcesses();
        List<Long> database = target.program.databaseProcesses();
        long programBefore = Usage.cpuMillis(program);
        long databaseBefore = Usage.cpuMillis(database);
        Figures figures = run.get();
        double requests = figures.perSecond() * seconds;
        // Backends that started during the run are children too: read the family again.
        long databaseAfter = Usage.cpuMillis(target.program.databaseProcesses());
        return figures.withCpu(
                (Usage.cpuMillis(program) - programBefore) * 1000.0 / requests,
                (databaseAfter - databaseBefore) * 1000.0 / requests);
    }

    private String bareUrl = "";

    private Process startBareServer() throws IOException {
        int port = Program.freePort();
        bareUrl = "http://127.0.0.1:" + port + "/";
        Process bare = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElse("java"),
                        "-XX:+UseSerialGC",
                        "-cp",
                        java.util.Objects.requireNonNull(System.getProperty("java.class.path")),
                        BareServer.class.getName(),
                        Integer.toString(port))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        Http.awaitAnswer(URI.create(bareUrl));
        return bare;
    }
}

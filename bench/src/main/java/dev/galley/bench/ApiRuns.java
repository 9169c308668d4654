package dev.galley.bench;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** What is asked of the API: one method for each part of the bench. */
final class ApiRuns {
    private static final int CONNECTIONS = Runs.CONNECTIONS;
    private static final String KEYS = Wrk.prepared(
            "wrk.format('GET', '/rest/v1/items?select=*&id=eq.' .. math.random(1, " + Fixture.ITEMS + "))");
    private static final String THOUSAND = "/rest/v1/items?order=id&limit=1000";
    private static final String ONE_ROW = posted("'{\"body\":\"one row of the bench\"}'");
    private static final String THOUSAND_ROWS =
            posted("'[' .. string.rep('{\"body\":\"one row of the bench\"},', 999) .. '{\"body\":\"the last\"}]'");

    private final Runs runs;

    ApiRuns(Runs runs) {
        this.runs = runs;
    }

    void run(Set<String> parts) throws IOException {
        if (List.of("key", "baseline", "neighbours").stream().anyMatch(parts::contains)) {
            runs.warmUp("/rest/v1/items?select=*&id=eq.7", "");
        }
        if (parts.contains("key")) key();
        if (parts.contains("list")) list();
        if (parts.contains("embed")) embed();
        if (parts.contains("thousand")) thousand();
        if (parts.contains("insert")) insert();
        if (parts.contains("rpc")) rpc();
        if (parts.contains("tx")) transaction();
        if (parts.contains("neighbours")) neighbours();
        if (parts.contains("cache")) new CacheRuns(runs).run();
        if (parts.contains("graphql")) new GraphqlRuns(runs).run();
        if (parts.contains("baseline")) baseline();
    }

    private static String posted(String luaBody) {
        return "wrk.method = 'POST'\nwrk.headers['content-type'] = 'application/json'\nwrk.body = " + luaBody + "\n";
    }

    private Figures read(String name) {
        return runs.http(name, "/", KEYS, CONNECTIONS);
    }

    private void key() throws IOException {
        try (OtherServer bare = OtherServer.start(BareServer.class, Map.of())) {
            List<Figures> best = runs.alternate(List.of(
                    () -> read("key read: Galley"),
                    () -> runs.sql("key read: pgbench, one Sync, JSON", Fixture.keyRead(runs.target.claims()), 4),
                    () -> runs.elsewhere("constant answer: bare HTTP server", bare.url(), "", CONNECTIONS)));
            runs.ratio("key read: ratio to pgbench", best.get(0), best.get(1));
            runs.ratio("key read: ratio to bare HTTP", best.get(0), best.get(2));
        }
    }

    private void list() {
        String lua = Wrk.prepared("wrk.format('GET', '/rest/v1/items?select=id,name,price,made"
                + "&active=is.true&order=id&limit=20&shop=eq.' .. math.random(1, 100))");
        String embed = lua.replace(",made", ",made,shops(name)");
        runs.alternate(List.of(
                () -> runs.http("list of 20, filter: Galley", "/", lua, CONNECTIONS),
                () -> runs.http("list of 20, filter and embed: Galley", "/", embed, CONNECTIONS)));
    }

    private void embed() {
        String one = KEYS.replace("select=*", "select=*,shops(name)");
        String many = Wrk.prepared("wrk.format('GET', '/rest/v1/shops?select=*,items(id,name)&items.order=id"
                + "&items.limit=20&id=eq.' .. math.random(1, 100))");
        runs.alternate(List.of(
                () -> runs.http("key read with its parent: Galley", "/", one, CONNECTIONS),
                () -> runs.http("key read with 20 children: Galley", "/", many, CONNECTIONS)));
    }

    private void thousand() {
        List<Figures> best = runs.alternate(List.of(
                () -> runs.http("1000 rows: columns", THOUSAND, "", 8),
                () -> runs.http("1000 rows: json_agg in PostgreSQL", "/rest/v1/rpc/thousand_as_json", "", 8)));
        runs.ratio("1000 rows: ratio to json_agg", best.get(0), best.get(1));
    }

    private void insert() {
        List<Figures> best = runs.alternate(List.of(
                () -> runs.http("insert of 1 row: Galley", "/rest/v1/writes", ONE_ROW, CONNECTIONS),
                () -> runs.sql("insert of 1 row: pgbench, one Sync", Fixture.insert(runs.target.claims()), 8)));
        runs.ratio("insert of 1: ratio to pgbench", best.get(0), best.get(1));
        Figures bulk = runs.alternate(
                        List.of(() -> runs.http("insert of 1000 rows: Galley", "/rest/v1/writes", THOUSAND_ROWS, 8)))
                .getFirst();
        runs.report.value("insert of 1000: rows a second", bulk.perSecond() * 1000);
    }

    private void rpc() {
        String posted = posted("'{\"a\":1,\"b\":2}'");
        runs.alternate(List.of(
                () -> runs.http("rpc by GET: Galley", "/rest/v1/rpc/add?a=1&b=2", "", CONNECTIONS),
                () -> runs.http("rpc by POST: Galley", "/rest/v1/rpc/add", posted, CONNECTIONS)));
    }

    /** An insert, a read by key and a read of what was inserted; the last may need the answer of the first. */
    private void transaction() {
        String steps = "wrk.headers['content-type'] = 'application/json'\n"
                + "function request() return wrk.format('POST', '/rest/v1/tx', nil, '{\"steps\":["
                + "{\"name\":\"w\",\"method\":\"POST\",\"path\":\"/writes?select=id\",\"prefer\":\"return=representation\","
                + "\"body\":{\"body\":\"one row of the bench\"}},"
                + "{\"method\":\"GET\",\"path\":\"/items?id=eq.' .. math.random(1, " + Fixture.ITEMS + ") .. '\"},"
                + "{\"method\":\"GET\",\"path\":\"/shops?id=eq.' .. math.random(1, 100) .. '\"LAST}]}') end\n";
        String apart = steps.replace("LAST", "");
        String chained = steps.replace("/shops?id=eq.' .. math.random(1, 100) .. '", "/writes?select=body")
                .replace("LAST", ",\"query\":{\"id\":{\"eq\":{\"$ref\":\"w.id\"}}}");
        runs.warmUp("/", apart);
        List<Figures> best = runs.alternate(List.of(
                () -> runs.http("tx of 3 statements: Galley", "/", apart, CONNECTIONS),
                () -> runs.http("tx of 3 statements, one uses another: Galley", "/", chained, CONNECTIONS),
                () -> runs.sql("tx of 3 statements: pgbench, one round trip", Fixture.three(runs.target.claims()), 8),
                () -> runs.sql(
                        "tx of 3 statements: pgbench, a round trip each",
                        Fixture.threeRoundTrips(runs.target.claims()),
                        8)));
        runs.ratio("tx of 3: ratio to pgbench, one round trip", best.get(0), best.get(2));
        runs.ratio("tx of 3, one uses another: ratio to pgbench, a round trip each", best.get(1), best.get(3));
    }

    /** The same requests answered the way PostgREST does it. Its server reads no token and parses no query: that is in its favour. */
    private void baseline() throws IOException {
        try (OtherServer four = OtherServer.start(BaselineServer.class, runs.target.postgres())) {
            String keys = KEYS.replace("/rest/v1/items?select=*&id=eq.", "/key/");
            List<Figures> key = runs.alternate(List.of(
                    () -> read("key read: Galley"),
                    () -> runs.elsewhere("key read: baseline, four round trips, JSON", four.url(), keys, CONNECTIONS),
                    () -> runs.sql(
                            "key read: pgbench, four round trips", Fixture.fourRoundTrips(runs.target.claims()), 10)));
            runs.ratio("key read: ratio to the baseline (target 4)", key.get(0), key.get(1));
            List<Figures> rows = runs.alternate(List.of(
                    () -> runs.http("1000 rows: Galley", THOUSAND, "", 8),
                    () -> runs.elsewhere(
                            "1000 rows: baseline, four round trips, JSON", four.url() + "thousand", "", 8)));
            runs.ratio("1000 rows: ratio to the baseline (target 2)", rows.get(0), rows.get(1));
        }
    }

    /** What slow requests of some callers do to the key reads of everybody else. The load leaves the processors time to spare. */
    private void neighbours() {
        String keys = "local path = '/rest/v1/items?select=*&id=eq.'\n"
                + "function delay() return 2 end\n"
                + "function request() return wrk.format('GET', path .. math.random(1, " + Fixture.ITEMS + ")) end\n";
        String sleeps = "wrk.method = 'POST'\nwrk.headers['content-type'] = 'application/json'\nwrk.body = '{}'\n";
        String scans = "function delay() return 200 end\n";
        Figures alone = runs.http("key reads alone", "/", keys, 8);
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            var noise = List.of(
                    executor.submit(() -> runs.http("sleeping rpc", "/rest/v1/rpc/sleep", sleeps, 20)),
                    executor.submit(() ->
                            runs.http("unindexed scans", "/rest/v1/items?select=id&note=like.*no%20such*", scans, 2)));
            Figures beside = runs.http("key reads beside slow requests", "/", keys, 8);
            runs.report.add(alone);
            runs.report.add(beside);
            for (var run : noise) {
                runs.report.add(await(run));
            }
            runs.report.value("key reads beside slow requests: p99 ratio", beside.p99Millis() / alone.p99Millis());
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
}

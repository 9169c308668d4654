package dev.galley.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;

/** GraphQL beside the same question by REST, beside PostgreSQL itself, and beside PostGraphile. */
record GraphqlRuns(Runs runs) {
    private static final int CONNECTIONS = 8;
    private static final String PATH = "/graphql/v1";
    private static final Pattern ROW = Pattern.compile("\"name\" ?: ?\"");

    private static final String TREE = "{ shopsCollection(first: 20) { edges { node { id name "
            + "itemsCollection(first: 5) { edges { node { id name shops { name } } } aggregate { count } } } } } }";
    private static final String POSTGRAPHILE_TREE =
            "{ allShops(first: 20, orderBy: PRIMARY_KEY_ASC) { edges { node { rowId name "
                    + "itemsByShop(first: 5, orderBy: PRIMARY_KEY_ASC) { edges { node { rowId name shopByShop { name } } } totalCount } } } } }";
    private static final String REST_TREE =
            "/rest/v1/shops?select=id,name,list:items(id,name,shops(name)),total:items(count())"
                    + "&list.order=id&list.limit=5&order=id&limit=20";
    private static final String REST_KEYS =
            Wrk.prepared("wrk.format('GET', '/rest/v1/items?select=id,name,price,shops(name)&id=eq.' .. math.random(1, "
                    + Fixture.ITEMS + "))");
    private static final String KEYS = keys(PATH, "itemsByPk(id: $id) { id name price shops { name } }");
    private static final String POSTGRAPHILE_KEYS =
            keys("/graphql", "itemByRowId(rowId: $id) { rowId name price shopByShop { name } }");

    private static String keys(String path, String selection) {
        return "wrk.headers['content-type'] = 'application/json'\n"
                + Wrk.prepared("wrk.format('POST', '" + path + "', nil, '{\"query\":\"query ($id: Int!) { " + selection
                        + " }\",\"variables\":{\"id\":' .. math.random(1, " + Fixture.ITEMS + ") .. '}}')");
    }

    private static String posted(String query) {
        return "wrk.method = 'POST'\nwrk.headers['content-type'] = 'application/json'\nwrk.body = '{\"query\":\""
                + query + "\"}'\n";
    }

    void run() {
        Path folder = Path.of(Objects.requireNonNull(System.getProperty("bench.postgraphile")));
        try (Postgraphile other = Postgraphile.start(folder, runs.target)) {
            requireSameRows(other);
            trees(other);
            keys(other);
            double ours = Usage.pssKib(runs.target.program().programProcesses()) / 1024.0;
            double theirs = Usage.pssKib(other.processes()) / 1024.0;
            runs.report.value("memory after this load (PSS, MiB): Galley", ours);
            runs.report.value("memory after this load (PSS, MiB): PostGraphile", theirs);
            runs.report.value("memory: ratio to PostGraphile (target below 1)", ours / theirs);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void requireSameRows(Postgraphile other) throws IOException {
        long ours = rows(Postgraphile.answer(runs.target.program().url() + PATH, runs.target.headers(), TREE));
        long theirs = rows(Postgraphile.answer(other.url() + "/graphql", Map.of(), POSTGRAPHILE_TREE));
        if (ours != theirs || ours == 0) {
            throw new IllegalStateException("Galley answers " + ours + " rows, PostGraphile " + theirs);
        }
    }

    private static long rows(String json) {
        return ROW.matcher(json).results().count();
    }

    private void trees(Postgraphile other) {
        String tree = posted(TREE);
        String theirs = posted(POSTGRAPHILE_TREE);
        runs.warmUp(PATH, tree);
        runs.warmUp(() -> runs.elsewhere("warm-up", other.url() + "/graphql", theirs, Runs.CONNECTIONS));
        List<Figures> trees = runs.alternate(List.of(
                () -> runs.http("three levels, 20 parents: GraphQL", PATH, tree, CONNECTIONS),
                () -> runs.http("three levels, 20 parents: REST", REST_TREE, "", CONNECTIONS),
                () -> runs.sql("three levels, 20 parents: pgbench", Fixture.tree(runs.target.claims()), 4),
                () -> runs.elsewhere(
                        "three levels, 20 parents: PostGraphile", other.url() + "/graphql", theirs, CONNECTIONS)));
        runs.ratio("three levels: ratio to REST (target 0.8)", trees.get(0), trees.get(1));
        runs.ratio("three levels: ratio to pgbench", trees.get(0), trees.get(2));
        runs.ratio("three levels: ratio to PostGraphile (target 5)", trees.get(0), trees.get(3));
    }

    private void keys(Postgraphile other) {
        runs.warmUp("/", KEYS);
        runs.warmUp(() -> runs.elsewhere("warm-up", other.url(), POSTGRAPHILE_KEYS, Runs.CONNECTIONS));
        List<Figures> keys = runs.alternate(List.of(
                () -> runs.http("key read with its parent: GraphQL", "/", KEYS, Runs.CONNECTIONS),
                () -> runs.http("key read with its parent: REST", "/", REST_KEYS, Runs.CONNECTIONS),
                () -> runs.elsewhere(
                        "key read with its parent: PostGraphile", other.url(), POSTGRAPHILE_KEYS, Runs.CONNECTIONS)));
        runs.ratio("key read with its parent: ratio to REST", keys.get(0), keys.get(1));
        runs.ratio("key read with its parent: ratio to PostGraphile (target 5)", keys.get(0), keys.get(2));
    }
}

package dev.galley.bench;

import java.util.List;

/** GraphQL beside the same question by REST and beside PostgreSQL itself. */
record GraphqlRuns(Runs runs) {
    private static final int CONNECTIONS = 8;

    private static final String TREE = "{ shopsCollection(first: 20) { edges { node { id name "
            + "itemsCollection(first: 5) { edges { node { id name shops { name } } } aggregate { count } } } } } }";
    private static final String REST_TREE =
            "/rest/v1/shops?select=id,name,list:items(id,name,shops(name)),total:items(count())"
                    + "&list.order=id&list.limit=5&order=id&limit=20";
    private static final String REST_KEYS =
            Wrk.prepared("wrk.format('GET', '/rest/v1/items?select=id,name,price,shops(name)&id=eq.' .. math.random(1, "
                    + Fixture.ITEMS + "))");
    private static final String KEYS = "wrk.headers['content-type'] = 'application/json'\n"
            + Wrk.prepared(
                    "wrk.format('POST', '/graphql/v1', nil, '{\"query\":\"query ($id: Int!) { itemsByPk(id: $id) "
                            + "{ id name price shops { name } } }\",\"variables\":{\"id\":' .. math.random(1, "
                            + Fixture.ITEMS
                            + ") .. '}}')");

    void run() {
        String tree = "wrk.method = 'POST'\nwrk.headers['content-type'] = 'application/json'\nwrk.body = '{\"query\":\""
                + TREE + "\"}'\n";
        runs.warmUp("/graphql/v1", tree);
        List<Figures> trees = runs.alternate(List.of(
                () -> runs.http("three levels, 20 parents: GraphQL", "/graphql/v1", tree, CONNECTIONS),
                () -> runs.http("three levels, 20 parents: REST", REST_TREE, "", CONNECTIONS),
                () -> runs.sql("three levels, 20 parents: pgbench", Fixture.tree(runs.target.claims()), 4)));
        runs.ratio("three levels: ratio to REST (target 0.8)", trees.get(0), trees.get(1));
        runs.ratio("three levels: ratio to pgbench", trees.get(0), trees.get(2));
        runs.warmUp("/", KEYS);
        List<Figures> keys = runs.alternate(List.of(
                () -> runs.http("key read with its parent: GraphQL", "/", KEYS, Runs.CONNECTIONS),
                () -> runs.http("key read with its parent: REST", "/", REST_KEYS, Runs.CONNECTIONS)));
        runs.ratio("key read with its parent: ratio to REST", keys.get(0), keys.get(1));
    }
}

package dev.galley.rest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.galley.postgres.RequestTransaction;
import dev.galley.rest.GrammarRequests.Ask;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What holds for every request, seen on generated ones: the answer is never a fault of ours; no name and no value of the request
 * stands in SQL otherwise than quoted, values not at all; and requests that differ in values only are the same SQL.
 */
class GrammarPropertyTest {
    /** Quoted names and literals, as PostgreSQL reads them. */
    private static final Pattern QUOTED =
            Pattern.compile("\"(?:[^\"]|\"\")*\"|\\bE'(?:[^'\\\\]|''|\\\\.)*'|'(?:[^']|'')*'", Pattern.DOTALL);

    /** What may be left: words, parameters, operators. No quote that is open, no end of a statement, no comment. */
    private static final Pattern PLAIN = Pattern.compile("(?s)(?!.*(;|--|/\\*))[\\w\\s$().,:*<>=|+@&~!#?\\[\\]-]*");

    /** Statuses of the database's own that PostgREST has as 500: a row upserted twice, a statement that is too complex for it. */
    private static final Set<String> DOCUMENTED = Set.of("21000", "54001", "54011", "54023");

    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final List<String> SEEN = new CopyOnWriteArrayList<>();
    private static LiveService service;

    @BeforeAll
    static void open() throws Exception {
        service = new LiveService(
                "/live/grammar.sql",
                Set.of("Zq role"),
                GrammarPropertyTest::recording,
                List.of("query.aggregates=true", "rest.tx-end=rollback", "rest.filterless-writes=true"));
    }

    @AfterAll
    static void close() {
        service.close();
    }

    private static RequestTransaction recording(RequestTransaction database) {
        return request -> {
            request.steps().forEach(step -> SEEN.add(step.statement().sql()));
            return database.run(request);
        };
    }

    @Test
    void holdsForRequestsOfTheWholeGrammar() throws Exception {
        check(2_000, 20260701);
    }

    @Test
    @Tag("slow")
    void holdsForManyMore() throws Exception {
        check(Integer.getInteger("galley.requests", 20_000), System.nanoTime());
    }

    private static void check(int requests, long seed) throws Exception {
        List<String> faults = new ArrayList<>();
        Set<String> shapes = new HashSet<>();
        TreeMap<Integer, Integer> statuses = new TreeMap<>();
        int reached = 0;
        for (int i = 0; i < requests; i++) {
            Ask ask = new GrammarRequests(seed + i, 1).next();
            List<String> first = run(ask, faults, statuses);
            List<String> second = run(new GrammarRequests(seed + i, 2).next(), faults, statuses);
            if (!first.equals(second)) faults.add("SQL depends on values: " + ask + "\n" + first + "\n" + second);
            if (!first.isEmpty()) reached++;
            shapes.addAll(first);
            assertThat(faults).as("seed " + seed + ", request " + i).isEmpty();
        }
        System.out.println(requests + " shapes of requests, " + reached + " in SQL, " + shapes.size() + " statements, "
                + statuses);
        assertThat(reached).isGreaterThan(requests / 3);
        assertThat(shapes.size()).isLessThanOrEqualTo(3 * reached);
        assertThat(statuses.keySet()).contains(200, 400);
        assertThat(service.sql("select count(*) from \"Zq Item\"")).containsExactly("20");
    }

    /** The statements that the request became. */
    private static List<String> run(Ask ask, List<String> faults, TreeMap<Integer, Integer> statuses) throws Exception {
        SEEN.clear();
        HttpResponse<String> answer = send(ask);
        statuses.merge(answer.statusCode(), 1, Integer::sum);
        if (answer.statusCode() >= 500 && !documented(answer)) {
            faults.add(answer.statusCode() + " of " + ask + ": " + answer.body());
        }
        List<String> seen = List.copyOf(SEEN);
        for (String sql : seen) {
            String plain = QUOTED.matcher(sql).replaceAll(" ");
            if (plain.toLowerCase(Locale.ROOT).contains("zq")) faults.add("an unquoted name: " + sql);
            if (!PLAIN.matcher(plain).matches()) faults.add("more than words and operators: " + plain + "\nof " + sql);
            if (sql.contains(GrammarRequests.VALUE) || sql.contains(GrammarRequests.NUMBER))
                faults.add("a value: " + sql);
        }
        return seen;
    }

    private static boolean documented(HttpResponse<String> answer) {
        return DOCUMENTED.stream().anyMatch(code -> answer.body().contains("\"code\":\"" + code + "\""));
    }

    private static HttpResponse<String> send(Ask ask) throws Exception {
        return CLIENT.send(
                HttpRequest.newBuilder(URI.create(service.url(ask.path())))
                        .method(ask.method(), HttpRequest.BodyPublishers.ofString(ask.body()))
                        .headers(ask.headers().toArray(String[]::new))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }
}

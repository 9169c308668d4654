package dev.galley.rest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.galley.rest.CanaryRequests.Ask;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * No byte of an answer is another tenant's: canaries in every column of one tenant are looked for in the status, headers and body
 * of whatever the other tenant, or a caller of none, is answered. What makes the test able to fail is asserted too: the owner is
 * shown the canaries by the same requests.
 */
class CanaryMatrixTest {
    private static final String B = "tenant_user/b";
    private static final String STATE = """
            select md5(string_agg(t::text, ',' order by t::text)) from (
              select a::text from accounts a union all select o::text from orders o union all select l::text from lines l
              union all select b::text from bookings b union all select e::text from events e union all select p::text from profiles p
              union all select c::text from cards c) t""";

    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static LiveService service;

    @BeforeAll
    static void open() throws Exception {
        service = new LiveService(
                "/live/tenants.sql",
                Set.of("tenant_user", "tenant_admin"),
                door -> door,
                List.of(
                        "query.aggregates=true",
                        "rest.tx-end=commit-allow-override",
                        "rest.server-timing=true",
                        "rest.plan-enabled=true"));
    }

    @AfterAll
    static void close() {
        service.close();
    }

    /** Every form in which the other tenant's values could be printed, and the names of what the role cannot see. */
    private static List<String> canaries(String tenant) {
        byte[] key = ("CANARY-" + tenant.toUpperCase(Locale.ROOT)).getBytes(StandardCharsets.US_ASCII);
        List<String> canaries = new ArrayList<>(List.of(
                "hiddencanary",
                new String(key, StandardCharsets.US_ASCII),
                HexFormat.of().formatHex(key),
                Base64.getEncoder().withoutPadding().encodeToString(key).substring(0, 10)));
        if (tenant.equals("a")) canaries.addAll(List.of("9182736", "1987-06-05"));
        return canaries;
    }

    @Test
    void readsShowOnlyOwnRows() throws Exception {
        assertThat(search(CanaryRequests.reads())).isPositive();
    }

    @Test
    void embedsShowOnlyOwnRows() throws Exception {
        assertThat(search(CanaryRequests.embeds())).isPositive();
    }

    @Test
    void callsShowOnlyOwnRows() throws Exception {
        assertThat(search(CanaryRequests.calls())).isPositive();
    }

    @Test
    void writesAndTheirErrorsShowOnlyOwnRows() throws Exception {
        String before = service.sql(STATE).getFirst();
        assertThat(search(CanaryRequests.writes())).isPositive();
        assertThat(service.sql(STATE)).containsExactly(before);
    }

    @Test
    void groupsAndRowsInsideRowsShowOnlyOwnRows() throws Exception {
        String before = service.sql(STATE).getFirst();
        assertThat(search(CanaryGathering.all())).isGreaterThan(40);
        assertThat(service.sql(STATE)).containsExactly(before);
        int leaking = 0;
        for (Ask ask : CanaryGathering.all()) {
            if (!leaks(ask, send("tenant_admin/b", ask), "a").isEmpty()) leaking++;
        }
        assertThat(leaking).as("shown to who may see everything").isGreaterThan(10);
    }

    @Test
    void stepsOfTransactionsShowOnlyOwnRows() throws Exception {
        String before = service.sql(STATE).getFirst();
        assertThat(search(CanaryTransactions.behindOthers())).isGreaterThan(500);
        assertThat(search(CanaryTransactions.byReference())).isPositive();
        assertThat(service.sql(STATE)).containsExactly(before);
        int leaking = 0;
        for (Ask ask : CanaryTransactions.byReference()) {
            if (!leaks(ask, send("tenant_admin/b", ask), "a").isEmpty()) leaking++;
        }
        assertThat(leaking).as("shown to who may see everything").isGreaterThan(10);
    }

    @Test
    void hintsCompleteNoHiddenNames() throws Exception {
        assertThat(search(CanaryRequests.guesses()))
                .as("the description at the root")
                .isOne();
    }

    /** PostgreSQL itself names both tables of a violated foreign key. */
    @Test
    void aForeignKeyIsToldByThoseOfItsSidesOnlyThatTheRoleSees() throws Exception {
        List<String> rollsBack = List.of("Prefer", "tx=rollback");
        var referenced = send(B, new Ask("DELETE", "/accounts?id=eq.13", "", rollsBack));
        assertThat(shown(referenced)).startsWith("409").contains("23503", "still referenced");
        var missing = send(B, new Ask("POST", "/subscriptions", "{\"id\":1,\"plan\":7}", rollsBack));
        assertThat(shown(missing)).startsWith("409").contains("subscriptions_plan_fkey", "\"details\":null");
        var known = send(B, new Ask("DELETE", "/accounts?id=eq.11", "", rollsBack));
        assertThat(shown(known))
                .startsWith("409")
                .contains("orders_account_fkey", "Key is still referenced from table");
    }

    @Test
    void countsAreThoseOfOwnRows() throws Exception {
        for (Map.Entry<String, Integer> table : CanaryRequests.OWN_ROWS.entrySet()) {
            for (String method : List.of("GET", "HEAD")) {
                var answer = send(B, new Ask(method, "/" + table.getKey(), "", List.of("Prefer", "count=exact")));
                assertThat(answer.headers().firstValue("Content-Range").orElse(""))
                        .as(table.getKey())
                        .endsWith("/" + table.getValue());
            }
            var none = send("tenant_user/", new Ask("GET", "/" + table.getKey(), "", List.of("Prefer", "count=exact")));
            assertThat(none.headers().firstValue("Content-Range")).contains("*/0");
        }
    }

    @Test
    void theOwnerIsShownTheCanariesByTheSameRequests() throws Exception {
        for (String table : CanaryRequests.OWN_ROWS.keySet()) {
            for (String caller : List.of("tenant_user/a", "tenant_admin/b")) {
                assertThat(shown(send(caller, new Ask("GET", "/" + table, "", List.of()))))
                        .as(table)
                        .contains("CANARY-A");
            }
        }
        String everything = shown(send("tenant_admin/b", new Ask("GET", "/accounts", "", List.of())));
        assertThat(canaries("a").stream().filter(everything::contains).count()).isGreaterThanOrEqualTo(4);
        int leaking = 0;
        for (Ask ask : CanaryRequests.reads()) {
            if (!leaks(ask, send("tenant_admin/b", ask), "a").isEmpty()) leaking++;
        }
        assertThat(leaking).isGreaterThan(200);
    }

    /** Returns how many of the requests were answered by a success. */
    private static int search(List<Ask> asks) throws Exception {
        List<String> leaks = new ArrayList<>();
        int answered = 0;
        for (Ask ask : asks) {
            var answer = send(B, ask);
            if (answer.statusCode() < 300) answered++;
            if (answer.statusCode() >= 500) leaks.add("status " + answer.statusCode() + " of " + ask + shown(answer));
            leaks.addAll(leaks(ask, answer, "a"));
            var stranger = send("tenant_user/", ask);
            leaks.addAll(leaks(ask, stranger, "a"));
            leaks.addAll(leaks(ask, stranger, "b"));
        }
        assertThat(leaks).isEmpty();
        return answered;
    }

    private static List<String> leaks(Ask ask, HttpResponse<byte[]> answer, String tenant) {
        String shown = shown(answer);
        return canaries(tenant).stream()
                .filter(canary -> shown.toLowerCase(Locale.ROOT).contains(canary.toLowerCase(Locale.ROOT)))
                .map(canary -> canary + " in the answer to " + ask + ": " + shown)
                .toList();
    }

    private static String shown(HttpResponse<byte[]> answer) {
        return answer.statusCode() + "\n" + answer.headers().map() + "\n"
                + new String(answer.body(), StandardCharsets.ISO_8859_1);
    }

    private static HttpResponse<byte[]> send(String caller, Ask ask) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(service.url(escaped(ask.path()))))
                .method(ask.method(), HttpRequest.BodyPublishers.ofString(ask.body()))
                .header("X-Caller", caller);
        if (!ask.body().isEmpty()) request.header("Content-Type", "application/json");
        if (!ask.headers().isEmpty()) request.headers(ask.headers().toArray(String[]::new));
        return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    /** Escapes what an address may not hold, and leaves the query's own marks. */
    private static String escaped(String path) {
        return URLEncoder.encode(path, StandardCharsets.UTF_8)
                .replace("%2F", "/")
                .replace("%3F", "?")
                .replace("%3D", "=")
                .replace("%26", "&");
    }
}

package dev.galley.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What is kept of one tenant's answers, for repeated writes, tags, the cache and the description, is never another's. */
class CanaryKeptTest {
    private static final String KEY = "Idempotency-Key";
    private static final String[] A = {"As-Role", "tenant_user", "As-User", "a"};
    private static final String[] B = {"As-Role", "tenant_user", "As-User", "b"};
    private static final String[] NOBODY = {"As-Role", "tenant_user"};
    private static final List<String> TABLES = List.of("accounts", "orders", "lines", "bookings", "events", "profiles");

    private static RestServer rest;

    @BeforeAll
    static void open() throws Exception {
        rest = new RestServer(
                true,
                script() + """
                    create or replace function tenant() returns text language sql stable
                      as $$ select nullif(current_setting('request.jwt.claims', true), '')::json ->> 'sub' $$;
                    """,
                Set.of("tenant_user", "tenant_admin"),
                "query.aggregates=true",
                "rest.cache-quiet=20ms",
                "rest.cache-functions=public.tenant",
                "rest.cache-relations="
                        + String.join(
                                ",",
                                TABLES.stream().map(name -> "public." + name).toList()));
    }

    private static String script() {
        try (InputStream in = Objects.requireNonNull(CanaryKeptTest.class.getResourceAsStream("/live/tenants.sql"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @AfterAll
    static void close() throws Exception {
        rest.close();
    }

    private static HttpResponse<String> send(String[] caller, String method, String path, String body, String... more)
            throws Exception {
        List<String> headers = new ArrayList<>(List.of(caller));
        headers.addAll(List.of(more));
        return rest.send(method, path, body, headers.toArray(String[]::new));
    }

    private static String shown(HttpResponse<String> response) {
        return response.statusCode() + "\n" + response.headers().map() + "\n" + response.body();
    }

    private static boolean replayed(HttpResponse<String> response) {
        return response.headers().firstValue("Idempotency-Replayed").isPresent();
    }

    private static void assertNoCanary(HttpResponse<String> response, Object of) {
        assertThat(shown(response)).as("%s", of).doesNotContainIgnoringCase("CANARY-A", "hiddencanary");
    }

    @Test
    void aRepeatedWriteIsAnsweredToItsCallerOnly() throws Exception {
        String[][] writes = {
            {"POST", "/orders?select=*,accounts(*)", "{\"id\":60,\"account\":1,\"note\":\"n60\"}"},
            {"PATCH", "/accounts?id=eq.1&select=*,orders(*)", "{\"balance\":5}"},
            {"PUT", "/profiles?account=eq.1&select=*,accounts(*)", "{\"account\":1,\"bio\":\"b\"}"},
            {"DELETE", "/lines?orders=eq.5&select=*", ""},
            {"POST", "/rpc/my_accounts", "{}"},
            {
                "POST",
                "/tx",
                "{\"steps\":[{\"name\":\"x\",\"method\":\"GET\",\"path\":\"/accounts\"},"
                        + "{\"method\":\"PATCH\",\"path\":\"/accounts?id=eq.2\",\"body\":{\"balance\":6},\"prefer\":\"return=representation\"}]}"
            }
        };
        for (String[] write : writes) {
            String[] key = {
                KEY,
                "key " + write[1].hashCode(),
                "Prefer",
                "return=representation",
                "Authorization",
                "x",
                "apikey",
                "y"
            };
            var first = send(A, write[0], write[1], write[2], key);
            assertThat(shown(first)).as(write[1]).startsWith("20").contains("CANARY-A");
            for (String[] other : new String[][] {B, NOBODY}) {
                var answer = send(other, write[0], write[1], write[2], key);
                assertNoCanary(answer, write[1]);
                assertThat(replayed(answer)).as(write[1]).isFalse();
                assertNoCanary(send(other, write[0], write[1], write[2], key), write[1]);
                assertNoCanary(send(other, "POST", "/orders", "{\"id\":1}", key), write[1]);
            }
            var again = send(A, write[0], write[1], write[2], key);
            assertThat(replayed(again)).as(write[1]).isTrue();
            assertThat(again.body()).isEqualTo(first.body());
        }
    }

    @Test
    void aTagOpensNothing() throws Exception {
        for (String table : TABLES) {
            String key = table.equals("lines") ? "orders" : table.equals("profiles") ? "account" : "id";
            String path = "/" + table + "?" + key + "=lt.4";
            var own = send(A, "GET", path, "");
            assertThat(shown(own)).contains("CANARY-A");
            String tag = own.headers().firstValue("ETag").orElseThrow();
            var unchanged = send(A, "GET", path, "", "If-None-Match", tag);
            assertThat(unchanged.statusCode()).isEqualTo(304);
            assertNoCanary(unchanged, path);
            for (String[] other : new String[][] {B, NOBODY}) {
                for (String method : List.of("GET", "HEAD")) {
                    var read = send(other, method, path, "", "If-None-Match", tag);
                    assertThat(read.statusCode()).as(path).isEqualTo(200);
                    assertThat(read.headers().firstValue("ETag").orElse("")).isNotEqualTo(tag);
                    assertNoCanary(read, path);
                }
                String rows = "return=representation";
                var patched = send(other, "PATCH", path, "{\"tenant\":\"b\"}", "If-Match", tag, "Prefer", rows);
                assertThat(patched.statusCode()).as(patched.body()).isEqualTo(412);
                assertNoCanary(patched, path);
                var deleted = send(other, "DELETE", path, "", "If-Match", tag, "Prefer", rows);
                assertThat(deleted.statusCode()).isEqualTo(412);
                assertNoCanary(deleted, path);
            }
        }
    }

    @Test
    void anAnswerFromMemoryIsItsCallersOnly() throws Exception {
        for (String table : TABLES) {
            for (String path :
                    List.of("/" + table, "/" + table + "?tenant=eq.a", "/" + table + "?select=tenant.max()")) {
                boolean counts = path.contains("max");
                var own = CacheHits.hit(rest, path, A);
                if (!counts) assertThat(shown(own)).contains("CANARY-A");
                for (int round = 0; round < 3; round++) {
                    for (String[] other : new String[][] {B, NOBODY}) {
                        var answer = send(other, "GET", path, "");
                        assertNoCanary(answer, path);
                        if (counts) assertThat(answer.body()).doesNotContain("\"a\"");
                    }
                    assertThat(send(A, "GET", path, "").body()).isEqualTo(own.body());
                }
                assertNoCanary(CacheHits.hit(rest, path, B), path);
            }
        }
    }

    @Test
    void aDescriptionIsItsRolesOnly() throws Exception {
        rest.execute("grant select on hiddencanary_ledger to tenant_admin;"
                + "grant execute on function hiddencanary_total(int) to tenant_admin");
        String[] admin = {"As-Role", "tenant_admin", "As-User", "b"};
        List<CompletableFuture<HttpResponse<String>>> those = new ArrayList<>();
        List<CompletableFuture<HttpResponse<String>>> these = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            those.add(rest.start("GET", "/", "", admin));
            these.add(rest.start("GET", "/", "", i % 2 == 0 ? B : NOBODY));
        }
        for (var each : those) {
            assertThat(each.get(20, TimeUnit.SECONDS).body())
                    .contains("/hiddencanary_ledger\"", "/rpc/hiddencanary_total\"");
        }
        for (var each : these) {
            var answer = each.get(20, TimeUnit.SECONDS);
            assertThat(answer.body()).contains("\"/accounts\"");
            assertNoCanary(answer, "/");
        }
        for (String accept : List.of("application/openapi+json", "application/json", "*/*", "text/csv")) {
            assertNoCanary(send(B, "GET", "/", "", "Accept", accept), accept);
            assertNoCanary(send(B, "HEAD", "/", "", "Accept", accept), accept);
        }
    }
}

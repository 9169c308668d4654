package dev.galley.rest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.galley.identity.Identified;
import dev.galley.identity.Refusal;
import dev.galley.postgres.DatabaseFailure;
import dev.galley.postgres.TransactionRequest;
import dev.galley.postgres.idempotency.IdempotencySettings;
import dev.galley.query.Call;
import dev.galley.query.CostSettings;
import dev.galley.query.Count;
import dev.galley.query.Delete;
import dev.galley.query.Execution;
import dev.galley.query.Insert;
import dev.galley.query.Read;
import dev.galley.query.ResultFormat;
import dev.galley.query.Update;
import dev.galley.rest.RestSettings.TransactionEnd;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RestServiceTest {
    private static Vertx vertx;
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private static final OpenApiSettings OPEN_API = new OpenApiSettings(
            OpenApiSettings.Mode.FOLLOW_PRIVILEGES, false, Optional.empty(), Optional.empty(), 1 << 20);

    private Fakes fakes = new Fakes();
    private Identified caller = Fakes.caller(true);
    private Optional<HttpServer> server = Optional.empty();

    @BeforeAll
    static void open() {
        vertx = Vertx.vertx();
    }

    @AfterAll
    static void close() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    @AfterEach
    void stop() throws Exception {
        if (server.isPresent()) {
            server.get().close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        }
        assertThat(fakes.buffers).allSatisfy(buffer -> awaitReleased(buffer));
    }

    private static void awaitReleased(io.netty.buffer.ByteBuf buffer) {
        long deadline = System.nanoTime() + Duration.ofSeconds(5).toNanos();
        while (buffer.refCnt() > 0 && System.nanoTime() < deadline) Thread.onSpinWait();
        assertThat(buffer.refCnt()).isZero();
    }

    private static RestSettings settings(TransactionEnd end) {
        return new RestSettings(
                List.of("public", "api"),
                List.of("extensions"),
                end,
                false,
                true,
                true,
                true,
                true,
                DatabaseSettings.DEFAULT,
                OPEN_API,
                true,
                10,
                100,
                100,
                1 << 20,
                1 << 20,
                Duration.ofSeconds(10),
                TxSettings.DEFAULT,
                IdempotencySettings.DEFAULT,
                new CostSettings(0, Set.of(), Duration.ZERO),
                CacheSettings.NONE);
    }

    private HttpResponse<String> send(String method, String path, String body, String... headers) throws Exception {
        if (server.isEmpty()) start(TransactionEnd.COMMIT_ALLOW_OVERRIDE);
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + server.orElseThrow().actualPort() + "/rest/v1" + path))
                .timeout(Duration.ofSeconds(20))
                .method(
                        method,
                        body.isEmpty()
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofByteArray(body.getBytes(StandardCharsets.ISO_8859_1)));
        if (headers.length > 0) request.headers(headers);
        return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private void start(TransactionEnd end) throws Exception {
        var service = new RestService(settings(end), fakes, fakes, Fakes::schema, context -> caller, context -> "test");
        Router router = Router.router(vertx);
        service.routes(router);
        server = Optional.of(vertx.createHttpServer()
                .requestHandler(router)
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS));
    }

    private static String header(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }

    @Test
    void readsRows() throws Exception {
        fakes.body = "[{\"id\":1},{\"id\":2}]";
        fakes.rows = 2;
        var response = send("GET", "/items?select=id&order=id&offset=3", "");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo(fakes.body);
        assertThat(header(response, "Content-Type")).isEqualTo("application/json; charset=utf-8");
        assertThat(header(response, "Content-Range")).isEqualTo("3-4/*");
        assertThat(header(response, "Content-Location")).isEqualTo("/items?offset=3&order=id&select=id");
        assertThat(header(response, "Content-Profile")).isEqualTo("public");
        assertThat(header(response, "Vary")).isEqualTo("Accept, Prefer, Range");
        assertThat(header(response, "Server-Timing")).contains("jwt;dur=", "parse;dur=", "transaction;dur=");
        assertThat(fakes.request().ending()).isInstanceOf(TransactionRequest.Commit.class);
    }

    @Test
    void countsAndSaysWhenMoreRowsExist() throws Exception {
        fakes.rows = 2;
        fakes.total = OptionalLong.of(7);
        var partial = send("GET", "/items?limit=2", "", "Prefer", "count=exact");
        assertThat(partial.statusCode()).isEqualTo(206);
        assertThat(header(partial, "Content-Range")).isEqualTo("0-1/7");
        assertThat(header(partial, "Preference-Applied")).isEqualTo("count=exact");
        assertThat(((Read) fakes.query()).count()).isEqualTo(Count.EXACT);

        fakes.rows = 0;
        var beyond = send("GET", "/items?offset=8", "", "Prefer", "count=exact");
        assertThat(beyond.statusCode()).isEqualTo(416);
        assertThat(beyond.body()).contains("PGRST103", "An offset of 8 was requested, but there are only 7 rows.");
    }

    @Test
    void takesTheRangeOfAHeaderOnGet() throws Exception {
        send("GET", "/items", "", "Range", "5-9");
        var selection = ((Read) fakes.query()).selection();
        assertThat(selection.limit()).hasValue(5);
        assertThat(fakes.bindings.getLast().number(selection.offset().orElseThrow()))
                .isEqualTo(5);
        var upsideDown = send("GET", "/items", "", "Range", "9-5");
        assertThat(upsideDown.statusCode()).isEqualTo(416);
        assertThat(upsideDown.body()).contains("lower boundary must be lower");
    }

    @Test
    void answersHeadWithoutABody() throws Exception {
        fakes.body = "[{\"id\":1}]";
        fakes.rows = 1;
        var response = send("HEAD", "/items", "", "Prefer", "count=exact");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEmpty();
        assertThat(header(response, "Content-Range")).isEqualTo("0-0/*");
    }

    @Test
    void givesOneObjectOrRefuses() throws Exception {
        fakes.body = "{\"id\":1}";
        fakes.rows = 1;
        var one = send("GET", "/items?id=eq.1", "", "Accept", "application/vnd.pgrst.object+json");
        assertThat(one.statusCode()).isEqualTo(200);
        assertThat(header(one, "Content-Type")).isEqualTo("application/vnd.pgrst.object+json; charset=utf-8");
        assertThat(fakes.formats.getLast()).isEqualTo(ResultFormat.JSON_OBJECT);
        fakes.rows = 2;
        var two = send("GET", "/items", "", "Accept", "application/vnd.pgrst.object+json;nulls=stripped");
        assertThat(two.statusCode()).isEqualTo(406);
        assertThat(two.body())
                .isEqualTo(
                        "{\"code\":\"PGRST116\",\"message\":\"Cannot coerce the result to a single JSON object\",\"details\":\"The result contains 2 rows\",\"hint\":null}");
        assertThat(header(two, "Proxy-Status")).isEqualTo("PostgREST; error=PGRST116");
    }

    @Test
    void undoesAWriteWhoseRowsAreNotWhatWasAskedFor() throws Exception {
        fakes.rows = 2;
        var response = send(
                "PATCH",
                "/items?id=gt.1",
                "{\"name\":\"x\"}",
                "Accept",
                "application/vnd.pgrst.object+json",
                "Prefer",
                "return=representation");
        assertThat(response.statusCode()).isEqualTo(406);
        assertThat(fakes.committed).containsExactly(false);
        var limited = send("DELETE", "/items?id=gt.1", "", "Prefer", "handling=strict, max-affected=1");
        assertThat(limited.statusCode()).isEqualTo(400);
        assertThat(limited.body()).contains("PGRST124", "The query affects 2 rows");
        assertThat(fakes.committed).containsExactly(false, false);
        var allowed = send("DELETE", "/items?id=gt.1", "", "Prefer", "handling=strict, max-affected=2");
        assertThat(allowed.statusCode()).isEqualTo(204);
        assertThat(header(allowed, "Preference-Applied")).isEqualTo("handling=strict, max-affected=2");
        assertThat(fakes.committed).containsExactly(false, false, true);
    }

    @Test
    void insertsRows() throws Exception {
        fakes.rows = 1;
        fakes.key = List.of(new Execution.KeyColumn("id", Optional.of("a b")));
        var minimal = send("POST", "/items", "{\"name\":\"x\",\"id\":\"1\"}", "Prefer", "return=headers-only");
        assertThat(minimal.statusCode()).isEqualTo(201);
        assertThat(minimal.body()).isEmpty();
        assertThat(header(minimal, "Location")).isEqualTo("/items?id=eq.a%20b");
        assertThat(header(minimal, "Content-Range")).isEqualTo("*/*");
        Insert insert = (Insert) fakes.query();
        assertThat(insert.payload().columns()).containsExactly("id", "name");
        assertThat(insert.payload().single()).isTrue();
        assertThat(insert.returning().keys()).isTrue();
        assertThat(insert.returning().rows()).isEmpty();

        fakes.key = List.of();
        fakes.body = "[{\"id\":1}]";
        fakes.inserted = OptionalLong.of(0);
        var merged = send(
                "POST",
                "/items?on_conflict=name&columns=name",
                "[{\"name\":\"x\",\"other\":1}]",
                "Prefer",
                "resolution=merge-duplicates,return=representation,missing=default,count=exact");
        assertThat(merged.statusCode()).isEqualTo(200);
        assertThat(merged.body()).isEqualTo("[{\"id\":1}]");
        assertThat(header(merged, "Content-Range")).isEqualTo("*/1");
        assertThat(header(merged, "Preference-Applied"))
                .isEqualTo("resolution=merge-duplicates, missing=default, return=representation, count=exact");
        insert = (Insert) fakes.query();
        assertThat(insert.defaults()).isTrue();
        assertThat(insert.payload().columns()).containsExactly("name");
        assertThat(insert.onConflict())
                .contains(new Insert.OnConflict(List.of("name"), Insert.Resolution.MERGE_DUPLICATES));
    }

    @Test
    void bindsABodyAsItCame() throws Exception {
        String body = "[ {\"name\" : \"x\\u00e9\", \"id\":1e400},{\"id\":null,\"name\":2} ]";
        send("POST", "/items", body);
        Insert insert = (Insert) fakes.query();
        assertThat(new String(fakes.bindings.getLast().get(insert.payload().json()), StandardCharsets.UTF_8))
                .isEqualTo(body);
    }

    @Test
    void takesCsvAndForms() throws Exception {
        send("POST", "/items", "id,name\r\n1,\"a \"\"b\"\", c\"\n2,NULL\n", "Content-Type", "text/csv");
        Insert insert = (Insert) fakes.query();
        assertThat(new String(fakes.bindings.getLast().get(insert.payload().json()), StandardCharsets.UTF_8))
                .isEqualTo("[{\"id\":\"1\",\"name\":\"a \\\"b\\\", c\"},{\"id\":\"2\",\"name\":null}]");
        send("POST", "/items", "id=1&name=a+b%26", "Content-Type", "application/x-www-form-urlencoded");
        insert = (Insert) fakes.query();
        assertThat(new String(fakes.bindings.getLast().get(insert.payload().json()), StandardCharsets.UTF_8))
                .isEqualTo("{\"id\":\"1\",\"name\":\"a b&\"}");
    }

    @Test
    void updatesAndDeletesWithAFilterOnly() throws Exception {
        fakes.rows = 3;
        var updated = send("PATCH", "/items?id=gt.1", "{\"name\":\"x\"}", "Prefer", "count=exact");
        assertThat(updated.statusCode()).isEqualTo(204);
        assertThat(header(updated, "Content-Range")).isEqualTo("0-2/3");
        assertThat(((Update) fakes.query()).payload().columns()).containsExactly("name");
        var deleted = send("DELETE", "/items?id=gt.1", "", "Prefer", "return=representation");
        assertThat(deleted.statusCode()).isEqualTo(200);
        assertThat(((Delete) fakes.query()).returning().rows()).isPresent();
        int asked = fakes.requests.size();
        for (String path : List.of("/items", "/items?limit=1&order=id", "/items?select=id")) {
            var refused = send("DELETE", path, "");
            assertThat(refused.statusCode()).isEqualTo(400);
            assertThat(refused.body()).contains("\"code\":\"21000\"", "DELETE requires a WHERE clause");
            refused = send("PATCH", path, "{\"name\":\"x\"}");
            assertThat(refused.body()).contains("\"code\":\"21000\"", "UPDATE requires a WHERE clause");
        }
        assertThat(fakes.requests).hasSize(asked);
    }

    @Test
    void replacesOneRowByItsKey() throws Exception {
        fakes.rows = 1;
        fakes.inserted = OptionalLong.of(1);
        var created = send("PUT", "/items?id=eq.1", "{\"id\":1,\"name\":\"x\"}", "Prefer", "return=representation");
        assertThat(created.statusCode()).isEqualTo(201);
        assertThat(fakes.request().ending()).isInstanceOf(TransactionRequest.Decide.class);
        fakes.rows = 0;
        var mismatch = send("PUT", "/items?id=eq.1", "{\"id\":2,\"name\":\"x\"}");
        assertThat(mismatch.body()).contains("PGRST115");
        assertThat(fakes.committed.getLast()).isFalse();
        for (String path : List.of(
                "/items", "/items?id=gt.1", "/items?name=eq.1", "/items?id=eq.1&name=eq.2", "/items?id=not.eq.1")) {
            var refused = send("PUT", path, "{\"id\":1}");
            assertThat(refused.statusCode()).isEqualTo(405);
            assertThat(refused.body()).contains("PGRST105");
        }
        assertThat(send("PUT", "/items?id=eq.1&limit=1", "{\"id\":1}").body()).contains("PGRST114");
    }

    @Test
    void callsFunctions() throws Exception {
        fakes.body = "3";
        fakes.rows = 1;
        var read = send("GET", "/rpc/add?a=1&b=2", "");
        assertThat(read.statusCode()).isEqualTo(200);
        assertThat(read.body()).isEqualTo("3");
        Call call = (Call) fakes.query();
        assertThat(call.readOnly()).isTrue();
        assertThat(((Call.Named) call.arguments()).arguments())
                .extracting(Call.Argument::name)
                .containsExactly("a", "b");
        var posted = send("POST", "/rpc/add", "{\"a\":1,\"b\":2}");
        assertThat(posted.statusCode()).isEqualTo(200);
        assertThat(((Call.JsonObject) ((Call) fakes.query()).arguments()).keys())
                .containsExactly("a", "b");
        var nothing = send("POST", "/rpc/work", "{\"what\":1}");
        assertThat(nothing.statusCode()).isEqualTo(204);
        assertThat(nothing.body()).isEmpty();
        var filtered = send("GET", "/rpc/list?id=eq.1", "");
        assertThat(filtered.statusCode()).isEqualTo(200);
        var wrongMethod = send("DELETE", "/rpc/add", "");
        assertThat(wrongMethod.statusCode()).isEqualTo(405);
        assertThat(wrongMethod.body()).contains("PGRST101");
        var unknown = send("GET", "/rpc/ad?a=1", "");
        assertThat(unknown.statusCode()).isEqualTo(404);
        assertThat(unknown.body()).contains("PGRST202", "\"hint\":null");
        assertThat(send("GET", "/rpc/add?a=1", "").body())
                .contains("Perhaps you meant to call the function public.add(a, b)");
        assertThat(send("POST", "/rpc/add", "{}", "Prefer", "handling=strict,max-affected=1")
                        .body())
                .contains("PGRST202");
    }

    @Test
    void tellsTheDatabaseAboutTheRequest() throws Exception {
        send(
                "GET",
                "/items",
                "",
                "X-Custom",
                "a\"b",
                "Cookie",
                "one=1; two=\"2\"",
                "Accept-Profile",
                "api",
                "Prefer",
                "timezone=Asia/Tokyo");
        assertThat(fakes.request().role()).isEqualTo("authenticated");
        assertThat(fakes.setting("search_path")).contains("\"api\", \"extensions\"");
        assertThat(fakes.setting("request.jwt.claims")).contains("{\"role\":\"authenticated\"}");
        assertThat(fakes.setting("request.method")).contains("GET");
        assertThat(fakes.setting("request.path")).contains("/items");
        assertThat(fakes.setting("request.headers").orElseThrow())
                .contains("\"x-custom\":\"a\\\"b\"")
                .doesNotContain("cookie");
        assertThat(fakes.setting("request.cookies")).contains("{\"one\":\"1\",\"two\":\"2\"}");
        assertThat(fakes.setting("timezone")).contains("Asia/Tokyo");
        assertThat(fakes.setting("statement_timeout")).contains("8s");
    }

    @Test
    void letsFunctionsSteerTheAnswerButNotBreakIt() throws Exception {
        fakes.status = Optional.of("418");
        fakes.headers = Optional.of("[{\"Set-Cookie\":\"a=1\"},{\"Set-Cookie\":\"b=2\"},{\"content-type\":\"x/y\"}]");
        var steered = send("GET", "/items", "");
        assertThat(steered.statusCode()).isEqualTo(418);
        assertThat(steered.headers().allValues("Set-Cookie")).containsExactly("a=1", "b=2");
        assertThat(steered.headers().allValues("Content-Type")).containsExactly("x/y");
        fakes.status = Optional.empty();
        for (String bad : List.of(
                "{}",
                "[{\"a\":1}]",
                "[{\"a\":\"1\",\"b\":\"2\"}]",
                "x",
                "[{\"a\":\"x\\r\\nSet-Cookie: y\"}]",
                "[{\"a b\":\"\"}]",
                "[{\"Content-Length\":\"1\"}]")) {
            fakes.headers = Optional.of(bad);
            var refused = send("GET", "/items", "");
            assertThat(refused.statusCode()).isEqualTo(500);
            assertThat(refused.body()).contains("PGRST111");
        }
        fakes.headers = Optional.empty();
        fakes.status = Optional.of("abc");
        assertThat(send("GET", "/items", "").body()).contains("PGRST112");
    }

    @Test
    void rollsBackWhenAskedAndAllowed() throws Exception {
        send("POST", "/items", "{}", "Prefer", "tx=rollback");
        assertThat(fakes.request().ending()).isInstanceOf(TransactionRequest.Rollback.class);
        stop();
        start(TransactionEnd.COMMIT);
        var response = send("POST", "/items", "{}", "Prefer", "tx=rollback");
        assertThat(fakes.request().ending()).isInstanceOf(TransactionRequest.Commit.class);
        assertThat(header(response, "Preference-Applied")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "42501,true,403",
        "42501,false,401",
        "23505,true,409",
        "42P01,true,404",
        "25006,true,405",
        "PT402,true,402",
        "P0001,true,400",
        "22P02,true,400",
        "57014,true,500",
        "08006,true,503",
        "53300,true,503",
        "XX000,true,500",
        "40001,true,500"
    })
    void mapsSqlStates(String state, boolean authenticated, int status) throws Exception {
        caller = Fakes.caller(authenticated);
        fakes.failure = Optional.of(new DatabaseFailure.Refused(
                state, "host db.internal says no", Optional.of("a detail"), Optional.of("a hint"), Optional.empty()));
        var response = send("GET", "/items", "");
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.body()).contains("\"code\":\"" + state + "\"");
        if (List.of("08006", "53300", "XX000").contains(state)) {
            assertThat(response.body()).doesNotContain("db.internal", "detail\":\"a");
        }
        assertThat(header(response, "WWW-Authenticate")).isEqualTo(status == 401 ? "Bearer" : "");
        assertThat(header(response, "Retry-After")).isEqualTo(status == 503 ? "1" : "");
    }

    @Test
    void tellsWhatBecameOfARequestTheDatabaseDidNotAnswer() throws Exception {
        fakes.failure = Optional.of(new DatabaseFailure.OutcomeUnknown("reset by db.internal"));
        var unknown = send("POST", "/items", "{}");
        assertThat(unknown.statusCode()).isEqualTo(500);
        assertThat(unknown.body()).contains("GLY-REST04", "may or may not").doesNotContain("db.internal");
        fakes.failure = Optional.of(new DatabaseFailure.Busy(Duration.ofMillis(1500)));
        var busy = send("GET", "/items", "");
        assertThat(busy.statusCode()).isEqualTo(504);
        assertThat(header(busy, "Retry-After")).isEqualTo("2");
        fakes.failure = Optional.of(new DatabaseFailure.Unavailable("db.internal refused", Duration.ofSeconds(3)));
        var away = send("GET", "/items", "");
        assertThat(away.statusCode()).isEqualTo(503);
        assertThat(header(away, "Retry-After")).isEqualTo("3");
        assertThat(away.body()).contains("PGRST000").doesNotContain("db.internal");
        fakes.failure = Optional.of(new DatabaseFailure.TimedOut(Duration.ofSeconds(1)));
        assertThat(send("GET", "/items", "").statusCode()).isEqualTo(504);
    }

    @Test
    void letsAFunctionRaiseAWholeAnswer() throws Exception {
        fakes.failure = Optional.of(new DatabaseFailure.Refused(
                "PGRST",
                "{\"code\":\"123\",\"message\":\"Payment Required\",\"details\":\"Quota exceeded\",\"hint\":\"Upgrade\"}",
                Optional.of("{\"status\":402,\"headers\":{\"X-Powered-By\":\"Nerd Rage\"}}"),
                Optional.empty(),
                Optional.empty()));
        var raised = send("GET", "/items", "");
        assertThat(raised.statusCode()).isEqualTo(402);
        assertThat(header(raised, "X-Powered-By")).isEqualTo("Nerd Rage");
        assertThat(raised.body())
                .isEqualTo(
                        "{\"code\":\"123\",\"message\":\"Payment Required\",\"details\":\"Quota exceeded\",\"hint\":\"Upgrade\"}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"status\":400,\"headers\":{\"X-A\":\"b\\r\\nSet-Cookie: y\"}}",
                "{\"status\":400,\"headers\":{\"X-A\\r\\nSet-Cookie: y\":\"b\"}}",
                "{\"status\":400,\"headers\":{\"Content-Length\":\"3\"}}",
                "{\"status\":400,\"headers\":{\"Transfer-Encoding\":\"chunked\"}}",
                "{\"status\":400,\"headers\":{\"Connection\":\"upgrade\"}}",
                "{\"status\":101,\"headers\":{}}"
            })
    void aRaisedAnswerCannotBreakTheAnswerApart(String detail) throws Exception {
        fakes.failure = Optional.of(new DatabaseFailure.Refused(
                "PGRST",
                "{\"code\":\"123\",\"message\":\"m\"}",
                Optional.of(detail),
                Optional.empty(),
                Optional.empty()));
        var refused = send("GET", "/items", "");
        assertThat(refused.statusCode()).isEqualTo(500);
        assertThat(refused.body()).contains("PGRST121");
        assertThat(refused.headers().firstValue("Set-Cookie")).isEmpty();
    }

    @Test
    void aCallWithEndlesslyManyArgumentsIsAnsweredShortly() throws Exception {
        StringBuilder body = new StringBuilder("{");
        for (int i = 0; i < 20_000; i++) {
            body.append("\"key_").append(i).append("\":1,");
        }
        body.append('"').append("x".repeat(20_000)).append("\":1}");
        var refused = send("POST", "/rpc/add", body.toString());
        assertThat(refused.statusCode()).isEqualTo(404);
        assertThat(refused.body()).contains("PGRST202", ", ...").hasSizeLessThan(10_000);
        assertThat(send("POST", "/rpc/add", "{\"" + "x".repeat(20_000) + "\":1}")
                        .body())
                .hasSizeLessThan(2_000);
    }

    @Test
    void challengesWhoIsNotLetIn() throws Exception {
        caller = new Refusal.Expired();
        var response = send("GET", "/items", "");
        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(response.body()).contains("PGRST303", "JWT expired");
        assertThat(header(response, "WWW-Authenticate"))
                .isEqualTo("Bearer error=\"invalid_token\", error_description=\"JWT expired\"");
        caller = new Refusal.KeyMissing();
        assertThat(header(send("GET", "/items", ""), "WWW-Authenticate")).isEqualTo("Bearer");
        assertThat(fakes.requests).isEmpty();
    }

    @Test
    void answersOptionsToKnownCallers() throws Exception {
        var response = send("OPTIONS", "/items", "");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(header(response, "Allow")).isEqualTo("OPTIONS,GET,HEAD,POST,PUT,PATCH,DELETE");
        assertThat(header(send("OPTIONS", "/rpc/work", ""), "Allow")).isEqualTo("OPTIONS,POST");
        assertThat(send("OPTIONS", "/rpc/nothing", "").statusCode()).isEqualTo(404);
        caller = new Refusal.KeyMissing();
        assertThat(send("OPTIONS", "/items", "").statusCode()).isEqualTo(401);
    }

    @Test
    void neverNamesWhatTheRoleCannotSee() throws Exception {
        for (String method : List.of("POST", "PATCH", "DELETE")) {
            var response = send(method, "/item_secret?id=eq.1", method.equals("DELETE") ? "" : "{}");
            assertThat(response.statusCode()).isEqualTo(404);
            assertThat(response.body()).contains("PGRST205").doesNotContain("item_secrets");
        }
        assertThat(send("POST", "/itemz", "{}").body()).contains("Perhaps you meant the table 'public.items'");
    }

    @ParameterizedTest
    @CsvSource(delimiterString = " => ", quoteCharacter = '\1', textBlock = """
            GET => /a/b => 404 => PGRST125
            GET => /rpc/ => 404 => PGRST125
            GET => /%ff => 400 => PGRST100
            POST => / => 405 => PGRST117
            TRACE2 => /items => 405 => PGRST117
            GET => /items?x=%zz => 400 => PGRST100
            """)
    void refusesWhatItDoesNotKnow(String method, String path, int status, String code) throws Exception {
        if (path.contains("%zz")) path = "/items?x=%25zz&select=%FF";
        var response = send(method, path, "");
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.body()).contains(code);
    }

    @Test
    void refusesUnknownProfilesMediaTypesAndPreferences() throws Exception {
        assertThat(send("GET", "/items", "", "Accept-Profile", "auth").body())
                .contains("PGRST106", "Only the following schemas are exposed: public, api");
        assertThat(send("GET", "/items", "", "Accept", "image/png").body()).contains("PGRST107", "image/png");
        assertThat(send("GET", "/items", "", "Accept", "image/png, text/csv;q=0.5, */*;q=0.1")
                        .headers()
                        .firstValue("Content-Type"))
                .contains("text/csv; charset=utf-8");
        assertThat(send("GET", "/items", "", "Prefer", "handling=strict, nonsense, count=exact")
                        .body())
                .contains("PGRST122", "Invalid preferences: nonsense");
        assertThat(send("GET", "/items", "", "Prefer", "nonsense").statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[",
                "{\"a\":}",
                "{\"a\":1}}",
                "[{\"a\":1},{\"b\":1}]",
                "[{\"a\":1},2]",
                "nul",
                "{'a':1}",
                "{\"a\":01}",
                "{\"a\":\"\u00ff\"}",
                "{\"a\":\"\u00c0\u0080\"}",
                "{\"a\":\"\u00ed\u00a0\u0080\"}",
                "\u0000{\u0000}",
                "{\"a\":\"\u0000\"}",
                "{\"a\":\"\n\"}",
                "\u00fe\u00ff\u0000{\u0000}",
                "[1]",
                "7",
                "\"text\"",
                "true",
                "null"
            })
    void refusesBodiesThatAreNotJsonRows(String body) throws Exception {
        var response = send("POST", "/items", body);
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains("PGRST102");
        assertThat(fakes.requests).isEmpty();
    }

    @Test
    void refusesHugeAndDeepBodies() throws Exception {
        String deep = "{\"a\":" + "[".repeat(50_000) + "]".repeat(50_000) + "}";
        assertThat(send("POST", "/items", deep).body()).contains("PGRST102");
        assertThat(send("POST", "/items", "{\"a\":" + "9".repeat(100_000) + "}").body())
                .contains("PGRST102");
        assertThat(send("POST", "/items", "x", "Content-Type", "image/png").body())
                .contains("PGRST102", "Content-Type not acceptable: image/png");
        assertThat(send("POST", "/items", "a,b\n1,2,3\n", "Content-Type", "text/csv")
                        .body())
                .contains("All lines must have same number of fields");
        assertThat(send("POST", "/items", "a\n\"x", "Content-Type", "text/csv").body())
                .contains("PGRST102");
        assertThat(fakes.requests).isEmpty();
    }

    @Test
    void writesNothingForAnEmptyListOrAScalar() throws Exception {
        send("POST", "/items", "[]");
        assertThat(((Insert) fakes.query()).payload().columns()).isEmpty();
        send("POST", "/items", "3");
        Insert insert = (Insert) fakes.query();
        assertThat(new String(fakes.bindings.getLast().get(insert.payload().json()), StandardCharsets.UTF_8))
                .isEqualTo("[]");
    }
}

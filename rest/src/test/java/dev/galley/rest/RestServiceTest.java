package dev.galley.rest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.galley.identity.Refusal;
import dev.galley.postgres.TransactionRequest;
import dev.galley.query.Count;
import dev.galley.query.Read;
import dev.galley.query.ResultFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Reads, and what a request tells the database and a function the answer. */
class RestServiceTest extends FakedService {
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
    void answersOptionsToKnownCallers() throws Exception {
        var response = send("OPTIONS", "/items", "");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(header(response, "Allow")).isEqualTo("OPTIONS,GET,HEAD,POST,PUT,PATCH,DELETE");
        assertThat(header(send("OPTIONS", "/rpc/work", ""), "Allow")).isEqualTo("OPTIONS,POST");
        assertThat(send("OPTIONS", "/rpc/nothing", "").statusCode()).isEqualTo(404);
        caller = new Refusal.KeyMissing();
        assertThat(send("OPTIONS", "/items", "").statusCode()).isEqualTo(401);
    }
}

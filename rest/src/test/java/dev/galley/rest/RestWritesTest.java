package dev.galley.rest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.galley.postgres.TransactionRequest;
import dev.galley.query.Call;
import dev.galley.query.Delete;
import dev.galley.query.Execution;
import dev.galley.query.Insert;
import dev.galley.query.Update;
import dev.galley.rest.RestSettings.TransactionEnd;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Writes and calls: what they become, and when they are undone. */
class RestWritesTest extends FakedService {
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
    void rollsBackWhenAskedAndAllowed() throws Exception {
        send("POST", "/items", "{}", "Prefer", "tx=rollback");
        assertThat(fakes.request().ending()).isInstanceOf(TransactionRequest.Rollback.class);
        stop();
        start(TransactionEnd.COMMIT);
        var response = send("POST", "/items", "{}", "Prefer", "tx=rollback");
        assertThat(fakes.request().ending()).isInstanceOf(TransactionRequest.Commit.class);
        assertThat(header(response, "Preference-Applied")).isEmpty();
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
}

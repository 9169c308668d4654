package dev.galley.rest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.galley.identity.Refusal;
import dev.galley.postgres.DatabaseFailure;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is told of failures, of the database, of functions, of who calls and of what was asked for. */
class RestFailuresTest extends FakedService {
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
    void codeAndReasonOfARaisedAnswerStayOnTheirLines() throws Exception {
        fakes.failure = Optional.of(new DatabaseFailure.Refused(
                "PGRST",
                "{\"code\":\"1\\r\\nSet-Cookie: a=b\",\"message\":\"m\"}",
                Optional.of("{\"status\":400,\"status_text\":\"No\\r\\nSet-Cookie: a=b\\r\\n\",\"headers\":{}}"),
                Optional.empty(),
                Optional.empty()));
        var raised = send("GET", "/items", "");
        assertThat(raised.statusCode()).isEqualTo(400);
        assertThat(raised.headers().firstValue("Set-Cookie")).isEmpty();
        assertThat(header(raised, "Proxy-Status")).isEqualTo("PostgREST; error=1  Set-Cookie: a=b");
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
}

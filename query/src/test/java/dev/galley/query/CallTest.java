package dev.galley.query;

import static dev.galley.query.Ask.embed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class CallTest {
    private static Shop shop;

    @BeforeAll
    static void open() {
        shop = Shop.open();
    }

    private static Call named(Ask ask, String function, Count count, String... namesAndValues) {
        List<Call.Argument> arguments = new ArrayList<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            arguments.add(new Call.Argument(namesAndValues[i], ask.bindings.add(namesAndValues[i + 1])));
        }
        return new Call(Shop.name(function), new Call.Named(arguments), true, ask.selection(), count);
    }

    private static Call object(Ask ask, String function, String json, String... keys) {
        Call.Arguments arguments = new Call.JsonObject(ask.bindings.add(json), List.of(keys));
        return new Call(Shop.name(function), arguments, false, ask.selection(), Count.NONE);
    }

    private static Call body(Ask ask, String function, String body, String mediaType) {
        Call.Arguments arguments = new Call.Body(ask.bindings.add(body), mediaType);
        return new Call(Shop.name(function), arguments, false, ask.selection(), Count.NONE);
    }

    private static Ask star() {
        return new Ask().items(Ask.all());
    }

    private static String json(Ask ask, Call call) {
        return shop.json(call, ask.bindings);
    }

    @Test
    void scalarsAreBareAndDefaultsMayBeLeftOut() {
        Ask ask = star();
        assertThat(json(ask, named(ask, "add", Count.NONE, "a", "1"))).isEqualTo("11");
        assertThat(json(ask, named(ask, "add", Count.NONE, "a", "1", "b", "2"))).isEqualTo("3");
        assertThat(json(ask, object(ask, "add", "{\"b\":5,\"a\":2}", "b", "a"))).isEqualTo("7");
        assertThat(json(ask, named(ask, "nothing", Count.NONE))).isEqualTo("null");
        assertThat(shop.body(named(ask, "add", Count.NONE, "a", "1"), ask.bindings, ResultFormat.JSON_OBJECT))
                .isEqualTo("11");
    }

    @Test
    void variadicParametersTakeRepeatedArguments() {
        Ask ask = star();
        assertThat(json(ask, named(ask, "join_all", Count.NONE, "sep", "-", "parts", "a", "parts", "b,c")))
                .isEqualTo("\"a-b,c\"");
        assertThat(json(ask, object(ask, "join_all", "{\"sep\":\"+\",\"parts\":[\"x\",\"y\"]}", "sep", "parts")))
                .isEqualTo("\"x+y\"");
        assertThat(json(ask, named(ask, "add", Count.NONE, "a", "1", "a", "5"))).isEqualTo("15");
    }

    @Test
    void lengthsOfParametersAreNotCutToOne() {
        Ask ask = star();
        assertThat(json(ask, named(ask, "codes", Count.NONE, "c", "abcd", "f", "101")))
                .isEqualTo("\"abcd101\"");
        assertThat(json(ask, object(ask, "codes", "{\"c\":\"abcd\",\"f\":\"101\"}", "c", "f")))
                .isEqualTo("\"abcd101\"");
    }

    @Test
    void setsOfScalarsAreArraysOfValues() {
        Ask ask = star().limit(2).offset(1);
        assertThat(json(ask, named(ask, "evens", Count.NONE, "up_to", "10"))).isEqualTo("[4,6]");
        Ask none = star();
        assertThat(json(none, named(none, "evens", Count.NONE, "up_to", "0"))).isEqualTo("[]");
        assertThat(json(none, object(none, "evens", "{\"up_to\":4}", "up_to"))).isEqualTo("[2,4]");
    }

    @Test
    void setsOfRowsAreSelectedFromLikeARelation() {
        Ask ask = new Ask()
                .columns("name", "shout")
                .items(embed("orders!customer_id", "id"), embed("passports", "number"))
                .order(Ask.by("id", OrderTerm.Direction.DESC));
        ask.where("id", Operator.LT, "3");
        assertThat(json(ask, named(ask, "customers_named", Count.NONE, "part", ""))
                        .replaceAll("\\s", ""))
                .isEqualTo("""
                [{"name":"Bob","shout":"BOB","orders":[{"id":12}],"passports":null},\
                {"name":"Ann","shout":"ANN","orders":[{"id":10},{"id":11}],"passports":{"number":"P1"}}]""");
        Ask posted = new Ask().columns("id").limit(1);
        assertThat(json(posted, object(posted, "customers_named", "{\"part\":\"b\"}", "part")))
                .isEqualTo("[{\"id\":2}]");
    }

    @Test
    void totalsOfResultsAreCountedWithoutCallingTwice() {
        Ask ask = new Ask()
                .columns("id", "shout")
                .items(embed("passports", "number"))
                .orderBy("id")
                .limit(1)
                .offset(1);
        Call call = named(ask, "customers_named", Count.EXACT, "part", "");
        Shop.Answer answer = shop.run(call, ask.bindings, ResultFormat.JSON);
        assertThat(answer.body()).isEqualTo("[{\"id\":2,\"shout\":\"BOB\",\"passports\":null}]");
        assertThat(answer.result().total()).hasValue(3);
        assertThat(shop.plan(call).sql().split("customers_named", -1)).hasSize(2);
    }

    @Test
    void singleRowsAreObjects() {
        Ask ask = new Ask().columns("id", "name");
        assertThat(json(ask, named(ask, "one_customer", Count.NONE, "wanted", "2")))
                .isEqualTo("{\"id\":2,\"name\":\"Bob\"}");
        Ask star = star();
        assertThat(json(star, named(star, "two", Count.NONE))).isEqualTo("{\"a\":1,\"b\":\"x\"}");
    }

    @Test
    void tableResultsHaveTypedColumns() {
        Ask ask = star();
        assertThat(json(ask, named(ask, "stats", Count.NONE)))
                .isEqualTo("[{\"orders\":3,\"revenue\":117.40,\"latest\":\"2024-05-01T00:00:00+00:00\"}]");
        Ask filtered = new Ask().columns("orders").items(Ask.cast("revenue", "text"));
        filtered.where("orders", Operator.GT, "2");
        assertThat(json(filtered, named(filtered, "stats", Count.NONE)))
                .isEqualTo("[{\"orders\":3,\"revenue\":\"117.40\"}]");
    }

    @Test
    void theBodyMayBeTheOneUnnamedParameter() {
        Ask ask = star();
        assertThat(json(ask, object(ask, "take", "{\"x\": 1}", "x"))).isEqualTo("{\"x\": 1}");
        assertThat(json(ask, body(ask, "take", "[1, 2]", "application/json"))).isEqualTo("[1, 2]");
        assertThat(json(ask, body(ask, "take_text", "a \"b\" \\ \u00e9", "text/plain")))
                .isEqualTo("\"a \\\"b\\\" \\\\ \u00e9\"");
        Call bytes = new Call(
                Shop.name("take_bytes"),
                new Call.Body(ask.bindings.add(new byte[] {0, (byte) 0xff, '\\'}), "application/octet-stream"),
                false,
                ask.selection(),
                Count.NONE);
        assertThat(json(ask, bytes)).isEqualTo("3");
    }

    @Test
    void aWholeBodyPrefersTheFunctionThatTakesIt() {
        Ask ask = star();
        assertThat(json(ask, body(ask, "maybe", "{\"x\": 1}", "application/json")))
                .isEqualTo("{\"x\": 1}");
        assertThat(json(ask, object(ask, "maybe", "{\"x\": 1}", "x"))).isEqualTo("{\"x\": 1}");
        assertThat(json(ask, object(ask, "maybe", "{}"))).isEqualTo("1");
    }

    @Test
    void overloadsAreToldApartByTheNamesOfTheirArguments() {
        Ask ask = star();
        assertThat(json(ask, named(ask, "over", Count.NONE, "a", "1"))).isEqualTo("\"int\"");
        assertThat(json(ask, named(ask, "over", Count.NONE, "a", "1", "b", "2")))
                .isEqualTo("\"two ints\"");
        assertThatThrownBy(() -> shop.plan(named(ask, "clash", Count.NONE, "a", "1")))
                .isInstanceOfSatisfying(
                        QueryException.class,
                        e -> assertThat(e.error())
                                .isInstanceOfSatisfying(
                                        QueryError.AmbiguousRoutine.class,
                                        error -> assertThat(error.candidates()).hasSize(2)));
        assertThatThrownBy(() -> shop.plan(named(ask, "over", Count.NONE, "x", "1")))
                .isInstanceOfSatisfying(
                        QueryException.class, e -> assertThat(e.error()).isInstanceOf(QueryError.UnknownRoutine.class));
        assertThatThrownBy(() -> shop.plan(named(ask, "ad", Count.NONE, "a", "1")))
                .isInstanceOfSatisfying(
                        QueryException.class,
                        e -> assertThat(e.error())
                                .isEqualTo(new QueryError.UnknownRoutine(Shop.name("ad"), java.util.Set.of("a"))));
        assertThatThrownBy(() -> shop.plan(body(ask, "take", "x", "text/plain")))
                .isInstanceOf(QueryException.class);
    }

    @Test
    void onlyVolatileFunctionsThatArePostedMayWrite() {
        Ask ask = star();
        assertThat(shop.plan(object(ask, "add", "{\"a\":1}", "a")).readOnly()).isTrue();
        assertThat(shop.plan(object(ask, "write_log", "{\"line\":\"x\"}", "line"))
                        .readOnly())
                .isFalse();
        Call got = named(ask, "write_log", Count.NONE, "line", "x");
        assertThat(shop.plan(got).readOnly()).isTrue();
        assertThatThrownBy(() -> json(ask, got)).hasMessageContaining("read-only");
    }

    @Test
    void whatTheDatabaseSaysOfTheResponseIsPassedOn() {
        Ask ask = star();
        Execution.Result result = shop.run(
                        object(ask, "write_log", "{\"line\":\"hi\"}", "line"), ask.bindings, ResultFormat.JSON)
                .result();
        assertThat(result.status()).hasValue("202");
        assertThat(result.headers()).hasValue("[{\"X-Line\": \"yes\"}]");
        assertThat(shop.sql("select line from shop.log")).containsExactly("hi");
        Execution.Result other = shop.run(named(ask, "nothing", Count.NONE), ask.bindings, ResultFormat.JSON)
                .result();
        assertThat(other.status()).isEmpty();
        assertThat(other.headers()).isEmpty();
        assertThat(other.inserted()).isEmpty();
    }

    @Test
    void thePreRequestFunctionRunsBeforeReadsToo() {
        Shop strict = shop.with(new PlannerSettings(
                java.util.OptionalLong.empty(), 7, 500, 500, false, 100, 50, 20, Optional.of("shop.before")));
        Ask ask = new Ask().columns("id").limit(1);
        Shop.Answer answer = strict.run(ask.from("tags"), ask.bindings, ResultFormat.JSON);
        assertThat(answer.body()).isEqualTo("[{\"id\":1}]");
        assertThat(answer.result().headers()).hasValue("[{\"X-Before\": \"1\"}]");
    }
}

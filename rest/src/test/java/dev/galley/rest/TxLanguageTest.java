package dev.galley.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.galley.settings.FlagLayer;
import dev.galley.settings.Settings;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** The language of several steps: documents, references, and the values of filters. */
class TxLanguageTest {
    private static final TxJson JSON = new TxJson(100);

    private static JsonNode json(String text) {
        return JSON.read(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    private static TxBudget budget(int most) {
        return new TxBudget(most, 0);
    }

    private static TxDocument parse(String text, String... flags) {
        FlagLayer layer = new FlagLayer();
        for (String flag : flags) layer = layer.set(flag);
        RestSettings settings = RestSettings.from(new Settings(layer));
        return new TxParser(settings, JSON).parse(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    private static TxDocument steps(String... steps) {
        return parse("{'steps':[" + String.join(",", steps) + "]}");
    }

    private static TxError error(ThrowingCallable call) {
        var caught = org.assertj.core.api.Assertions.catchThrowable(call);
        Throwable told = caught instanceof TxFailure failure ? failure.reason() : caught;
        assertThat(told).isInstanceOf(RestException.class);
        return ((RestError.InTransaction) ((RestException) told).error()).error();
    }

    @Test
    void aDocumentIsReadWithAllItsMembers() {
        TxDocument document = parse("""
                {'isolation':'Serializable','steps':[
                {'name':'a','method':'get','path':'orders?id=eq.1&select=id','query':{'note':['not.is.null',{'eq':'x','lt':'z'}],'limit':3},
                 'prefer':'count=exact','accept':'application/vnd.pgrst.object+json','schema':'s','expect':{'rows':{'min':1}}},
                {'method':'POST','path':'/lines','body':{'of':{'$ref':'a.id'}},'expect':{'rows':2}}]}""");
        assertThat(document.isolation()).hasValue("serializable");
        assertThat(document.reads()).isFalse();
        assertThat(document.used()).containsExactly(0);
        TxStep read = document.steps().getFirst();
        assertThat(read.method()).isEqualTo("GET");
        assertThat(read.path()).isEqualTo("/orders");
        assertThat(read.query().parameters())
                .extracting(each -> each.name() + "=" + each.value())
                .containsExactly("id=eq.1", "select=id", "note=not.is.null", "limit=3");
        assertThat(read.conditions())
                .extracting(each -> each.column() + " " + each.operator() + " " + each.value())
                .containsExactly("note eq \"x\"", "note lt \"z\"");
        assertThat(read.format().singular()).isTrue();
        assertThat(read.schema()).hasValue("s");
        assertThat(read.expectation().orElseThrow()).hasToString("at least 1");
        TxStep write = document.steps().getLast();
        assertThat(write.uses()).containsExactly(0);
        assertThat(write.expectation().orElseThrow().holds(1)).isFalse();
        assertThat(write.expectation().orElseThrow().holds(2)).isTrue();
    }

    @Test
    void stepsThatDoNotUseEachOtherShareARoundTrip() {
        String plain = "{'method':'GET','path':'/a'}";
        TxDocument document = steps(
                "{'name':'x','method':'GET','path':'/a'}",
                plain,
                "{'name':'y','method':'POST','path':'/b','body':{'of':{'$ref':'x.id'}}}",
                plain,
                "{'method':'GET','path':'/c','query':{'id':{'in':{'$ref':'x[*].id'}}}}",
                "{'method':'GET','path':'/c','query':{'id':{'eq':{'$ref':'y.id'}}}}");
        assertThat(document.endOfRound(0)).isEqualTo(2);
        assertThat(document.endOfRound(2)).isEqualTo(5);
        assertThat(document.endOfRound(5)).isEqualTo(6);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'method':'GET','path':'/a','query':{'select':{'eq':{'$ref':'x'}}}}",
                "{'method':'GET','path':'/a','query':{'having':{'eq':1}}}",
                "{'method':'GET','path':'/a','query':{'b.distinct':{'eq':1}}}",
                "{'method':'GET','path':'/a','query':{'not.or':{'eq':1}}}",
                "{'method':'GET','path':'/a','query':{'id':{'eq.1&x':1}}}",
                "{'method':'GET','path':'/a','query':{'id':{}}}",
                "{'method':'GET','path':'/a','query':{'id':[]}}",
                "{'method':'GET','path':'/a','query':{'id':null}}",
                "{'method':'GET','path':'/a','query':[]}",
                "{'method':'GET','path':'/a','accept':'text/csv'}",
                "{'method':'GET','path':'/a','prefer':'tx=rollback'}",
                "{'method':'GET','path':'/a','expect':{'rows':'1'}}",
                "{'method':'GET','path':'/a','expect':{'rows':{'most':1}}}",
                "{'method':'GET','path':'/a','expect':{'rows':1.5}}",
                "{'method':'OPTIONS','path':'/a'}",
                "{'method':'GET','path':''}",
                "{'name':'1a','method':'GET','path':'/a'}",
                "{'name':'','method':'GET','path':'/a'}",
                "{'name':5,'method':'GET','path':'/a'}",
                "{'method':'GET','path':'/a','paht':'/b'}"
            })
    void anythingElseIsRefusedAndTellsItsStep(String step) {
        String first = "{'name':'x','method':'GET','path':'/a'}";
        assertThatThrownBy(() -> steps(first, step))
                .isInstanceOfSatisfying(
                        TxFailure.class, failure -> assertThat(failure.json()).startsWith("{\"index\":1"));
        assertThat(error(() -> steps(first, step))).isInstanceOf(TxError.Malformed.class);
    }

    @Test
    void conditionsOfAStepAreLimited() {
        StringBuilder many = new StringBuilder("'id':{'eq':0}");
        for (int i = 1; i <= 20; i++) many.append(",'c").append(i).append("':{'eq':1}");
        String document = "{'steps':[{'method':'GET','path':'/a','query':{" + many + "}}]}";
        assertThat(parse(document, "rest.max-terms=21").steps()).hasSize(1);
        assertThat(error(() -> parse(document, "rest.max-terms=20"))).isInstanceOf(TxError.Malformed.class);
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', quoteCharacter = '~', textBlock = """
                    r;[{'id':1,'a':{'b':[5,6]}},{'id':2,'a':null}];[{'id':1,'a':{'b':[5,6]}},{'id':2,'a':null}]
                    r[1].id;[{'id':1},{'id':2}];2
                    r[*].id;[{'id':1},{'id':2}];[1,2]
                    r[*].id;[];[]
                    r.id;[{'id':7}];7
                    r.id;{'id':7};7
                    r.a.b[1];[{'a':{'b':[5,6]}}];6
                    r[*].a[*].b;[{'a':[{'b':1},{'b':2}]},{'a':[]}];[[1,2],[]]
                    r.first name;[{'first name':'x'}];'x'
                    r.a;[{'a':null}];null
                    r;null;null
                    """)
    void referencesLeadIntoResults(String reference, String result, String expected) {
        assertThat(TxReference.parse(reference).orElseThrow().in(json(result), budget(100)))
                .hasToString(json(expected).toString());
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', quoteCharacter = '~', textBlock = """
                    r.id;[]
                    r.id;[{'id':1},{'id':2}]
                    r[2].id;[{'id':1},{'id':2}]
                    r[0];{'id':1}
                    r[*].id;{'id':1}
                    r.ID;[{'id':1}]
                    r.id.x;[{'id':1}]
                    r.id;null
                    r[*].id;[{'id':1},{'x':2}]
                    """)
    void aReferenceThatLeadsNowhereIsAnError(String reference, String result) {
        assertThat(error(() -> TxReference.parse(reference).orElseThrow().in(json(result), budget(100))))
                .isInstanceOf(TxError.Unresolved.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", ".", "r.", "r[", "r[]", "r[-1]", "r[x]", "1r", "r..a", "r[1", "r]", "r[*", "ä", "r[1234567]"
            })
    void whatIsNoReferenceIsNotTakenForOne(String text) {
        assertThat(TxReference.parse(text)).isEmpty();
        assertThat(TxReference.parse("r" + ".a".repeat(600))).isEmpty();
    }

    @Test
    void rowsThatReferencesVisitAreLimited() {
        String rows = "[" + "{'a':[1,2,3]},".repeat(9) + "{'a':[4]}]";
        TxReference every = TxReference.parse("r[*].a[*]").orElseThrow();
        assertThat(every.in(json(rows), budget(38))).hasSize(10);
        assertThat(error(() -> every.in(json(rows), budget(37)))).isInstanceOf(TxError.TooLarge.class);
    }

    private static String written(String body, Function<String, JsonNode> results) {
        return new String(JSON.write(json(body), results, budget(1000)), StandardCharsets.UTF_8);
    }

    @Test
    void resultsAndLiteralsAreDataThatIsNotLookedAtAgain() {
        Function<String, JsonNode> results = _ -> json("{'$ref':'inner','n':1.10}");
        assertThat(written("{'a':{'$ref':'x'},'b':[{'$ref':'y'}]}", results))
                .isEqualTo("{\"a\":{\"$ref\":\"inner\",\"n\":1.10},\"b\":[{\"$ref\":\"inner\",\"n\":1.10}]}");
        assertThat(written("{'$literal':{'$ref':'x','deep':{'$literal':2}}}", results))
                .isEqualTo("{\"$ref\":\"x\",\"deep\":{\"$literal\":2}}");
        assertThat(written("[{'$ref':'x','more':1},{'$ref':5}]", results))
                .isEqualTo("[{\"$ref\":\"x\",\"more\":1},{\"$ref\":5}]");
        assertThat(written("[12345678901234567890.10,true,null,'\\u00e9',1e400]", results))
                .isEqualTo("[12345678901234567890.10,true,null,\"é\",1E+400]");
    }

    @Test
    void whatIsPutInIsCountedBeforeItTakesMemory() {
        JsonNode large = json("['" + "x".repeat(50_000) + "']");
        StringBuilder many = new StringBuilder("[0");
        many.append(",{'$ref':'r'}".repeat(20_000)).append(']');
        assertThat(error(() -> JSON.write(json(many.toString()), _ -> large, budget(100_000))))
                .isInstanceOf(TxError.TooLarge.class);
        JsonNode list = json("[" + "'abc',".repeat(1000) + "'abc']");
        assertThat(error(() -> JSON.condition("in", json("{'$ref':'r'}"), _ -> list, budget(5000))))
                .isInstanceOf(TxError.TooLarge.class);
        TxBudget used = new TxBudget(10, 8);
        used.take(2);
        assertThat(used.used()).isEqualTo(10);
        assertThat(error(() -> used.take(1))).isInstanceOf(TxError.TooLarge.class);
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', quoteCharacter = '~', textBlock = """
                    eq;'a,b)';a,b)
                    eq;1.10;1.10
                    eq;true;true
                    is;null;null
                    not.is;false;false
                    in;[1,'x,")y\\\\'];("1","x,\\")y\\\\")
                    not.in;[];()
                    cs;['a','b'];{"a","b"}
                    cs;'[1,2)';[1,2)
                    eq(any);['a'];{"a"}
                    in;[{'$ref':'r'},{'$literal':2}];("7","2")
                    """)
    void valuesOfFiltersAreData(String operator, String value, String expected) {
        assertThat(JSON.condition(
                        operator,
                        value.contains("\\") ? json(value.replace("\")", "\\\")")) : json(value),
                        _ -> json("7"),
                        budget(1000)))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', quoteCharacter = '~', textBlock = """
                    in;'(1,2)'
                    in;5
                    not.in;{'$ref':'text'}
                    is;'not_null'
                    is;{'$ref':'text'}
                    not.is;'null'
                    eq(any);'{1,2}'
                    like(all);{'$ref':'text'}
                    eq;null
                    eq;{'a':1}
                    in;[[1]]
                    in;[null]
                    eq;'\\u0000'
                    """)
    void textIsNeverGrammar(String operator, String value) {
        List<String> fits = List.of("null", "(1)", "{1}");
        for (String text : fits) {
            assertThat(error(() -> JSON.condition(operator, json(value), _ -> json("'" + text + "'"), budget(1000))))
                    .isInstanceOf(TxError.Malformed.class);
        }
    }
}

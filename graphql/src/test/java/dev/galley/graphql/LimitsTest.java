package dev.galley.graphql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.galley.settings.FlagLayer;
import dev.galley.settings.Settings;
import graphql.parser.Parser;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each limit at its edge, before anything is validated or planned. */
class LimitsTest {
    private static GraphqlLimits limits(String... settings) {
        FlagLayer flags = new FlagLayer();
        for (String each : settings) {
            flags = flags.set(each);
        }
        return GraphqlLimits.from(new Settings(flags));
    }

    /** Empty when it passes. */
    private static String refusal(String document, GraphqlLimits limits) {
        try {
            DocumentScan.check(document, limits);
            OperationLimits.check(Parser.parse(document), limits);
            return "";
        } catch (GraphqlException refused) {
            assertThat(refused.errors().getFirst().code()).isEqualTo(GraphqlError.TOO_COMPLEX);
            return refused.errors().getFirst().message();
        }
    }

    private static String scanned(String document, GraphqlLimits limits) {
        try {
            DocumentScan.check(document, limits);
            return "";
        } catch (GraphqlException refused) {
            return refused.errors().getFirst().message();
        }
    }

    private static String times(int count, String each) {
        return IntStream.range(0, count)
                .mapToObj(i -> each.replace("#", "" + i))
                .collect(Collectors.joining(" "));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            graphql.max-depth=3       | { a { b { c } } }                 | { a { b { c { d } } } }        | levels
            graphql.max-depth=3       | { ...f } fragment f on A { a { b { c } } } | { x { ...f } } fragment f on A { a { b { c } } } | levels
            graphql.max-aliases=2     | { x: a y: b(c: 1, d: 2) }         | { x: a y: b z: c }             | aliases
            graphql.max-directives=2  | { a @x b @y }                     | { a @x @y b @z }               | directives
            graphql.max-fields=4      | { a b { c d } }                   | { a b { c d e } }              | fields
            graphql.max-fields=4      | { a { ...f } } fragment f on A { b c d } | { a { ...f } x { ...f } } fragment f on A { b c } | fields
            graphql.max-root-fields=2 | { a b { c d e } }                 | { a ... on Query { b c } }     | root fields
            graphql.max-overlaps=1    | { a a b }                         | { a a ... on Query { a } }     | pairs
            graphql.max-overlaps=2    | { a { b } a { b } }               | { a { b } a { b } x { c c } }  | pairs
            """)
    void isHeldTo(String setting, String within, String beyond, String what) {
        assertThat(refusal(within, limits(setting))).isEmpty();
        assertThat(refusal(beyond, limits(setting))).contains(what);
    }

    @Test
    void tokensAreCountedAsTheParserDoes() {
        String document = "query q($a: [Int!]! = [1, -2.5e3]) { a(b: $a, c: {d: \"x\"}) ... on T { e } ...f @g }";
        int tokens = 0;
        while (!scanned(document + " x".repeat(200), limits("graphql.max-tokens=" + (100 + tokens)))
                        .isEmpty()
                && tokens < 400) {
            tokens++;
        }
        // 200 words and what stands before them.
        assertThat(tokens + 100 - 200).isEqualTo(45);
    }

    @Test
    void whatStandsInTextsAndRemarksIsNotCounted() {
        GraphqlLimits few = limits("graphql.max-tokens=100", "graphql.max-depth=2", "graphql.max-directives=0");
        String filler = times(200, "{ @a b: c ");
        assertThat(scanned("{ a(b: \"" + filler + "\\\" {{{ @ \") }", few)).isEmpty();
        assertThat(scanned("{ a(b: \"\"\"" + filler + " \\\"\"\" \n {{{ \"\"\") }", few))
                .isEmpty();
        assertThat(scanned("{ a # " + filler + "\n }", few)).isEmpty();
        // None of these ends where a reader could think so.
        assertThat(scanned("{ a #\u2028 " + filler, few)).isNotEmpty();
        assertThat(scanned("{ a(b: \"\\\\\") " + filler, few)).isNotEmpty();
        assertThat(scanned("{ a(b: \"\n " + filler, few)).isNotEmpty();
        assertThat(scanned("{ a(b: \"\") " + filler, few)).isNotEmpty();
    }

    @Test
    void aFewFragmentsCannotStandForAVeryLargeSelection() {
        String bomb = IntStream.range(0, 30)
                .mapToObj(i -> "fragment f" + i + " on A { a { ...f" + (i + 1) + " } b { ...f" + (i + 1) + " } }")
                .collect(Collectors.joining(" "));
        assertThat(refusal("{ ...f0 } " + bomb + " fragment f30 on A { c }", limits()))
                .contains("more than 2000 fields");
        String hollow = "fragment f on A { " + "... on A { ".repeat(100) + "a" + " }".repeat(100) + " }";
        String wide = times(300, "x#: x { ...f }");
        assertThat(refusal("{ y { " + wide + " } } " + hollow, limits())).contains("selections");
    }

    @Test
    void valuesInVariablesAreCounted() {
        assertThat(JsonCount.exceeds(
                        "{\"a\":[1,2,3],\"b,,\":\"\\\",,,\"}".getBytes(java.nio.charset.StandardCharsets.UTF_8), 5))
                .isFalse();
        assertThat(JsonCount.exceeds("{\"a\":[1,2,3,4],\"b\":0}".getBytes(java.nio.charset.StandardCharsets.UTF_8), 5))
                .isTrue();
    }
}

package dev.galley.query;

import static dev.galley.query.Ask.embed;
import static dev.galley.query.Ask.path;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * SQL in every name and value position. A name that is none of the schema's is refused; one that a caller may choose freely (an alias, a JSON
 * key) comes out as it went in; a value is compared or stored as it is. The canary stays alive.
 */
class InjectionTest {
    private static final List<String> PAYLOADS = List.of(
            "'; drop table shop.canary; --",
            "\"; drop table shop.canary; --",
            "x\" as y from shop.canary; delete from shop.canary; --",
            "' || (select bird from shop.canary) || '",
            "\\'; delete from shop.canary; --",
            "$1",
            "$$; delete from shop.canary; $$",
            "/*",
            "--",
            "1) or (1=1",
            "id\" = \"id",
            "é'\"\\",
            "'\\''",
            "a\nb;\rc",
            "?",
            ":x",
            "{}",
            "%s");

    private static Shop shop;

    @BeforeAll
    static void open() {
        shop = Shop.open();
        shop.script("create table shop.canary (bird text); insert into shop.canary values ('tweet')");
    }

    @AfterEach
    void theCanaryLives() {
        assertThat(shop.sql("select bird from shop.canary")).containsExactly("tweet");
    }

    private static void refused(Query query) {
        try {
            shop.plan(query);
        } catch (QueryException e) {
            return;
        }
        throw new AssertionError("planned " + query);
    }

    @Test
    void namesThatTheSchemaDoesNotHaveAreRefused() {
        Returning none = new Returning(Optional.empty(), false, Count.NONE);
        for (String evil : PAYLOADS) {
            Ask ask = new Ask();
            refused(new Ask().columns("id").from(evil));
            refused(new Ask().items(Ask.as("x", evil)).from("orders"));
            refused(new Ask()
                    .where(ask.compare(FieldPath.of(evil), Operator.EQ, "1"))
                    .from("orders"));
            refused(new Ask()
                    .order(new OrderTerm(Optional.empty(), FieldPath.of(evil), Optional.empty(), Optional.empty()))
                    .from("orders"));
            refused(new Ask().items(Ask.cast("id", evil)).from("orders"));
            refused(new Ask()
                    .items(new Selection.Embed(
                            evil, Optional.empty(), Optional.empty(), false, false, Selection.everything()))
                    .from("orders"));
            refused(new Ask()
                    .items(new Selection.Embed(
                            "customers", Optional.empty(), Optional.of(evil), false, false, Selection.everything()))
                    .from("orders"));
            refused(new Ask().where(new Filter.NoRelated(evil)).from("orders"));
            Payload payload = new Payload(ask.bindings.add("{}"), true, List.of(evil));
            refused(new Insert(Shop.name("tags"), payload, true, Optional.empty(), Filter.NONE, none));
            refused(new Update(Shop.name("tags"), payload, false, Filter.NONE, none));
            Payload good = new Payload(ask.bindings.add("{}"), true, List.of("id"));
            refused(new Insert(
                    Shop.name("tags"),
                    good,
                    false,
                    Optional.of(new Insert.OnConflict(List.of(evil), Insert.Resolution.MERGE_DUPLICATES)),
                    Filter.NONE,
                    none));
            refused(new Call(Shop.name(evil), new Call.Named(List.of()), true, Selection.everything(), Count.NONE));
            refused(new Call(
                    Shop.name("add"),
                    new Call.Named(List.of(new Call.Argument(evil, ask.bindings.add("1")))),
                    true,
                    Selection.everything(),
                    Count.NONE));
            refused(new Call(
                    Shop.name("add"),
                    new Call.JsonObject(ask.bindings.add("{}"), List.of(evil)),
                    true,
                    Selection.everything(),
                    Count.NONE));
        }
    }

    @Test
    void aliasesComeOutAsTheyWentIn() {
        for (String evil : PAYLOADS) {
            Ask ask = new Ask()
                    .items(
                            Ask.as(evil, "id"),
                            new Selection.Embed(
                                    "customers",
                                    Optional.of(evil),
                                    Optional.of("customer_id"),
                                    false,
                                    false,
                                    new Ask().items(Ask.as(evil, "name")).selection()))
                    .limit(1);
            String key = new String(JsonPrinter.key(evil), java.nio.charset.StandardCharsets.UTF_8);
            assertThat(shop.json(ask.from("orders"), ask.bindings))
                    .isEqualTo("[{" + key + "10," + key + "{" + key + "\"Ann\"}}]");
            Ask spread = new Ask()
                    .items(new Selection.Embed(
                            "customers",
                            Optional.empty(),
                            Optional.of("customer_id"),
                            false,
                            true,
                            new Ask().items(Ask.as(evil, "name")).selection()))
                    .limit(1);
            assertThat(shop.json(spread.from("orders"), spread.bindings)).isEqualTo("[{" + key + "\"Ann\"}]");
        }
    }

    @Test
    void jsonKeysAreOnlyLookedUp() {
        for (String evil : PAYLOADS) {
            FieldPath key = new FieldPath("profile", List.of(new FieldPath.Step(evil, false, true)));
            FieldPath index = new FieldPath("profile", List.of(new FieldPath.Step("7", true, true)));
            Ask ask = new Ask()
                    .items(
                            new Selection.Field(
                                    Optional.of(key),
                                    Optional.empty(),
                                    Optional.empty(),
                                    Optional.empty(),
                                    Optional.of("v")),
                            new Selection.Field(
                                    Optional.of(index),
                                    Optional.empty(),
                                    Optional.empty(),
                                    Optional.empty(),
                                    Optional.of("i")));
            ask.where(new Filter.Is(key, Filter.Test.NULL)).limit(1);
            assertThat(shop.json(ask.from("customers"), ask.bindings)).isEqualTo("[{\"v\":null,\"i\":null}]");
        }
    }

    @Test
    void valuesAreOnlyValues() {
        Returning rows = new Returning(Optional.of(new Ask().columns("label").selection()), false, Count.NONE);
        for (Operator operator :
                List.of(Operator.EQ, Operator.LIKE, Operator.ILIKE, Operator.GT, Operator.IS_DISTINCT)) {
            for (String evil : PAYLOADS) {
                Ask ask = new Ask().columns("id");
                ask.where("name", operator, evil.replace("\\", "\\\\"));
                assertThat(shop.json(ask.from("customers"), ask.bindings)).startsWith("[");
            }
        }
        int id = 1000;
        for (String evil : PAYLOADS) {
            if (evil.length() > 20) {
                continue;
            }
            Ask ask = new Ask();
            String json = "{\"id\":" + ++id + ",\"label\":"
                    + new String(JsonPrinter.key(evil), java.nio.charset.StandardCharsets.UTF_8).replaceAll(":$", "")
                    + "}";
            Payload payload = new Payload(ask.bindings.add(json), true, List.of("id", "label"));
            Insert insert = new Insert(Shop.name("tags"), payload, false, Optional.empty(), Filter.NONE, rows);
            shop.json(insert, ask.bindings);
            assertThat(shop.sql("select label from shop.tags where id = " + id)).containsExactly(evil);
        }
    }

    @Test
    void textSearchConfigurationsAreNames() {
        for (String evil : PAYLOADS) {
            Ask ask = new Ask().columns("id");
            ask.where(new Filter.FullText(
                    path("body"), Filter.Parser.TO_TSQUERY, Optional.of(evil), ask.bindings.add("x")));
            try {
                shop.json(ask.from("documents"), ask.bindings);
            } catch (IllegalStateException e) {
                assertThat(e.getMessage()).containsAnyOf("does not exist", "invalid name syntax", "improper");
            }
        }
    }

    @Test
    void aNulNeverReachesTheStatement() {
        Ask ask = new Ask()
                .items(embed(
                        "c:customers!customer_id",
                        new Ask().items(Ask.as("a\0b", "name")).selection()))
                .limit(1);
        FieldPath key = new FieldPath("note", List.of(new FieldPath.Step("k\0'; drop", false, true)));
        ask.where(new Filter.Is(key, Filter.Test.NULL));
        assertThat(shop.plan(ask.from("orders")).sql()).doesNotContain("\0");
        assertThat(shop.json(ask.from("orders"), ask.bindings)).isEqualTo("[{\"c\":{\"a\":\"Ann\"}}]");
    }

    @Test
    void theShapeOfTheStatementDoesNotDependOnValues() {
        List<String> shapes = new ArrayList<>();
        for (String evil : PAYLOADS) {
            Ask ask = new Ask().columns("id");
            ask.where("note", Operator.EQ, evil).limit(5);
            shapes.add(shop.plan(ask.from("orders")).sql());
        }
        assertThat(shapes).containsOnly(shapes.getFirst());
    }
}

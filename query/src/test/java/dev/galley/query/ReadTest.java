package dev.galley.query;

import static dev.galley.query.Ask.all;
import static dev.galley.query.Ask.as;
import static dev.galley.query.Ask.by;
import static dev.galley.query.Ask.byEmbed;
import static dev.galley.query.Ask.cast;
import static dev.galley.query.Ask.embed;
import static dev.galley.query.Ask.path;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ReadTest {
    private static Shop shop;

    @BeforeAll
    static void open() {
        shop = Shop.open();
    }

    private static String json(Ask ask, String relation) {
        return shop.json(ask.from(relation), ask.bindings);
    }

    @Test
    void starGivesEveryColumnInTheOrderOfTheTable() {
        assertThat(json(new Ask().items(all()).where("id", Operator.EQ, "1"), "customers"))
                .isEqualTo("""
                [{"id":1,"name":"Ann","email":"ann@x.org",\
                "profile":{"n": 5, "city": "Oslo", "deep": {"a": [1, {"b": "two"}]}},"raw":{"b":1,  "a":2},\
                "tags":["red","b lue"],"vip":true,"visits":"[1,5)","place":{"x":1,"y":2,"z":3},\
                "created_at":"2024-01-01T10:00:00+00:00"}]""");
    }

    @Test
    void columnsCastsAliasesAndPaths() {
        Ask ask = new Ask()
                .items(
                        as("who", "name"),
                        cast("id", "text"),
                        cast("created_at", "date"),
                        Ask.column("profile->deep->a->1->>b"),
                        as("n", "profile->n"),
                        Ask.column("tags->0"),
                        Ask.column("profile->deep->a->0"),
                        cast("name", "varchar(2)"),
                        cast("id", "int"))
                .where("id", Operator.EQ, "1");
        assertThat(json(ask, "customers"))
                .isEqualTo("[{\"who\":\"Ann\",\"id\":\"1\",\"created_at\":\"2024-01-01\",\"b\":\"two\",\"n\":5,"
                        + "\"tags\":\"red\",\"a\":1,\"name\":\"An\",\"id\":1}]");
    }

    @Test
    void noItemsGiveEmptyObjects() {
        assertThat(json(new Ask(), "tags")).isEqualTo("[{},{},{}]");
    }

    @Test
    void operatorsInferTheTypeOfTheirValue() {
        assertThat(ids(ask -> ask.where("status", Operator.EQ, "paid"), "orders"))
                .isEqualTo("[11]");
        assertThat(ids(ask -> ask.where("total", Operator.GTE, "12.5"), "orders"))
                .isEqualTo("[10, 11]");
        assertThat(ids(ask -> ask.where("status", Operator.IN, "{new,shipped}"), "orders"))
                .isEqualTo("[10, 12]");
        assertThat(ids(ask -> ask.where("status", Operator.IN, "{}"), "orders")).isEqualTo("[]");
        assertThat(ids(ask -> ask.where("note", Operator.ILIKE, "%QUICK%"), "orders"))
                .isEqualTo("[12]");
        assertThat(ids(ask -> ask.where("note", Operator.MATCH, "^f"), "orders"))
                .isEqualTo("[10]");
        assertThat(ids(ask -> ask.where("note", Operator.IS_DISTINCT, "first"), "orders"))
                .isEqualTo("[11, 12]");
        assertThat(ids(ask -> ask.where("tags", Operator.CONTAINS, "{red}"), "customers"))
                .isEqualTo("[1]");
        assertThat(ids(ask -> ask.where("tags", Operator.OVERLAPS, "{red,green}"), "customers"))
                .isEqualTo("[1, 3]");
        assertThat(ids(ask -> ask.where("profile", Operator.CONTAINS, "{\"city\":\"Rome\"}"), "customers"))
                .isEqualTo("[2]");
        assertThat(ids(ask -> ask.where("visits", Operator.ADJACENT, "[5,6)"), "customers"))
                .isEqualTo("[1]");
        assertThat(ids(ask -> ask.where("visits", Operator.STRICTLY_RIGHT, "[5,6)"), "customers"))
                .isEqualTo("[2]");
        assertThat(ids(ask -> ask.where("email", Operator.EQ, "bob@x.org"), "customers"))
                .isEqualTo("[2]");
        assertThat(ids(ask -> ask.where("profile->>city", Operator.EQ, "Oslo"), "customers"))
                .isEqualTo("[1]");
        assertThat(ids(ask -> ask.where("profile->n", Operator.GT, "5"), "customers"))
                .isEqualTo("[2]");
    }

    @Test
    void logicTestsAndQuantifiers() {
        assertThat(ids(
                        ask -> ask.where(new Filter.Or(List.of(
                                ask.compare("id", Operator.EQ, "1"),
                                new Filter.Not(new Filter.Is(path("vip"), Filter.Test.NOT_NULL))))),
                        "customers"))
                .isEqualTo("[1, 3]");
        assertThat(ids(ask -> ask.where(new Filter.Is(path("vip"), Filter.Test.FALSE)), "customers"))
                .isEqualTo("[2]");
        assertThat(ids(ask -> ask.where(new Filter.Or(List.of())), "customers")).isEqualTo("[]");
        assertThat(ids(ask -> ask.where(new Filter.And(List.of())), "customers"))
                .isEqualTo("[1, 2, 3]");
        assertThat(ids(
                        ask -> ask.where(new Filter.Compare(
                                path("name"),
                                Operator.LIKE,
                                Optional.of(Filter.Quantifier.ANY),
                                ask.bindings.add("{A%,B%}"))),
                        "customers"))
                .isEqualTo("[1, 2]");
    }

    @Test
    void fullTextSearchMakesVectorsOfTextOnly() {
        for (String column : List.of("body", "vector")) {
            assertThat(ids(
                            ask -> ask.where(new Filter.FullText(
                                    path(column),
                                    Filter.Parser.TO_TSQUERY,
                                    Optional.of("english"),
                                    ask.bindings.add("fox"))),
                            "documents"))
                    .isEqualTo("[1]");
        }
        assertThat(ids(
                        ask -> ask.where(new Filter.FullText(
                                path("body"),
                                Filter.Parser.WEBSEARCH_TO_TSQUERY,
                                Optional.empty(),
                                ask.bindings.add("lazy -cat"))),
                        "documents"))
                .isEqualTo("[2]");
    }

    private interface Shaping {
        Ask apply(Ask ask);
    }

    /** The ids of the rows, in their order. */
    private static String ids(Shaping shaping, String relation) {
        Ask ask = new Ask().columns("id").orderBy("id");
        String json = shop.json(shaping.apply(ask).from(relation), ask.bindings);
        return List.of(json.replaceAll("[^0-9,]", "").split(",")).toString();
    }

    @Test
    void orderLimitAndOffset() {
        Ask ask = new Ask()
                .columns("id")
                .order(by("note", OrderTerm.Direction.DESC))
                .limit(2)
                .offset(1);
        assertThat(json(ask, "orders")).isEqualTo("[{\"id\":10},{\"id\":11}]");
    }

    @Test
    void theCapOfRowsHoldsOnEveryLevel() {
        Shop capped = shop.with(
                new PlannerSettings(java.util.OptionalLong.of(1), 7, 500, 500, true, 100, 50, 20, Optional.empty()));
        Ask ask = new Ask()
                .columns("id")
                .items(embed("order_tags", new Ask().columns("tag_id").selection()))
                .limit(2);
        assertThat(capped.json(ask.from("orders"), ask.bindings))
                .isEqualTo("[{\"id\":10,\"order_tags\":[{\"tag_id\":1}]}]");
    }

    @Test
    void embedsToOneAndToMany() {
        Ask order = new Ask()
                .columns("id")
                .items(embed("customers!customer_id", "name"))
                .orderBy("id");
        assertThat(json(order, "orders")).isEqualTo("""
                [{"id":10,"customers":{"name":"Ann"}},{"id":11,"customers":{"name":"Ann"}},{"id":12,"customers":{"name":"Bob"}}]""");
        Ask customers = new Ask()
                .columns("id")
                .items(embed(
                        "orders!customer_id",
                        new Ask().columns("id").orderBy("id").selection()))
                .orderBy("id");
        assertThat(json(customers, "customers").replace(" \n ", "")).isEqualTo("""
                [{"id":1,"orders":[{"id":10}, {"id":11}]},{"id":2,"orders":[{"id":12}]},{"id":3,"orders":[]}]""".replace("}, {", "},{"));
    }

    @Test
    void embedsThroughAJunctionAndNested() {
        Ask tags = new Ask().columns("label");
        Ask ask = new Ask()
                .columns("name")
                .items(embed(
                        "orders!orders_customer_id_fkey",
                        new Ask()
                                .columns("id")
                                .items(embed("tags", tags.selection()))
                                .orderBy("id")
                                .selection()))
                .where("id", Operator.EQ, "1");
        assertThat(json(ask, "customers").replaceAll("\\s", ""))
                .isEqualTo(
                        "[{\"name\":\"Ann\",\"orders\":[{\"id\":10,\"tags\":[{\"label\":\"gift\"},{\"label\":\"rush\"}]},"
                                + "{\"id\":11,\"tags\":[{\"label\":\"rush\"}]}]}]");
    }

    @Test
    void embedsOfARelationInItself() {
        Ask ask = new Ask()
                .columns("name")
                .items(
                        embed("parent_id", "name"),
                        embed(
                                "children:categories",
                                new Ask().columns("id").orderBy("id").selection()))
                .where("id", Operator.EQ, "2");
        assertThat(json(ask, "categories"))
                .isEqualTo("[{\"name\":\"books\",\"parent_id\":{\"name\":\"root\"},\"children\":[{\"id\":4}]}]");
    }

    @Test
    void embedsAlongCompositeKeysViewsAndOneToOne() {
        Ask stock = new Ask().columns("id").items(embed("warehouses", "size")).where("id", Operator.EQ, "1");
        assertThat(json(stock, "stock")).isEqualTo("[{\"id\":1,\"warehouses\":{\"size\":3}}]");
        Ask view = new Ask()
                .columns("id")
                .items(embed("customer:customers!customer_id", "name"))
                .orderBy("id");
        assertThat(json(view, "paid_orders"))
                .isEqualTo("[{\"id\":11,\"customer\":{\"name\":\"Ann\"}},{\"id\":12,\"customer\":{\"name\":\"Bob\"}}]");
        Ask one = new Ask()
                .columns("id")
                .items(embed("passports", "number"))
                .orderBy("id")
                .limit(2);
        assertThat(json(one, "customers"))
                .isEqualTo("[{\"id\":1,\"passports\":{\"number\":\"P1\"}},{\"id\":2,\"passports\":null}]");
    }

    @Test
    void innerEmbedsAndFiltersOnEmbeds() {
        Ask rush = new Ask();
        rush.columns("label").where(rush.compare("label", Operator.EQ, "rush"));
        Ask ask = new Ask();
        Value value = ask.bindings.add("gift");
        Selection tags = new Selection(
                List.of(Ask.column("label")),
                new Filter.And(List.of(new Filter.Compare(path("label"), Operator.EQ, Optional.empty(), value))),
                List.of(),
                OptionalLong.empty(),
                Optional.empty());
        assertThat(json(ask.columns("id").items(embed("tags!inner", tags)), "orders"))
                .isEqualTo("[{\"id\":10,\"tags\":[{\"label\":\"gift\"}]}]");
        Ask passports = new Ask().columns("id").items(embed("passports!inner", "number"));
        assertThat(json(passports, "customers")).isEqualTo("[{\"id\":1,\"passports\":{\"number\":\"P1\"}}]");
    }

    @Test
    void emptyEmbedsOnlyFilter() {
        Ask ask = new Ask().columns("id").items(embed("tags", new String[0])).where(new Filter.NoRelated("tags"));
        assertThat(json(ask, "orders")).isEqualTo("[{\"id\":12}]");
        Ask some = new Ask().columns("id").items(embed("passports!inner", new String[0]));
        assertThat(json(some, "customers")).isEqualTo("[{\"id\":1}]");
        Ask either =
                new Ask().columns("id").items(embed("passports", new String[0])).orderBy("id");
        either.where(new Filter.Or(
                List.of(new Filter.Not(new Filter.NoRelated("passports")), either.compare("id", Operator.EQ, "3"))));
        assertThat(json(either, "customers")).isEqualTo("[{\"id\":1},{\"id\":3}]");
    }

    @Test
    void rowsWithRelatedOnesAreFoundByASemiJoin() {
        Ask ask = new Ask()
                .columns("id")
                .items(embed("tags", new String[0]))
                .where(new Filter.Not(new Filter.NoRelated("tags")))
                .orderBy("id");
        assertThat(shop.plan(ask.from("orders")).sql()).contains("WHERE EXISTS").doesNotContain("NOT");
        assertThat(json(ask, "orders")).isEqualTo("[{\"id\":10},{\"id\":11}]");
    }

    @Test
    void ordersByAFieldOfAnEmbed() {
        Ask ask = new Ask()
                .columns("id")
                .items(embed("c:customers!customer_id", "name"))
                .order(byEmbed("c", "id", OrderTerm.Direction.DESC), by("id", OrderTerm.Direction.DESC));
        assertThat(json(ask, "orders")).isEqualTo("""
                [{"id":12,"c":{"name":"Bob"}},{"id":11,"c":{"name":"Ann"}},{"id":10,"c":{"name":"Ann"}}]""");
        Ask unseen = new Ask()
                .columns("id")
                .items(embed("c:customers!customer_id", new String[0]))
                .order(byEmbed("c", "id", OrderTerm.Direction.DESC), by("id"));
        assertThat(json(unseen, "orders")).isEqualTo("[{\"id\":12},{\"id\":10},{\"id\":11}]");
    }

    @Test
    void computedFieldsAndRelationships() {
        Ask ask = new Ask()
                .columns("shout")
                .items(embed("open_orders", "id"), embed("favourite", "id"))
                .where("shout", Operator.EQ, "ANN");
        assertThat(json(ask, "customers"))
                .isEqualTo("[{\"shout\":\"ANN\",\"open_orders\":[{\"id\":10}],\"favourite\":{\"id\":11}}]");
    }

    @Test
    void spreadsLiftColumnsOfOneRowAndArraysOfMany() {
        Ask one = new Ask()
                .columns("id")
                .items(embed("...customers!customer_id", "name", "tags"))
                .where("id", Operator.EQ, "10");
        assertThat(json(one, "orders")).isEqualTo("[{\"id\":10,\"name\":\"Ann\",\"tags\":[\"red\",\"b lue\"]}]");
        Ask many = new Ask()
                .columns("id")
                .items(embed(
                        "...tags",
                        new Ask()
                                .columns("label")
                                .order(by("label", OrderTerm.Direction.DESC))
                                .selection()))
                .orderBy("id");
        assertThat(json(many, "orders").replaceAll("\\s", ""))
                .isEqualTo(
                        "[{\"id\":10,\"label\":[\"rush\",\"gift\"]},{\"id\":11,\"label\":[\"rush\"]},{\"id\":12,\"label\":[]}]");
    }

    @Test
    void aggregatesGroupByWhatStandsBesideThem() {
        Ask ask = new Ask()
                .columns("customer_id")
                .items(
                        Ask.aggregate(Selection.Aggregate.SUM, "total"),
                        Ask.aggregate(Selection.Aggregate.COUNT, ""),
                        Ask.aggregate(Selection.Aggregate.MAX, "status"),
                        embed("customers!customer_id", "name"))
                .orderBy("customer_id");
        assertThat(json(ask, "orders").replace("\": ", "\":")).isEqualTo("""
                [{"customer_id":1,"sum":112.40,"count":2,"max":"paid","customers":{"name":"Ann"}},\
                {"customer_id":2,"sum":5.00,"count":1,"max":"shipped","customers":{"name":"Bob"}}]""");
        Selection.Embed lifted = embed(
                "...orders!customer_id",
                new Selection(List.of(), Filter.NONE, List.of(), OptionalLong.empty(), Optional.empty()));
        assertThat(lifted.spread()).isTrue();
        Ask hoisted = new Ask()
                .items(embed(
                        "...customers!customer_id",
                        new Ask()
                                .columns("name")
                                .items(Ask.aggregate(Selection.Aggregate.COUNT, ""))
                                .selection()))
                .order(byEmbed("customers", "name", OrderTerm.Direction.ASC));
        assertThat(hoisted.selection().items()).hasSize(1);
        Ask grouped = new Ask().items(hoisted.selection().items().toArray(Selection.Item[]::new));
        assertThat(json(grouped, "orders"))
                .contains("{\"name\":\"Ann\",\"count\":2}", "{\"name\":\"Bob\",\"count\":1}");
    }

    @Test
    void quotedNamesAndOtherTypes() {
        assertThat(json(new Ask().items(all()), "Odd \" name")).isEqualTo("[{\"id\":1,\"a \\\"b\\\" 'c' $1\":\"x\"}]");
        assertThat(json(new Ask().columns("flags", "code", "made").orderBy("id"), "documents"))
                .isEqualTo("""
                [{"flags":"101","code":"ab  ","made":"2024-02-03T04:05:06.7"},{"flags":"000","code":"abcd","made":"infinity"}]""");
    }
}

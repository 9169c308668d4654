package dev.galley.query;

import static dev.galley.query.Ask.embed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WriteTest {
    private static final Returning NOTHING = new Returning(Optional.empty(), false, Count.NONE);
    private static final Returning KEYS = new Returning(Optional.empty(), true, Count.NONE);

    private Shop shop;
    private final Ask ask = new Ask();

    @BeforeEach
    void open() {
        shop = Shop.open();
    }

    private static Returning returning(Ask rows) {
        return new Returning(Optional.of(rows.selection()), false, Count.NONE);
    }

    private Payload payload(String json, String... columns) {
        return new Payload(ask.bindings.add(json), json.startsWith("{"), List.of(columns));
    }

    private Insert insert(String relation, Payload payload, Returning returning) {
        return new Insert(Shop.name(relation), payload, false, Optional.empty(), Filter.NONE, returning);
    }

    private Insert upsert(Payload payload, Insert.Resolution resolution, Returning returning, String... columns) {
        Insert.OnConflict on = new Insert.OnConflict(List.of(columns), resolution);
        return new Insert(Shop.name("tags"), payload, false, Optional.of(on), Filter.NONE, returning);
    }

    private Shop.Answer run(Query query) {
        return shop.run(query, ask.bindings, ResultFormat.JSON);
    }

    @Test
    void insertsOneObjectOrMany() {
        assertThat(run(insert("tags", payload("{\"id\":7,\"label\":\"x\"}", "id", "label"), NOTHING))
                        .result()
                        .rows())
                .isEqualTo(1);
        Shop.Answer many = run(insert(
                "tags",
                payload("[{\"id\":8,\"label\":\"y\"},{\"label\":\"z\",\"id\":9}]", "id", "label"),
                returning(new Ask().columns("label", "id"))));
        assertThat(many.body()).isEqualTo("[{\"label\":\"y\",\"id\":8},{\"label\":\"z\",\"id\":9}]");
        assertThat(many.result().rows()).isEqualTo(2);
        assertThat(shop.sql("select label from shop.tags where id > 6 order by id"))
                .containsExactly("x", "y", "z");
    }

    @Test
    void anEmptyArrayInsertsNothingAndAnEmptyObjectDefaults() {
        assertThat(run(insert("tags", payload("[]"), NOTHING)).result().rows()).isZero();
        assertThat(run(insert("log", payload("{}"), NOTHING)).result().rows()).isEqualTo(1);
        assertThat(run(insert("log", payload("[{},{}]"), NOTHING)).result().rows())
                .isEqualTo(2);
        assertThat(shop.sql("select count(*) from shop.log")).containsExactly("3");
    }

    @Test
    void missingKeysAreNullOrDefaults() {
        Payload nulls = payload("[{\"country\":\"SE\",\"city\":\"Umea\"}]", "country", "city", "size");
        assertThat(run(insert("warehouses", nulls, returning(new Ask().columns("size"))))
                        .body())
                .isEqualTo("[{\"size\":null}]");
        for (String json : List.of(
                "{\"country\":\"DK\",\"city\":\"Ribe\"}",
                "[{\"country\":\"DK\",\"city\":\"Koge\"},{\"country\":\"DK\",\"city\":\"Hvid\",\"size\":1}]")) {
            Insert insert = new Insert(
                    Shop.name("warehouses"),
                    payload(json, "country", "city", "size"),
                    true,
                    Optional.empty(),
                    Filter.NONE,
                    returning(new Ask().columns("size")));
            assertThat(run(insert).body()).startsWith("[{\"size\":7}");
        }
        Insert customers = new Insert(
                Shop.name("customers"),
                payload("[{\"name\":\"D\"},{\"name\":\"E\",\"id\":50}]", "name", "id", "profile", "created_at"),
                true,
                Optional.empty(),
                Filter.NONE,
                returning(new Ask().columns("name", "profile")));
        assertThat(run(customers).body())
                .isEqualTo("[{\"name\":\"D\",\"profile\":{}},{\"name\":\"E\",\"profile\":{}}]");
    }

    @Test
    void everyKindOfValueArrivesInItsColumn() {
        String json = """
                {"id":60,"name":"Zed \\u00e9 \\"x\\"","email":"z@x","profile":{"a":[1]},"raw":[1, 2],"tags":["a","b,c"],\
                "vip":true,"visits":"[3,4)","place":{"x":1,"y":2,"z":null},"created_at":"2030-01-01T00:00:00+02:00"}""";
        Insert insert = insert(
                "customers",
                payload(json, "id", "name", "email", "profile", "raw", "tags", "vip", "visits", "place", "created_at"),
                returning(new Ask().items(Ask.all())));
        assertThat(run(insert).body()).isEqualTo("""
                [{"id":60,"name":"Zed é \\"x\\"","email":"z@x","profile":{"a": [1]},"raw":[1, 2],"tags":["a","b,c"],\
                "vip":true,"visits":"[3,4)","place":{"x":1,"y":2,"z":null},"created_at":"2029-12-31T22:00:00+00:00"}]""");
    }

    @Test
    void upsertsMergeOrIgnore() {
        Payload both = payload("[{\"id\":1,\"label\":\"new\"},{\"id\":20,\"label\":\"t\"}]", "id", "label");
        Shop.Answer merged =
                run(upsert(both, Insert.Resolution.MERGE_DUPLICATES, returning(new Ask().columns("id", "label"))));
        assertThat(merged.body()).isEqualTo("[{\"id\":1,\"label\":\"new\"},{\"id\":20,\"label\":\"t\"}]");
        assertThat(merged.result().inserted()).hasValue(1);
        assertThat(run(upsert(both, Insert.Resolution.MERGE_DUPLICATES, NOTHING, "id"))
                        .result()
                        .inserted())
                .hasValue(0);
        Shop.Answer ignored = run(upsert(
                payload("[{\"id\":1,\"label\":\"other\"},{\"id\":21,\"label\":\"u\"}]", "id", "label"),
                Insert.Resolution.IGNORE_DUPLICATES,
                returning(new Ask().columns("id")),
                "id"));
        assertThat(ignored.body()).isEqualTo("[{\"id\":21}]");
        assertThat(shop.sql("select label from shop.tags where id = 1")).containsExactly("new");
    }

    @Test
    void aPutWritesOnlyTheRowItNames() {
        Payload row = payload("{\"id\":5,\"label\":\"put\"}", "id", "label");
        Insert.OnConflict on = new Insert.OnConflict(List.of(), Insert.Resolution.MERGE_DUPLICATES);
        Insert other = new Insert(
                Shop.name("tags"), row, false, Optional.of(on), ask.compare("id", Operator.EQ, "6"), NOTHING);
        assertThat(run(other).result().rows()).isZero();
        Insert same = new Insert(
                Shop.name("tags"), row, false, Optional.of(on), ask.compare("id", Operator.EQ, "5"), NOTHING);
        Shop.Answer written = run(same);
        assertThat(written.result().rows()).isEqualTo(1);
        assertThat(written.result().inserted()).hasValue(1);
        assertThat(shop.sql("select label from shop.tags where id in (5, 6)")).containsExactly("put");
    }

    @Test
    void keysOfASingleRowAreTold() {
        Shop.Answer one = run(insert("tags", payload("{\"id\":30,\"label\":\"k\"}", "id", "label"), KEYS));
        assertThat(one.result().key()).containsExactly(new Execution.KeyColumn("id", Optional.of("30")));
        assertThat(one.result().rows()).isEqualTo(1);
        assertThat(one.body()).isEmpty();
        Returning rowsAndKeys =
                new Returning(Optional.of(new Ask().columns("label").selection()), true, Count.EXACT);
        Shop.Answer both = run(insert("tags", payload("{\"id\":31,\"label\":\"k\"}", "id", "label"), rowsAndKeys));
        assertThat(both.body()).isEqualTo("[{\"label\":\"k\"}]");
        assertThat(both.result().key()).containsExactly(new Execution.KeyColumn("id", Optional.of("31")));
        assertThat(both.result().total()).hasValue(1);
        Payload two = payload("[{\"id\":32,\"label\":\"k\"},{\"id\":33,\"label\":\"k\"}]", "id", "label");
        assertThat(run(insert("tags", two, KEYS)).result().key()).isEmpty();
    }

    @Test
    void updatesMatchingRows() {
        Update update = new Update(
                Shop.name("orders"),
                payload("{\"note\":\"done\",\"status\":\"paid\"}", "note", "status"),
                false,
                new Filter.And(List.of(
                        ask.compare("customer_id", Operator.EQ, "1"), ask.compare("status", Operator.EQ, "new"))),
                returning(new Ask().columns("id", "note", "status")));
        assertThat(run(update).body()).isEqualTo("[{\"id\":10,\"note\":\"done\",\"status\":\"paid\"}]");
        assertThat(shop.sql("select count(*) from shop.orders where note = 'done'"))
                .containsExactly("1");
    }

    @Test
    void anUpdateOfNothingChangesNothing() {
        for (Returning returning :
                List.of(NOTHING, KEYS, returning(new Ask().columns("id").items(embed("tags", "id"))))) {
            Shop.Answer answer = run(new Update(Shop.name("orders"), payload("{}"), false, Filter.NONE, returning));
            assertThat(answer.result().rows()).isZero();
        }
    }

    @Test
    void deletesMatchingRows() {
        Delete delete = new Delete(
                Shop.name("stock"),
                ask.compare("id", Operator.GTE, "2"),
                returning(new Ask().columns("id").items(embed("warehouses", "size"))));
        assertThat(run(delete).body())
                .isEqualTo("[{\"id\":2,\"warehouses\":{\"size\":4}},{\"id\":3,\"warehouses\":{\"size\":3}}]");
        Delete rest = new Delete(Shop.name("stock"), Filter.NONE, NOTHING);
        assertThat(run(rest).result().rows()).isEqualTo(1);
    }

    @Test
    void returnedRowsHaveEmbedsOrderAndComputedFields() {
        Ask rows = new Ask()
                .columns("name", "shout")
                .items(embed("orders!customer_id", "id"), embed("favourite", "id"), embed("passports", "number"))
                .order(Ask.by("name", OrderTerm.Direction.DESC));
        Update update = new Update(
                Shop.name("customers"),
                payload("{\"vip\":true}", "vip"),
                false,
                ask.compare("id", Operator.LTE, "2"),
                returning(rows));
        assertThat(run(update).body().replaceAll("\\s", "")).isEqualTo("""
                [{"name":"Bob","shout":"BOB","orders":[{"id":12}],"favourite":{"id":12},"passports":null},\
                {"name":"Ann","shout":"ANN","orders":[{"id":10},{"id":11}],"favourite":{"id":11},"passports":{"number":"P1"}}]""");
    }

    @Test
    void onlyColumnsThatAreAskedForMustBeSelectable() {
        shop.script("create role half; grant usage on schema shop to half; grant insert on shop.tags to half;"
                + " grant select (id) on shop.tags to half");
        Payload row = payload("{\"id\":40,\"label\":\"h\"}", "id", "label");
        assertThat(shop.as("half", insert("tags", row, NOTHING), ask.bindings)
                        .result()
                        .rows())
                .isEqualTo(1);
        Payload other = payload("{\"id\":41,\"label\":\"h\"}", "id", "label");
        assertThat(shop.as("half", insert("tags", other, returning(new Ask().columns("id"))), ask.bindings)
                        .body())
                .isEqualTo("[{\"id\":41}]");
        Payload third = payload("{\"id\":42,\"label\":\"h\"}", "id", "label");
        Insert forbidden = insert("tags", third, returning(new Ask().columns("label")));
        assertThatThrownBy(() -> shop.as("half", forbidden, ask.bindings)).hasMessageContaining("permission denied");
        shop.script("drop owned by half; drop role half");
    }

    @Test
    void writesMayNotRunReadOnly() {
        assertThat(shop.plan(insert("tags", payload("[]"), NOTHING)).readOnly()).isFalse();
        assertThat(shop.plan(insert("tags", payload("[]"), NOTHING)).bounded(ask.bindings))
                .isFalse();
    }
}

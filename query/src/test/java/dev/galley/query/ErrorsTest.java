package dev.galley.query;

import static dev.galley.query.Ask.by;
import static dev.galley.query.Ask.byEmbed;
import static dev.galley.query.Ask.embed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Every query that does not fit the schema is refused while it is planned, before any SQL is made. */
class ErrorsTest {
    private static Shop shop;

    @BeforeAll
    static void open() {
        shop = Shop.open();
    }

    private static QueryError refused(Query query) {
        return refused(shop, query);
    }

    private static QueryError refused(Shop shop, Query query) {
        QueryException refusal = catchThrowableOfType(QueryException.class, () -> shop.plan(query));
        assertThat(refusal).as("refusal of %s", query).isNotNull();
        return refusal.error();
    }

    private static QueryError refused(Ask ask, String relation) {
        return refused(ask.from(relation));
    }

    @Test
    void unknownRelationsNameTheNearest() {
        assertThat(refused(new Ask().items(Ask.all()), "oders"))
                .isEqualTo(new QueryError.UnknownRelation(Shop.name("oders")));
        assertThat(refused(new Ask(), "qqqqqqqqqqqq"))
                .isEqualTo(new QueryError.UnknownRelation(Shop.name("qqqqqqqqqqqq")));
        Returning none = new Returning(Optional.empty(), false, Count.NONE);
        assertThat(refused(new Delete(Shop.name("nope"), Filter.NONE, none)))
                .isInstanceOf(QueryError.UnknownRelation.class);
        assertThat(refused(new Read(
                        new dev.galley.schema.QualifiedName("pg_catalog", "pg_authid"),
                        Selection.everything(),
                        Count.NONE)))
                .isInstanceOf(QueryError.UnknownRelation.class);
    }

    @Test
    void unknownColumnsAreRefusedWhereverTheyStand() {
        QueryError expected = new QueryError.UnknownColumn(Shop.name("orders"), "statu");
        assertThat(refused(new Ask().columns("statu"), "orders")).isEqualTo(expected);
        assertThat(refused(new Ask().where("statu", Operator.EQ, "1"), "orders"))
                .isEqualTo(expected);
        assertThat(refused(new Ask().orderBy("statu"), "orders")).isEqualTo(expected);
        assertThat(refused(new Ask().items(embed("orders!customer_id", "statu")), "customers"))
                .isEqualTo(expected);
        assertThat(refused(
                        new Ask()
                                .items(embed("c:customers!customer_id", "id"))
                                .order(byEmbed("c", "nam", OrderTerm.Direction.ASC)),
                        "orders"))
                .isInstanceOf(QueryError.UnknownColumn.class);
        assertThat(refused(new Ask().items(Ask.aggregate(Selection.Aggregate.SUM, "statu")), "orders"))
                .isEqualTo(expected);
    }

    @Test
    void unknownPayloadColumnsAndConflictTargets() {
        Bindings bindings = new Bindings();
        Payload payload = new Payload(bindings.add("{}"), true, List.of("nope"));
        Returning none = new Returning(Optional.empty(), false, Count.NONE);
        QueryError expected = new QueryError.UnknownPayloadColumn(Shop.name("tags"), "nope");
        assertThat(refused(new Insert(Shop.name("tags"), payload, false, Optional.empty(), Filter.NONE, none)))
                .isEqualTo(expected);
        assertThat(refused(new Update(Shop.name("tags"), payload, false, Filter.NONE, none)))
                .isEqualTo(expected);
        Insert.OnConflict on = new Insert.OnConflict(List.of("nope"), Insert.Resolution.MERGE_DUPLICATES);
        Payload good = new Payload(bindings.add("{}"), true, List.of("id"));
        assertThat(refused(new Insert(Shop.name("tags"), good, false, Optional.of(on), Filter.NONE, none)))
                .isEqualTo(expected);
    }

    @Test
    void aPutNeedsAPrimaryKey() {
        Ask ask = new Ask();
        Payload payload = new Payload(ask.bindings.add("{}"), true, List.of("line"));
        Returning none = new Returning(Optional.empty(), false, Count.NONE);
        Insert put = new Insert(
                Shop.name("log"), payload, false, Optional.empty(), ask.compare("line", Operator.EQ, "x"), none);
        assertThat(refused(put)).isEqualTo(new QueryError.NoPrimaryKey(Shop.name("log")));
    }

    @Test
    void unknownTypesInCasts() {
        for (String type :
                List.of("nope", "int; drop table x", "text)::int4", "numeric(1", "int4(5)", "\"", "text\0")) {
            assertThat(refused(new Ask().items(Ask.cast("id", type)), "orders"))
                    .isEqualTo(new QueryError.UnknownType(type));
        }
    }

    @Test
    void relationshipsThatAreMissingOrAmbiguous() {
        assertThat(refused(new Ask().items(embed("warehouses", "size")), "orders"))
                .isEqualTo(new QueryError.NoRelationship(Shop.name("orders"), "warehouses", Optional.empty()));
        assertThat(refused(new Ask().items(embed("customer", "name")), "orders"))
                .isEqualTo(new QueryError.NoRelationship(Shop.name("orders"), "customer", Optional.empty()));
        assertThat(refused(new Ask().items(embed("customers", "name")), "orders"))
                .isInstanceOfSatisfying(
                        QueryError.AmbiguousRelationship.class,
                        error -> assertThat(error.candidates()).hasSize(2));
        assertThat(refused(new Ask().items(embed("customers!nope", "name")), "orders"))
                .isInstanceOf(QueryError.NoRelationship.class);
        assertThat(shop.plan(new Ask()
                                .items(embed("customers!orders_billing_fk", "name"))
                                .from("orders"))
                        .sql())
                .contains("billing_id");
        assertThat(shop.plan(new Ask().items(embed("billing_id", "name")).from("orders"))
                        .sql())
                .contains("billing_id");
        assertThat(shop.plan(new Ask().items(embed("orders_billing_fk", "name")).from("orders"))
                        .sql())
                .contains("billing_id");
    }

    @Test
    void filtersAndOrdersOfEmbedsThatAreNotThere() {
        assertThat(refused(new Ask().columns("id").where(new Filter.NoRelated("tags")), "orders"))
                .isEqualTo(new QueryError.NotEmbedded("tags"));
        assertThat(refused(new Ask().columns("id").order(byEmbed("c", "id", OrderTerm.Direction.ASC)), "orders"))
                .isEqualTo(new QueryError.NotEmbedded("c"));
        assertThat(refused(
                        new Ask().items(embed("tags", "id")).order(byEmbed("tags", "id", OrderTerm.Direction.ASC)),
                        "orders"))
                .isEqualTo(new QueryError.OrderNeedsToOne(Shop.name("orders"), "tags"));
    }

    @Test
    void aggregatesMayBeDisabledAndNeedOneRowWhenSpread() {
        Shop plain =
                shop.with(new PlannerSettings(OptionalLong.empty(), 7, 500, 500, false, 100, 50, 20, Optional.empty()));
        Ask sum = new Ask().items(Ask.aggregate(Selection.Aggregate.SUM, "total"));
        assertThat(refused(plain, sum.from("orders"))).isEqualTo(new QueryError.AggregatesDisabled());
        Selection count =
                new Ask().items(Ask.aggregate(Selection.Aggregate.COUNT, "")).selection();
        assertThat(refused(new Ask().items(embed("...tags", count)), "orders"))
                .isEqualTo(new QueryError.AggregateInSpread());
    }

    @Test
    void queriesThatAreTooComplex() {
        Shop strict =
                shop.with(new PlannerSettings(OptionalLong.empty(), 2, 5, 4, true, 100, 50, 20, Optional.empty()));
        Selection deep = new Ask().columns("id").selection();
        for (int i = 0; i < 3; i++) {
            deep = new Ask().items(embed("children:categories", deep)).selection();
        }
        assertThat(refused(strict, new Read(Shop.name("categories"), deep, Count.NONE)))
                .isEqualTo(new QueryError.TooComplex("embedding depth", 2));
        Ask filters = new Ask().columns("id");
        for (int i = 0; i < 6; i++) {
            filters.where("id", Operator.EQ, "1");
        }
        assertThat(refused(strict, filters.from("categories"))).isEqualTo(new QueryError.TooComplex("filter terms", 5));
        Ask orders = new Ask().columns("id");
        for (int i = 0; i < 6; i++) {
            orders.order(by("id"));
        }
        assertThat(refused(strict, orders.from("categories"))).isInstanceOf(QueryError.TooComplex.class);
        assertThat(refused(
                        strict, new Ask().columns("id", "id", "id", "id", "id").from("categories")))
                .isEqualTo(new QueryError.TooComplex("selected items", 4));
    }
}

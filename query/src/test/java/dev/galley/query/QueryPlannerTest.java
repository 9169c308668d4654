package dev.galley.query;

import static dev.galley.query.Ask.embed;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class QueryPlannerTest {
    private static Shop shop;

    @BeforeAll
    static void open() {
        shop = Shop.open();
    }

    private static boolean bounded(Ask ask, String relation) {
        return shop.plan(ask.from(relation)).bounded(ask.bindings);
    }

    @Test
    void equalShapesShareOnePlanWhateverTheirValues() {
        Ask one = new Ask().columns("id");
        one.where("id", Operator.EQ, "1").limit(5);
        Ask other = new Ask().columns("id");
        other.where("id", Operator.EQ, "2").limit(5);
        assertThat(shop.plan(one.from("orders"))).isSameAs(shop.plan(other.from("orders")));
        assertThat(shop.plan(new Ask().columns("id").from("orders")))
                .isNotSameAs(shop.plan(new Ask().columns("note").from("orders")));
    }

    @Test
    void aNewSchemaIsPlannedAnew() {
        Query query = new Ask().columns("id").from("orders");
        QueryPlanner planner = new QueryPlanner(Shop.SETTINGS);
        Plan before = planner.plan(query, shop.model());
        assertThat(planner.plan(query, shop.model())).isSameAs(before);
        assertThat(planner.plan(query, shop.with(Shop.SETTINGS).model())).isNotSameAs(before);
    }

    @Test
    void aReadByAWholeKeyIsBounded() {
        Ask key = new Ask().items(Ask.all());
        assertThat(bounded(key.where("id", Operator.EQ, "1"), "customers")).isTrue();
        assertThat(bounded(new Ask().columns("id").where("email", Operator.EQ, "x"), "customers"))
                .isTrue();
        assertThat(bounded(new Ask().columns("id").where("name", Operator.EQ, "x"), "customers"))
                .isFalse();
        Ask half = new Ask().columns("size");
        assertThat(bounded(half.where("country", Operator.EQ, "NO"), "warehouses"))
                .isFalse();
        assertThat(bounded(half.where("city", Operator.EQ, "Oslo"), "warehouses"))
                .isTrue();
    }

    @Test
    void aFewRowsInKeyOrderAreBounded() {
        assertThat(bounded(new Ask().columns("id").limit(20), "orders")).isTrue();
        assertThat(bounded(new Ask().columns("id").orderBy("id").limit(20).offset(30), "orders"))
                .isTrue();
        assertThat(bounded(new Ask().columns("id").orderBy("id").limit(20).offset(31), "orders"))
                .isFalse();
        assertThat(bounded(new Ask().columns("id").limit(51), "orders")).isFalse();
        assertThat(bounded(new Ask().columns("id").offset(Long.MAX_VALUE).limit(Long.MAX_VALUE), "orders"))
                .isFalse();
        assertThat(bounded(new Ask().columns("id"), "orders")).isFalse();
        assertThat(bounded(new Ask().columns("id").orderBy("note").limit(20), "orders"))
                .isFalse();
        assertThat(bounded(new Ask().columns("id").limit(20), "paid_orders")).isFalse();
    }

    @Test
    void whatMayBeSlowIsNotBounded() {
        Ask many = new Ask().columns("id").items(embed("orders!customer_id", "id"));
        assertThat(bounded(many.where("id", Operator.EQ, "1"), "customers")).isFalse();
        Ask one = new Ask().columns("id").items(embed("customers!customer_id", "name"));
        assertThat(bounded(one.where("id", Operator.EQ, "1"), "orders")).isTrue();
        Ask computed = new Ask().columns("shout");
        assertThat(bounded(computed.where("id", Operator.EQ, "1"), "customers")).isFalse();
        Ask filter = new Ask().columns("id");
        filter.where("id", Operator.EQ, "1").where("shout", Operator.EQ, "x");
        assertThat(bounded(filter, "customers")).isFalse();
        Ask regex = new Ask().columns("id");
        regex.where("id", Operator.EQ, "1").where("name", Operator.MATCH, "(a+)+$");
        assertThat(bounded(regex, "customers")).isFalse();
        Ask or = new Ask().columns("id");
        or.where(new Filter.Or(List.of(or.compare("id", Operator.EQ, "1"))));
        assertThat(bounded(or, "customers")).isFalse();
        Ask counted = new Ask().columns("id").limit(1);
        assertThat(shop.plan(counted.from("orders", Count.EXACT)).bounded(counted.bindings))
                .isFalse();
    }

    @Test
    void aSmallCapOfRowsBoundsEveryRead() {
        Shop capped =
                shop.with(new PlannerSettings(OptionalLong.of(20), 7, 500, 500, false, 100, 50, 20, Optional.empty()));
        Ask ask = new Ask().columns("id");
        assertThat(capped.plan(ask.from("orders")).bounded(ask.bindings)).isTrue();
    }

    @Test
    void readsAreReadOnly() {
        assertThat(shop.plan(new Ask().columns("id").from("orders")).readOnly()).isTrue();
    }

    @Test
    void queriesOfMonstrousLengthDoNotFillTheMemory() {
        QueryPlanner planner = new QueryPlanner(
                new PlannerSettings(OptionalLong.of(1000), 7, 500, 500, true, 8, 50, 20, Optional.empty()));
        Ask monstrous = new Ask().columns("id");
        for (int i = 0; i < 490; i++) {
            monstrous.where("id", Operator.EQ, "1");
        }
        Query query = monstrous.from("orders");
        assertThat(planner.plan(query, shop.model()).sql().length()).isGreaterThan(8 * 1024);
        assertThat(planner.plan(query, shop.model())).isNotSameAs(planner.plan(query, shop.model()));
    }
}

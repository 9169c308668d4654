package dev.galley.query;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class CountTest {
    private static Shop shop;

    @BeforeAll
    static void open() {
        shop = Shop.open();
        shop.script("analyze");
    }

    private static Shop.Answer run(Ask ask, String relation, Count count) {
        return shop.run(ask.from(relation, count), ask.bindings, ResultFormat.JSON);
    }

    @Test
    void exactTotalsAreThoseBeforeLimitAndOffset() {
        Shop.Answer answer = run(new Ask().columns("id").orderBy("id").limit(1).offset(1), "orders", Count.EXACT);
        assertThat(answer.body()).isEqualTo("[{\"id\":11}]");
        assertThat(answer.result().rows()).isEqualTo(1);
        assertThat(answer.result().total()).hasValue(3);
    }

    @Test
    void anEmptyPageStillHasItsTotal() {
        Shop.Answer answer = run(new Ask().columns("id").limit(5).offset(100), "orders", Count.EXACT);
        assertThat(answer.body()).isEqualTo("[]");
        assertThat(answer.result().rows()).isZero();
        assertThat(answer.result().total()).hasValue(3);
        Shop.Answer none = run(new Ask().columns("id").limit(0), "orders", Count.EXACT);
        assertThat(none.body()).isEqualTo("[]");
        assertThat(none.result().total()).hasValue(3);
    }

    @Test
    void totalsSeeFiltersAndInnerEmbeds() {
        Ask filtered = new Ask().columns("id").limit(1);
        filtered.where("total", Operator.GT, "6");
        assertThat(run(filtered, "orders", Count.EXACT).result().total()).hasValue(2);
        Ask inner = new Ask().columns("id").items(Ask.embed("tags!inner", "id")).limit(1);
        assertThat(run(inner, "orders", Count.EXACT).result().total()).hasValue(2);
        Ask without = new Ask()
                .columns("id")
                .items(Ask.embed("tags", "id"))
                .where(new Filter.NoRelated("tags"))
                .limit(1);
        assertThat(run(without, "orders", Count.EXACT).result().total()).hasValue(1);
    }

    @Test
    void withoutAPageTheRowsThemselvesAreTheTotal() {
        Shop uncapped =
                shop.with(new PlannerSettings(OptionalLong.empty(), 7, 500, 500, false, 100, 50, 20, Optional.empty()));
        Ask ask = new Ask().columns("id");
        Query query = ask.from("orders", Count.EXACT);
        assertThat(uncapped.plan(query).sql()).doesNotContain("count(*)");
        assertThat(uncapped.run(query, ask.bindings, ResultFormat.JSON).result().total())
                .hasValue(3);
    }

    @Test
    void plannedTotalsAreTheEstimateOfThePlanner() {
        Ask ask = new Ask().columns("id").limit(1);
        ask.where("id", Operator.GT, "0");
        assertThat(run(ask, "orders", Count.PLANNED).result().total()).hasValue(3);
    }

    @Test
    void estimatedTotalsAreExactUpToTheCapOfRows() {
        assertThat(run(new Ask().columns("id").limit(1), "orders", Count.ESTIMATED)
                        .result()
                        .total())
                .hasValue(3);
        shop.script("create table shop.many as select g as id from generate_series(1, 5000) g; analyze shop.many");
        Shop reloaded =
                shop.with(new PlannerSettings(OptionalLong.of(10), 7, 500, 500, false, 100, 50, 20, Optional.empty()));
        Ask ask = new Ask().columns("id").limit(1);
        assertThat(reloaded.run(ask.from("many", Count.ESTIMATED), ask.bindings, ResultFormat.JSON)
                        .result()
                        .total())
                .hasValue(5000);
    }

    @Test
    void otherFormatsCarryTheTotalToo() {
        Ask ask = new Ask().columns("id", "note").orderBy("id").limit(2);
        Shop.Answer csv = shop.run(ask.from("orders", Count.EXACT), ask.bindings, ResultFormat.CSV);
        assertThat(csv.body()).isEqualTo("id,note\n10,first\n11,");
        assertThat(csv.result().total()).hasValue(3);
    }
}

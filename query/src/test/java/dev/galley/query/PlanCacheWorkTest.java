package dev.galley.query;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.galley.schema.QualifiedName;
import dev.galley.schema.Relation;
import dev.galley.schema.SchemaModel;
import java.lang.management.ManagementFactory;
import java.util.AbstractMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A hit of the plan cache does the same work whatever the size of the schema: it is counted, not timed. */
class PlanCacheWorkTest {
    private static final int SMALL = 10;
    private static final int LARGE = 5_000;
    private static final int CALLS = 20_000;

    private static Shop shop;

    @BeforeAll
    static void open() {
        shop = Shop.open();
    }

    /** A map that counts how often anything is asked of it. */
    private static final class Counting<K, V> extends AbstractMap<K, V> {
        private final Map<K, V> of;
        private int asked;

        Counting(Map<K, V> of) {
            this.of = of;
        }

        @Override
        public V get(Object key) {
            asked++;
            return of.get(key);
        }

        @Override
        public Set<Entry<K, V>> entrySet() {
            asked++;
            return of.entrySet();
        }
    }

    private static Map<QualifiedName, Relation> relations(int more) {
        Map<QualifiedName, Relation> relations = new HashMap<>(shop.model().relations());
        Relation orders = relations.get(Shop.name("orders"));
        for (int i = 0; i < more; i++) relations.put(Shop.name("table_" + i), orders);
        return relations;
    }

    private static SchemaModel model(Map<QualifiedName, Relation> relations) {
        SchemaModel base = shop.model();
        return new SchemaModel(
                base.version(),
                base.serverVersion(),
                relations,
                base.relationships(),
                base.computedFields(),
                base.routines(),
                base.roleSettings(),
                base.types(),
                base.mediaHandlers());
    }

    private static Query read() {
        Ask ask = new Ask().columns("id");
        return ask.where("id", Operator.EQ, "1").limit(5).from("orders");
    }

    @Test
    void asksTheSchemaNothing() {
        Counting<QualifiedName, Relation> relations = new Counting<>(relations(LARGE));
        SchemaModel model = model(relations);
        QueryPlanner planner = new QueryPlanner(Shop.SETTINGS);
        Plan plan = planner.plan(read(), model);
        assertThat(relations.asked).isPositive();
        relations.asked = 0;
        for (int i = 0; i < 100; i++) assertThat(planner.plan(read(), model)).isSameAs(plan);
        assertThat(relations.asked).isZero();
    }

    @Test
    void allocatesTheSameForFiveThousandTablesAsForTen() {
        long small = allocatedByHits(model(relations(SMALL)));
        long large = allocatedByHits(model(relations(LARGE)));
        // One byte a table would be 100 million.
        assertThat(Math.abs(large - small)).isLessThan(CALLS * 64L);
    }

    private static long allocatedByHits(SchemaModel model) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        QueryPlanner planner = new QueryPlanner(Shop.SETTINGS);
        Query query = read();
        Plan plan = planner.plan(query, model);
        long least = Long.MAX_VALUE;
        for (int round = 0; round < 5; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int call = 0; call < CALLS; call++) {
                if (planner.plan(query, model) != plan) throw new AssertionError("not the cached plan");
            }
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        return least;
    }
}

package dev.galley.query.document;

import static org.assertj.core.api.Assertions.assertThat;

import dev.galley.query.Bindings;
import dev.galley.query.Parameters;
import dev.galley.query.Value;
import dev.galley.schema.Column;
import dev.galley.schema.MediaHandlers;
import dev.galley.schema.QualifiedName;
import dev.galley.schema.Relation;
import dev.galley.schema.SchemaModel;
import dev.galley.schema.Type;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Which pages count as small work, and how rows behind a cursor are found. */
class BoundsTest {
    private static final QualifiedName TABLE = new QualifiedName("public", "thing");
    private static final Type INT = new Type(
            23,
            new QualifiedName("pg_catalog", "int4"),
            Type.Kind.BASE,
            "integer",
            Optional.empty(),
            List.of(),
            List.of(),
            false);

    private final Bindings bindings = new Bindings();
    private final SchemaModel schema = schema(Relation.Kind.TABLE);

    private static SchemaModel schema(Relation.Kind kind) {
        Map<String, Column> columns = new LinkedHashMap<>();
        List.of("a", "b", "c").forEach(name -> columns.put(name, column(name)));
        Relation relation = new Relation(
                TABLE,
                kind,
                columns,
                List.of("a", "b"),
                List.of(),
                true,
                true,
                true,
                false,
                Set.of(),
                Set.of(),
                Optional.empty());
        return new SchemaModel(
                1,
                180_000,
                Map.of(TABLE, relation),
                Map.of(),
                Map.of(),
                Map.of(),
                Map.of(),
                Map.of(),
                MediaHandlers.NONE);
    }

    private static Column column(String name) {
        return new Column(
                name, 1, INT, "integer", name.equals("c"), Optional.empty(), true, Optional.empty(), Optional.empty());
    }

    private static Order by(String column, boolean descending) {
        return new Order(column, descending, false);
    }

    private Paging page(String rows, List<Order> order) {
        return new Paging(
                new Source.Whole(TABLE),
                Optional.empty(),
                order,
                false,
                Optional.empty(),
                bindings.add(rows),
                Optional.empty());
    }

    private DocumentPlan plan(SchemaModel of, Paging paging, Member.Part part) {
        Content page = new Content.Page(paging, List.of(new Member.OfPage("p", part)));
        return new DocumentPlanner(10)
                .plan(new Document.Query(List.of(new Member("things", page))), of, "scope", Map.of());
    }

    private static Member.Part edges() {
        return new Member.Edges(List.of(new Member.OfEdge(
                "node", new Member.Node(List.of(new Member("a", new Content.Field("a", Map.of())))))));
    }

    @Test
    void shortPagesInTheOrderOfTheKeyAreSmallWork() {
        List<Order> key = List.of(by("a", false), by("b", false));
        assertThat(plan(schema, page("30", key), edges()).bounded(bindings)).isTrue();
        assertThat(plan(schema, page("101", key), edges()).bounded(bindings)).isFalse();
        assertThat(plan(schema, page("30", key), new Member.TotalCount()).bounded(bindings))
                .isFalse();
        assertThat(plan(schema, page("30", List.of(by("c", false), by("a", false), by("b", false))), edges())
                        .bounded(bindings))
                .isFalse();
        assertThat(plan(schema, page("30", List.of(by("a", true), by("a", false), by("b", false))), edges())
                        .bounded(bindings))
                .isFalse();
        assertThat(plan(schema(Relation.Kind.VIEW), page("30", key), edges()).bounded(bindings))
                .isFalse();
    }

    @Test
    void aFilterMayPassOverManyRows() {
        Paging filtered = new Paging(
                new Source.Whole(TABLE),
                Optional.of(new Predicate.IsNull("c", true)),
                List.of(by("a", false), by("b", false)),
                false,
                Optional.empty(),
                bindings.add("1"),
                Optional.empty());
        assertThat(plan(schema, filtered, edges()).bounded(bindings)).isFalse();
    }

    @Test
    void anOffsetCountsLikeRows() {
        Value offset = bindings.add("90");
        Paging late = new Paging(
                new Source.Whole(TABLE),
                Optional.empty(),
                List.of(by("a", false), by("b", false)),
                false,
                Optional.empty(),
                bindings.add("20"),
                Optional.of(offset));
        assertThat(plan(schema, late, edges()).bounded(bindings)).isFalse();
    }

    @Test
    void placesAreFoundByAnIndexWhereNothingIsNull() {
        assertThat(behind(List.of(by("a", false), by("b", false))))
                .isEqualTo("((t.\"a\", t.\"b\") > (CAST($1 AS integer), CAST($2 AS integer)))");
        assertThat(behind(List.of(by("a", true), by("b", true)))).contains(" < ");
        assertThat(behind(List.of(by("c", false), by("a", false)))).contains("IS NOT DISTINCT FROM");
        assertThat(behind(List.of(by("a", true), by("b", false)))).contains("IS NOT DISTINCT FROM");
    }

    private String behind(List<Order> order) {
        Parameters parameters = new Parameters();
        return new ReadSql(schema, parameters)
                .conditions()
                .behind(
                        order,
                        false,
                        List.of(bindings.add("1"), bindings.add("2")),
                        Around.table(schema.relations().get(TABLE), "t"));
    }
}

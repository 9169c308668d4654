package dev.galley.schema;

import static dev.galley.schema.Catalog.MODEL;
import static dev.galley.schema.Catalog.api;
import static dev.galley.schema.Catalog.relation;
import static dev.galley.schema.Catalog.routine;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Functions and what they are given and return, settings, privileges. */
class CatalogRoutinesTest {
    @Test
    void functionsFromRowsToValuesAreComputedFields() {
        assertThat(MODEL.computedFields().get(api("authors"))).containsOnlyKeys("full_name", "from_ext");
        assertThat(MODEL.computedFields().get(api("authors")).get("full_name").name())
                .isEqualTo(api("full_name"));
        assertThat(MODEL.computedFields().get(api("author_names"))).containsOnlyKeys("full_name");
        assertThat(MODEL.routines(api("full_name")))
                .as("not callable without a name")
                .isEmpty();
    }

    @Test
    void parametersHaveModesAndDefaults() {
        Routine mixed = routine("mixed");
        assertThat(mixed.parameters())
                .extracting(Routine.Parameter::name, Routine.Parameter::typeSql, Routine.Parameter::required)
                .containsExactly(
                        tuple("a b", "integer", true), tuple("io", "api.mood", true), tuple("opt", "text", false));
        assertThat(mixed.returns().columns())
                .containsExactly(new Type.Attribute("io", "api.mood"), new Type.Attribute("Out", "bigint"));
        assertThat(mixed.returns().composite()).isTrue();
        assertThat(mixed.returns().set()).isFalse();
        Routine all = routine("sum_all");
        assertThat(all.variadic()).isTrue();
        assertThat(all.parameters())
                .singleElement()
                .matches(p -> p.variadic() && p.typeSql().equals("integer[]"));
        assertThat(all.volatility()).isEqualTo(Routine.Volatility.IMMUTABLE);
        assertThat(all.comment()).contains("adds up");
        assertThat(routine("one_out").returns()).matches(r -> r.columns().size() == 1 && !r.set());
    }

    @Test
    void resultsAreDescribed() {
        assertThat(routine("books_of").returns())
                .matches(r -> r.set() && r.relation().equals(Optional.of(api("books"))) && r.composite());
        assertThat(routine("table_fn").returns().columns())
                .containsExactly(new Type.Attribute("x", "integer"), new Type.Attribute("y z", "text"));
        assertThat(routine("area_of").returns())
                .matches(r -> r.relation().isEmpty() && r.columns().size() == 2 && !r.set());
        assertThat(routine("nothing").returns().isVoid()).isTrue();
        assertThat(routine("scalar").returns()).matches(r -> !r.composite() && !r.isVoid());
        assertThat(routine("book_domain").returns().relation()).contains(api("books"));
        assertThat(routine("hidden_rows").returns()).matches(r -> r.relation().isEmpty() && r.composite());
    }

    @Test
    void overloadsUnnamedParametersAndWhatCannotBeCalled() {
        assertThat(MODEL.routines(api("over")))
                .extracting(r -> r.parameters().size())
                .containsExactly(0, 1, 2);
        assertThat(routine("body").parameters())
                .singleElement()
                .matches(p -> p.name().isEmpty());
        assertThat(MODEL.routines(api("unnamed_int"))).isEmpty();
        assertThat(MODEL.routines(api("half_named"))).isEmpty();
        assertThat(MODEL.routines(api("on_change"))).as("a trigger function").isEmpty();
        assertThat(MODEL.routines(api("proc"))).as("a procedure").isEmpty();
        assertThat(MODEL.routines(new QualifiedName("hidden", "secret"))).isEmpty();
    }

    @Test
    void settingsOfFunctionsAreHoisted() {
        assertThat(routine("slow").settings())
                .containsEntry("statement_timeout", "7s")
                .containsEntry("search_path", "api, ext");
        assertThat(routine("scalar").settings()).isEmpty();
    }

    @Test
    void settingsOfRolesAreThoseTheLoginMaySetAndTheDatabasesWin() {
        assertThat(MODEL.settingsOf("cat_anon"))
                .as("nothing of who acts, of how statements are read and of how values are written")
                .containsExactlyInAnyOrder(
                        new SchemaModel.RoleSetting("statement_timeout", "3s"),
                        new SchemaModel.RoleSetting("work_mem", "2MB"),
                        new SchemaModel.RoleSetting("default_transaction_isolation", "repeatable read"),
                        new SchemaModel.RoleSetting("TimeZone", "Asia/Tokyo"),
                        new SchemaModel.RoleSetting("search_path", "api, ext"));
        assertThat(MODEL.settingsOf("cat_user")).isEmpty();
    }

    @Test
    void privilegesCountMembershipsPublicColumnsAndTheSchema() {
        assertThat(relation("authors").selectableBy()).containsExactlyInAnyOrder("cat_anon", "cat_user", "cat_admin");
        assertThat(relation("books").selectableBy())
                .as("cat_admin is a member")
                .containsExactlyInAnyOrder("cat_user", "cat_admin");
        assertThat(relation("profiles").selectableBy()).as("one column").containsExactly("cat_anon");
        assertThat(relation("profiles").partlySelectableBy()).containsExactly("cat_anon");
        assertThat(relation("profiles").whollySelectableBy("cat_anon")).isFalse();
        assertThat(relation("authors").partlySelectableBy()).isEmpty();
        assertThat(relation("authors").whollySelectableBy("cat_anon")).isTrue();
        assertThat(relation("addresses").selectableBy()).isEmpty();
        assertThat(relation("open").selectableBy()).as("PUBLIC").hasSize(3);
        assertThat(MODEL.relation(new QualifiedName("Ünï \"q\"", "Tisch \"1\""))
                        .orElseThrow()
                        .selectableBy())
                .as("granted, but not the schema")
                .isEmpty();
        assertThat(routine("scalar").executableBy()).as("PUBLIC").hasSize(3);
        assertThat(routine("nothing").executableBy()).containsExactlyInAnyOrder("cat_user", "cat_admin");
    }
}

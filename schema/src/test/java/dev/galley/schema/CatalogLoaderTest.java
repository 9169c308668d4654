package dev.galley.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.galley.postgres.testkit.TestPostgres;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Reads one database with a bit of everything ({@code catalog.sql}) and looks at each part of the model. */
class CatalogLoaderTest {
    private static final SchemaScope SCOPE =
            new SchemaScope(List.of("api", "Ünï \"q\""), List.of("ext"), Set.of("cat_anon", "cat_user", "cat_admin"));

    private static SchemaModel model;

    @BeforeAll
    static void load() throws SQLException, IOException {
        model = load(script(), SCOPE);
    }

    private static String script() throws IOException {
        try (InputStream script = CatalogLoaderTest.class.getResourceAsStream("catalog.sql")) {
            return new String(Objects.requireNonNull(script).readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static SchemaModel load(String script, SchemaScope scope) throws SQLException {
        TestPostgres postgres = TestPostgres.shared();
        try (Connection connection = postgres.connect(postgres.createDatabase(script))) {
            return new CatalogLoader(scope).load(connection);
        }
    }

    private static QualifiedName api(String name) {
        return new QualifiedName("api", name);
    }

    private static Relation relation(String name) {
        return model.relation(api(name)).orElseThrow();
    }

    private static Column column(String relation, String name) {
        return relation(relation).column(name).orElseThrow();
    }

    private static Routine routine(String name) {
        assertThat(model.routines(api(name))).hasSize(1);
        return model.routines(api(name)).getFirst();
    }

    private static List<Relationship> between(String from, String to) {
        return model.relationshipsFrom(api(from)).stream()
                .filter(relationship -> relationship.to().equals(api(to)))
                .toList();
    }

    private static List<Relationship.Pair> pairs(String... names) {
        return IntStream.range(0, names.length / 2)
                .mapToObj(i -> new Relationship.Pair(names[2 * i], names[2 * i + 1]))
                .toList();
    }

    @Test
    void relationsHaveTheirKindAndComment() {
        assertThat(relation("authors").kind()).isEqualTo(Relation.Kind.TABLE);
        assertThat(relation("authors").comment()).contains("Who writes\nbooks");
        assertThat(relation("author_names").kind()).isEqualTo(Relation.Kind.VIEW);
        assertThat(relation("book_counts").kind()).isEqualTo(Relation.Kind.MATERIALIZED_VIEW);
        assertThat(relation("events").kind()).isEqualTo(Relation.Kind.PARTITIONED_TABLE);
        assertThat(relation("remote").kind()).isEqualTo(Relation.Kind.FOREIGN_TABLE);
        assertThat(relation("authors").rowSecurity()).isTrue();
        assertThat(relation("books").rowSecurity()).isFalse();
    }

    @Test
    void partitionsAndHiddenSchemasAreNoRelations() {
        assertThat(model.relation(api("events_2026"))).isEmpty();
        assertThat(model.relations().keySet()).extracting(QualifiedName::schema).doesNotContain("hidden", "pg_catalog");
    }

    @Test
    void columnsComeInTheOrderOfTheTableAndDroppedOnesAreGone() {
        assertThat(relation("things").columns().keySet())
                .containsExactly(
                        "id",
                        "always_id",
                        "serial_id",
                        "code",
                        "fixed",
                        "bits",
                        "amount",
                        "mood",
                        "moods",
                        "price",
                        "area",
                        "during",
                        "twice",
                        "note",
                        "made_at");
    }

    @Test
    void columnsKnowTheirTypeModifierAndLength() {
        assertThat(column("things", "code").typeSql()).isEqualTo("character varying(20)");
        assertThat(column("things", "code").type().sql()).isEqualTo("character varying");
        assertThat(column("things", "code").maxLength()).contains(20);
        assertThat(column("things", "fixed").typeSql()).isEqualTo("character(3)");
        assertThat(column("things", "fixed").type().sql()).isEqualTo("bpchar");
        assertThat(column("things", "bits").maxLength()).contains(5);
        assertThat(column("things", "amount").typeSql()).isEqualTo("numeric(10,2)");
        assertThat(column("things", "amount").maxLength()).isEmpty();
        assertThat(column("things", "price").maxLength()).contains(12);
    }

    @Test
    void defaultsIdentitiesAndGeneratedColumns() {
        assertThat(column("things", "id").defaultSql()).contains("nextval('api.things_id_seq'::regclass)");
        assertThat(column("things", "id").writable()).isTrue();
        assertThat(column("things", "always_id").writable()).isFalse();
        assertThat(column("things", "always_id").defaultSql()).isPresent();
        assertThat(column("things", "serial_id").defaultSql())
                .hasValueSatisfying(sql -> assertThat(sql).contains("nextval"));
        assertThat(column("things", "twice").writable()).isFalse();
        assertThat(column("things", "twice").defaultSql()).isEmpty();
        assertThat(column("things", "note").defaultSql()).contains("'it''s'::text");
        assertThat(column("things", "note").comment()).contains("free text");
        assertThat(column("things", "made_at").defaultSql()).contains("now()");
        assertThat(column("things", "price").defaultSql()).as("the domain's").isPresent();
    }

    @Test
    void nullsAreRefusedByColumnsAndByDomainsBelowDomains() {
        assertThat(column("things", "made_at").nullable()).isFalse();
        assertThat(column("things", "note").nullable()).isTrue();
        assertThat(column("things", "price").nullable()).isFalse();
    }

    @Test
    void typesKnowWhatTheyAreMadeOf() {
        Type mood = column("things", "mood").type();
        assertThat(mood.kind()).isEqualTo(Type.Kind.ENUM);
        assertThat(mood.labels()).containsExactly("so, so", "Happy \"days\"", "sad");
        Type moods = column("things", "moods").type();
        assertThat(moods.kind()).isEqualTo(Type.Kind.ARRAY);
        assertThat(moods.base()).contains(mood);
        assertThat(moods.sql()).isEqualTo("api.mood[]");
        Type price = column("things", "price").type();
        assertThat(price.kind()).isEqualTo(Type.Kind.DOMAIN);
        assertThat(price.base().orElseThrow().kind()).isEqualTo(Type.Kind.DOMAIN);
        assertThat(price.underDomains().sql()).isEqualTo("character varying");
        Type area = column("things", "area").type();
        assertThat(area.kind()).isEqualTo(Type.Kind.COMPOSITE);
        assertThat(area.attributes())
                .containsExactly(
                        new Type.Attribute("Width", "numeric(6,2)"), new Type.Attribute("the mood", "api.mood"));
        assertThat(area.jsonCast()).isTrue();
        assertThat(mood.jsonCast()).isFalse();
        Type during = column("things", "during").type();
        assertThat(during.kind()).isEqualTo(Type.Kind.RANGE);
        assertThat(during.base().orElseThrow().sql()).isEqualTo("timestamp with time zone");
    }

    @Test
    void castsFindTypesByTheirNames() {
        assertThat(model.types().get("int").sql()).isEqualTo("integer");
        assertThat(model.types().get("int4")).isEqualTo(model.types().get("integer"));
        assertThat(model.types().get("text[]").kind()).isEqualTo(Type.Kind.ARRAY);
        assertThat(model.types().get("int[]").sql()).isEqualTo("integer[]");
        assertThat(model.types().get("timestamptz").sql()).isEqualTo("timestamp with time zone");
        assertThat(model.types().get("mood")).isEqualTo(model.types().get("api.mood"));
        assertThat(model.types().get("mood[]").sql()).isEqualTo("api.mood[]");
        assertThat(model.types().get("char").sql()).as("of length 1").isEqualTo("character");
        assertThat(model.types()).as("in two schemas of the path").doesNotContainKey("twin");
        assertThat(model.types()).containsKeys("api.twin", "ext.twin");
        assertThat(model.types().get("date").name().schema())
                .as("looked into first")
                .isEqualTo("pg_catalog");
        assertThat(model.types()).doesNotContainKeys("void", "record", "trigger", "api.authors");
    }

    @Test
    void keysOfTablesAndOfTheViewsThatShowThem() {
        assertThat(relation("books").primaryKey()).containsExactly("id");
        assertThat(relation("shelf_books").primaryKey()).containsExactly("shelf_no", "shelf_room", "book_id");
        assertThat(relation("books").uniqueKeys()).containsExactly(Set.of("title", "author_id"));
        assertThat(relation("author_names").primaryKey()).containsExactly("author_no");
        assertThat(relation("author_names_again").primaryKey()).containsExactly("number");
        assertThat(relation("half_key").primaryKey()).isEmpty();
        assertThat(relation("hidden_people").primaryKey()).containsExactly("id");
    }

    @Test
    void writesThatEachRelationTakes() {
        assertThat(relation("books")).matches(r -> r.insertable() && r.updatable() && r.deletable());
        assertThat(relation("author_names")).matches(r -> r.insertable() && r.updatable() && r.deletable());
        assertThat(relation("book_totals")).matches(r -> !r.insertable() && !r.updatable() && !r.deletable());
        assertThat(relation("book_counts")).matches(r -> !r.insertable() && !r.updatable() && !r.deletable());
        assertThat(relation("trigger_view")).matches(r -> r.insertable() && !r.updatable() && r.deletable());
        assertThat(relation("remote")).matches(r -> !r.insertable() && !r.updatable() && !r.deletable());
    }

    @Test
    void aForeignKeyIsFollowedInBothDirections() {
        assertThat(between("books", "authors"))
                .containsExactly(new Relationship.Direct(
                        api("books"), api("authors"), "books_author_id_fkey", pairs("author_id", "id"), true, false));
        assertThat(between("authors", "books"))
                .filteredOn(Relationship.Direct.class::isInstance)
                .containsExactly(new Relationship.Direct(
                        api("authors"), api("books"), "books_author_id_fkey", pairs("id", "author_id"), false, false));
        assertThat(between("books", "authors").getFirst().toOne()).isTrue();
        assertThat(between("authors", "books").getFirst().toOne()).isFalse();
    }

    @Test
    void twoKeysBetweenTheSameTablesAreTwoRelationships() {
        assertThat(between("letters", "addresses"))
                .extracting(r -> ((Relationship.Direct) r).constraint())
                .containsExactly("billing", "ship to");
        assertThat(between("addresses", "letters")).hasSize(2);
    }

    @Test
    void aCompositeKeyKeepsItsOrder() {
        assertThat(between("shelf_books", "shelves"))
                .containsExactly(new Relationship.Direct(
                        api("shelf_books"),
                        api("shelves"),
                        "on_shelf",
                        pairs("shelf_room", "room", "shelf_no", "no"),
                        true,
                        false));
    }

    @Test
    void aSelfReferenceIsSeenBothWays() {
        assertThat(between("employees", "employees"))
                .containsExactlyInAnyOrder(
                        new Relationship.Direct(
                                api("employees"), api("employees"), "boss_of", pairs("boss", "id"), true, false),
                        new Relationship.Direct(
                                api("employees"), api("employees"), "boss_of", pairs("id", "boss"), false, false));
    }

    @Test
    void aUniqueForeignKeyIsOneToOne() {
        assertThat(between("profiles", "authors"))
                .singleElement()
                .matches(r -> r.toOne() && ((Relationship.Direct) r).oneToOne());
        assertThat(between("authors", "profiles"))
                .singleElement()
                .matches(
                        r -> r.toOne() && ((Relationship.Direct) r).oneToOne() && !((Relationship.Direct) r).forward());
    }

    @Test
    void aJunctionNeedsItsForeignKeysInItsPrimaryKey() {
        assertThat(between("books", "shelves"))
                .filteredOn(Relationship.Through.class::isInstance)
                .containsExactly(new Relationship.Through(
                        api("books"),
                        api("shelves"),
                        api("shelf_books"),
                        "shelf_books_book_id_fkey",
                        "on_shelf",
                        pairs("id", "book_id"),
                        pairs("shelf_room", "room", "shelf_no", "no")));
        assertThat(between("shelves", "books")).hasSize(1);
        assertThat(between("authors", "addresses"))
                .as("letters has a key of its own")
                .isEmpty();
        assertThat(between("employees", "employees")).noneMatch(Relationship.Through.class::isInstance);
        assertThat(between("people", "people")).as("friends of people").hasSize(2);
    }

    @Test
    void viewsTakePartOnEitherSideAndOnBoth() {
        assertThat(between("author_names", "books"))
                .singleElement()
                .isEqualTo(new Relationship.Direct(
                        api("author_names"),
                        api("books"),
                        "books_author_id_fkey",
                        pairs("author_no", "author_id"),
                        false,
                        false));
        assertThat(between("book_titles", "authors"))
                .singleElement()
                .isEqualTo(new Relationship.Direct(
                        api("book_titles"), api("authors"), "books_author_id_fkey", pairs("by", "id"), true, false));
        assertThat(between("book_titles", "author_names_again"))
                .singleElement()
                .isEqualTo(new Relationship.Direct(
                        api("book_titles"),
                        api("author_names_again"),
                        "books_author_id_fkey",
                        pairs("by", "number"),
                        true,
                        false));
        assertThat(between("book_titles", "shelves")).singleElement().isInstanceOf(Relationship.Through.class);
        assertThat(between("book_totals", "authors")).as("grouped by the key").hasSize(1);
        assertThat(between("half_key", "shelf_books")).isEmpty();
    }

    @Test
    void aColumnShownTwiceGivesARelationshipForEach() {
        assertThat(between("twice_shown", "authors"))
                .extracting(r -> ((Relationship.Direct) r).pairs())
                .containsExactlyInAnyOrder(pairs("a1", "id"), pairs("a2", "id"));
    }

    @Test
    void viewsOfHiddenTablesAreTracedThroughHiddenViews() {
        assertThat(between("hidden_orders", "hidden_people"))
                .singleElement()
                .isEqualTo(new Relationship.Direct(
                        api("hidden_orders"),
                        api("hidden_people"),
                        "orders_person_fkey",
                        pairs("who", "id"),
                        true,
                        false));
        assertThat(model.relationships().values().stream().flatMap(List::stream))
                .noneMatch(r -> r.to().schema().equals("hidden"));
    }

    @Test
    void partitionsAreNoTargetsButPartitionedTablesAre() {
        assertThat(between("events", "authors")).hasSize(1);
        assertThat(between("authors", "events")).hasSize(1);
        assertThat(between("event_notes", "events")).hasSize(1);
        assertThat(model.relationships().values().stream().flatMap(List::stream))
                .noneMatch(r -> r.to().name().startsWith("events_2"));
    }

    @Test
    void functionsFromRowsToRowsAreRelationshipsAndReplaceDerivedOnesOfTheirName() {
        assertThat(between("authors", "addresses")).isEmpty();
        assertThat(model.relationshipsFrom(api("authors")))
                .filteredOn(Relationship.Computed.class::isInstance)
                .containsExactlyInAnyOrder(
                        new Relationship.Computed(
                                api("authors"), api("books"), api("recent_books"), false, Optional.of("newest first")),
                        new Relationship.Computed(
                                api("authors"),
                                api("books"),
                                new QualifiedName("ext", "first_book"),
                                true,
                                Optional.empty()));
        assertThat(between("profiles", "photos"))
                .singleElement()
                .isEqualTo(new Relationship.Computed(
                        api("profiles"), api("photos"), api("photos"), true, Optional.empty()));
        assertThat(between("photos", "profiles"))
                .as("the other direction stays")
                .hasSize(1);
    }

    @Test
    void functionsFromRowsToValuesAreComputedFields() {
        assertThat(model.computedFields().get(api("authors"))).containsOnlyKeys("full_name", "from_ext");
        assertThat(model.computedFields().get(api("authors")).get("full_name").name())
                .isEqualTo(api("full_name"));
        assertThat(model.computedFields().get(api("author_names"))).containsOnlyKeys("full_name");
        assertThat(model.routines(api("full_name")))
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
        assertThat(model.routines(api("over")))
                .extracting(r -> r.parameters().size())
                .containsExactly(0, 1, 2);
        assertThat(routine("body").parameters())
                .singleElement()
                .matches(p -> p.name().isEmpty());
        assertThat(model.routines(api("unnamed_int"))).isEmpty();
        assertThat(model.routines(api("half_named"))).isEmpty();
        assertThat(model.routines(api("on_change"))).as("a trigger function").isEmpty();
        assertThat(model.routines(api("proc"))).as("a procedure").isEmpty();
        assertThat(model.routines(new QualifiedName("hidden", "secret"))).isEmpty();
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
        assertThat(model.settingsOf("cat_anon"))
                .as("nothing of who acts, of how statements are read and of how values are written")
                .containsExactlyInAnyOrder(
                        new SchemaModel.RoleSetting("statement_timeout", "3s"),
                        new SchemaModel.RoleSetting("work_mem", "2MB"),
                        new SchemaModel.RoleSetting("default_transaction_isolation", "repeatable read"),
                        new SchemaModel.RoleSetting("TimeZone", "Asia/Tokyo"),
                        new SchemaModel.RoleSetting("search_path", "api, ext"));
        assertThat(model.settingsOf("cat_user")).isEmpty();
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
        assertThat(model.relation(new QualifiedName("Ünï \"q\"", "Tisch \"1\""))
                        .orElseThrow()
                        .selectableBy())
                .as("granted, but not the schema")
                .isEmpty();
        assertThat(routine("scalar").executableBy()).as("PUBLIC").hasSize(3);
        assertThat(routine("nothing").executableBy()).containsExactlyInAnyOrder("cat_user", "cat_admin");
    }

    @Test
    void namesWithQuotesSpacesAndCapitalsStayAsTheyAre() {
        QualifiedName table = new QualifiedName("Ünï \"q\"", "Tisch \"1\"");
        Relation relation = model.relation(table).orElseThrow();
        assertThat(relation.columns()).containsOnlyKeys("Größe", "a.b", "ref:erence {x} (y) \\z");
        assertThat(relation.column("Größe").orElseThrow().type().sql()).isEqualTo("\"Ünï \"\"q\"\"\".\"Typ, 1\"");
        QualifiedName view = new QualifiedName("Ünï \"q\"", "Sicht");
        assertThat(model.relationshipsFrom(view))
                .singleElement()
                .isEqualTo(
                        new Relationship.Direct(view, table, "self 'key'", pairs(":resorigtbl", "a.b"), true, false));
    }

    @Test
    void everyLoadHasAVersionOfItsOwn() throws SQLException {
        SchemaModel other = load("create schema api", SCOPE);
        assertThat(other.version()).isNotEqualTo(model.version());
        assertThat(other.relations()).isEmpty();
        assertThat(other.serverVersion()).isGreaterThanOrEqualTo(150000);
    }

    @Test
    void aConnectionIsLeftAsItWas() throws SQLException {
        TestPostgres postgres = TestPostgres.shared();
        try (Connection connection = postgres.connect(postgres.createDatabase())) {
            new CatalogLoader(SCOPE).load(connection);
            assertThat(connection.getAutoCommit()).isTrue();
            try (var rows = connection.createStatement().executeQuery("show search_path")) {
                rows.next();
                assertThat(rows.getString(1)).isNotEmpty();
            }
        }
    }
}

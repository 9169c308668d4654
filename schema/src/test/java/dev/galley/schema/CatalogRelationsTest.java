package dev.galley.schema;

import static dev.galley.schema.Catalog.MODEL;
import static dev.galley.schema.Catalog.api;
import static dev.galley.schema.Catalog.column;
import static dev.galley.schema.Catalog.pairs;
import static dev.galley.schema.Catalog.relation;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

/** Relations, their columns and types, and what can be written to them. */
class CatalogRelationsTest {
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
        assertThat(MODEL.relation(api("events_2026"))).isEmpty();
        assertThat(MODEL.relations().keySet()).extracting(QualifiedName::schema).doesNotContain("hidden", "pg_catalog");
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
        assertThat(MODEL.types().get("int").sql()).isEqualTo("integer");
        assertThat(MODEL.types().get("int4")).isEqualTo(MODEL.types().get("integer"));
        assertThat(MODEL.types().get("text[]").kind()).isEqualTo(Type.Kind.ARRAY);
        assertThat(MODEL.types().get("int[]").sql()).isEqualTo("integer[]");
        assertThat(MODEL.types().get("timestamptz").sql()).isEqualTo("timestamp with time zone");
        assertThat(MODEL.types().get("mood")).isEqualTo(MODEL.types().get("api.mood"));
        assertThat(MODEL.types().get("mood[]").sql()).isEqualTo("api.mood[]");
        assertThat(MODEL.types().get("char").sql()).as("of length 1").isEqualTo("character");
        assertThat(MODEL.types()).as("in two schemas of the path").doesNotContainKey("twin");
        assertThat(MODEL.types()).containsKeys("api.twin", "ext.twin");
        assertThat(MODEL.types().get("date").name().schema())
                .as("looked into first")
                .isEqualTo("pg_catalog");
        assertThat(MODEL.types()).doesNotContainKeys("void", "record", "trigger", "api.authors");
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
    void namesWithQuotesSpacesAndCapitalsStayAsTheyAre() {
        QualifiedName table = new QualifiedName("Ünï \"q\"", "Tisch \"1\"");
        Relation relation = MODEL.relation(table).orElseThrow();
        assertThat(relation.columns()).containsOnlyKeys("Größe", "a.b", "ref:erence {x} (y) \\z");
        assertThat(relation.column("Größe").orElseThrow().type().sql()).isEqualTo("\"Ünï \"\"q\"\"\".\"Typ, 1\"");
        QualifiedName view = new QualifiedName("Ünï \"q\"", "Sicht");
        assertThat(MODEL.relationshipsFrom(view))
                .singleElement()
                .isEqualTo(
                        new Relationship.Direct(view, table, "self 'key'", pairs(":resorigtbl", "a.b"), true, false));
    }
}

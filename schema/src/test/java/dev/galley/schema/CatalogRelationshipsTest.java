package dev.galley.schema;

import static dev.galley.schema.Catalog.MODEL;
import static dev.galley.schema.Catalog.api;
import static dev.galley.schema.Catalog.between;
import static dev.galley.schema.Catalog.pairs;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Which relation leads to which. */
class CatalogRelationshipsTest {
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
        assertThat(MODEL.relationships().values().stream().flatMap(List::stream))
                .noneMatch(r -> r.to().schema().equals("hidden"));
    }

    @Test
    void partitionsAreNoTargetsButPartitionedTablesAre() {
        assertThat(between("events", "authors")).hasSize(1);
        assertThat(between("authors", "events")).hasSize(1);
        assertThat(between("event_notes", "events")).hasSize(1);
        assertThat(MODEL.relationships().values().stream().flatMap(List::stream))
                .noneMatch(r -> r.to().name().startsWith("events_2"));
    }

    @Test
    void functionsFromRowsToRowsAreRelationshipsAndReplaceDerivedOnesOfTheirName() {
        assertThat(between("authors", "addresses")).isEmpty();
        assertThat(MODEL.relationshipsFrom(api("authors")))
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
}

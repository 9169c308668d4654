package dev.galley.query;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Domains whose casts say how callers see and write their values; spread aggregates and related orders over them. */
class DomainTest {
    private static Shop shop;

    private final Ask ask = new Ask();

    @BeforeAll
    static void open() {
        shop = Shop.with("""
                create domain shop.colour as int;
                create function shop.colour_json(shop.colour) returns json language sql immutable as
                  $$ select to_json('#' || lpad(to_hex($1), 6, '0')) $$;
                create function shop.text_colour(text) returns shop.colour language sql immutable as
                  $$ select ('x' || lpad($1, 8, '0'))::bit(32)::int::shop.colour $$;
                create function shop.json_colour(json) returns shop.colour language sql immutable as
                  $$ select shop.text_colour(substr($1 #>> '{}', 2)) $$;
                create cast (shop.colour as json) with function shop.colour_json(shop.colour) as implicit;
                create cast (text as shop.colour) with function shop.text_colour(text) as implicit;
                create cast (json as shop.colour) with function shop.json_colour(json) as implicit;
                create table shop.paints (id int primary key, colour shop.colour default 255);
                create table shop.walls (id int primary key, paint int references shop.paints, size int);
                create view shop.shown_paints as select * from shop.paints;
                insert into shop.paints values (1, 256), (2, 123456), (3, null);
                insert into shop.walls values (10, 1, 5), (11, 1, 7), (12, 2, 9), (13, null, 1);
                """);
    }

    private String read(String relation) {
        return shop.json(ask.from(relation), ask.bindings);
    }

    private static Insert insert(Payload payload, boolean defaults, Ask returned) {
        Returning returning = new Returning(Optional.of(returned.selection()), false, Count.NONE);
        return new Insert(Shop.name("paints"), payload, defaults, Optional.empty(), Filter.NONE, returning);
    }

    @Test
    void areSeenAsTheirCastShowsThem() {
        ask.items(Ask.all(), Ask.cast("colour", "text")).orderBy("id").limit(1);
        assertThat(read("shown_paints"))
                .isEqualTo("[{\"id\":1,\"colour\":\"#000100\",\"colour\":\"\\\"#000100\\\"\"}]");
    }

    @Test
    void areSeenSoInEmbedsAndGroupsToo() {
        ask.columns("id").items(Ask.embed("paints", "colour"), Ask.embed("...paints", "colour"));
        ask.where("id", Operator.EQ, "12");
        assertThat(read("walls")).isEqualTo("[{\"id\":12,\"paints\":{\"colour\":\"#01e240\"},\"colour\":\"#01e240\"}]");
        Ask groups = new Ask();
        Selection colour = new Ask().columns("colour").selection();
        groups.items(Ask.embed("...paints", colour), Ask.aggregate(Selection.Aggregate.SUM, "size"))
                .order(Ask.byEmbed("paints", "colour", OrderTerm.Direction.DESC));
        assertThat(shop.json(groups.from("walls"), groups.bindings))
                .isEqualTo(
                        "[{\"colour\":null,\"sum\":1},{\"colour\":\"#01e240\",\"sum\":9},{\"colour\":\"#000100\",\"sum\":12}]");
    }

    @Test
    void areComparedAsTheirCastReadsText() {
        assertThat(read(new Ask().columns("id"), "colour", Operator.EQ, "000100"))
                .isEqualTo("[{\"id\":1}]");
        assertThat(read(new Ask().columns("id"), "colour", Operator.GT, "000100"))
                .isEqualTo("[{\"id\":2}]");
        assertThat(read(new Ask().columns("id"), "colour", Operator.IN, "{000100,01e240}"))
                .isEqualTo("[{\"id\":1},{\"id\":2}]");
    }

    private static String read(Ask question, String column, Operator operator, String value) {
        question.where(column, operator, value).orderBy("id");
        return shop.json(question.from("paints"), question.bindings);
    }

    @Test
    void areWrittenAsTheirCastReadsJson() {
        Payload given = new Payload(
                ask.bindings.add("[{\"id\":7,\"colour\":\"#000007\"},{\"id\":8}]"), false, List.of("id", "colour"));
        Ask all = new Ask().items(Ask.all());
        assertThat(shop.json(insert(given, true, all), ask.bindings))
                .isEqualTo("[{\"id\":7,\"colour\":\"#000007\"},{\"id\":8,\"colour\":\"#0000ff\"}]");
        Payload changed = new Payload(ask.bindings.add("{\"colour\":\"#00000a\"}"), true, List.of("colour"));
        Filter seven = ask.compare("id", Operator.EQ, "7");
        Returning colours =
                new Returning(Optional.of(new Ask().columns("colour").selection()), false, Count.NONE);
        assertThat(shop.json(new Update(Shop.name("paints"), changed, false, seven, colours), ask.bindings))
                .isEqualTo("[{\"colour\":\"#00000a\"}]");
        assertThat(shop.sql("delete from shop.paints where id > 6 returning colour::int"))
                .containsExactlyInAnyOrder("10", "255");
    }

    @Test
    void aBareCountCountsWhereNoColumnHasThatName() {
        ask.columns("id").items(Ask.embed("walls", "count")).orderBy("id").limit(2);
        assertThat(read("paints"))
                .isEqualTo("[{\"id\":1,\"walls\":[{\"count\":2}]},{\"id\":2,\"walls\":[{\"count\":1}]}]");
    }

    @Test
    void ofRowsWithTheSameRelatedRowTheKeyDecides() {
        ask.columns("id")
                .items(Ask.embed("paints", "id"))
                .order(Ask.byEmbed("paints", "id", OrderTerm.Direction.DESC))
                .where("paint", Operator.LT, "3");
        assertThat(read("walls"))
                .isEqualTo(
                        "[{\"id\":12,\"paints\":{\"id\":2}},{\"id\":10,\"paints\":{\"id\":1}},{\"id\":11,\"paints\":{\"id\":1}}]");
    }
}

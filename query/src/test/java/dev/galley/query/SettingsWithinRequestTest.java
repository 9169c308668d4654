package dev.galley.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A function that runs in the request may change how PostgreSQL writes values: the answer is right, or there is none. */
class SettingsWithinRequestTest {
    private static Shop shop;

    @BeforeAll
    static void open() {
        shop = Shop.open();
        shop.script("""
                create table shop.change (name text, value text);
                create function shop.restyle() returns void language sql as
                    'select set_config(name, value, true) from shop.change';
                create table shop.moments (id int primary key, d date, t timestamp, z timestamptz, i interval, f float8, b bytea);
                insert into shop.moments values
                    (1, '2024-01-31', '2024-01-31 10:00:00.5', '2024-01-31 10:00:00+00', '1 day 02:00', 0.1 + 0.2, '\\x00ff'),
                    (2, '0044-03-15 BC', '0044-03-15 12:00:00 BC', '0044-03-15 12:00:00+00 BC', '-1 mon', 1e300, ''),
                    (3, 'infinity', '-infinity', 'infinity', 'P1Y', 'NaN', null),
                    (4, '5874897-12-31', '294276-12-30', '294276-12-30 00:00+00', '0', '-0', null);
                create function shop.expected(name text, value text) returns text language plpgsql as $$
                begin
                    perform set_config(name, value, true);
                    return (select string_agg(to_json(m)::text, ',' order by id) from shop.moments m);
                end $$;
                """);
        shop = shop.with(new PlannerSettings(
                OptionalLong.empty(), 7, 500, 500, false, 100, 50, 20, Optional.of("shop.restyle")));
    }

    private static String answer(String name, String value, String... columns) {
        shop.script("delete from shop.change; insert into shop.change values ('" + name + "', '" + value + "')");
        Ask ask = new Ask().columns(columns).orderBy("id");
        return shop.json(ask.from("moments"), ask.bindings);
    }

    @ParameterizedTest
    @ValueSource(strings = {"German", "SQL, DMY", "Postgres, MDY"})
    void anotherDateStyleIsRefusedNotPrinted(String style) {
        for (String column : List.of("d", "t", "z")) {
            assertThatThrownBy(() -> answer("DateStyle", style, "id", column))
                    .as(column)
                    .hasMessageContaining("DateStyle");
        }
        assertThat(answer("DateStyle", style, "id", "i", "f")).contains("\"id\":4");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "DateStyle=ISO, DMY",
                "TimeZone=Asia/Kathmandu",
                "TimeZone=America/New_York",
                "extra_float_digits=-5",
                "IntervalStyle=iso_8601",
                "bytea_output=escape",
                "standard_conforming_strings=off"
            })
    void othersChangeTheAnswerAsTheyChangeToJson(String setting) {
        String name = setting.substring(0, setting.indexOf('='));
        String value = setting.substring(name.length() + 1);
        String expected = shop.sql("select shop.expected('" + name + "', '" + value + "')")
                .getFirst();
        assertThat(answer(name, value, "id", "d", "t", "z", "i", "f", "b")).isEqualTo("[" + expected + "]");
    }
}

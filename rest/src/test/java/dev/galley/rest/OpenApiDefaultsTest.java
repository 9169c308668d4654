package dev.galley.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.galley.settings.SettingsException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OpenApiDefaultsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "'default'::text ; text ; \"default\"",
                "'1900-01-01'::date ; date ; \"1900-01-01\"",
                "'13:00:00'::time without time zone ; time without time zone ; \"13:00:00\"",
                "'foo'::test.kind ; test.kind ; \"foo\"",
                "'it''s \"so\"'::text ; text ; \"it's \\\"so\\\"\"",
                "E'a\\\\b'::text ; text ; \"a\\\\b\"",
                "now() ; timestamp with time zone ; \"now()\"",
                "gen_random_uuid() ; uuid ; \"gen_random_uuid()\"",
                "('a'::text || 'b'::text) ; text ; \"('a'::text || 'b'::text)\"",
                "42 ; integer ; 42",
                "42.2 ; numeric ; 42.2",
                "'-1'::integer ; integer ; -1",
                "(-1.5) ; numeric ; -1.5",
                "false ; boolean ; false",
            })
    void readsWhatItCan(String expression, String type, String json) {
        assertThat(OpenApiDefaults.json(expression, type)).contains(json);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "NULL::character varying ; character varying",
                "nextval('items_id_seq'::regclass) ; bigint",
                "'NaN'::numeric ; numeric",
                "'{}'::text[] ; text[]",
                "'{}'::jsonb ; jsonb",
                "is_new() ; boolean",
                "1] ; integer",
            })
    void leavesOutTheRest(String expression, String type) {
        assertThat(OpenApiDefaults.json(expression, type)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "https://postgrest.com/openapi.json, https, postgrest.com, 443, /openapi.json",
        "http://example.com, http, example.com, 80, /",
        "HTTP://example.com:8080/, http, example.com, 8080, /",
    })
    void readsAddresses(String text, String scheme, String host, int port, String path) {
        assertThat(ServerUri.parse(text)).isEqualTo(new ServerUri(scheme, host, port, path));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "example.com",
                "ftp://example.com",
                "https://u:p@example.com",
                "https://example.com?a=b",
                "https://example.com:0",
                "https://example.com:70000",
                "https://",
                "//example.com",
                "https://a b"
            })
    void refusesOtherAddresses(String text) {
        assertThatThrownBy(() -> ServerUri.parse(text)).isInstanceOf(SettingsException.class);
    }
}

package dev.galley.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.galley.settings.SettingsException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RoleClaimTest {
    private static final String CLAIMS =
            "{\"role\":\"r\",\"a\":{\"b\":[{\"c\":\"deep\"},\"second\"],\"x y\":\"quoted\"},\"https://e.org/role\":\"url\",\"nil\":null,"
                    + "\"roles\":[\"other\",\"author\"],\"grants\":[{\"on\":\"web\",\"role\":\"w\"},{\"on\":\"db\",\"role\":\"reader\"}]}";

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "$.role, r",
                ".role, r",
                "$.a.b[1], second",
                ".a.b[0].c, deep",
                "$.a['x y'], quoted",
                ".a.\"x y\", quoted",
                "$[\"https://e.org/role\"], url",
                "$.a.b[-1], second",
                "$.a.b[*].c, deep",
                "$.roles.*, other",
                "$.roles[?(@ == 'author')], author",
                "$.roles[?@ != 'other'], author",
                "$.roles[?@ == \"author\"], author",
                "`$.roles[?search(@, '^au')]`, author",
                "`$.roles[?(search(@, 'or$'))]`, author",
                ".roles[?(@ ^== \"au\")], author",
                ".roles[?(@ ==^ \"or\")], author",
                ".roles[?(@ *== \"tho\")], author",
                "$.grants[?@.on == 'db'].role, reader",
                "$.grants[?(@.on != 'web')].role, reader"
            })
    void aPathFindsItsValue(String path, String expected) {
        assertThat(RoleClaim.parse(path).find(StrictJson.read(CLAIMS)))
                .hasValueSatisfying(node -> assertThat(node.stringValue()).isEqualTo(expected));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "$.missing",
                "$.a.b[9]",
                "$.role.deeper",
                "$.nil",
                "$.a.b.c",
                "$.a.b[-3]",
                "$.roles[?@ == 'x']",
                "$.role[*]"
            })
    void aPathToNothingFindsNothing(String path) {
        assertThat(RoleClaim.parse(path).find(StrictJson.read(CLAIMS))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "$",
                "role",
                "$..role",
                "$.a[?(@ == 'x'",
                "$.a[?@ == x]",
                "$.a[?(@ == 'x']",
                "$.a[?search(@, '(')]",
                "$.a[?length(@) == 2]",
                "$.a[",
                "$.a[99999999999]"
            })
    void whatIsNoPathIsRefused(String path) {
        assertThatThrownBy(() -> RoleClaim.parse(path))
                .isInstanceOf(SettingsException.class)
                .hasMessageStartingWith("auth.role-claim");
    }

    @Test
    void thePathIsPrintedAsWritten() {
        assertThat(RoleClaim.parse("$.a[0]")).hasToString("$.a[0]");
    }
}

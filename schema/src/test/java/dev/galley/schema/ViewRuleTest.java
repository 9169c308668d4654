package dev.galley.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ViewRuleTest {

    private static String target(int number, String name, int relation, int column, boolean junk) {
        return "{TARGETENTRY :expr {VAR :varno 1 :location 12} :resno " + number + " :resname " + name
                + " :ressortgroupref 0 :resorigtbl " + Integer.toUnsignedString(relation) + " :resorigcol " + column
                + " :resjunk " + junk + "}";
    }

    private static String rule(String... targets) {
        return "({QUERY :commandType 1 :utilityStmt <> :cteList ({COMMONTABLEEXPR :ctename x :ctequery {QUERY :targetList ("
                + target(9, "inner", 9, 9, false) + ")}}) :names (\"a\\)\" \"b\\ c\") :targetList ("
                + String.join(" ", targets) + ") :override 0})";
    }

    @Test
    void columnsOfTheOuterQueryAreFoundAndThoseOfInnerQueriesAreNot() {
        assertThat(ViewRule.origins(rule(target(1, "id", 16385, 3, false), target(2, "name", 16386, 1, false))))
                .containsOnlyKeys(1, 2)
                .containsEntry(1, new ViewRule.Origin(16385, 3))
                .containsEntry(2, new ViewRule.Origin(16386, 1));
    }

    @Test
    void computedSystemAndJunkColumnsHaveNoOrigin() {
        assertThat(ViewRule.origins(rule(
                        target(1, "sum", 0, 0, false),
                        target(2, "ctid", 16385, -1, false),
                        target(3, "o", 16385, 2, true))))
                .isEmpty();
    }

    @Test
    void aColumnNamedLikeAKeyOrFullOfBracesIsOnlyAName() {
        assertThat(ViewRule.origins(rule(
                        target(1, ":resorigtbl", 16385, 1, false),
                        target(2, ":targetList\\ \\(\\{TARGETENTRY", 16385, 2, false),
                        target(3, "\\}\\)\\\\", 16385, 3, false))))
                .containsEntry(1, new ViewRule.Origin(16385, 1))
                .containsEntry(2, new ViewRule.Origin(16385, 2))
                .containsEntry(3, new ViewRule.Origin(16385, 3));
    }

    @Test
    void anOidAboveTwoToThe31IsKept() {
        assertThat(ViewRule.origins(rule(target(1, "id", (int) 4_000_000_000L, 1, false))))
                .containsEntry(1, new ViewRule.Origin((int) 4_000_000_000L, 1));
    }

    @Test
    void aViewWithoutColumnsHasNone() {
        assertThat(ViewRule.origins("({QUERY :commandType 1 :targetList <> :override 0})"))
                .isEmpty();
    }

    @Test
    void textThatIsNoRuleIsRefused() {
        for (String text :
                new String[] {"", "(", "({QUERY", "({QUERY :a 1})", "({QUERY :targetList ({TARGETENTRY :resno x})})"}) {
            assertThatThrownBy(() -> ViewRule.origins(text)).isInstanceOf(IllegalArgumentException.class);
        }
    }
}

package dev.galley.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.galley.query.Count;
import dev.galley.query.Insert.Resolution;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PreferencesTest {
    private static Preferences of(String... headers) {
        return Preferences.parse(List.of(headers), true);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "return=minimal",
                "return=headers-only",
                "return=representation",
                "count=exact",
                "count=planned",
                "count=estimated",
                "resolution=merge-duplicates",
                "resolution=ignore-duplicates",
                "missing=default",
                "missing=null",
                "handling=strict",
                "handling=lenient",
                "timezone=Asia/Tokyo",
                "max-affected=0",
                "tx=commit",
                "tx=rollback"
            })
    void everyPreferenceIsKnown(String preference) {
        assertThat(of(preference).invalid()).isEmpty();
        assertThat(of(preference)).isNotEqualTo(Preferences.NONE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "return=all",
                "return",
                "Return=minimal",
                "return = minimal",
                "count=1",
                "resolution=ignore",
                "missing=",
                "handling=maybe",
                "tx=abort",
                "max-affected=many",
                "max-affected=",
                "max-affected=99999999999999999999",
                "params=single-object",
                "respond-async"
            })
    void anythingElseIsRefusedWhenStrictAndIgnoredOtherwise(String preference) {
        assertThat(of(preference).invalid()).containsExactly(preference);
        of(preference, "handling=lenient").requireValid();
        assertThatThrownBy(() -> of("handling=strict", preference).requireValid())
                .isInstanceOf(RestException.class);
    }

    @Test
    void ofSeveralTheFirstCounts() {
        Preferences first = of(
                "return=minimal, return=representation",
                "count=exact,count=planned , resolution=ignore-duplicates",
                "resolution=merge-duplicates, missing=null, missing=default, tx=rollback, tx=commit",
                "handling=strict, handling=lenient, timezone=UTC, timezone=Asia/Tokyo, max-affected=1, max-affected=2");
        assertThat(first.returning()).contains(Preferences.Return.MINIMAL);
        assertThat(first.count()).isEqualTo(Count.EXACT);
        assertThat(first.resolution()).contains(Resolution.IGNORE_DUPLICATES);
        assertThat(first.missing()).contains(Preferences.Missing.NULL);
        assertThat(first.transaction()).contains(Preferences.Transaction.ROLLBACK);
        assertThat(first.strict()).isTrue();
        assertThat(first.timezone()).contains("UTC");
        assertThat(first.affectedLimit()).isEqualTo(OptionalLong.of(1));
        assertThat(of("return=none, return=representation").wantsRows())
                .as("the first that is known")
                .isTrue();
    }

    @Test
    void invalidOnesAreListedInTheirOrder() {
        assertThat(of("foo, handling=strict,bar ,, count=exact", "baz").invalid())
                .containsExactly("foo", "bar", "baz");
    }

    @Test
    void theEndOfTheTransactionIsChosenOnlyWhereThatIsAllowed() {
        Preferences ignored = Preferences.parse(List.of("tx=rollback, handling=strict"), false);
        assertThat(ignored.transaction()).isEmpty();
        assertThat(ignored.invalid()).isEmpty();
    }

    @Test
    void affectedRowsAreLimitedOnlyWhenStrict() {
        assertThat(of("max-affected=3").affectedLimit()).isEmpty();
        assertThat(of("max-affected=3, handling=lenient").affectedLimit()).isEmpty();
        assertThat(of("max-affected=3, handling=strict").affectedLimit()).isEqualTo(OptionalLong.of(3));
    }
}

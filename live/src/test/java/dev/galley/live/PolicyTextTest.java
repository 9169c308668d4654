package dev.galley.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

class PolicyTextTest {
    @Test
    void theOwnersColumnIsFoundWhereItHasToHoldTheCallersId() {
        assertThat(PolicyText.owner("(auth.uid() = owner)")).contains("owner");
        assertThat(PolicyText.owner("((owner = ( SELECT auth.uid() AS uid)) AND (done = false))"))
                .contains("owner");
        assertThat(PolicyText.owner("((auth.uid() = owner) OR (open = true))")).isEmpty();
    }

    @Test
    void whatStandsInTextsAndQuotedNamesIsNoSyntax() {
        assertThat(PolicyText.owner("((\"it's\" = ' AND (auth.uid() = other) AND '::text) AND (auth.uid() = owner))"))
                .contains("owner");
        assertThat(PolicyText.owner("((note = 'it''s ) AND (auth.uid() = other) AND ('::text) OR (open = true))"))
                .isEmpty();
        assertThat(PolicyText.owner("((note = '" + "(".repeat(100_000) + "'::text) AND (auth.uid() = owner))"))
                .contains("owner");
    }

    @Test
    void claimsThatCannotBeToldAreAll() {
        assertThat(PolicyText.claims("(((auth.jwt() ->> 'team'::text) = team) AND (auth.uid() = owner))"))
                .contains(Set.of("team", "sub"));
        assertThat(PolicyText.claims("(auth.jwt() = seen)")).isEmpty();
        assertThat(PolicyText.claims("(current_setting('request.jwt.claims'::text) = ''::text)"))
                .isEmpty();
    }
}

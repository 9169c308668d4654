package dev.galley.postgres.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RoleSharesTest {
    private static final Shape UNKNOWN = new Shape();

    private static Shape quick() {
        Shape shape = new Shape();
        shape.took(1);
        return shape;
    }

    @Test
    void aRoleGetsItsPartOfTheConnections() {
        RoleShares shares = new RoleShares(8, 100, 75);
        for (int i = 0; i < 6; i++) {
            assertThat(shares.mayRun("anon", quick())).isTrue();
            shares.runs("anon");
        }
        assertThat(shares.mayRun("anon", quick())).isFalse();
        assertThat(shares.mayRun("authenticated", quick())).isTrue();
        shares.runsNoMore("anon");
        assertThat(shares.mayRun("anon", quick())).isTrue();
    }

    @Test
    void whatIsSlowOrUnknownLeavesSomeOfTheRolesPartToWhatIsQuick() {
        RoleShares shares = new RoleShares(8, 100, 75);
        for (int i = 0; i < 4; i++) {
            assertThat(shares.mayRun("anon", UNKNOWN)).isTrue();
            shares.runs("anon");
            shares.suspect("anon");
        }
        assertThat(shares.mayRun("anon", UNKNOWN)).isFalse();
        assertThat(shares.mayRun("anon", quick())).isTrue();
        shares.noSuspects();
        assertThat(shares.mayRun("anon", UNKNOWN)).isTrue();
    }

    @Test
    void aRoleGetsItsPartOfTheQueue() {
        RoleShares shares = new RoleShares(2, 4, 50);
        shares.waits("anon");
        shares.waits("anon");
        assertThat(shares.mayWait("anon", true)).isFalse();
        assertThat(shares.mayWait("anon", false)).isFalse();
        assertThat(shares.mayWait("service_role", true)).isTrue();
        shares.waitsNoMore("anon");
        assertThat(shares.mayWait("anon", true)).isTrue();
    }

    @Test
    void withoutAQueueOneMayComeWhenThereIsAConnection() {
        RoleShares shares = new RoleShares(2, 0, 50);
        assertThat(shares.mayWait("anon", true)).isFalse();
        assertThat(shares.mayWait("anon", false)).isTrue();
    }

    @Test
    void neverLessThanOneNorAllUnlessThatIsAskedFor() {
        assertThat(new RoleShares(1, 1, 1).mayRun("anon", UNKNOWN)).isTrue();
        RoleShares almost = new RoleShares(2, 1, 99);
        almost.runs("anon");
        assertThat(almost.mayRun("anon", quick())).isFalse();
        RoleShares all = new RoleShares(2, 1, 100);
        all.runs("anon");
        assertThat(all.mayRun("anon", quick())).isTrue();
    }
}

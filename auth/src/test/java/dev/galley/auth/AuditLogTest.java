package dev.galley.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.galley.auth.account.AuditSeal;
import dev.galley.auth.audit.AuditChain;
import dev.galley.auth.audit.AuditVerification;
import dev.galley.auth.audit.AuditVerification.Head;
import dev.galley.auth.audit.AuditVerification.Report;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whoever changes, removes, moves or makes up an entry of the audit log is found out. */
class AuditLogTest {
    private static final String OPEN = "auth.email.enable-confirmations=false";
    private static final String BY_HAND = "auth.audit.chain-delay=1h";

    private AuthServer server;

    @BeforeEach
    void start() throws SQLException {
        server = AuthServer.start(OPEN, BY_HAND);
        for (int i = 0; i < 5; i++) {
            server.signUp("user-" + i + "@example.com", "secret-1");
            server.clock.forward(Duration.ofSeconds(1));
        }
        assertThat(chain().extend()).isEqualTo(10);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private AuditChain chain() {
        return new AuditChain(server.database(), server.seal(), 4);
    }

    private Report verify() throws SQLException {
        return verify(server.seal(), Optional.empty());
    }

    private Report verify(AuditSeal seal, Optional<Head> known) throws SQLException {
        try (Connection connection = server.database().connection()) {
            return new AuditVerification(seal, known).verify(connection);
        }
    }

    private String at(int position) {
        return server.query("select id from auth.audit_log_entries where position = " + position)
                .getFirst();
    }

    private void assertBroken(String id, String reason) throws SQLException {
        Report report = verify();
        assertThat(report.fault()).isPresent();
        assertThat(report.fault().get().id()).isEqualTo(id);
        assertThat(report.fault().get().reason()).contains(reason);
    }

    @Test
    void whatNobodyTouchedHolds() throws SQLException {
        server.signIn("user-1@example.com", "secret-1");
        Report report = verify();
        assertThat(report.fault()).isEmpty();
        assertThat(report.checked()).isEqualTo(10);
        assertThat(report.unchained()).isEqualTo(1);
        chain().extend();
        assertThat(verify().checked()).isEqualTo(11);
        assertThat(verify().head().position()).isEqualTo(11);
    }

    @Test
    void aChangedEntryShows() throws SQLException {
        for (String change : List.of(
                "payload = replace(payload::text, 'user-1', 'user-9')::json",
                "created_at = created_at + interval '1 microsecond'",
                "created_at = 'infinity'",
                "created_at = null",
                "ip_address = '10.9.9.9'",
                "instance_id = gen_random_uuid()",
                "seal = sha256('x')",
                "seal = null")) {
            String row = server.query("select row_to_json(e) from auth.audit_log_entries e where position = 3")
                    .getFirst();
            server.execute("update auth.audit_log_entries set " + change + " where position = 3");
            assertBroken(at(3), "changed or made up");
            server.execute("delete from auth.audit_log_entries where position = 3;"
                    + " insert into auth.audit_log_entries select * from json_populate_record(null::auth.audit_log_entries, '"
                    + row + "')");
            assertThat(verify().fault()).as(change).isEmpty();
        }
    }

    @Test
    void aRemovedEntryShows() throws SQLException {
        server.execute("delete from auth.audit_log_entries where position = 5");
        assertBroken(at(6), "at position 5 before it is missing");
    }

    @Test
    void aRemovedEntryWhoseSuccessorsMoveUpShows() throws SQLException {
        server.execute("delete from auth.audit_log_entries where position = 5;"
                + " update auth.audit_log_entries set position = -position where position > 5;"
                + " update auth.audit_log_entries set position = -position - 1 where position < 0");
        assertBroken(at(5), "does not follow");
    }

    @Test
    void theRemovedEndShows() throws SQLException {
        server.execute("delete from auth.audit_log_entries where position > 8");
        assertThat(verify().fault().orElseThrow().position()).isEqualTo(9);
        server.execute("update galley.audit_chains set head_position = 8,"
                + " head_digest = (select digest from auth.audit_log_entries where position = 8)");
        assertBroken("", "ends of the chain were changed");
        server.execute("delete from galley.audit_chains");
        assertBroken(at(1), "behind the end");
        server.execute("delete from auth.audit_log_entries");
        assertThat(verify().fault()).isEmpty();
        assertThat(verify(server.seal(), Head.parse("10:" + "a".repeat(64)))
                        .fault()
                        .orElseThrow()
                        .reason())
                .contains("put back");
    }

    @Test
    void entriesThatChangedPlacesShow() throws SQLException {
        server.execute("update auth.audit_log_entries set position = 100 where position = 4;"
                + " update auth.audit_log_entries set position = 4 where position = 5;"
                + " update auth.audit_log_entries set position = 5 where position = 100");
        assertBroken(at(4), "does not follow");
    }

    @Test
    void aMadeUpEntryShows() throws SQLException {
        String forged =
                "insert into auth.audit_log_entries (instance_id, id, payload, created_at, ip_address, seal, position)"
                        + " select instance_id, '00000000-0000-4000-8000-00000000000f', payload, created_at, ip_address, %s, %s"
                        + " from auth.audit_log_entries where position = 2";
        for (String[] columns : new String[][] {{"null", "null"}, {"seal", "null"}, {"seal", "11"}, {"null", "11"}}) {
            server.execute(forged.formatted((Object[]) columns));
            assertThat(verify().fault().orElseThrow().id()).endsWith("0f");
            server.execute("delete from auth.audit_log_entries where id = '00000000-0000-4000-8000-00000000000f'");
        }
        server.execute(forged.formatted("seal", "null"));
        chain().extend();
        assertBroken("00000000-0000-4000-8000-00000000000f", "changed or made up");
    }

    @Test
    void nobodyBuildsAChainWithoutTheKey() throws SQLException {
        server.execute(
                "delete from galley.audit_chains; update auth.audit_log_entries set position = null, digest = null");
        AuditSeal another = new AuditSeal("another key".getBytes(StandardCharsets.UTF_8));
        new AuditChain(server.database(), another, 100).extend();
        assertThat(verify().fault()).isPresent();
        assertThat(verify(another, Optional.empty()).fault().orElseThrow().reason())
                .contains("changed or made up");
    }

    @Test
    void anotherSecretGoesOnWhereTheLastOneEnded() throws SQLException {
        AuditSeal next = new AuditSeal("next secret".getBytes(StandardCharsets.UTF_8));
        AuditChain chain = new AuditChain(server.database(), next, 100);
        server.execute("insert into auth.audit_log_entries (instance_id, id, payload, created_at, seal)"
                + " values (null, gen_random_uuid(), '{}', now(), null)");
        assertThat(chain.adopt()).isEqualTo(1);
        assertThat(chain.extend()).isEqualTo(1);
        Report report = verify(next, Optional.empty());
        assertThat(report.fault()).isEmpty();
        assertThat(report.checked()).isEqualTo(1);
        assertThat(report.unchecked()).isEqualTo(10);
    }

    @Test
    void aHeadThatWasNotedMustBeThere() throws SQLException {
        Head noted = verify().head();
        server.signIn("user-1@example.com", "secret-1");
        chain().extend();
        assertThat(verify(server.seal(), Optional.of(noted)).fault()).isEmpty();
        Optional<Head> other = Head.parse("10:" + "0".repeat(64));
        assertThat(verify(server.seal(), other).fault().orElseThrow().reason()).contains("another one");
        assertThat(Head.parse("10:xyz")).isEmpty();
    }

    @Test
    void oldEntriesGoAndTheRestStillHolds() throws SQLException {
        server.clock.forward(Duration.ofDays(10));
        server.signIn("user-1@example.com", "secret-1");
        chain().extend();
        Head noted = verify().head();
        assertThat(chain().remove(server.clock.instant().minus(Duration.ofDays(1)), server.clock.instant()))
                .isEqualTo(10);
        Report report = verify(server.seal(), Optional.of(noted));
        assertThat(report.fault()).isEmpty();
        assertThat(report.checked()).isEqualTo(1);
        assertThat(report.head().position()).isEqualTo(11);
        server.signIn("user-1@example.com", "secret-1");
        chain().extend();
        assertThat(verify().checked()).isEqualTo(2);
        server.execute("delete from auth.audit_log_entries where position = 11");
        assertBroken(at(12), "position 11 before it is missing");
    }

    @Test
    void whatWasTamperedWithIsNotRemoved() throws SQLException {
        server.execute("update auth.audit_log_entries set ip_address = '1.1.1.1' where position = 6");
        server.clock.forward(Duration.ofDays(10));
        assertThatThrownBy(() -> chain().remove(server.clock.instant(), server.clock.instant()))
                .isInstanceOf(AuditChain.BrokenException.class)
                .hasMessageContaining(at(6));
        assertThat(server.query("select 1 from auth.audit_log_entries where position >= 5"))
                .hasSize(6);
        assertBroken(at(6), "changed or made up");
    }

    @Test
    void nothingIsChainedToAForgedEnd() throws SQLException {
        server.execute("update galley.audit_chains set head_digest = sha256('x')");
        server.signIn("user-1@example.com", "secret-1");
        assertThatThrownBy(() -> chain().extend()).isInstanceOf(AuditChain.BrokenException.class);
    }
}

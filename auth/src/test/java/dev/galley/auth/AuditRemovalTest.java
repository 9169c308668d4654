package dev.galley.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.galley.auth.audit.AuditVerification;
import dev.galley.auth.audit.AuditVerification.Report;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** An entry that is removed before it is chained is missed by the node that wrote it. */
class AuditRemovalTest {
    private static final String OPEN = "auth.email.enable-confirmations=false";
    private static final String SOON = "auth.audit.chain-delay=300ms";

    private static Report verify(AuthServer server) throws SQLException {
        try (Connection connection = server.database().connection()) {
            return new AuditVerification(server.seal(), Optional.empty()).verify(connection);
        }
    }

    private static Report chained(AuthServer server, long most) throws SQLException {
        Instant deadline = Instant.now().plus(Duration.ofSeconds(20));
        Report report = verify(server);
        while (report.fault().isEmpty()
                && report.checked() < most
                && Instant.now().isBefore(deadline)) {
            report = verify(server);
        }
        return report;
    }

    @Test
    void whatWasRemovedAtOnceIsNamed() throws SQLException {
        try (AuthServer server = AuthServer.start(OPEN, SOON)) {
            server.signUp("a@example.com", "secret-1");
            String removed = server.query("delete from auth.audit_log_entries where payload ->> 'action' = 'login'"
                            + " and position is null returning id")
                    .getFirst();
            Report report = chained(server, Long.MAX_VALUE);
            assertThat(report.fault().orElseThrow().id()).isEqualTo(removed);
            assertThat(report.fault().orElseThrow().reason()).isEqualTo("it was removed before it was chained");
        }
    }

    @Test
    void whatWasRolledBackIsNotMissed() throws SQLException {
        try (AuthServer server = AuthServer.start(OPEN, SOON)) {
            server.signUp("a@example.com", "secret-1");
            String id = server.query("select id from auth.users").getFirst();
            server.execute("create function auth.no_session() returns trigger language plpgsql as $f$ begin"
                    + " raise exception 'no'; end $f$; create trigger no_session before insert on auth.sessions"
                    + " for each row execute function auth.no_session()");
            // The sign-in is noted before its session is begun.
            assertThat(server.signIn("a@example.com", "secret-1").status()).isEqualTo(500);
            server.execute("drop trigger no_session on auth.sessions");
            assertThat(server.signIn("a@example.com", "secret-1").status()).isEqualTo(200);
            Report report = chained(server, 3);
            assertThat(report.fault()).as(id).isEmpty();
            assertThat(report.checked()).isEqualTo(3);
        }
    }
}

package dev.galley.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.galley.auth.audit.AuditVerification;
import dev.galley.auth.audit.AuditVerification.Report;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Two nodes write and chain at once, and there is one chain. */
class AuditConcurrencyTest {
    private static final String OPEN = "auth.email.enable-confirmations=false";
    private static final String AT_ONCE = "auth.audit.chain-delay=1ms";
    private static final int WRITERS = 50;

    private static Report verify(AuthServer server) throws SQLException {
        try (Connection connection = server.database().connection()) {
            return new AuditVerification(server.seal(), Optional.empty()).verify(connection);
        }
    }

    @Test
    void fiftyWritersOnTwoNodesMakeOneChain() throws Exception {
        try (AuthServer one = AuthServer.start(OPEN, AT_ONCE);
                AuthServer two = one.secondNode(OPEN, AT_ONCE);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> answers = new ArrayList<>();
            for (int i = 0; i < WRITERS; i++) {
                AuthServer node = i % 2 == 0 ? one : two;
                String email = "writer-" + i + "@example.com";
                answers.add(threads.submit(() -> {
                    AuthServer.Answer session = node.signUp(email, "secret-1");
                    return session.status() == 200
                            ? node.refresh(session.text("refresh_token")).status()
                            : session.status();
                }));
            }
            for (Future<Integer> answer : answers) {
                assertThat(answer.get()).isEqualTo(200);
            }
            Instant deadline = Instant.now().plus(Duration.ofSeconds(20));
            Report report = verify(one);
            while (report.checked() < 3 * WRITERS && Instant.now().isBefore(deadline)) {
                assertThat(report.fault()).isEmpty();
                report = verify(one);
            }
            assertThat(report.fault()).isEmpty();
            assertThat(report.checked()).isEqualTo(3 * WRITERS);
            assertThat(report.unchained()).isZero();
        }
    }
}

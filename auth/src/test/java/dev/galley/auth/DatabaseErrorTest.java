package dev.galley.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.galley.auth.AuthServer.Answer;
import dev.galley.auth.hook.Hook;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

/** PostgreSQL repeats rows and values in the details of its errors: neither the caller nor the log gets them. */
class DatabaseErrorTest {
    private static final String CANARY = "canary-7f3a";
    private static final Logger PROGRAM = Logger.getLogger("dev.galley");

    private static final class Log extends Handler implements AutoCloseable {
        final List<String> lines = new CopyOnWriteArrayList<>();

        Log() {
            PROGRAM.addHandler(this);
        }

        @Override
        public void publish(LogRecord line) {
            StringWriter text = new StringWriter();
            text.append(line.getMessage())
                    .append(' ')
                    .append(List.of(parameters(line)).toString());
            if (line.getThrown() != null) {
                line.getThrown().printStackTrace(new PrintWriter(text));
            }
            lines.add(text.toString());
        }

        private static Object[] parameters(LogRecord line) {
            return line.getParameters() == null ? new Object[0] : line.getParameters();
        }

        @Override
        public void flush() {}

        @Override
        public void close() {
            PROGRAM.removeHandler(this);
        }
    }

    @Test
    void aFailingRowIsNotRepeated() {
        try (Log log = new Log();
                AuthServer server = AuthServer.start("auth.email.enable-confirmations=false")) {
            server.execute("alter table auth.users add constraint no_canary check (email not like 'canary%')");
            Answer failed = server.signUp(CANARY + "@example.com", "secret-1");
            assertThat(failed.status()).isEqualTo(500);
            assertThat(failed.response().body()).doesNotContain(CANARY, "no_canary");
            assertThat(log.lines).anyMatch(line -> line.contains("no_canary")).noneMatch(line -> line.contains(CANARY));
        }
    }

    @Test
    void neitherIsOneOfAHook() {
        try (Log log = new Log();
                AuthServer server = HookReceiver.withFunction(
                        Hook.BEFORE_USER_CREATED,
                        "raise exception 'refused' using detail = event::text;",
                        "auth.email.enable-confirmations=false")) {
            assertThat(server.signUp(CANARY + "@example.com", "secret-1").status())
                    .isEqualTo(500);
            assertThat(log.lines).anyMatch(line -> line.contains("refused")).noneMatch(line -> line.contains(CANARY));
        }
    }
}

package dev.galley.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.galley.auth.AuthServer.Answer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** From the outbox to a mail server or the developer's mailbox. */
class DeliveryTest {

    /** A mail server: greets, takes what comes, and refuses as many mails as it is told to. */
    private static final class FakeSmtp implements AutoCloseable {
        final LinkedBlockingQueue<String> mails = new LinkedBlockingQueue<>();
        final List<String> commands = new CopyOnWriteArrayList<>();
        volatile int refusals;
        private final ServerSocket socket;

        FakeSmtp() throws IOException {
            socket = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
            Thread.ofVirtual().start(() -> {
                try {
                    while (true) {
                        Socket client = socket.accept();
                        Thread.ofVirtual().start(() -> serve(client));
                    }
                } catch (IOException closed) {
                    // The test has ended.
                }
            });
        }

        private void serve(Socket client) {
            try (client;
                    var in = new BufferedReader(
                            new InputStreamReader(client.getInputStream(), StandardCharsets.UTF_8))) {
                say(client, "220 fake");
                for (String line = in.readLine(); line != null; line = in.readLine()) {
                    commands.add(line);
                    if (line.equals("DATA")) {
                        say(client, "354 go on");
                        StringBuilder mail = new StringBuilder();
                        for (line = in.readLine(); line != null && !line.equals("."); line = in.readLine()) {
                            mail.append(line).append('\n');
                        }
                        mails.add(mail.toString());
                        say(client, "250 taken");
                    } else if (line.startsWith("RCPT") && refusals > 0) {
                        refusals--;
                        say(client, "451 not now");
                    } else {
                        say(client, line.equals("QUIT") ? "221 bye" : "250 fine");
                    }
                }
            } catch (IOException gone) {
                // The client has enough.
            }
        }

        private static void say(Socket client, String line) throws IOException {
            client.getOutputStream().write((line + "\r\n").getBytes(StandardCharsets.UTF_8));
        }

        AuthServer server(String... more) {
            String[] flags = new String[more.length + 3];
            flags[0] = "auth.email.smtp.port=" + socket.getLocalPort();
            flags[1] = "auth.email.smtp.security=opportunistic";
            flags[2] = "auth.email.smtp.admin-email=shop@example.com";
            System.arraycopy(more, 0, flags, 3, more.length);
            return AuthServer.start(flags);
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private static void eventually(Supplier<Boolean> condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.get() && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
        assertThat(condition.get()).isTrue();
    }

    @Test
    void aMailReachesTheServerAndLeavesNothingBehind() throws Exception {
        try (FakeSmtp smtp = new FakeSmtp();
                AuthServer server = smtp.server()) {
            assertThat(server.post(
                                    "/signup",
                                    "{\"email\":\"to@example.com\",\"password\":\"secret-1\",\"data\":{\"name\":\"x\\r\\nBcc: spy@example.com\"}}")
                            .status())
                    .isEqualTo(200);
            String mail = smtp.mails.poll(20, TimeUnit.SECONDS);
            assertThat(mail).contains("To: to@example.com", "Subject: Confirm your address", "<shop@example.com>");
            assertThat(smtp.commands).contains("RCPT TO:<to@example.com>").noneMatch(line -> line.contains("spy"));
            eventually(() -> server.query("select 1 from galley.outbox").isEmpty());
        }
    }

    @Test
    void aRefusedMailIsTriedAgainAndGivenUpInTheEnd() throws Exception {
        try (FakeSmtp smtp = new FakeSmtp();
                AuthServer server = smtp.server("auth.email.max-attempts=2")) {
            smtp.refusals = 1;
            server.signUp("again@example.com", "secret-1");
            eventually(() -> server.query("select attempts from galley.outbox").equals(List.of("1")));
            assertThat(smtp.mails).isEmpty();
            server.clock.forward(Duration.ofSeconds(6));
            server.signUp("other@example.com", "secret-1");
            eventually(() -> smtp.mails.size() == 2);

            smtp.refusals = 2;
            server.signUp("never@example.com", "secret-1");
            eventually(() -> server.query("select attempts from galley.outbox").equals(List.of("1")));
            server.clock.forward(Duration.ofSeconds(6));
            server.post("/recover", "{\"email\":\"other@example.com\"}");
            eventually(() -> server.query("select message from galley.outbox where next_attempt = 'infinity'")
                    .equals(List.of("{\"to\": \"never@example.com\", \"type\": \"confirmation\"}")));
        }
    }

    @Test
    void withoutAMailServerTheMailboxHasIt() {
        try (AuthServer server =
                AuthServer.start("auth.email.smtp.host=", "auth.mailbox.enabled=true", "auth.mailbox.port=0")) {
            server.signUp("dev@example.com", "secret-1");
            eventually(() -> server.get(server.mailboxUrl() + "/api/v1/messages")
                            .json()
                            .path("total")
                            .asInt()
                    == 1);
            Answer mail = server.get(server.mailboxUrl() + "/api/v1/message/latest");
            assertThat(mail.json().path("To").path(0).path("Address").asString())
                    .isEqualTo("dev@example.com");
            assertThat(mail.text("Text")).containsPattern("Confirm \\( http://127.0.0.1:\\d+/auth/v1/verify\\?token=");
            assertThat(server.get(server.mailboxUrl() + "/").response().body()).contains("sandbox=");
            assertThat(server.get(server.mailboxUrl() + "/api/v1/search?query=to:nobody@example.com")
                            .json()
                            .path("messages")
                            .size())
                    .isZero();
            server.send("DELETE", server.mailboxUrl() + "/api/v1/messages", "");
            assertThat(server.get(server.mailboxUrl() + "/api/v1/messages")
                            .json()
                            .path("total")
                            .asInt())
                    .isZero();
        }
    }

    @Test
    void aPageOfAnotherNameCannotReadTheMailbox() throws Exception {
        try (AuthServer server =
                AuthServer.start("auth.email.smtp.host=", "auth.mailbox.enabled=true", "auth.mailbox.port=0")) {
            int port = java.net.URI.create(server.mailboxUrl()).getPort();
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                socket.getOutputStream()
                        .write("GET /api/v1/messages HTTP/1.1\r\nHost: evil.example.com\r\nConnection: close\r\n\r\n"
                                .getBytes(StandardCharsets.US_ASCII));
                assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                        .startsWith("HTTP/1.1 403");
            }
        }
    }

    @Test
    void whereNoMailCanBeSentWhatNeedsOneIsRefused() {
        try (AuthServer server = AuthServer.start("auth.email.smtp.host=")) {
            Answer refused = server.signUp("none@example.com", "secret-1");
            assertThat(refused.status()).isEqualTo(500);
            assertThat(refused.text("message")).startsWith("Error sending mail");
            assertThat(server.query("select 1 from auth.users")).isEmpty();
        }
    }
}

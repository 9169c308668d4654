package dev.galley.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.galley.auth.sms.SmsSettings;
import dev.galley.settings.FlagLayer;
import dev.galley.settings.Settings;
import dev.galley.settings.SettingsException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** From the outbox to providers for SMS, or to the developer's mailbox. */
class SmsDeliveryTest {
    private static final Map<String, String> ANSWERS = Map.of(
            "twilio", "{\"status\":\"queued\"}",
            "messagebird", "{\"recipients\":{\"totalSentCount\":1}}",
            "vonage", "{\"messages\":[{\"status\":\"0\"}]}",
            "textlocal", "{\"status\":\"success\"}");

    /** What a provider was given. */
    private record Posted(String path, String authorization, Map<String, String> form) {}

    /** Takes what is posted, after so many refusals. */
    private static final class FakeProvider implements AutoCloseable {
        final LinkedBlockingQueue<Posted> posts = new LinkedBlockingQueue<>();
        volatile int refusals;
        volatile String answer;
        private final HttpServer http;

        FakeProvider(String answer) throws IOException {
            this.answer = answer;
            http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            http.createContext("/", exchange -> {
                try (exchange) {
                    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
                    Map<String, String> form = Arrays.stream(body.split("&", -1))
                            .map(field -> field.split("=", 2))
                            .collect(Collectors.toMap(
                                    field -> field[0], field -> URLDecoder.decode(field[1], StandardCharsets.UTF_8)));
                    String authorization =
                            String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
                    posts.add(new Posted(exchange.getRequestURI().getPath(), authorization, form));
                    byte[] reply = this.answer.getBytes(StandardCharsets.UTF_8);
                    exchange.sendResponseHeaders(refusals-- > 0 ? 500 : 201, reply.length);
                    exchange.getResponseBody().write(reply);
                }
            });
            http.start();
        }

        AuthServer server(String provider, String... more) {
            List<String> flags = new ArrayList<>(List.of(
                    "auth.sms.enabled=true",
                    "auth.sms.twilio.enabled=false",
                    "auth.sms." + provider + ".enabled=true",
                    "auth.sms." + provider + ".url=http://127.0.0.1:"
                            + http.getAddress().getPort()));
            flags.addAll(List.of(more));
            return AuthServer.start(flags.toArray(String[]::new));
        }

        Posted next() throws InterruptedException {
            Posted post = posts.poll(20, TimeUnit.SECONDS);
            assertThat(post).isNotNull();
            return post;
        }

        @Override
        public void close() {
            http.stop(0);
        }
    }

    private static void eventually(Supplier<Boolean> condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.get() && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
        assertThat(condition.get()).isTrue();
    }

    private static Posted sent(String provider, String text, String... settings) throws Exception {
        try (FakeProvider fake = new FakeProvider(String.valueOf(ANSWERS.get(provider)));
                AuthServer server = fake.server(provider, withText(text, settings))) {
            assertThat(server.post("/otp", "{\"phone\":\"+491511\"}").status()).isEqualTo(200);
            Posted post = fake.next();
            eventually(() -> server.query("select 1 from galley.outbox").isEmpty());
            return post;
        }
    }

    private static String[] withText(String text, String... settings) {
        List<String> flags = new ArrayList<>(List.of(settings));
        flags.add("auth.sms.template=" + text);
        return flags.toArray(String[]::new);
    }

    @Test
    void eachProviderGetsItsForm() throws Exception {
        Posted twilio = sent("twilio", "Code {{ .Code }}");
        assertThat(twilio.path()).isEqualTo("/2010-04-01/Accounts/AC1/Messages.json");
        assertThat(twilio.authorization()).isEqualTo("Basic QUMxOnRva2Vu");
        assertThat(twilio.form()).containsEntry("To", "+491511").containsEntry("From", "MG1");
        assertThat(twilio.form().get("Body")).matches("Code \\d{6}");
        Posted bird = sent(
                "messagebird",
                "{{.Code}}",
                "auth.sms.messagebird.originator=Shop",
                "auth.sms.messagebird.access-key=k");
        assertThat(bird.authorization()).isEqualTo("AccessKey k");
        assertThat(bird.form()).containsEntry("originator", "Shop").containsEntry("recipients", "491511");
        Posted vonage = sent(
                "vonage",
                "Schlüssel {{ .Code }}",
                "auth.sms.vonage.from=Shop",
                "auth.sms.vonage.api-key=k",
                "auth.sms.vonage.api-secret=s");
        assertThat(vonage.path()).isEqualTo("/sms/json");
        assertThat(vonage.form()).containsEntry("type", "unicode").containsEntry("api_secret", "s");
        assertThat(vonage.form().get("text")).startsWith("Schlüssel ");
        Posted local =
                sent("textlocal", "{{ .Code }}", "auth.sms.textlocal.sender=Shop", "auth.sms.textlocal.api-key=k");
        assertThat(local.form()).containsEntry("apikey", "k").containsEntry("numbers", "491511");
    }

    @Test
    void whatIsRefusedIsTriedAgainUntilTheCodeHasExpired() throws Exception {
        try (FakeProvider fake = new FakeProvider(ANSWERS.get("twilio"));
                AuthServer server = fake.server("twilio")) {
            fake.refusals = 1;
            server.post("/otp", "{\"phone\":\"+491511\"}");
            Posted first = fake.next();
            eventually(() -> server.query("select attempts from galley.outbox").equals(List.of("1")));
            server.clock.forward(Duration.ofSeconds(6));
            server.post("/otp", "{\"phone\":\"+491512\"}");
            assertThat(fake.next().form().get("Body")).isEqualTo(first.form().get("Body"));
            eventually(() -> server.query("select 1 from galley.outbox").isEmpty());
            fake.answer = "{\"status\":\"failed\"}";
            server.post("/otp", "{\"phone\":\"+491513\"}");
            eventually(() -> server.query("select attempts from galley.outbox").equals(List.of("1")));
            server.clock.forward(Duration.ofMinutes(2));
            server.post("/otp", "{\"phone\":\"+491514\"}");
            eventually(() -> server.query("select message ? 'text' from galley.outbox where next_attempt = 'infinity'")
                    .equals(List.of("f")));
            assertThat(server.query("select last_error from galley.outbox where next_attempt = 'infinity'"))
                    .containsExactly("its code has expired");
        }
    }

    @Test
    void theDevelopersMailboxShowsThem() {
        try (AuthServer server = AuthServer.start(
                "auth.sms.enabled=true",
                "auth.sms.twilio.enabled=false",
                "auth.email.smtp.host=",
                "auth.mailbox.enabled=true",
                "auth.mailbox.port=0")) {
            server.post("/otp", "{\"phone\":\"+491511\"}");
            String search = server.mailboxUrl() + "/api/v1/search?query=to:491511";
            eventually(() -> server.get(search).json().path("count").asInt() == 1);
            String id = server.get(search)
                    .json()
                    .path("messages")
                    .path(0)
                    .path("ID")
                    .asString();
            String code = server.get(server.mailboxUrl() + "/api/v1/message/" + id)
                    .text("Text")
                    .replaceAll("\\D", "");
            assertThat(server.post("/verify", "{\"type\":\"sms\",\"phone\":\"+491511\",\"token\":\"" + code + "\"}")
                            .status())
                    .isEqualTo(200);
        }
    }

    @Test
    void settingsThatCannotWorkAreRefusedAtTheStart() {
        refused("auth.sms.twilio.enabled=true");
        refused("auth.sms.template=no code");
        refused("auth.sms.template={{ .Code }} {{ .Name }}");
        refused("auth.sms.test-otp.abc=123456");
        refused("auth.sms.test-otp.4915=12");
        refused("auth.sms.test-otp-valid-until=tomorrow");
        refused("auth.sms.twilio.url=http://sms.example.com");
        refused(
                "auth.sms.textlocal.enabled=true",
                "auth.sms.textlocal.sender=a",
                "auth.sms.textlocal.api-key=b",
                "auth.sms.messagebird.enabled=true",
                "auth.sms.messagebird.originator=a",
                "auth.sms.messagebird.access-key=b");
    }

    private static void refused(String... flags) {
        FlagLayer layer = new FlagLayer();
        List.of(flags).forEach(layer::set);
        assertThatThrownBy(() -> SmsSettings.from(new Settings(layer))).isInstanceOf(SettingsException.class);
    }
}

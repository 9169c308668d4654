package dev.galley.auth;

import dev.galley.auth.account.AuditSeal;
import dev.galley.auth.config.AuthSettings;
import dev.galley.http.EdgeServer;
import dev.galley.http.HttpSettings;
import dev.galley.identity.IdentityMigrations;
import dev.galley.identity.IdentitySettings;
import dev.galley.identity.KeyAuthenticator;
import dev.galley.identity.ProjectKeys;
import dev.galley.identity.StrictJson;
import dev.galley.identity.TokenSigner;
import dev.galley.postgres.DatabaseAddress;
import dev.galley.postgres.Migration;
import dev.galley.postgres.Migrations;
import dev.galley.postgres.PlatformDatabase;
import dev.galley.postgres.PostgresSettings;
import dev.galley.postgres.testkit.TestPostgres;
import dev.galley.settings.FlagLayer;
import dev.galley.settings.Settings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import tools.jackson.databind.node.ObjectNode;

/** The service behind the real edge on a database of its own, as a client sees it; limits are off unless a test sets them. */
final class AuthServer implements AutoCloseable {
    static final String NEWER = "2024-01-01";

    private static final List<String> WITHOUT_LIMITS = List.of(
            "auth.email.max-frequency=0s",
            "auth.sms.max-frequency=0s",
            "auth.rate-limit.sign-ups=0",
            "auth.rate-limit.anonymous-users=0",
            "auth.rate-limit.token-refresh=0",
            "auth.rate-limit.token-verifications=0",
            "auth.rate-limit.factor-attempts=0",
            "auth.rate-limit.passkeys=0",
            "auth.rate-limit.email-sent=0",
            "auth.rate-limit.sms-sent=0",
            "auth.rate-limit.password-guesses=0",
            "auth.rate-limit.account-guesses=0",
            "auth.rate-limit.oauth-requests=0",
            "auth.rate-limit.oauth-registrations=0",
            "auth.rate-limit.sso=0",
            "auth.rate-limit.saml-assertions=0",
            "auth.rate-limit.web3=0",
            // Nothing listens there: what would be sent stays in the outbox.
            "auth.email.smtp.host=127.0.0.1",
            "auth.email.smtp.port=1",
            "auth.sms.twilio.enabled=true",
            "auth.sms.twilio.url=http://127.0.0.1:1",
            "auth.sms.twilio.account-sid=AC1",
            "auth.sms.twilio.message-service-sid=MG1",
            "auth.sms.twilio.auth-token=token",
            "auth.password.memory=8192",
            "auth.password.iterations=1");

    final TestClock clock = new TestClock();
    final DatabaseAddress address;
    final ProjectKeys keys;
    private final Path folder;
    private final Vertx vertx = Vertx.vertx();
    private final HttpClient client = HttpClient.newHttpClient();
    private final PlatformDatabase database;
    private final EdgeServer edge;
    private final Supplier<Optional<String>> mailbox;

    /** An answer, with its JSON read. */
    record Answer(int status, ObjectNode json, HttpResponse<String> response) {
        String text(String field) {
            return json.path(field).asString("");
        }

        String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }
    }

    private AuthServer(DatabaseAddress address, Path folder, String... flags) throws Exception {
        this.address = address;
        this.folder = folder;
        this.database = PlatformDatabase.open(
                address, PostgresSettings.from(new Settings()).pool());
        FlagLayer layer = new FlagLayer();
        layer.set("http.port=0").set("http.access-log=off");
        WITHOUT_LIMITS.forEach(layer::set);
        List.of(flags).forEach(layer::set);
        Settings settings = new Settings(layer);
        List<Migration> migrations = new ArrayList<>(IdentityMigrations.all());
        migrations.addAll(AuthMigrations.all());
        new Migrations(database, migrations).run();
        IdentitySettings identity = IdentitySettings.from(settings);
        keys = ProjectKeys.load(folder.resolve("keys.json"), identity, new SecureRandom(), clock);
        KeyAuthenticator authenticator = new KeyAuthenticator(identity, keys, true, clock);
        AuthSettings auth = AuthSettings.from(settings);
        AtomicReference<String> url = new AtomicReference<>("");
        AuthService service = AuthRoutes.service(
                auth,
                new AuthRoutes.Foundation(
                        vertx,
                        database,
                        TokenSigner.of(keys, auth.sessions().symmetric()),
                        authenticator,
                        url::get,
                        authenticator::publicJwks,
                        "test",
                        clock,
                        new SecureRandom()));
        mailbox = service::mailboxUrl;
        edge = await(EdgeServer.start(vertx, HttpSettings.from(settings), authenticator, List.of(service), "test"));
        url.set(edge.url());
    }

    /** @param flags settings, such as {@code auth.email.enable-confirmations=false} */
    static AuthServer start(String... flags) {
        try {
            return new AuthServer(
                    TestPostgres.shared().createDatabase(), Files.createTempDirectory("galley-keys"), flags);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** A second node on the same database, with the same keys. */
    AuthServer secondNode(String... flags) {
        try {
            return new AuthServer(address, folder, flags);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** Of the audit log. */
    AuditSeal seal() {
        return new AuditSeal(TokenSigner.of(keys, false).derive("audit log"));
    }

    /** Work on the database as the platform does it. */
    PlatformDatabase database() {
        return database;
    }

    String url() {
        return edge.url() + "/auth/v1";
    }

    /** Of the developer's mailbox, where the settings turn it on. */
    String mailboxUrl() {
        return mailbox.get().orElseThrow();
    }

    Answer post(String path, String json, String... headers) {
        return send("POST", path, json, headers);
    }

    Answer get(String path, String... headers) {
        return send("GET", path, "", headers);
    }

    /** With the publishable key, unless a header says otherwise; as a client of the newer API version. */
    Answer send(String method, String path, String json, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(path.startsWith("http") ? path : url() + path))
                .timeout(Duration.ofSeconds(30))
                .setHeader("apikey", keys.publishableKeys().getFirst())
                .setHeader("X-Supabase-Api-Version", NEWER)
                .setHeader("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(json));
        for (int i = 0; i < headers.length; i += 2) {
            request.setHeader(headers[i], headers[i + 1]);
        }
        try {
            HttpResponse<String> response = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
            ObjectNode body = response.body().startsWith("{")
                    ? (ObjectNode) StrictJson.read(response.body())
                    : StrictJson.newObject();
            return new Answer(response.statusCode(), body, response);
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** The header with which a user calls. */
    static String[] as(Answer session) {
        return new String[] {"Authorization", "Bearer " + session.text("access_token")};
    }

    String[] asAdmin() {
        return new String[] {"Authorization", "Bearer " + keys.serviceRoleKey()};
    }

    Answer signUp(String email, String password) {
        return post("/signup", "{\"email\":\"" + email + "\",\"password\":\"" + password + "\"}");
    }

    Answer signIn(String email, String password) {
        return post("/token?grant_type=password", "{\"email\":\"" + email + "\",\"password\":\"" + password + "\"}");
    }

    Answer refresh(String token) {
        return post("/token?grant_type=refresh_token", "{\"refresh_token\":\"" + token + "\"}");
    }

    /** The variables of the last mail to an address, such as {@code Token} and {@code ConfirmationURL}. */
    Map<String, String> lastMail(String to) {
        List<String> found = query("select message ->> 'variables' from galley.outbox where message ->> 'to' = '" + to
                + "' order by id desc limit 1");
        if (found.isEmpty()) {
            throw new AssertionError("no mail to " + to);
        }
        Map<String, String> variables = new java.util.HashMap<>();
        StrictJson.read(found.getFirst())
                .properties()
                .forEach(entry -> variables.put(entry.getKey(), entry.getValue().asString("")));
        return variables;
    }

    /** The code in the last SMS to a number. */
    String lastSms(String to) {
        return query("select message ->> 'text' from galley.outbox where channel = 'sms' and message ->> 'to' = '" + to
                        + "' order by id desc limit 1")
                .getFirst()
                .replaceAll("\\D", "");
    }

    List<String> query(String sql) {
        return TestPostgres.shared().query(address, sql);
    }

    void execute(String sql) {
        TestPostgres.shared().execute(address, sql);
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        try {
            await(edge.stop());
            await(vertx.close());
        } catch (Exception e) {
            throw new AssertionError(e);
        }
        database.close();
        client.close();
    }
}

package dev.galley.auth.hook;

import dev.galley.auth.error.AuthError;
import dev.galley.auth.error.AuthException;
import dev.galley.auth.error.ErrorCode;
import dev.galley.identity.StrictJson;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Posts to an address, signed as Standard Webhooks are. Follows no redirect; the address is the operator's own choice. */
final class HttpHook implements AutoCloseable {
    private static final int TRIES = 3;
    private static final Duration PAUSE = Duration.ofSeconds(2);

    private final HookSettings settings;
    private final Clock clock;
    private @Nullable HttpClient client;

    HttpHook(HookSettings settings, Clock clock) {
        this.settings = settings;
        this.clock = clock;
    }

    /** Made when it is needed: it reads all certificates that are trusted, for a quarter of a second at a start. */
    private synchronized HttpClient client() {
        HttpClient made = client;
        if (made == null) {
            made = HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .connectTimeout(settings.timeout())
                    .executor(Executors.newVirtualThreadPerTaskExecutor())
                    .build();
            client = made;
        }
        return made;
    }

    /** What it answered; empty for 204. */
    byte[] call(HookTarget.Http hook, ObjectNode input) {
        long deadline = System.nanoTime() + settings.timeout().toNanos();
        byte[] payload = StrictJson.write(input).getBytes(StandardCharsets.UTF_8);
        for (int attempt = 1; attempt <= TRIES; attempt++) {
            try {
                HttpResponse<byte[]> answer = ask(request(hook, payload), deadline);
                boolean later = answer.statusCode() == 429 || answer.statusCode() == 503;
                if (!later || answer.headers().firstValue("Retry-After").isEmpty()) {
                    return read(answer);
                }
            } catch (IOException failed) {
                if (String.valueOf(failed.getMessage()).contains("capacity")) {
                    throw refused(
                            422,
                            ErrorCode.HOOK_PAYLOAD_OVER_SIZE_LIMIT,
                            "Payload size exceeded size limit of " + settings.maxAnswer() + " bytes");
                }
                if (attempt == TRIES) {
                    throw refused(
                            422, ErrorCode.HOOK_TIMEOUT_AFTER_RETRY, "Failed to reach hook after maximum retries");
                }
                pause(deadline);
            }
        }
        throw failure("Service currently unavailable due to hook");
    }

    private HttpRequest request(HookTarget.Http hook, byte[] payload) {
        String id = UUID.randomUUID().toString();
        String time = Long.toString(clock.instant().getEpochSecond());
        List<String> signatures = new ArrayList<>();
        for (String secret : hook.secrets()) {
            signatures.add("v1," + signature(secret, id + "." + time + ".", payload));
        }
        return HttpRequest.newBuilder(hook.address())
                .header("Content-Type", "application/json")
                .header("Accept-Encoding", "identity")
                .header("webhook-id", id)
                .header("webhook-timestamp", time)
                .header("webhook-signature", String.join(" ", signatures))
                .POST(HttpRequest.BodyPublishers.ofByteArray(payload))
                .build();
    }

    private static String signature(String secret, String head, byte[] payload) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(Base64.getDecoder().decode(secret), "HmacSHA256"));
            mac.update(head.getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().encodeToString(mac.doFinal(payload));
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException("every JDK has HMAC-SHA-256", e);
        }
    }

    /** The time limits of the client end with the headers; a body could be sent a byte an hour. */
    private HttpResponse<byte[]> ask(HttpRequest request, long deadline) throws IOException {
        CompletableFuture<HttpResponse<byte[]>> answer =
                client().sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), settings.maxAnswer()));
        try {
            return answer.get(Math.max(1, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException late) {
            throw late();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw late();
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof IOException io ? io : new IOException("no answer");
        } finally {
            answer.cancel(true);
        }
    }

    private void pause(long deadline) {
        if (deadline - System.nanoTime() <= PAUSE.toNanos()) {
            throw late();
        }
        try {
            Thread.sleep(PAUSE);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw late();
        }
    }

    private static byte[] read(HttpResponse<byte[]> answer) {
        return switch (answer.statusCode()) {
            case 204 -> new byte[0];
            case 200, 202 -> {
                String type = answer.headers().firstValue("Content-Type").orElse("");
                if (!type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT).equals("application/json")) {
                    throw refused(
                            400,
                            ErrorCode.HOOK_PAYLOAD_INVALID_CONTENT_TYPE,
                            type.isEmpty()
                                    ? "Invalid Content-Type: Missing Content-Type header"
                                    : "Invalid JSON response: another Content-Type than application/json");
                }
                yield answer.body();
            }
            case 429, 503 -> throw failure("Service currently unavailable due to hook");
            case 400 -> throw failure("Invalid payload sent to hook");
            case 401 -> throw failure("Hook requires authorization token");
            default -> throw failure("Unexpected status code returned from hook: " + answer.statusCode());
        };
    }

    private AuthException late() {
        return refused(
                422,
                ErrorCode.HOOK_TIMEOUT,
                String.format(
                        Locale.ROOT,
                        "Failed to reach hook within maximum time of %f seconds",
                        settings.timeout().toMillis() / 1000.0));
    }

    private static AuthException failure(String message) {
        return refused(500, ErrorCode.UNEXPECTED_FAILURE, message);
    }

    private static AuthException refused(int status, ErrorCode code, String message) {
        return AuthError.of(status, code, message).thrown();
    }

    @Override
    public synchronized void close() {
        if (client != null) {
            client.shutdownNow();
        }
    }
}

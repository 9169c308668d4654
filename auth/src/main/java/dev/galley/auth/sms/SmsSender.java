package dev.galley.auth.sms;

import dev.galley.identity.StrictJson;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Hands SMS to the provider. */
public final class SmsSender implements AutoCloseable {
    private static final int MAX_ANSWER = 64 << 10;

    private final SmsProvider provider;
    private final Duration timeout;
    private @Nullable HttpClient client;

    public SmsSender(SmsProvider provider, Duration timeout) {
        this.provider = provider;
        this.timeout = timeout;
    }

    /**
     * Blocks until the provider has taken it.
     *
     * @param phone digits only
     * @throws IOException when it has not; says why without the text
     */
    public void send(String phone, String text) throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(provider.url())
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form(provider.form().of(phone, text))));
        provider.authorization().ifPresent(value -> request.header("Authorization", value));
        HttpResponse<byte[]> answer = ask(request.build());
        if (answer.statusCode() / 100 != 2) {
            throw new IOException(provider.name() + " has answered " + answer.statusCode());
        }
        boolean accepted = StrictJson.object(answer.body())
                .map(parsed -> provider.accepted().test(parsed.object()))
                .orElse(false);
        if (!accepted) {
            throw new IOException(provider.name() + " has not taken the message");
        }
    }

    private static String form(Map<String, String> fields) {
        return fields.entrySet().stream()
                .map(field -> encode(field.getKey()) + "=" + encode(field.getValue()))
                .collect(Collectors.joining("&"));
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /** The time limit covers the body too. */
    private HttpResponse<byte[]> ask(HttpRequest request) throws IOException {
        CompletableFuture<HttpResponse<byte[]>> answer =
                client().sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), MAX_ANSWER));
        try {
            return answer.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException late) {
            throw new IOException(provider.name() + " has not answered in time");
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted");
        } catch (ExecutionException failed) {
            throw new IOException(provider.name() + " cannot be reached");
        } finally {
            answer.cancel(true);
        }
    }

    private synchronized HttpClient client() {
        HttpClient made = client;
        if (made == null) {
            made = HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .connectTimeout(timeout)
                    .executor(Executors.newVirtualThreadPerTaskExecutor())
                    .build();
            client = made;
        }
        return made;
    }

    @Override
    public synchronized void close() {
        if (client != null) {
            client.shutdownNow();
        }
    }
}

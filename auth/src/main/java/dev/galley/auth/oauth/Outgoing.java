package dev.galley.auth.oauth;

import dev.galley.auth.config.OAuthSettings;
import dev.galley.identity.StrictJson;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.UnknownHostException;
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
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ObjectNode;

/**
 * Asks providers, within limits of time and size. Follows no redirect. An address that an administrator typed into the API must not
 * lead into the private network. Its name is resolved and checked right before the connection; should it change in between, the
 * other end still has to show a certificate for that name before it is sent anything, because only https leaves this computer.
 */
final class Outgoing implements AutoCloseable {
    private final OAuthSettings settings;
    private final HttpClient client;
    private final Semaphore waiting;

    /** Whose addresses are asked. */
    enum Reach {
        /** Those of the operator's settings. */
        CONFIGURED,
        /** Those added by the admin API. */
        CUSTOM
    }

    Outgoing(OAuthSettings settings) {
        this.settings = settings;
        this.waiting = new Semaphore(settings.maxWaiting());
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(settings.timeout())
                .executor(Executors.newVirtualThreadPerTaskExecutor())
                .build();
    }

    ObjectNode get(String url, Map<String, String> headers, Reach reach) throws ProviderFailure {
        return send(request(url, headers, reach).GET().build());
    }

    ObjectNode post(String url, Map<String, String> form, Map<String, String> headers, Reach reach)
            throws ProviderFailure {
        return send(request(url, headers, reach)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form(form)))
                .build());
    }

    /** Whether such an address may be asked at all: https, or this computer. */
    static boolean mayBeAsked(String text) {
        try {
            URI url = URI.create(text);
            boolean https = "https".equals(url.getScheme());
            boolean here = "http".equals(url.getScheme()) && isLoopback(url.getHost() == null ? "" : url.getHost());
            return (https || here)
                    && url.getHost() != null
                    && url.getRawUserInfo() == null
                    && url.getRawFragment() == null;
        } catch (IllegalArgumentException noUrl) {
            return false;
        }
    }

    /** @throws ProviderFailure when the address leads where it must not */
    void check(String url, Reach reach) throws ProviderFailure {
        if (!mayBeAsked(url)) {
            throw new ProviderFailure("only https addresses are asked");
        }
        if (reach == Reach.CONFIGURED || settings.customPrivate()) {
            return;
        }
        try {
            for (InetAddress address : InetAddress.getAllByName(URI.create(url).getHost())) {
                if (!PublicAddresses.contains(address)) {
                    throw new ProviderFailure("its address is in a private network");
                }
            }
        } catch (UnknownHostException e) {
            throw new ProviderFailure("its host is not known");
        }
    }

    static String form(Map<String, String> parameters) {
        return parameters.entrySet().stream()
                .map(entry -> encode(entry.getKey()) + "=" + encode(entry.getValue()))
                .collect(Collectors.joining("&"));
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private HttpRequest.Builder request(String url, Map<String, String> headers, Reach reach) throws ProviderFailure {
        check(url, reach);
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url))
                .header("Accept", "application/json")
                .header("User-Agent", "Galley");
        headers.forEach(request::header);
        return request;
    }

    private ObjectNode send(HttpRequest request) throws ProviderFailure {
        if (!waiting.tryAcquire()) {
            throw new ProviderFailure("too many requests to providers at this moment");
        }
        try {
            HttpResponse<byte[]> answer = whole(
                    client.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), settings.maxAnswer())));
            if (answer.statusCode() < 200 || answer.statusCode() > 299) {
                throw new ProviderFailure(request.uri().getHost() + " answers with status " + answer.statusCode());
            }
            return json(answer.body());
        } finally {
            waiting.release();
        }
    }

    /** An array comes as the field {@code items} of an object. */
    private static ObjectNode json(byte[] body) throws ProviderFailure {
        String text = new String(body, StandardCharsets.UTF_8).strip();
        String object = text.startsWith("[") ? "{\"items\":" + text + "}" : text;
        return StrictJson.object(object.getBytes(StandardCharsets.UTF_8))
                .map(StrictJson.Parsed::object)
                .orElseThrow(() -> new ProviderFailure("its answer is not JSON"));
    }

    /** The time limits of the client end with the headers; a body could be sent a byte an hour. */
    private HttpResponse<byte[]> whole(CompletableFuture<HttpResponse<byte[]>> answer) throws ProviderFailure {
        Duration timeout = settings.timeout();
        try {
            return answer.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException late) {
            throw new ProviderFailure("no answer within auth.oauth.timeout");
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new ProviderFailure("interrupted");
        } catch (ExecutionException failed) {
            boolean large = failed.getCause() instanceof IOException
                    && String.valueOf(failed.getCause().getMessage()).contains("capacity");
            throw new ProviderFailure(
                    large ? "its answer is larger than auth.oauth.max-answer" : "it cannot be reached");
        } finally {
            answer.cancel(true);
        }
    }

    private static boolean isLoopback(String host) {
        if (host.equals("localhost")) {
            return true;
        }
        try {
            return InetAddress.ofLiteral(host.replaceAll("[\\[\\]]", "")).isLoopbackAddress();
        } catch (IllegalArgumentException name) {
            return false;
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}

package dev.galley.auth.oauth;

import dev.galley.auth.config.OAuthSettings;
import dev.galley.identity.StrictJson;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
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
public final class Outgoing implements AutoCloseable {
    private final OAuthSettings settings;
    private final HttpClient client;
    private final Resolver resolver;
    private final Semaphore waiting;

    /** Whose addresses are asked. */
    public enum Reach {
        /** Those of the operator's settings. */
        CONFIGURED,
        /** Only those that everybody may ask. */
        PUBLIC,
        /** Those added by the admin API. */
        CUSTOM
    }

    Outgoing(Vertx vertx, OAuthSettings settings) {
        this(vertx, settings, InetAddress::getAllByName, new HttpClientOptions());
    }

    Outgoing(Vertx vertx, OAuthSettings settings, Resolver resolver, HttpClientOptions options) {
        this.settings = settings;
        this.resolver = resolver;
        this.waiting = new Semaphore(settings.maxWaiting());
        this.client = vertx.createHttpClient(options.setKeepAlive(false)
                .setConnectTimeout((int) settings.timeout().toMillis()));
    }

    /** The addresses of a host. */
    @FunctionalInterface
    interface Resolver {
        InetAddress[] addresses(String host) throws UnknownHostException;
    }

    ObjectNode get(String url, Map<String, String> headers, Reach reach) throws ProviderFailure {
        return json(send(HttpMethod.GET, url, headers, "", reach, settings.maxAnswer()));
    }

    /**
     * What is at an address, as it is.
     *
     * @param most bytes of it
     */
    public byte[] document(String url, String type, int most, Reach reach) throws ProviderFailure {
        return send(HttpMethod.GET, url, Map.of("Accept", type), "", reach, most)
                .getBytes();
    }

    ObjectNode post(String url, Map<String, String> form, Map<String, String> headers, Reach reach)
            throws ProviderFailure {
        Map<String, String> all = new HashMap<>(headers);
        all.put("Content-Type", "application/x-www-form-urlencoded");
        return json(send(HttpMethod.POST, url, all, form(form), reach, settings.maxAnswer()));
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

    /** Refuses an address that may not be asked. */
    void check(String url, Reach reach) throws ProviderFailure {
        var _ = allowed(url, reach);
    }

    /** The one address of the host that was checked is the one that is connected to: a name may lead elsewhere a moment later. */
    private InetAddress allowed(String url, Reach reach) throws ProviderFailure {
        if (!mayBeAsked(url)) {
            throw new ProviderFailure("only https addresses are asked");
        }
        InetAddress[] all;
        try {
            all = resolver.addresses(URI.create(url).getHost());
        } catch (UnknownHostException e) {
            throw new ProviderFailure("its host is not known");
        }
        if (reach == Reach.PUBLIC || (reach == Reach.CUSTOM && !settings.customPrivate())) {
            for (InetAddress address : all) {
                if (!PublicAddresses.contains(address)) {
                    throw new ProviderFailure("its address is in a private network");
                }
            }
        }
        return all[0];
    }

    static String form(Map<String, String> parameters) {
        return parameters.entrySet().stream()
                .map(entry -> encode(entry.getKey()) + "=" + encode(entry.getValue()))
                .collect(Collectors.joining("&"));
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private Buffer send(HttpMethod method, String url, Map<String, String> headers, String body, Reach reach, int most)
            throws ProviderFailure {
        if (!waiting.tryAcquire()) {
            throw new ProviderFailure("too many requests to providers at this moment");
        }
        try {
            InetAddress address = allowed(url, reach);
            URI uri = URI.create(url);
            boolean tls = uri.getScheme().equals("https");
            int port = uri.getPort() >= 0 ? uri.getPort() : tls ? 443 : 80;
            String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
            RequestOptions options = new RequestOptions()
                    .setMethod(method)
                    .setServer(SocketAddress.inetSocketAddress(new InetSocketAddress(address, port)))
                    .setHost(uri.getHost())
                    .setPort(port)
                    .setSsl(tls)
                    .setURI(uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery())
                    .setFollowRedirects(false)
                    .putHeader("Accept", "application/json")
                    .putHeader("User-Agent", "Galley");
            headers.forEach(options::putHeader);
            return whole(client.request(options), body, uri.getHost(), most);
        } finally {
            waiting.release();
        }
    }

    /** An array comes as the field {@code items} of an object. */
    private static ObjectNode json(Buffer body) throws ProviderFailure {
        String text = body.toString(StandardCharsets.UTF_8).strip();
        String object = text.startsWith("[") ? "{\"items\":" + text + "}" : text;
        return StrictJson.object(object.getBytes(StandardCharsets.UTF_8))
                .map(StrictJson.Parsed::object)
                .orElseThrow(() -> new ProviderFailure("its answer is not JSON"));
    }

    /** The whole answer, within the time and of the size that settings allow. */
    private Buffer whole(Future<HttpClientRequest> asked, String body, String host, int most) throws ProviderFailure {
        Promise<Buffer> whole = Promise.promise();
        asked.onFailure(whole::tryFail).onSuccess(request -> {
            request.exceptionHandler(whole::tryFail);
            whole.future().onComplete(_ -> request.connection().close());
            request.response().onFailure(whole::tryFail).onSuccess(response -> read(response, whole, host, most));
            var _ = request.end(body);
        });
        try {
            return whole.future()
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(settings.timeout().toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException late) {
            throw new ProviderFailure("no answer within auth.oauth.timeout");
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new ProviderFailure("interrupted");
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof ProviderFailure known
                    ? known
                    : new ProviderFailure("it cannot be reached");
        } finally {
            whole.tryFail("given up");
        }
    }

    private static void read(HttpClientResponse response, Promise<Buffer> whole, String host, int most) {
        if (response.statusCode() < 200 || response.statusCode() > 299) {
            whole.tryFail(new ProviderFailure(host + " answers with status " + response.statusCode()));
            return;
        }
        Buffer all = Buffer.buffer();
        response.exceptionHandler(whole::tryFail);
        response.handler(part -> {
            if (all.length() + part.length() > most) {
                whole.tryFail(new ProviderFailure("its answer is larger than " + most + " bytes"));
            } else {
                all.appendBuffer(part);
            }
        });
        response.endHandler(_ -> whole.tryComplete(all));
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
        var _ = client.close();
    }
}

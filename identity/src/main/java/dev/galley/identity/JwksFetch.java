package dev.galley.identity;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Asks a {@link JwksUrl} once, within its limits. Follows no redirect: the keys come from where the operator said, and from
 * nowhere else. Blocking.
 */
final class JwksFetch implements AutoCloseable {
    private final JwksUrl source;
    private final HttpClient client;

    JwksFetch(JwksUrl source) {
        this.source = source;
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(source.timeout())
                .executor(Executors.newVirtualThreadPerTaskExecutor())
                .build();
    }

    /** @throws IOException whose message says to an operator what was wrong, without anything of the document */
    JwksDocument fetch() throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(source.url())
                .header("Accept", "application/jwk-set+json, application/json")
                .build();
        HttpResponse<byte[]> answer =
                whole(client.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), source.limit())));
        if (answer.statusCode() != 200) {
            throw new IOException("it answers with status " + answer.statusCode());
        }
        return JwksDocument.parse(answer.body()).orElseThrow(() -> new IOException("its answer is not a JWK set"));
    }

    /** The time limits of the client end with the headers; a body could be sent a byte an hour. */
    private HttpResponse<byte[]> whole(CompletableFuture<HttpResponse<byte[]>> answer)
            throws IOException, InterruptedException {
        try {
            return answer.get(source.timeout().toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException late) {
            throw new IOException("no answer within auth.jwks-timeout");
        } catch (ExecutionException failed) {
            throw new IOException(reason(failed.getCause() == null ? failed : failed.getCause()));
        } finally {
            answer.cancel(true);
        }
    }

    private static String reason(Throwable failure) {
        String text = String.valueOf(failure.getMessage());
        if (text.contains("capacity")) {
            return "its answer is larger than auth.jwks-limit";
        }
        return failure.getMessage() == null ? failure.getClass().getSimpleName() : text;
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}

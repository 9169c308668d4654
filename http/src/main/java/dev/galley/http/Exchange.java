package dev.galley.http;

import dev.galley.identity.Authenticator;
import dev.galley.identity.Identified;
import io.netty.channel.ChannelPipeline;
import io.vertx.core.AsyncResult;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * All that the edge knows about one request: one object, made when the head has been read and dropped when the answer has
 * ended. Belongs to the event loop of its connection. Doubly linked into its loop's {@link Traffic}, oldest first.
 */
final class Exchange implements Handler<AsyncResult<Void>> {
    static final String KEY = "galley.exchange";

    final HttpServerRequest request;
    final String id;
    final long startedNanos;
    final String client;
    private final Traffic traffic;
    private final @Nullable ConnectionGuard guard;

    @Nullable
    Identified identified;

    @Nullable
    RoutingContext context;
    /** Bytes, after decompression. */
    long bodyLimit;

    Consumer<HttpServerResponse> bodyTooLarge = EdgeError.BODY_TOO_LARGE::answer;

    boolean longLived;
    boolean ended;

    @Nullable
    Exchange older;

    @Nullable
    Exchange newer;

    Exchange(
            HttpServerRequest request,
            String id,
            long startedNanos,
            String client,
            long bodyLimit,
            Traffic traffic,
            @Nullable ConnectionGuard guard) {
        this.request = request;
        this.id = id;
        this.startedNanos = startedNanos;
        this.client = client;
        this.bodyLimit = bodyLimit;
        this.traffic = traffic;
        this.guard = guard;
    }

    /** The answer has ended, or the client is gone. */
    @Override
    public void handle(AsyncResult<Void> outcome) {
        end(outcome.succeeded());
    }

    Authenticator authenticator() {
        return traffic.authenticator();
    }

    /** Answers an error and closes the connection (HTTP/1.1) or the stream: what may still come is not worth reading. */
    void refuse(EdgeError error) {
        refuse(error::answer);
    }

    /** Likewise, with an answer of the service's own. */
    void refuse(Consumer<HttpServerResponse> answer) {
        HttpServerResponse response = request.response();
        boolean http2 = request.version() == HttpVersion.HTTP_2;
        if (!http2 && !response.headWritten()) {
            response.putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        }
        if (guard != null && !http2) {
            guard.closing();
        }
        answer.accept(response);
        if (context == null) {
            end(true);
        }
        if (!http2) {
            var _ = request.connection().close();
        }
    }

    AccessLog log() {
        return traffic.log();
    }

    /** Browsers say of which web page's origin a request is; others say nothing. */
    boolean originAllowed() {
        return traffic.originAllowed(request.getHeader(HttpHeaders.ORIGIN));
    }

    /** The request has become a socket: it is logged and forgotten. */
    void upgraded(ChannelPipeline pipeline) {
        if (guard != null) {
            guard.upgraded(pipeline);
        }
        if (!ended) {
            ended = true;
            traffic.ended(this, true);
        }
    }

    void later(Runnable action) {
        Objects.requireNonNull(context, "not routed yet").vertx().runOnContext(_ -> action.run());
    }

    void end(boolean complete) {
        if (ended) {
            return;
        }
        ended = true;
        if (guard != null) {
            guard.requestEnded();
        }
        traffic.ended(this, complete);
    }
}

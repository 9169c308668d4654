package dev.galley.realtime;

import dev.galley.http.JsonText;
import dev.galley.http.RequestTexts;
import dev.galley.http.Requests;
import dev.galley.identity.Caller;
import dev.galley.identity.Refusal;
import dev.galley.realtime.Authorization.Extension;
import dev.galley.realtime.Authorization.Subject;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Broadcasts by HTTP: {@code POST /realtime/v1/api/broadcast} with several messages, {@code POST
 * /realtime/v1/api/broadcast/TOPIC/events/EVENT} with the payload as body. Answers 202 when they are on their way; several messages
 * are all accepted or none, but those to private channels where the caller may not write are left out silently, as in the original.
 */
final class BroadcastApi {
    private static final int ACCEPTED = 202;
    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;
    private static final int UNSUPPORTED = 415;
    private static final int UNPROCESSABLE = 422;
    private static final int TOO_MANY = 429;
    private static final int UNAVAILABLE = 503;
    private static final int ENVELOPE = 64 * 1024;

    private final Realtime realtime;
    private final Authorization authorization;

    /** @param authorization of the event loop */
    BroadcastApi(Realtime realtime, Authorization authorization) {
        this.realtime = realtime;
        this.authorization = authorization;
    }

    void batch(RoutingContext context) {
        withCaller(context, 2L * limits().payload() + ENVELOPE, (caller, body) -> {
            switch (BroadcastBatch.read(body, limits())) {
                case BroadcastBatch.Invalid invalid -> answer(context, UNPROCESSABLE, invalid.json());
                case BroadcastBatch.Valid(List<Outgoing.UserBroadcast> messages) -> {
                    if (messages.size() > limits().batch()
                            || !realtime.rates().messages().admit(messages.size())) {
                        tooMany(context, messages.size());
                        return;
                    }
                    sendAll(context, caller, messages);
                }
            }
        });
    }

    /** The public ones and the private ones each in the order in which they were sent; one question per private channel. */
    private void sendAll(RoutingContext context, Caller caller, List<Outgoing.UserBroadcast> messages) {
        Map<String, List<Outgoing.UserBroadcast>> guarded = new TreeMap<>();
        for (Outgoing.UserBroadcast message : messages) {
            if (message.channel().isPrivate()) {
                guarded.computeIfAbsent(message.channel().topic(), _ -> new ArrayList<>())
                        .add(message);
            } else {
                realtime.broadcasts().send(message, null);
            }
        }
        List<Future<Boolean>> asked = new ArrayList<>();
        guarded.forEach((topic, ofTopic) ->
                asked.add(mayWrite(context, caller, topic).onSuccess(allowed -> {
                    if (allowed) {
                        ofTopic.forEach(message -> realtime.broadcasts().send(message, null));
                    }
                })));
        var _ = Future.join(asked).onComplete(_ -> answer(context, ACCEPTED, ""));
    }

    void single(RoutingContext context) {
        Optional<Boolean> json = isJson(context.request().getHeader(HttpHeaders.CONTENT_TYPE));
        if (json.isEmpty()) {
            answer(
                    context,
                    UNSUPPORTED,
                    "{\"error\":\"Unsupported Media Type. Use application/json or application/octet-stream\"}");
            return;
        }
        withCaller(
                context,
                2L * limits().payload() + ENVELOPE,
                (caller, body) -> single(context, caller, body, json.get()));
    }

    private void single(RoutingContext context, Caller caller, byte[] body, boolean json) {
        if (body.length > limits().payload()) {
            answer(context, UNPROCESSABLE, "{\"errors\":{\"payload\":[\"Payload size exceeds tenant limit\"]}}");
            return;
        }
        if (json && !BroadcastPart.isJson(body)) {
            answer(context, UNPROCESSABLE, "{\"errors\":{\"payload\":[\"is invalid\"]}}");
            return;
        }
        if (!realtime.rates().messages().admit(1)) {
            tooMany(context, 1);
            return;
        }
        String topic = Objects.requireNonNull(context.pathParam("topic"), "of the route");
        String event = Objects.requireNonNull(context.pathParam("event"), "of the route");
        ChannelName channel =
                new ChannelName(topic, "true".equals(context.request().getParam("private")));
        Outgoing message = new Outgoing.UserBroadcast(channel, event, json, body);
        if (!channel.isPrivate()) {
            realtime.broadcasts().send(message, null);
            answer(context, ACCEPTED, "");
            return;
        }
        var _ = mayWrite(context, caller, channel.topic()).onComplete(allowed -> {
            if (allowed.failed()) {
                Refused why = Refused.of(allowed.cause());
                error(context, why.passing() ? UNAVAILABLE : UNPROCESSABLE, why.message());
            } else if (allowed.result()) {
                realtime.broadcasts().send(message, null);
                answer(context, ACCEPTED, "");
            } else {
                error(context, FORBIDDEN, "Unauthorized");
            }
        });
    }

    private Future<Boolean> mayWrite(RoutingContext context, Caller caller, String topic) {
        String headers = RequestTexts.headers(context.request().headers());
        return authorization.write(new Subject(caller, topic, headers), Extension.BROADCAST);
    }

    private RealtimeSettings.Limits limits() {
        return realtime.settings().limits();
    }

    private void tooMany(RoutingContext context, int messages) {
        context.response().putHeader(HttpHeaders.RETRY_AFTER, "1");
        error(
                context,
                TOO_MANY,
                messages > 1
                        ? "Too many messages to broadcast, please reduce the batch size"
                        : "You have exceeded your rate limit");
    }

    /** What is done with a body. */
    @FunctionalInterface
    private interface WithBody {
        void handle(Caller caller, byte[] body);
    }

    private void withCaller(RoutingContext context, long bodyLimit, WithBody then) {
        switch (Requests.identifiedByQuery(context)) {
            case Refusal _ -> error(context, UNAUTHORIZED, "Unauthorized");
            case Caller caller -> {
                Requests.bodyLimit(context, bodyLimit);
                Consumer<byte[]> body = bytes -> then.handle(caller, bytes);
                // A body that is too large has been answered already.
                var _ = context.request().body().onSuccess(buffer -> body.accept(buffer.getBytes()));
            }
        }
    }

    /** Empty for a type that is not taken; without one it is JSON, as old clients send it. */
    private static Optional<Boolean> isJson(@Nullable String contentType) {
        if (contentType == null) {
            return Optional.of(true);
        }
        return switch (contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT)) {
            case "application/json" -> Optional.of(true);
            case "application/octet-stream" -> Optional.of(false);
            default -> Optional.empty();
        };
    }

    /** @param message a constant: nothing of a request is repeated */
    private static void error(RoutingContext context, int status, String message) {
        answer(context, status, "{\"message\":" + JsonText.quoted(message) + "}");
    }

    private static void answer(RoutingContext context, int status, String json) {
        if (context.response().ended() || context.response().closed()) {
            return;
        }
        if (!json.isEmpty()) {
            context.response().putHeader(HttpHeaders.CONTENT_TYPE, "application/json; charset=utf-8");
        }
        var _ = context.response().setStatusCode(status).end(json);
    }
}

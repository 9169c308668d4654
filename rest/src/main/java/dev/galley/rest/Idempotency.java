package dev.galley.rest;

import dev.galley.http.JsonText;
import dev.galley.postgres.idempotency.Fingerprint;
import dev.galley.postgres.idempotency.IdempotencyError;
import dev.galley.postgres.idempotency.IdempotencyKey;
import dev.galley.postgres.idempotency.IdempotencySettings;
import dev.galley.postgres.idempotency.IdempotentRun;
import dev.galley.postgres.idempotency.StoredAnswer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The header {@code Idempotency-Key} of a write, and answers as they are kept: what of a request and a reply belongs to them. */
final class Idempotency implements IdempotentRun.Form<Reply> {
    /** Headers that make a request another one. */
    private static final List<String> COUNTING = List.of(
            "Content-Type",
            "Accept",
            "Prefer",
            "Content-Profile",
            "Accept-Profile",
            "Range",
            "Range-Unit",
            "If-Match",
            "If-None-Match");

    private final IdempotencySettings settings;

    Idempotency(IdempotencySettings settings) {
        this.settings = settings;
    }

    /** Empty for a read, and for a write without the header. */
    Optional<IdempotencyKey> key(RestRequest request) {
        List<String> given = request.headers().getAll(IdempotencyKey.HEADER);
        if (given.isEmpty() || !writes(request.method())) return Optional.empty();
        String key = IdempotencyKey.read(given, settings.longestKey())
                .orElseThrow(() -> refused(new IdempotencyError.BadKey(settings.longestKey())));
        String credential = IdempotencyKey.credential(request.caller().subject(), request.headers());
        return Optional.of(new IdempotencyKey(key, fingerprint(request), credential));
    }

    private static boolean writes(String method) {
        return switch (method) {
            case "POST", "PUT", "PATCH", "DELETE" -> true;
            default -> false;
        };
    }

    private static String fingerprint(RestRequest request) {
        Fingerprint fingerprint = new Fingerprint()
                .add(request.method())
                .add(request.path())
                .add(request.query().canonical());
        for (String name : COUNTING)
            fingerprint.add(String.join(", ", request.headers().getAll(name)));
        return fingerprint.add(request.body()).hex();
    }

    @Override
    public StoredAnswer kept(Reply reply) {
        int size = reply.body().map(ByteBuf::readableBytes).orElse(0);
        if (size > settings.maxAnswer()) {
            throw refused(new IdempotencyError.AnswerTooLarge(settings.maxAnswer()));
        }
        StringBuilder headers = new StringBuilder("[");
        for (Map.Entry<String, String> header : reply.headers()) {
            headers.append(headers.length() > 1 ? ",{" : "{");
            JsonText.quote(headers, header.getKey());
            headers.append(':');
            JsonText.quote(headers, header.getValue());
            headers.append('}');
        }
        byte[] body = reply.body().map(ByteBufUtil::getBytes).orElse(new byte[0]);
        return new StoredAnswer(reply.status(), headers.append(']').toString(), body);
    }

    @Override
    public Reply replayed(StoredAnswer answer) {
        List<Map.Entry<String, String>> headers =
                new ArrayList<>(FlatJson.listOfPairs(answer.headers()).orElse(List.of()));
        headers.add(Map.entry(IdempotencyKey.REPLAYED_HEADER, "true"));
        return new Reply(
                answer.status(),
                headers,
                answer.body().length == 0 ? Optional.empty() : Optional.of(Unpooled.wrappedBuffer(answer.body())));
    }

    @Override
    public RestException refused(IdempotencyError error) {
        return new RestException(new RestError.Idempotent(error));
    }
}

package dev.galley.storage.object;

import dev.galley.identity.StrictJson;
import dev.galley.storage.database.Query;
import dev.galley.storage.database.Row;
import dev.galley.storage.edge.JsonBody;
import dev.galley.storage.edge.Reply;
import dev.galley.storage.edge.StorageRequest;
import dev.galley.storage.error.StorageError;
import dev.galley.storage.sign.SignedTokens;
import dev.galley.storage.sign.SignedTokens.Scope;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Signs addresses of objects that the caller may see. */
public final class SignEndpoints {
    private static final int MOST_PATHS = 1000;
    private static final Duration LONGEST = Duration.ofDays(365 * 100);
    private static final String VISIBLE =
            "select o.name from storage.objects as o where o.bucket_id = $1 and o.name = any ($2::text[])";

    private final SignedTokens tokens;

    public SignEndpoints(SignedTokens tokens) {
        this.tokens = tokens;
    }

    public Reply one(StorageRequest request) {
        Duration life = life(request.json());
        if (request.json()
                .object("transform")
                .filter(transform -> !transform.object().isEmpty())
                .isPresent()) {
            throw StorageError.notEnabled("image_transformation").thrown();
        }
        StoredObject object = Objects.visible(request.session(), request.bucket(), request.key());
        return Reply.json(StrictJson.newObject().put("signedURL", signed(object.bucket() + "/" + object.name(), life)));
    }

    public Reply many(StorageRequest request) {
        Duration life = life(request.json());
        List<String> paths = request.json()
                .texts("paths")
                .orElseThrow(() -> StorageError.malformed("body must have required property 'paths'")
                        .thrown());
        if (paths.isEmpty() || paths.size() > MOST_PATHS) {
            throw StorageError.invalidRequest("Between 1 and " + MOST_PATHS + " paths can be signed per request.")
                    .thrown();
        }
        Set<String> visible = request
                .session()
                .read(Query.of(VISIBLE).with(request.bucket()).with(paths))
                .stream()
                .map((Row row) -> row.text(0))
                .collect(Collectors.toSet());
        ArrayNode all = StrictJson.newObject().putArray("all");
        for (String path : paths) {
            ObjectNode each = all.addObject();
            if (visible.contains(path)) {
                each.putNull("error").put("path", path).put("signedURL", signed(request.bucket() + "/" + path, life));
            } else {
                each.put("error", "Either the object does not exist or you do not have access to it")
                        .put("path", path)
                        .putNull("signedURL");
            }
        }
        return Reply.json(all);
    }

    private String signed(String path, Duration life) {
        return "/object/sign/" + path + "?token=" + tokens.sign(Scope.DOWNLOAD, path, life, StrictJson.newObject());
    }

    private static Duration life(JsonBody body) {
        long seconds = body.number("expiresIn", 1)
                .orElseThrow(() -> StorageError.malformed("body must have required property 'expiresIn'")
                        .thrown());
        if (seconds > LONGEST.toSeconds()) {
            throw StorageError.invalidParameter("Invalid Parameter expiresIn").thrown();
        }
        return Duration.ofSeconds(seconds);
    }
}

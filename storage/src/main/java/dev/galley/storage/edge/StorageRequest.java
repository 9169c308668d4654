package dev.galley.storage.edge;

import dev.galley.identity.Caller;
import dev.galley.identity.Identified;
import dev.galley.storage.database.Session;
import dev.galley.storage.error.StorageError;
import io.vertx.core.MultiMap;
import java.io.InputStream;
import java.util.Optional;

/**
 * A request as an endpoint sees it.
 *
 * @param path as it was sent
 * @param bucket in the path, or empty
 * @param key the object's name in the path, or empty
 * @param caller by the {@code Authorization} header, or the API key where there is none
 * @param session through which rows are reached
 * @param json the body, for endpoints that take JSON
 * @param body the body of uploads
 */
public record StorageRequest(
        String method,
        String path,
        String bucket,
        String key,
        MultiMap query,
        MultiMap headers,
        Identified caller,
        Session session,
        JsonBody json,
        InputStream body) {

    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name)).filter(value -> !value.isEmpty());
    }

    /** May be empty text. */
    public Optional<String> query(String name) {
        return Optional.ofNullable(query.get(name));
    }

    /** Who owns what this request makes: the user of the token, if it has one. */
    public Optional<String> owner() {
        return caller instanceof Caller known ? known.subject() : Optional.empty();
    }

    public boolean known() {
        return caller instanceof Caller;
    }

    /** @throws dev.galley.storage.error.StorageException when it is not a whole number from {@code least} on */
    public int number(String name, int fallback, int least) {
        String text = query(name).orElse("");
        if (text.isEmpty()) {
            return fallback;
        }
        try {
            int number = Integer.parseInt(text);
            if (number >= least) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Answered below.
        }
        throw StorageError.malformed("querystring/" + name + " must be an integer >= " + least)
                .thrown();
    }
}

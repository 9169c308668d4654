package dev.galley.storage.object;

import dev.galley.identity.StrictJson;
import dev.galley.storage.error.StorageError;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/**
 * Where a page ended, and in which order. Clients hand it back as they got it; it gives no right to anything.
 *
 * @param after the name of the last entry; a folder's ends with a slash
 * @param time by which the page is in order, of the last entry
 */
record ListCursor(String after, String column, String order, String time) {

    String print() {
        ObjectNode json = StrictJson.newObject()
                .put("after", after)
                .put("column", column)
                .put("order", order)
                .put("time", time);
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(StrictJson.write(json).getBytes(StandardCharsets.UTF_8));
    }

    static ListCursor parse(String text) {
        try {
            ObjectNode json = StrictJson.object(Base64.getUrlDecoder().decode(text))
                    .orElseThrow(IllegalArgumentException::new)
                    .object();
            ListCursor cursor = new ListCursor(
                    json.path("after").asString(""),
                    json.path("column").asString(""),
                    json.path("order").asString(""),
                    json.path("time").asString(""));
            if (List.of("name", "updated_at", "created_at").contains(cursor.column())
                    && List.of("asc", "desc").contains(cursor.order())
                    && cursor.after().indexOf('\0') < 0
                    && (cursor.time().isEmpty() || Times.parsed(cursor.time()).isPresent())) {
                return cursor;
            }
        } catch (IllegalArgumentException e) {
            // Answered below.
        }
        throw StorageError.invalidParameter("Invalid Parameter continuation token")
                .thrown();
    }
}

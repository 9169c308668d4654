package dev.galley.storage.edge;

import dev.galley.identity.StrictJson;
import dev.galley.storage.error.StorageError;
import java.util.LinkedHashMap;
import java.util.Map;

/** Errors in the protocol's shape. */
public final class ErrorPrinter {
    private ErrorPrinter() {}

    static Reply reply(StorageError error) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Content-Type", "application/json; charset=utf-8");
        headers.put("Cache-Control", "no-store");
        error.retryAfter().ifPresent(wait -> headers.put("Retry-After", Long.toString(Math.max(1, wait.toSeconds()))));
        return new Reply.Text(error.httpStatus(), headers, json(error));
    }

    public static String json(StorageError error) {
        return StrictJson.write(StrictJson.newObject()
                .put("statusCode", Integer.toString(error.status()))
                .put("error", error.error())
                .put("message", error.message())
                .put("code", error.code()));
    }
}

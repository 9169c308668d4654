package dev.galley.graphql;

import io.vertx.core.buffer.Buffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An answer before it is sent.
 *
 * @param headers besides those that every answer has
 * @param whole whether all that was asked for is in it
 */
record Reply(int status, Map<String, String> headers, Buffer body, boolean whole) {
    static final int OK = 200;

    Reply(int status, Buffer body) {
        this(status, Map.of(), body, false);
    }

    static Reply data(Map<String, byte[]> fields, List<GraphqlError> errors) {
        return new Reply(OK, Map.of(), Answers.data(fields, errors), errors.isEmpty());
    }

    Reply with(String header, String value) {
        Map<String, String> all = new LinkedHashMap<>(headers);
        all.put(header, value);
        return new Reply(status, all, body, whole);
    }
}

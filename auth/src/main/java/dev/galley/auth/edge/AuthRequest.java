package dev.galley.auth.edge;

import dev.galley.auth.error.AuthException;
import dev.galley.identity.Identified;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.util.Map;
import java.util.Optional;

/**
 * A request, whole, as an endpoint sees it: nothing in it belongs to an event loop.
 *
 * @param path the variables in the path, percent-decoded
 * @param caller by the {@code Authorization} header, or the API key where there is none
 * @param clientAddress the address that limits and logs go by
 * @param id of the request, in the log and the answer
 */
public record AuthRequest(
        String method,
        Map<String, String> path,
        MultiMap query,
        MultiMap headers,
        Buffer body,
        Identified caller,
        String clientAddress,
        String id) {

    public Optional<String> query(String name) {
        return Optional.ofNullable(query.get(name)).filter(value -> !value.isEmpty());
    }

    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name)).filter(value -> !value.isEmpty());
    }

    public String path(String name) {
        return path.getOrDefault(name, "");
    }

    /** @throws AuthException when the body is no JSON object */
    public JsonBody json() {
        return JsonBody.parse(body.getBytes());
    }

    /** For the session that it begins; what the client says of itself. */
    public String userAgent() {
        return header("User-Agent").map(agent -> agent.replace("\0", "")).orElse("");
    }
}

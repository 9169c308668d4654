package dev.galley.auth.edge;

import dev.galley.auth.edge.Endpoint.Access;
import io.vertx.core.http.HttpMethod;

/** @param path behind {@code /auth/v1}, or from the root after {@link #ROOT}; with variables as {@code :name} */
public record Route(HttpMethod method, String path, Access access, Endpoint endpoint) {
    /** Begins a path that others have fixed for the whole host. */
    public static final String ROOT = "//";

    public String mounted(String prefix) {
        return path.startsWith(ROOT) ? path.substring(1) : prefix + path;
    }

    public static Route get(String path, Access access, Endpoint endpoint) {
        return new Route(HttpMethod.GET, path, access, endpoint);
    }

    public static Route post(String path, Access access, Endpoint endpoint) {
        return new Route(HttpMethod.POST, path, access, endpoint);
    }

    public static Route put(String path, Access access, Endpoint endpoint) {
        return new Route(HttpMethod.PUT, path, access, endpoint);
    }

    public static Route patch(String path, Access access, Endpoint endpoint) {
        return new Route(HttpMethod.PATCH, path, access, endpoint);
    }

    public static Route delete(String path, Access access, Endpoint endpoint) {
        return new Route(HttpMethod.DELETE, path, access, endpoint);
    }
}

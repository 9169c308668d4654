package dev.galley.auth.edge;

import dev.galley.auth.edge.Endpoint.Access;
import io.vertx.core.http.HttpMethod;

/** @param path behind {@code /auth/v1}, with variables as {@code :name} */
public record Route(HttpMethod method, String path, Access access, Endpoint endpoint) {

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

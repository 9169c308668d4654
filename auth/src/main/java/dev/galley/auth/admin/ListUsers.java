package dev.galley.auth.admin;

import dev.galley.auth.account.UserJson;
import dev.galley.auth.account.Users;
import dev.galley.auth.edge.AuthRequest;
import dev.galley.auth.edge.Endpoint;
import dev.galley.auth.edge.Reply;
import dev.galley.auth.error.AuthError;
import dev.galley.auth.flow.Parts;
import dev.galley.identity.StrictJson;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code GET /admin/users}: a page of users, the newest first. */
final class ListUsers implements Endpoint {
    private static final int PER_PAGE = 50;
    private static final int MOST_PER_PAGE = 1_000;

    private final Parts parts;

    ListUsers(Parts parts) {
        this.parts = parts;
    }

    @Override
    public Reply answer(AuthRequest request) throws SQLException {
        int page = number(request, "page", 1, Integer.MAX_VALUE);
        int perPage = number(request, "per_page", PER_PAGE, MOST_PER_PAGE);
        boolean oldestFirst = oldestFirst(request.query("sort"));
        Optional<String> filter = request.query("filter").map(text -> text.replace("\0", ""));
        String audience = parts.settings().sessions().audience();
        Users.Page found = parts.database()
                .transaction(connection ->
                        Users.page(connection, audience, filter, oldestFirst, (long) (page - 1) * perPage, perPage));
        ObjectNode json = StrictJson.newObject();
        ArrayNode users = json.putArray("users");
        found.users().forEach(user -> users.add(UserJson.of(user)));
        json.put("aud", audience);
        return Reply.ok(json)
                .with("X-Total-Count", Long.toString(found.total()))
                .with("Link", links(request, page, perPage, found.total()));
    }

    private static int number(AuthRequest request, String name, int fallback, int most) {
        Optional<String> text = request.query(name);
        if (text.isEmpty()) {
            return fallback;
        }
        if (!text.get().matches("[0-9]{1,9}") || Integer.parseInt(text.get()) < 1) {
            throw AuthError.invalid("Bad Pagination Parameters: " + name + " must be a number above 0")
                    .thrown();
        }
        return Math.min(most, Integer.parseInt(text.get()));
    }

    private static boolean oldestFirst(Optional<String> sort) {
        return switch (sort.orElse("created_at desc").strip().toLowerCase(Locale.ROOT)) {
            case "created_at", "created_at desc" -> false;
            case "created_at asc" -> true;
            default ->
                throw AuthError.invalid("Bad Sort Parameters: write created_at asc or created_at desc")
                        .thrown();
        };
    }

    private static String links(AuthRequest request, int page, int perPage, long total) {
        long last = Math.max(1, (total + perPage - 1) / perPage);
        String rest = "&per_page=" + perPage + parameter(request, "filter") + parameter(request, "sort");
        String lastLink = link(last, rest, "last");
        return page < last ? link(page + 1L, rest, "next") + ", " + lastLink : lastLink;
    }

    private static String parameter(AuthRequest request, String name) {
        return request.query(name)
                .map(value -> "&" + name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8))
                .orElse("");
    }

    private static String link(long page, String rest, String relation) {
        return "</admin/users?page=" + page + rest + ">; rel=\"" + relation + "\"";
    }
}

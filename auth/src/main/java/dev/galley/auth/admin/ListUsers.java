package dev.galley.auth.admin;

import dev.galley.auth.account.User;
import dev.galley.auth.account.UserJson;
import dev.galley.auth.account.Users;
import dev.galley.auth.edge.AuthRequest;
import dev.galley.auth.edge.Endpoint;
import dev.galley.auth.edge.Reply;
import dev.galley.auth.error.AuthError;
import dev.galley.auth.flow.Parts;
import dev.galley.identity.StrictJson;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code GET /admin/users}: a page of users, the newest first. */
final class ListUsers implements Endpoint {
    private final Parts parts;

    ListUsers(Parts parts) {
        this.parts = parts;
    }

    @Override
    public Reply answer(AuthRequest request) throws SQLException {
        boolean oldestFirst = oldestFirst(request.query("sort"));
        Optional<String> filter = request.query("filter").map(text -> text.replace("\0", ""));
        String audience = parts.settings().sessions().audience();
        return UserCursor.asked(request)
                ? byCursor(request, audience, filter, oldestFirst)
                : byPage(request, audience, filter, oldestFirst);
    }

    private Reply byPage(AuthRequest request, String audience, Optional<String> filter, boolean oldestFirst)
            throws SQLException {
        Paging paging = Paging.of(request);
        Users.Page found = parts.database()
                .transaction(connection ->
                        Users.page(connection, audience, filter, oldestFirst, paging.offset(), paging.size()));
        return paging.tell(
                Reply.ok(json(found.users(), audience)), "/admin/users", found.total(), List.of("filter", "sort"));
    }

    /** Without counting all: however many there are, a page costs the same. */
    private Reply byCursor(AuthRequest request, String audience, Optional<String> filter, boolean oldestFirst)
            throws SQLException {
        int limit = Paging.number(request, "limit");
        Optional<Users.Position> after = UserCursor.of(request);
        List<User> found = parts.database()
                .transaction(connection -> Users.after(connection, audience, filter, oldestFirst, after, limit + 1));
        boolean more = found.size() > limit;
        List<User> users = more ? found.subList(0, limit) : found;
        ObjectNode json = json(users, audience);
        ObjectNode pagination = json.putObject("pagination").put("has_more", more);
        if (!more) {
            return Reply.ok(json);
        }
        String cursor = UserCursor.after(users.getLast());
        pagination.put("next_cursor", cursor);
        return Reply.ok(json)
                .with(
                        "Link",
                        "</admin/users?cursor=" + cursor + "&limit=" + limit
                                + Paging.repeated(request, List.of("filter", "sort")) + ">; rel=\"next\"");
    }

    private static ObjectNode json(List<User> users, String audience) {
        ObjectNode json = StrictJson.newObject();
        ArrayNode all = json.putArray("users");
        users.forEach(user -> all.add(UserJson.of(user)));
        return json.put("aud", audience);
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
}

package dev.galley.auth.admin;

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
        Paging paging = Paging.of(request);
        boolean oldestFirst = oldestFirst(request.query("sort"));
        Optional<String> filter = request.query("filter").map(text -> text.replace("\0", ""));
        String audience = parts.settings().sessions().audience();
        Users.Page found = parts.database()
                .transaction(connection ->
                        Users.page(connection, audience, filter, oldestFirst, paging.offset(), paging.size()));
        ObjectNode json = StrictJson.newObject();
        ArrayNode users = json.putArray("users");
        found.users().forEach(user -> users.add(UserJson.of(user)));
        json.put("aud", audience);
        return paging.tell(Reply.ok(json), "/admin/users", found.total(), List.of("filter", "sort"));
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

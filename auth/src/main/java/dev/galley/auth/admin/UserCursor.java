package dev.galley.auth.admin;

import dev.galley.auth.account.User;
import dev.galley.auth.account.Users.Position;
import dev.galley.auth.edge.AuthRequest;
import dev.galley.auth.error.AuthError;
import dev.galley.auth.error.AuthException;
import dev.galley.identity.StrictJson;
import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.databind.node.ObjectNode;

/** Where a list of users goes on: base64url of {@code {"created_at", "id"}} of the last one that was told. Clients pass it back as it is. */
final class UserCursor {
    private static final int MAX_LENGTH = 256;

    private UserCursor() {}

    /** Whether the request pages by cursor: it names a limit or a cursor, and no page. */
    static boolean asked(AuthRequest request) {
        return (request.query("limit").isPresent() || request.query("cursor").isPresent())
                && request.query("page").isEmpty()
                && request.query("per_page").isEmpty();
    }

    static String after(User user) {
        Position position = Position.of(user);
        ObjectNode json = StrictJson.newObject()
                .put("created_at", position.createdAt())
                .put("id", position.id().toString());
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(StrictJson.write(json).getBytes(StandardCharsets.UTF_8));
    }

    /** @throws AuthException for what is none */
    static Optional<Position> of(AuthRequest request) {
        return request.query("cursor").map(UserCursor::read);
    }

    private static Position read(String text) {
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(text);
            ObjectNode json = StrictJson.object(bytes)
                    .map(StrictJson.Parsed::object)
                    .filter(_ -> text.length() <= MAX_LENGTH)
                    .orElseThrow(UserCursor::invalid);
            String time = json.path("created_at").asString("");
            if (!time.equals("-infinity")) {
                var _ = OffsetDateTime.parse(time);
            }
            return new Position(time, UUID.fromString(json.path("id").asString("")));
        } catch (IllegalArgumentException | DateTimeParseException e) {
            throw invalid();
        }
    }

    private static AuthException invalid() {
        return AuthError.invalid("Bad Pagination Parameters: invalid cursor").thrown();
    }
}

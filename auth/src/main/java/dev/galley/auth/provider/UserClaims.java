package dev.galley.auth.provider;

import dev.galley.auth.account.User;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;

/** What a client may know of a user by its scopes, under the names of OpenID Connect (Core 1.0, 5.1). */
final class UserClaims {
    private UserClaims() {}

    static void add(ObjectNode claims, User user, Scopes scopes) {
        if (scopes.has(Scopes.EMAIL)) {
            user.email().ifPresent(email -> claims.put("email", email));
            claims.put("email_verified", user.email().isPresent() && user.emailConfirmed());
        }
        if (scopes.has(Scopes.PHONE)) {
            user.phone().ifPresent(phone -> claims.put("phone_number", phone));
            claims.put("phone_number_verified", user.phone().isPresent() && user.phoneConfirmed());
        }
        if (scopes.has(Scopes.PROFILE)) {
            Optional<String> address = user.email().filter(_ -> scopes.has(Scopes.EMAIL));
            first(user, "name", "full_name").or(() -> address).ifPresent(name -> claims.put("name", name));
            first(user, "picture", "avatar_url").ifPresent(url -> claims.put("picture", url));
            first(user, "preferred_username", "username", "user_name")
                    .ifPresent(name -> claims.put("preferred_username", name));
            user.time("updated_at").map(Instant::getEpochSecond).ifPresent(time -> claims.put("updated_at", time));
        }
    }

    private static Optional<String> first(User user, String... names) {
        return Stream.of(names)
                .map(name -> user.userMetadata().path(name).asString(""))
                .filter(text -> !text.isEmpty())
                .findFirst();
    }
}
